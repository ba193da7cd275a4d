"""What an amount is per, told apart from its unit: ``tonnes of nickel a year``, ``each car loses $903``."""

from __future__ import annotations

from dataclasses import replace

from pipeline import units, vocabulary
from pipeline.language.nouns import canonical_noun, function_words, is_plural
from pipeline.language.quantities.around import Around
from pipeline.language.tokens import Kind, Token
from pipeline.language.written_units import WrittenUnit, denominator, unit_at

__all__ = ["per_each", "with_rate"]

_RATE_REACH = 4  # words of what is measured between a unit and its rate


def with_rate(around: Around, unit: WrittenUnit) -> WrittenUnit:
    """``23,000 tonnes of nickel a year``, ``38 kg CO2 per kWh``, ``4.2 kWh for every kilogram``.

    The unit with what it is per, where that stands behind what is measured.
    """
    if "/" in unit.name or units.resolve(unit.name).dimension in ("ratio", "ratio_difference", "multiple", "time"):
        return unit
    first = unit.end + 1 if around.lower(unit.end) == "of" else unit.end
    for i in range(first, min(around.stop, first + 1 + _RATE_REACH)):
        below = _rate_at(around, i)
        if below is not None:
            return replace(unit, name=f"{unit.name}/{below.name}", factor=unit.factor / below.factor)
        token = around.tokens[i]
        chemical = token.kind is Kind.NUMBER and token.glued
        if not (token.kind is Kind.WORD or chemical) or token.lower in function_words():
            return unit
    return unit


def _rate_at(around: Around, i: int) -> WrittenUnit | None:
    """``a year``, ``per tonne``, ``for every kilogram``, ``for each applicant`` at token ``i``."""
    word, tokens, stop = around.lower(i), around.tokens, around.stop
    if word == "for" and around.lower(i + 1) in ("every", "each"):
        unit = unit_at(tokens, i + 2, stop)
        named = i + 2 < stop and _is_one_thing(tokens[i + 2])
        return unit or (WrittenUnit(i + 3, canonical_noun(around.lower(i + 2))) if named else None)
    if i in around.periods or word not in ("a", "an", "per", "each"):
        return None
    below = denominator(tokens, i, stop)
    timed = below is not None and units.resolve(below.name).dimension == "time"
    return below if timed or word == "per" else None


def per_each(around: Around, unit: WrittenUnit, begin: int) -> str:
    """``/vehicle`` where the clause speaks of each one.

    "each car loses $903", "per car, the loss", "$900 on every car".
    """
    if "/" in unit.name:
        return ""
    tokens = around.tokens
    if around.lower(unit.end) in ("on", "for", "with") and around.lower(unit.end + 1) in ("each", "every"):
        thing = around.lower(unit.end + 2)
        return f"/{canonical_noun(thing)}" if thing.isalpha() and thing != "of" else ""
    for i in range(begin - 1, max(around.first, begin - 14) - 1, -1):
        word = tokens[i].lower
        if word in (".", ";", "!", "?") or (tokens[i].kind is Kind.NUMBER and i not in around.periods):
            return ""
        if word == "eps":
            return "/share"
        taken = _counts_before(around, i)
        shared = word == "each" and around.lower(i - 1) in _SHARED_OUT
        if (
            word in ("each", "every", "per")
            and i + 1 < begin
            and not (taken or shared)
            and _is_one_thing(tokens[i + 1])
        ):
            return _per_thing(around, i + 1)
    return ""


def _per_thing(around: Around, i: int) -> str:
    """``/GWh`` or ``/vehicle`` for what stands behind "per" or "each", past an adjective: "per used car"."""
    unit = unit_at(around.tokens, i, around.stop)
    if unit is not None:
        return f"/{unit.name}"
    described = around.lower(i) in vocabulary.load("rates")["adjectives"]["words"] and bool(around.lower(i + 1))
    return f"/{canonical_noun(around.lower(i + described))}"


_SHARED_OUT = frozenset("would will could can may they we you to and".split())  # "they would each receive $250"


def _counts_before(around: Around, i: int) -> bool:
    """Whether a "per" at token ``i`` belongs to a number before it in the same sentence."""
    for j in range(i - 1, max(around.first, i - 3) - 1, -1):
        if around.lower(j) in (".", ";", "!", "?"):
            return False
        if around.tokens[j].kind is Kind.NUMBER and j not in around.periods:
            return True
    return False


def _is_one_thing(token: Token) -> bool:
    word = token.lower
    if token.kind is not Kind.WORD or word in ("of", "other", "cent", "capita", "annum", "one") or is_plural(word):
        return False
    if word.endswith("ed"):  # "have each offered $250 million"
        return False
    return word not in vocabulary.load("units")["time"]
