"""Runs of months: ``three months ended March 31, 2025``, ``the year to June``, ``the first nine months of 2024``."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.language.nouns import POSSESSIVE_PRONOUNS
from pipeline.language.numbers.numerals import read_numeral
from pipeline.language.periods.anchors import year_anchor
from pipeline.language.periods.dates import Stretch
from pipeline.language.periods.days import ENDED, day_first, month_first
from pipeline.language.periods.years import time_words, year_behind
from pipeline.language.tokens import HYPHENS, Token

__all__ = ["first_months", "months_ended"]

# Behind a number of months that are not those since the year began: "in the six months after the launch".
_GOING_ON = frozenset(
    "since after before of from following preceding prior it they we that which between leading".split()
)
_MOST_MONTHS = 24  # of a run that figures are given for

# The longer phrases first.
_LENGTHS = {
    ("half", "-", "year"): 6,
    ("half", "year"): 6,
    ("fiscal", "year"): 12,
    ("financial", "year"): 12,
    ("quarter",): 3,
    ("half",): 6,
    ("year",): 12,
}


def months_ended(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``three months ended March 31, 2025``, ``the quarter ended 30 June``, ``the half year to September 2025``."""
    j = i + 1 if tokens[i].lower == "the" else i
    counted = _months_counted(tokens, j, stop)
    at = _behind_ended(tokens, counted[0], stop) if counted is not None else None
    if counted is None or at is None:
        return None
    months = counted[1]
    last = month_first(tokens, at, stop) or day_first(tokens, at, stop) if at < stop else None
    if last is None:
        return None
    month = int(last.part[:2])
    if last.year is None:
        begin = month - months + 1
        back = 0 if begin >= 1 else 1
        return Stretch(last.end, None, f"{begin + 12 * back:02d}", last=(None, f"{month:02d}"), back=back)
    first = last.year * 12 + month - months
    return Stretch(last.end, first // 12, f"{first % 12 + 1:02d}", last=(last.year, f"{month:02d}"))


def _behind_ended(tokens: Sequence[Token], i: int, stop: int) -> int | None:
    """One past the words that lead from a run of months to the day it ended: ``that ended on``, ``to end-``."""
    if i < stop and tokens[i].lower in ("that", "which"):
        i += 1
    if i + 1 >= stop or tokens[i].lower not in (*ENDED, "ends"):
        return None
    behind = [token.lower for token in tokens[i + 1 : i + 3]]
    if behind == ["end", "-"]:
        return i + 3
    return i + 2 if behind[:1] in (["on"], ["in"]) else i + 1


def first_months(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``the first nine months of 2025``, ``the first three quarters``, ``9M25``, ``for the nine months``."""
    if (short := _months_so_far(tokens, i, stop)) is not None:
        return short
    j = i + 1 if tokens[i].lower == "the" else i
    if j + 1 >= stop or tokens[j].lower != "first" or (i > 0 and tokens[i - 1].lower in POSSESSIVE_PRONOUNS):
        return None  # "in its first six months" a plant had not been open for longer
    counted = _quarters_counted(tokens, j + 1, stop) or _months_counted(tokens, j + 1, stop)
    if (
        counted is None
        or counted[1] > 12
        or tokens[counted[0] - 1].lower not in ("months", "month", "period", "quarters")
    ):
        return None
    year, end = year_behind(tokens, counted[0], stop)
    of = counted[0] < stop and tokens[counted[0]].lower == "of"
    if year is None and of and (anchor := year_anchor(tokens, counted[0], stop)):
        return Stretch(anchor[0], None, "01", last=(None, f"{counted[1]:02d}"), shift=anchor[1])
    return Stretch(end, year, "01", last=(None, f"{counted[1]:02d}"))


def _months_so_far(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """The months of a year up to a result: ``9M25``, ``6M 2025``, ``nine-month profit``, ``for the nine months``."""
    if tokens[i].text in ("3", "6", "9") and i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].text == "M":
        return _months_in_short(tokens, i, stop)
    if (months := _months_of_result(tokens, i, stop)) is not None:
        return Stretch(i + 3, None, "01", last=(None, f"{months:02d}"))
    if tokens[i].lower != "the" or i == 0 or tokens[i - 1].lower not in ("for", "in", "during"):
        return None
    counted = _months_counted(tokens, i + 1, stop)
    if counted is None or counted[1] not in (6, 9) or tokens[i + 1].lower in ("half", "quarter"):
        return None
    goes_on = counted[0] < stop and tokens[counted[0]].lower in _GOING_ON
    return None if goes_on else Stretch(counted[0], None, "01", last=(None, f"{counted[1]:02d}"))


def _months_in_short(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``9M25``, ``6M 2025``, where the year stands behind."""
    last = (None, f"{int(tokens[i].text):02d}")
    if i + 2 < stop and tokens[i + 2].glued:
        short = len(tokens[i + 2].text) == 2 and tokens[i + 2].text.isdigit()
        return Stretch(i + 3, 2000 + int(tokens[i + 2].text), "01", last=last) if short else None
    year, end = year_behind(tokens, i + 2, stop)
    return Stretch(end, year, "01", last=last) if year is not None else None


def _months_of_result(tokens: Sequence[Token], i: int, stop: int) -> int | None:
    """How many months a hyphened number before a result tells of: ``nine-month profit``, and no ``six-month loan``."""
    if i + 3 >= stop or tokens[i + 1].text not in HYPHENS or tokens[i + 2].lower != "month":
        return None
    counted = _months_counted(tokens, i, stop)
    told = counted is not None and counted[0] == i + 3 and tokens[i + 3].lower in time_words("results")["words"]
    return counted[1] if counted is not None and told and counted[1] in (3, 6, 9) else None


def _quarters_counted(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, int] | None:
    """How many months ``two quarters`` or ``three quarters`` are; as (one past it, months)."""
    if i + 1 >= stop or tokens[i + 1].lower != "quarters":
        return None
    quarters = {"two": 2, "2": 2, "three": 3, "3": 3}.get(tokens[i].lower)
    return (i + 2, 3 * quarters) if quarters is not None else None


def _months_counted(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, int] | None:
    """How many months are spoken of at token ``i``: ``nine months``, ``quarter``; as (one past it, months)."""
    if i >= stop:
        return None
    for words, months in _LENGTHS.items():
        if [token.lower for token in tokens[i : min(stop, i + len(words))]] == list(words):
            return i + len(words), months
    numeral = read_numeral(tokens, i, stop)
    if numeral is None or numeral.value not in range(1, _MOST_MONTHS + 1):
        return None
    for words in (("months",), ("-", "month", "period"), ("-", "month")):  # "the three-month period ended"
        end = numeral.end + len(words)
        if end <= stop and tuple(token.lower for token in tokens[numeral.end : end]) == words:
            return end, int(numeral.value)
    return None
