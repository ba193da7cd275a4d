"""A quantity in few characters, for people: 18.2 billion CNY, ≥ 22,000 rpm, ↑ 15–25%."""

from __future__ import annotations

_QUALIFIERS = {
    "approx": "≈ ",
    "more_than": "> ",
    "at_least": "≥ ",
    "less_than": "< ",
    "at_most": "≤ ",
    "tolerance": "±",
}
_CHANGES = {"increase": "↑ ", "decrease": "↓ "}
_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_CLOSE_UNITS = frozenset({"%", "x"})  # stand at the number, without a space
_NO_UNIT = "1"


def quantity_words(
    value: float | None,
    low: float | None,
    high: float | None,
    unit: str,
    qualifier: str = "exact",
    change: str = "none",
) -> str:
    """A quantity as a person would write it: the direction of change, the qualifier, the number, the unit."""
    number = number_words(value) if value is not None else _range_words(low, high)
    return _CHANGES.get(change, "") + _QUALIFIERS.get(qualifier, "") + number + unit_words(unit)


def number_words(number: float) -> str:
    """A number with thousands separators, or in millions, billions, trillions; 10 significant digits at most."""
    for size, name in _SCALES:
        if size <= abs(number) < size * 1e6:
            return f"{number / size:,.10g}{name}"
    return f"{number:,.10g}"


def unit_words(unit: str) -> str:
    """A canonical unit as it stands after a number: powers raised, products dotted, nothing for a bare number."""
    if unit == _NO_UNIT:
        return ""
    written = unit.replace("**2", "²").replace("**3", "³").replace("*", "·")
    return written if unit in _CLOSE_UNITS else f" {written}"


def _range_words(low: float | None, high: float | None) -> str:
    ends = [number_words(end) for end in (low, high) if end is not None]
    return "–".join(ends) or "?"
