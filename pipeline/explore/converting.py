"""Facts in the units somebody wishes for: columns beside a fact's own numbers, which stay as they are.

Money is converted at the user's dated rates or not at all; percent, multiples and counts never are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline import units
from pipeline.explore.rates import Rates, read_rates

__all__ = ["CONVERTED", "Converted", "Converter", "WishError", "make_converter"]

CONVERTED = ("converted_value", "converted_low", "converted_high", "converted_unit")  # the columns, in their order

_NUMBERS = ("value", "low", "high")
_MONEY = "money"
_AS_THEY_ARE = frozenset({"ratio", "ratio_difference", "multiple"})  # what a percentage of it would be, nobody knows
_NO_DATE = "no date to take a rate of"
_MOVED_SCALE = "a change on a scale that does not begin at zero may be a size or a level"

Wishes = str | Iterable[str] | Mapping[str, str]


class WishError(ValueError):
    """A unit that is none, does not fit its dimension, or is one that nothing is converted to."""


@dataclass(frozen=True, slots=True)
class Converted:
    """A fact's number in the wished unit; all null where no wish fits it, and where ``missing`` says why not."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    missing: str | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns it adds to its fact."""
        return dict(zip(CONVERTED, (self.value, self.low, self.high, self.unit), strict=True))


_NOT_WISHED = Converted()


@dataclass(frozen=True)
class Converter:
    """The wished unit of each dimension, and the rates for money where it is among them."""

    wishes: Mapping[str, units.Unit]
    rates: Rates | None

    def convert(self, fact: Mapping[str, Any]) -> Converted:
        """A fact's number in the unit wished for its dimension."""
        kind = fact["dimension"]
        if kind.split("/")[0] == _MONEY and _MONEY in self.wishes:
            return self._money(fact, self.wishes[_MONEY].name)
        wished = self.wishes.get(kind)
        return self._measure(fact, units.resolve(fact["unit"]), wished) if wished is not None else _NOT_WISHED

    def _measure(self, fact: Mapping[str, Any], own: units.Unit, wished: units.Unit) -> Converted:
        difference = fact["qualifier"] == "tolerance"
        if own.offset != wished.offset and fact["change"] != "none" and not difference:
            return Converted(missing=_MOVED_SCALE)
        value, low, high = (own.convert(fact[end], wished, difference=difference) for end in _NUMBERS)
        return Converted(value, low, high, wished.name)

    def _money(self, fact: Mapping[str, Any], wished: str) -> Converted:
        own, slash, per = fact["unit"].partition("/")
        day: date | None = fact["period_end"] or fact["first_published"]
        if own != wished and day is None:
            return Converted(missing=_NO_DATE)
        rate = self.rates.rate(own, wished, day or date.max) if self.rates is not None else None
        if rate is None:
            return Converted(missing=f"no rate from {own} to {wished} on its date or in the year before")
        value, low, high = (None if fact[end] is None else units.canonical_number(fact[end] * rate) for end in _NUMBERS)
        return Converted(value, low, high, wished + slash + per)


def make_converter(wishes: Wishes, rates: Path | str | None = None) -> Converter:
    """A converter to the units wished for: ``kW``, ``power=hp``, ``money=EUR``, one or several, or a dict of them.

    Raises:
        WishError: there is no such unit, it is of another dimension, nothing is converted to it, or money is wished
            for without rates.
        RatesError: the file of rates is not there or not as it must be.
    """
    found: dict[str, units.Unit] = {}
    for dimension, written in _pairs(wishes):
        unit = _wished(dimension, written)
        if unit.dimension in found and found[unit.dimension] != unit:
            raise WishError(
                f"two units for {unit.dimension}, {found[unit.dimension].name} and {unit.name}; keep one of them"
            )
        found[unit.dimension] = unit
    if _MONEY in found and rates is None:
        raise WishError(
            f"money is converted to {found[_MONEY].name} only at rates of your own: "
            "give a CSV file with the columns date,from,to,rate, such as --rates rates.csv"
        )
    if rates is not None and _MONEY not in found:
        raise WishError("rates are for money, and no currency is wished for: add one, such as --units money=EUR")
    return Converter(found, read_rates(Path(rates)) if rates is not None else None)


def _pairs(wishes: Wishes) -> Iterable[tuple[str | None, str]]:
    if isinstance(wishes, Mapping):
        return wishes.items()
    each = [wishes] if isinstance(wishes, str) else wishes
    return [(wish.partition("=")[0].strip(), wish.partition("=")[2]) if "=" in wish else (None, wish) for wish in each]


def _wished(dimension: str | None, written: str) -> units.Unit:
    known = [name for name in (*units.dimensions(), _MONEY) if name not in _AS_THEY_ARE]
    if dimension is not None and dimension not in known:
        raise WishError(f"nothing of the kind {dimension!r} is converted; what is: {', '.join(known)}")
    try:
        unit = units.find(written)
    except units.UnknownUnitError as error:
        raise WishError(str(error)) from error
    if unit.dimension not in known:
        raise WishError(
            f"nothing is converted to {written!r}, which is of the kind {unit.dimension}; what is: {', '.join(known)}"
        )
    if dimension not in (None, unit.dimension):
        raise WishError(f"{written!r} is a unit of {unit.dimension}, not of {dimension}")
    return unit
