"""Gold mentions: what a careful reader found in an article, and the check that it is written as agreed.

Gold stands in ``<stem>.jsonl``, one mention a line, in the keys of the mention table; ``subject`` and ``metric``
list every right name, ``nth`` says which occurrence of ``text`` is meant, and an ``optional`` mention neither helps
nor hurts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.language.periods.dates import period_bounds

__all__ = ["Gold", "GoldError", "count_gold", "read_gold"]

_KEYS = frozenset(
    {"text", "value", "low", "high", "unit", "qualifier", "subject", "metric", "period", "status", "change"}
)
_VALID: Mapping[str, tuple[str, ...]] = {
    "qualifier": ("exact", "approx", "more_than", "at_least", "less_than", "at_most", "range", "tolerance"),
    "status": ("reported", "target", "forecast"),
    "change": ("none", "increase", "decrease"),
}


class GoldError(ValueError):
    """A gold file does not follow its format, or does not fit its article."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One gold mention, its place worked out."""

    start: int
    end: int
    fields: dict[str, Any]

    @property
    def optional(self) -> bool:
        """Whether finding it is a matter of taste."""
        return bool(self.fields.get("optional"))


def read_gold(path: Path, text: str) -> list[Gold]:
    """The gold mentions of one article.

    Raises:
        GoldError: a line is no JSON object, lacks a key, holds what a key cannot be, is there twice, or its text does
            not stand in the article.
    """
    found: dict[tuple[int, int], str] = {}
    gold = []
    for where, fields in _lines(path):
        one = _placed(where, fields, text)
        if (earlier := found.setdefault((one.start, one.end), where)) != where:
            raise GoldError(f"{where}: is the same place as {earlier}: give it another nth, or delete one of the two")
        gold.append(one)
    return gold


def count_gold(path: Path) -> int:
    """How many mentions a gold file asks for, where there is no text to place them in.

    Raises:
        GoldError: as ``read_gold`` does.
    """
    return sum(not fields.get("optional") for _, fields in _lines(path))


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        written = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{path}: cannot be read: {error}: gold is JSON Lines in UTF-8") from error
    for number, line in enumerate(written.split("\n"), 1):
        if line.strip():
            yield f"{path}:{number}", _checked(f"{path}:{number}", line)


def _checked(where: str, line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldError(f"{where}: no JSON: {error}: write one object a line") from error
    if not isinstance(fields, dict):
        raise GoldError(f"{where}: is {line.strip()[:40]}: write one object a line, with {', '.join(sorted(_KEYS))}")
    if missing := _KEYS - set(fields):
        raise GoldError(f"{where}: lacks {', '.join(sorted(missing))}: add them, null or [] where there is nothing")
    for problem in _problems(fields):
        raise GoldError(f"{where}: {problem}")
    return fields


def _problems(fields: Mapping[str, Any]) -> Iterator[str]:
    """What a line says that no gold mention can say."""
    for key, valid in _VALID.items():
        if fields[key] not in valid:
            yield f"{key} is {fields[key]!r}: write one of {', '.join(valid)}"
    for key in ("text", "unit"):
        if not isinstance(fields[key], str) or not fields[key].strip():
            yield f"{key} is {fields[key]!r}: write it as a string"
    for key in ("subject", "metric"):
        if not isinstance(fields[key], list) or not all(isinstance(name, str) for name in fields[key]):
            yield f'{key} is {fields[key]!r}: write a list of right names, such as ["gross margin", "margin"], or []'
    if not _is_period(fields["period"]):
        yield f"period is {fields['period']!r}: write 2025, 2025-Q1, 2025-H2, 2025-07, 2025-07-31, start/end, or null"
    if not _is_count(fields.get("nth", 0)):
        yield f"nth is {fields['nth']!r}: write which occurrence of text it is, from 0"
    if not _is_quantity(*(fields[key] for key in ("value", "low", "high"))):
        yield "value, low, high do not fit: write a number as value, or a range as low and high, and null for the rest"


def _is_period(period: object) -> bool:
    try:
        return period is None or (isinstance(period, str) and bool(period_bounds(period)))
    except ValueError:
        return False


def _is_count(nth: object) -> bool:
    return isinstance(nth, int) and not isinstance(nth, bool) and nth >= 0


def _is_quantity(value: object, low: object, high: object) -> bool:
    given = [low, high] if value is None else [value]
    numbers = all(isinstance(number, int | float) and not isinstance(number, bool) for number in given)
    return numbers and (value is None or low is high is None)


def _placed(where: str, fields: dict[str, Any], text: str) -> Gold:
    start = -1
    for _ in range(fields.get("nth", 0) + 1):
        start = text.find(fields["text"], start + 1)
        if start < 0:
            raise GoldError(
                f"{where}: {fields['text']!r}, occurrence {fields.get('nth', 0)}, is not in the article: "
                "write text as it stands there, and count nth from 0"
            )
    return Gold(start, start + len(fields["text"]), fields)
