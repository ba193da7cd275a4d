"""The one pint registry, and what it makes of a canonical unit: its dimension and its normal unit.

A canonical unit is a string: a unit of ``vocabulary/units.toml`` (``kW``), an ISO 4217 code (``CNY``), a counted noun
(``vehicle``), ``1`` for a bare number, or parts of these joined by ``/`` (``CNY/vehicle``, ``unit/month``). Articles'
own spellings never reach pint; ``pipeline.language`` maps them to canonical units first.

A dimension is compared in its normal unit. Money stays in its own currency and a count in its own noun, so neither is
ever converted; rates that have no section of their own are taken per year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import as_file
from typing import TYPE_CHECKING, Any

from pipeline import vocabulary

if TYPE_CHECKING:
    import pint

__all__ = ["Unit", "UnknownUnitError", "canonical_number", "dimensions", "find", "is_unit", "registry", "resolve"]

_RATE_TIME = "year"
_DECIMALS = 9  # of temperatures
_MANY = re.compile(r"(\d+) (\S.*)")  # "1000 hour", of what is told per 1,000 hours


class UnknownUnitError(ValueError):
    """What somebody typed is no unit."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A canonical unit, and how its numbers become numbers of the dimension's normal unit."""

    name: str
    dimension: str
    normal: str
    factor: float = 1.0
    offset: float = 0.0

    def normalise(self, number: float | None) -> float | None:
        """A number of this unit in the normal unit, to 12 significant digits; null stays null."""
        return None if number is None else canonical_number(number * self.factor + self.offset)

    def convert(self, number: float | None, to: Unit, *, difference: bool = False) -> float | None:
        """A number of this unit in another of its dimension; null stays null.

        A ``difference`` of two temperatures, such as a tolerance, does not know where the scales begin.
        """
        if number is None:
            return None
        if difference or self.offset == to.offset:
            return canonical_number(number * self.factor / to.factor)
        found = (number * self.factor + self.offset - to.offset) / to.factor
        return canonical_number(round(found, _DECIMALS) + 0.0)  # what is left of 0 after an offset is noise


def canonical_number(number: float) -> float:
    """The number to 12 significant digits, so that the order of arithmetic leaves no trace."""
    return float(f"{number:.12g}")


@cache
def registry() -> pint.UnitRegistry[float]:
    """pint's default registry plus the vocabulary's definitions, built once per process."""
    import pint  # here, so that who only reads tables does not wait for it

    units: pint.UnitRegistry[float] = pint.UnitRegistry(on_redefinition="ignore")
    with as_file(vocabulary.DEFINITIONS) as path:
        units.load_definitions(path)
    return units


@cache
def resolve(name: str) -> Unit:
    """The unit of a canonical name. Any word that is neither unit nor currency is a counted noun."""
    if name == "1":
        return Unit(name, "number", name)
    if name in _dimension_by_unit():
        return _of_dimension(name, _dimension_by_unit()[name])
    if name in vocabulary.load("currencies")["currencies"]:
        return Unit(name, "money", name)
    if "/" in name:
        return _ratio(name)
    many = _MANY.fullmatch(name)
    if many:
        one = resolve(many[2])
        return Unit(name, one.dimension, one.normal, float(many[1]) * one.factor)
    return Unit(name, "count", name)


@cache
def find(written: str) -> Unit:
    """The unit that somebody means by its canonical name or by any written form: ``hp``, ``kWh``, ``m/s``, ``EUR``.

    Raises:
        UnknownUnitError: it is neither a unit of the vocabulary nor a currency.
    """
    name = _name_of(written)
    if name is None:
        alike = sorted(_in_any_case(written)) or get_close_matches(written, _canonical_names(), n=3, cutoff=0.6)
        advice = (
            f"did you mean {' or '.join(alike)}?" if alike else "write it as kW, N*m, degF, km/h or EUR are written"
        )
        raise UnknownUnitError(f"there is no unit {written!r}: {advice}")
    return resolve(name)


def is_unit(written: str) -> bool:
    """Whether ``find`` finds a unit."""
    return _name_of(written) is not None


