"""Days and months: ``October 7, 2025``, ``7 October``, ``2025-10-07``, ``July 2025``, ``January to June``."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.language.numbers.numerals import read_numeral
from pipeline.language.periods.anchors import year_anchor
from pipeline.language.periods.dates import Stretch
from pipeline.language.periods.years import DASHES, FIRST_YEAR, LAST_YEAR, SPAN_WORDS, time_words, year_at, year_behind
from pipeline.language.tokens import Kind, Token

__all__ = ["ENDED", "MONTH_PREFIXES", "day_first", "month_at", "month_first", "numeric_date", "week_ended"]


ENDED = ("ended", "ending", "to", "through")  # between a stretch of time and the day it ended
MONTH_PREFIXES = ("end", "mid", "early", "late")  # before a hyphen and a month
_WHICH = {"this": ("year", 0), "next": ("coming", 1)}  # before a month without a year
_MOST_WEEKS = 53  # of a stretch that figures are given for
_COMMON_YEAR = 2023  # stands for one that is not told: without a leap day


def month_first(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``October 7, 2025``, ``Dec.26 2025``, ``July 2025``, ``July``, ``January to June 2024``."""
    month = month_at(tokens, i)
    if month is None:
        return None
    j = i + 1
    if j < stop and tokens[j].text == "." and tokens[j].glued:
        j += 1
    day, after_day = _day_at(tokens, j, stop)
    if day:
        year, end = year_behind(tokens, after_day, stop)
        return Stretch(end, year, f"{month:02d}-{day:02d}")
    both = i > 0 and tokens[i - 1].lower in ("between", "in")
    span = _month_span(tokens, j, stop, month, both=both)
    if span:
        return span
    year, end = year_behind(tokens, j, stop)
    told = year_anchor(tokens, j, stop) if year is None and tokens[j - 1].text != "." else None
    if told is not None:  # "October last year"
        return Stretch(told[0], None, f"{month:02d}", shift=told[1])
    if year is None and not _month_stands_alone(tokens, i, stop):
        return None
    which = _WHICH.get(tokens[i - 1].lower) if i > 0 and year is None else None
    return Stretch(end if year else i + 1, year, f"{month:02d}", shift=which)


def month_at(tokens: Sequence[Token], i: int) -> int | None:
    """The month that token ``i`` names, 1 to 12."""
    token = tokens[i]
    month = time_words("months").get(token.lower)
    hyphenated = i > 1 and token.glued and tokens[i - 1].text in DASHES and tokens[i - 1].glued
    glued_to_name = hyphenated and tokens[i - 2].lower not in MONTH_PREFIXES  # "end-June"
    return int(month) if month and token.capitalised and not glued_to_name else None


