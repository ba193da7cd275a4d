"""Words of time that are relative to the day of publication: ``last year``, ``this quarter``, ``two years ago``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pipeline.language.numbers.numerals import read_numeral
from pipeline.language.periods.dates import Stretch
from pipeline.language.periods.years import time_words
from pipeline.language.tokens import PhraseTable, Token

__all__ = ["anchor", "units_ago", "weekday", "year_anchor"]

_LONGEST_AGO = 100  # years, quarters, months or days: "12,000 days ago" names no day


@cache
def _anchors() -> PhraseTable[tuple[str, int]]:
    """The phrases for such a period, each as the unit it is counted in and how many of them it lies away."""
    return PhraseTable((phrase, (unit, count)) for phrase, (unit, count) in time_words("anchors").items())


def year_anchor(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, tuple[str, int]] | None:
    """A year that is relative to the day of publication at token ``i``, as (one past it, how many years it lies away):
    ``last year``, ``of the previous year``."""
    told = _anchors().at(tokens, i + (i < stop and tokens[i].lower == "of"), stop)
    return told if told is not None and told[1][0] == "year" else None


def anchor(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``last year``, ``this quarter``, ``year-end``."""
    found = _anchors().at(tokens, i, stop)
    return Stretch(found[0], None, shift=found[1]) if found else None


def weekday(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``Wednesday``, ``last Tuesday``: a day that only the day of publication can place."""
    j = i + 1 if tokens[i].lower in ("last", "this", "next") else i
    if j < stop and tokens[j].capitalised and tokens[j].lower in time_words("weekdays") and len(tokens[j].text) > 3:
        return Stretch(j + 1, None, shift=("weekday " + " ".join(token.lower for token in tokens[i : j + 1]), 0))
    return None


def units_ago(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``two years ago``, ``six months ago``."""
    numeral = read_numeral(tokens, i, stop)
    if numeral is None or numeral.end + 1 >= stop or tokens[numeral.end + 1].lower != "ago":
        return None
    unit = tokens[numeral.end].lower.removesuffix("s")
    if unit not in ("year", "quarter", "month", "day") or numeral.value not in range(1, _LONGEST_AGO):
        return None
    return Stretch(numeral.end + 2, None, shift=(unit, -int(numeral.value)))