def _name_of(written: str) -> str | None:
    parts = [_canonical(part.strip()) for part in written.split("/")]
    return _canonical(written.strip()) or ("/".join(filter(None, parts)) if len(parts) == 2 and all(parts) else None)


def dimensions() -> Sequence[str]:
    """The kinds of quantity that the vocabulary has units of."""
    return [name for name, _ in _dimensions()]


def _canonical(written: str) -> str | None:
    """A unit's canonical name by any of its forms; in another case or number where that leaves no doubt."""
    names = _canonical_names()
    found = names.get(written) or names.get(written.lower()) or names.get(written.lower().removesuffix("s"))
    alike = _in_any_case(written) if found is None else set()
    return found or (alike.pop() if len(alike) == 1 else None)


def _in_any_case(written: str) -> set[str]:
    return {unit for form, unit in _canonical_names().items() if form.lower() == written.strip().lower()}


@cache
def _canonical_names() -> dict[str, str]:
    """Every written form with the canonical name it stands for; a canonical name always stands for itself."""
    forms = {form.removeprefix("="): unit for unit, written in _spellings() for form in written}
    return forms | {unit: unit for unit, _ in _spellings()}


def _spellings() -> Iterator[tuple[str, Sequence[str]]]:
    yield from vocabulary.load("currencies")["currencies"].items()
    for _, section in _dimensions():
        yield from ((unit, forms) for unit, forms in section.items() if unit != "normal")


def _dimensions() -> list[tuple[str, dict[str, Any]]]:
    return [(name, section) for name, section in vocabulary.load("units").items() if "normal" in section]


@cache
def _dimension_by_unit() -> dict[str, str]:
    return {unit: dimension for dimension, section in _dimensions() for unit in section if unit != "normal"}


@cache
def _dimension_by_kind() -> dict[object, str]:
    """Dimensions that ratios of units fall into: ``kW/kg`` is specific power. Of several the first listed is meant."""
    found: dict[object, str] = {}
    for dimension, section in _dimensions():
        if "/" in section["normal"] and "100" not in section["normal"]:  # pint reads no "L/100km"
            found.setdefault(registry().Unit(section["normal"]).dimensionality, dimension)
    return found


def _of_dimension(name: str, dimension: str) -> Unit:
    normal = vocabulary.load("units")[dimension]["normal"]
    if name == normal:
        return Unit(name, dimension, normal)
    zero, one = (registry().Quantity(number, name).to(normal).magnitude for number in (0.0, 1.0))
    return Unit(name, dimension, normal, float(one - zero), float(zero))


def _ratio(name: str) -> Unit:
    above, below = name.rsplit("/", 1)
    many = _MANY.fullmatch(below)
    if many:  # pint reads no number within a unit
        one = _ratio(f"{above}/{many[2]}")
        return Unit(name, one.dimension, one.normal, one.factor / float(many[1]), one.offset)
    numerator, denominator = resolve(above), resolve(below)
    kinds = {*numerator.dimension.split("/"), *denominator.dimension.split("/")}
    if kinds.isdisjoint({"count", "money", "number"}):
        dimension = _dimension_by_kind().get(_dimensionality(name))
        if dimension:
            return _of_dimension(name, dimension)
    if denominator.dimension == "time":
        per_time = float(registry().Quantity(1.0, below).to(_RATE_TIME).magnitude)
        return _joined(name, numerator, Unit(below, "time", _RATE_TIME, per_time))
    return _joined(name, numerator, denominator)


def _dimensionality(name: str) -> object:
    """Of a ratio of units, as pint tells it; null where pint knows no such ratio: of decibels, per 100 of
    something."""
    import pint

    try:
        return registry().Unit(name).dimensionality
    except (pint.errors.PintError, ValueError):
        return None


def _joined(name: str, numerator: Unit, denominator: Unit) -> Unit:
    return Unit(
        name,
        f"{numerator.dimension}/{denominator.dimension}",
        f"{numerator.normal}/{denominator.normal}",
        numerator.factor / denominator.factor,
    )