def _month_stands_alone(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a month without a year is one and not a verb or a name: "May", "March", "April Jones"."""
    if (
        i + 1 < stop
        and tokens[i + 1].kind is Kind.WORD
        and tokens[i + 1].capitalised
        and not tokens[i + 1].lower.startswith(("deliv", "sales"))
    ):
        return False
    named = (
        i > 0 and tokens[i].gap == " " and tokens[i - 1].capitalised and tokens[i - 1].kind is Kind.WORD
    )  # "Lei Jun"
    sure = len(tokens[i].text) > 4 and tokens[i].lower not in ("march", "april") and not named
    before = tokens[i - 1].lower if i else ""
    if before in DASHES and i > 1:
        before = tokens[i - 2].lower
    return sure or before in (
        "end",
        "ended",
        "finished",
        "in",
        "since",
        "by",
        "until",
        "of",
        "last",
        "this",
        "next",
        "from",
        "to",
        "during",
        "through",
        "late",
        "early",
        "mid",
    )


def _month_span(tokens: Sequence[Token], j: int, stop: int, month: int, *, both: bool) -> Stretch | None:
    if j + 1 < stop and (tokens[j].text in DASHES or tokens[j].lower in SPAN_WORDS):
        last = (
            month_at(tokens, j + 1) if tokens[j].text not in DASHES else time_words("months").get(tokens[j + 1].lower)
        )
        if last and last > month:
            year, end = year_behind(tokens, j + 2, stop)
            if tokens[j].lower == "and" and year is None and not both:
                return None
            return Stretch(max(end, j + 2), year, f"{month:02d}", last=(year, f"{last:02d}"))
    return None


def week_ended(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``the week ending 12 October``, ``week to October 12, 2024``, ``the 12 weeks to 21 May 2017``."""
    j = i + 1 if tokens[i].lower == "the" else i
    counted = _weeks_counted(tokens, j, stop)
    if counted is None or counted[0] + 1 >= stop or tokens[counted[0]].lower not in ENDED:
        return None
    at, weeks = counted[0] + 1, counted[1]
    last = month_first(tokens, at, stop) or day_first(tokens, at, stop)
    if last is None or last.last is not None or not re.fullmatch(r"\d\d-\d\d", last.part):
        return None
    end = date(last.year or _COMMON_YEAR, int(last.part[:2]), int(last.part[3:]))
    first = end - timedelta(days=7 * weeks - 1)
    year = None if last.year is None else first.year
    return Stretch(
        last.end,
        year,
        first.strftime("%m-%d"),
        last=(last.year, last.part),
        back=end.year - first.year if year is None else 0,
    )


def _weeks_counted(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, int] | None:
    """How many weeks are spoken of at token ``i``: ``week``, ``12 weeks``; as (one past it, weeks)."""
    if i < stop and tokens[i].lower == "week":
        return i + 1, 1
    numeral = read_numeral(tokens, i, stop)
    if numeral is None or numeral.value not in range(1, _MOST_WEEKS + 1) or numeral.end >= stop:
        return None
    return (numeral.end + 1, int(numeral.value)) if tokens[numeral.end].lower == "weeks" else None


def _day_at(tokens: Sequence[Token], j: int, stop: int) -> tuple[int, int]:
    """A day of the month at token ``j``, as (day, one past it); (0, j) where there is none."""
    if (
        j < stop
        and tokens[j].kind is Kind.NUMBER
        and tokens[j].text.isdigit()
        and 1 <= int(tokens[j].text[:4]) <= 31
        and len(tokens[j].text) <= 2
    ):
        if j + 1 < stop and tokens[j + 1].glued and tokens[j + 1].lower in ("st", "nd", "rd", "th"):
            return int(tokens[j].text), j + 2
        if (
            j + 1 < stop
            and tokens[j + 1].glued
            and tokens[j + 1].text not in (",", ".", ")", ";", ":", "-", "–", "’", "'")
        ):
            return 0, j
        return int(tokens[j].text), j + 1
    return 0, j


def day_first(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``7 October 2025``, ``the 7th of October``."""
    day, j = _day_at(tokens, i, stop)
    if not day:
        day, j = _first_of_days(tokens, i, stop)
    if not day or j >= stop:
        return None
    last = 0
    if tokens[j].text in DASHES and tokens[j].glued and j + 1 < stop:
        last, j = _day_at(tokens, j + 1, stop)
        if not last or j >= stop:
            return None
    if tokens[j].lower == "of" and j > i + 1:
        j += 1
    if j >= stop or (month := month_at(tokens, j)) is None or "\n" in tokens[j].gap:
        return None
    j += 1
    if j < stop and tokens[j].text == "." and tokens[j].glued and j + 1 < stop and year_at(tokens, j + 1, stop):
        j += 1
    year, end = year_behind(tokens, j, stop)
    until = (year, f"{month:02d}-{last:02d}") if last > day else None
    return Stretch(end if year else j, year, f"{month:02d}-{day:02d}", last=until)


def _first_of_days(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, int]:
    """The first day of ``12-14 June``, as (day, the dash behind it)."""
    dash = i + 1 < stop and tokens[i + 1].text in DASHES and tokens[i + 1].glued
    small = tokens[i].kind is Kind.NUMBER and tokens[i].text.isdigit() and len(tokens[i].text) <= 2
    return (int(tokens[i].text), i + 1) if dash and small and 1 <= int(tokens[i].text) <= 31 else (0, i)


def numeric_date(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``2025-10-07``, ``2025/10/07``, ``07.10.2025``; ``10/07/2025`` is in October, ``13/07/2025`` in July."""
    if tokens[i].kind is not Kind.NUMBER:
        return None
    points = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", tokens[i].text)
    if points:
        return _calendar_day(i + 1, int(points[3]), int(points[2]), int(points[1]))
    if i + 4 >= stop or any(not token.glued for token in tokens[i + 1 : i + 5]) or tokens[i + 1].text not in "-/":
        return None
    parts = [token.text for token in tokens[i : i + 5 : 2]]
    if tokens[i + 3].text != tokens[i + 1].text or not all(part.isdigit() for part in parts):
        return None
    a, b, c = (int(part) for part in parts)
    if len(parts[0]) == 4:
        return _calendar_day(i + 5, a, b, c)
    if len(parts[2]) == 4:
        return _calendar_day(i + 5, c, b, a) if a > 12 else _calendar_day(i + 5, c, a, b)
    return None


def _calendar_day(end: int, year: int, month: int, day: int) -> Stretch | None:
    if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return Stretch(end, year, f"{month:02d}-{day:02d}")
    return None
