"""Periods: the words of time in a text, and the stretch of the calendar each names.

An own grammar reads years, quarters, halves, fiscal years, months, ranges, decades and what is relative to the day of
publication. Days of the week and "three days ago" are handed, once delimited, to dateparser.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from pipeline import vocabulary
from pipeline.language.dates import Stretch, period_bounds, resolve
from pipeline.language.nouns import is_plural
from pipeline.language.numerals import read_numeral
from pipeline.language.tokens import Kind, PhraseTable, Token
from pipeline.language.written_units import unit_at

__all__ = ["Period", "find_periods"]

_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_DASHES = frozenset("-–—‐‑")
_SPAN_WORDS = frozenset({"to", "and", "through", "until"})


@dataclass(frozen=True, slots=True)
class Period:
    """Words of time: tokens ``first`` to ``end``, and what they name; ``iso`` is null where nothing tells the year."""

    first: int
    end: int
    iso: str | None
    relative: bool = False
    deadline: bool = False  # "by 2027": not when something holds but by when it will
    since: bool = False  # open at one end: "since 2020"


def find_periods(
    tokens: Sequence[Token], first: int, stop: int, published: date | None, year: int | None = None
) -> list[Period]:
    """The periods among some tokens, in order. ``year`` is the year the text before them spoke of last."""
    found: list[Period] = []
    i = first
    while i < stop:
        stretch = _stretch_at(tokens, i, stop) if _may_open(tokens[i]) else None
        if stretch is None:
            i += 1
            continue
        iso = resolve(stretch, published, year)
        if stretch.year is not None:
            year = stretch.year
        found.append(_placed(tokens, i, stretch, iso, first))
        i = stretch.end
    return found


@cache
def _words(section: str) -> dict[str, Any]:
    return dict(vocabulary.load("periods")[section])


@cache
def _anchors() -> PhraseTable[tuple[str, int]]:
    return PhraseTable((phrase, (unit, count)) for phrase, (unit, count) in _words("anchors").items())


@cache
def _openers() -> frozenset[str]:
    openers = {"q", "h", "fy", "fiscal", "full", "the", "three", "six", "nine", "twelve"}
    openers |= {phrase.split()[0].split("-")[0] for phrase in _words("anchors")}
    return frozenset(openers | set(_words("months")) | set(_words("weekdays")) | set(_words("ordinals")))


def _may_open(token: Token) -> bool:
    return token.kind is Kind.NUMBER or (token.kind is Kind.WORD and token.lower in _openers())


def _placed(tokens: Sequence[Token], i: int, stretch: Stretch, iso: str | None, first: int) -> Period:
    """A stretch as a period, with the words before it that say how it binds."""
    before = [token.lower for token in tokens[max(first, i - 4) : i]]
    while before and before[-1] in ("the", "about", "around", "early", "late", "mid", "-"):
        before.pop()
    end_of = before[-2:] == ["end", "of"] or before[-1:] == ["end"] or before[-2:] == ["end", "-"]
    begin = i
    if end_of and iso and stretch.last is None:
        iso = period_bounds(iso)[1].isoformat()
    if end_of and "by" in before:
        before = ["by"]
    binds = before[-1:] or [""]
    return Period(
        begin,
        stretch.end,
        iso,
        stretch.shift is not None,
        binds[0] in ("by", "before"),
        binds[0] in ("since", "from", "after"),
    )


def _stretch_at(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    readers: tuple[Callable[[Sequence[Token], int, int], Stretch | None], ...] = (
        _months_ended,
        _numeric_date,
        _quarter,
        _fiscal_year,
        _ordinal_part,
        _month_first,
        _day_first,
        _decade,
        _year_range,
        _plain_year,
        _anchor,
        _weekday,
    )
    for reader in readers:
        stretch = reader(tokens, i, stop)
        if stretch is not None:
            return stretch
    return None


def _year_at(tokens: Sequence[Token], i: int, stop: int) -> int | None:
    """A year of four digits at token ``i``, not part of a longer or a larger number."""
    if i >= stop or tokens[i].kind is not Kind.NUMBER or len(tokens[i].text) != 4 or not tokens[i].text.isdigit():
        return None
    year = int(tokens[i].text)
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None


def _year_behind(tokens: Sequence[Token], i: int, stop: int) -> tuple[int | None, int]:
    """The year that follows a part of one, past "of", a comma or "FY", as (year, one past it)."""
    j = i
    while j < stop and tokens[j].lower in ("of", ",", "fy", "fiscal", "the", "year", ".", "'", "’", "in") and j < i + 3:
        j += 1
    year = _year_at(tokens, j, stop)
    if year is not None and (j == i or tokens[j - 1].lower != "in" or j == i + 1):
        return year, j + 1
    if (
        j < stop
        and tokens[j].glued
        and re.fullmatch(r"\d\d", tokens[j].text)
        and j > i
        and tokens[j - 1].lower in ("fy", "'", "’")
    ):
        return 2000 + int(tokens[j].text), j + 1
    return None, i


def _quarter(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``Q1 2025``, ``H2``, ``1Q25``, ``2025 Q1``."""
    token = tokens[i]
    if token.lower in ("q", "h") and i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].text.isdigit():
        part = _part(token.lower, tokens[i + 1].text)
        if part is None:
            return None
        end = i + 2
        if end + 1 < stop and tokens[end].text in _DASHES and tokens[end].glued and _year_at(tokens, end + 1, stop):
            return Stretch(end + 2, int(tokens[end + 1].text), part)
        year, end = _year_behind(tokens, end, stop)
        return Stretch(end, year, part)
    if token.kind is Kind.NUMBER and i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].text in ("Q", "H"):
        part = _part(tokens[i + 1].lower, token.text)
        if part is None:
            return None
        if i + 2 < stop and tokens[i + 2].glued and re.fullmatch(r"\d\d", tokens[i + 2].text):
            return Stretch(i + 3, 2000 + int(tokens[i + 2].text), part)
        year, end = _year_behind(tokens, i + 2, stop)
        return Stretch(end, year, part)
    return _year_first(tokens, i, stop)


def _year_first(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``2025 Q1``, ``2025Q1``."""
    year = _year_at(tokens, i, stop)
    if year is None or i + 2 >= stop or tokens[i + 1].lower not in ("q", "h") or not tokens[i + 2].glued:
        return None
    part = _part(tokens[i + 1].lower, tokens[i + 2].text)
    return Stretch(i + 3, year, part) if part else None


def _part(letter: str, number: str) -> str | None:
    return f"{letter.upper()}{number}" if number in ("1", "2", "3", "4")[: 4 if letter == "q" else 2] else None


def _fiscal_year(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``FY2024``, ``FY24``, ``fiscal 2024``, ``full-year 2024``."""
    word = tokens[i].lower
    j = i + 1
    if word == "fy":
        if j < stop and re.fullmatch(r"\d\d", tokens[j].text) and tokens[j].glued:
            return Stretch(j + 1, 2000 + int(tokens[j].text))
    elif word == "fiscal" or (word == "full" and j < stop and tokens[j].text in ("-", "year")):
        while j < stop and tokens[j].lower in ("-", "year"):
            j += 1
    else:
        return None
    year = _year_at(tokens, j, stop)
    return Stretch(j + 1, year) if year else None


def _ordinal_part(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``the first quarter of 2025``, ``second-half 2024``, ``the third quarter``, ``the June quarter``."""
    j = i + 1 if tokens[i].lower == "the" else i
    if j + 1 >= stop:
        return None
    number = _words("ordinals").get(tokens[j].lower)
    month = _words("months").get(tokens[j].lower) if tokens[j].capitalised else None
    k = j + 2 if tokens[j + 1].text == "-" and j + 2 < stop else j + 1
    if tokens[k].lower not in ("quarter", "half"):
        return None
    if tokens[j].lower == "last" or (number is None and month is None):
        return None
    if month is not None:
        part = f"Q{(month + 2) // 3}"
    elif tokens[k].lower == "quarter":
        part = f"Q{number}"
    else:
        part = f"H{min(int(number or 1), 2)}"
    year, end = _year_behind(tokens, k + 1, stop)
    if year is None and (anchor := _anchors().at(tokens, k + 2, stop)) and tokens[k + 1].lower == "of":
        return Stretch(anchor[0], None, part, shift=anchor[1])
    return Stretch(end, year, part)


def _month_first(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``October 7, 2025``, ``Dec.26 2025``, ``July 2025``, ``July``, ``January to June 2024``."""
    month = _month_at(tokens, i)
    if month is None:
        return None
    j = i + 1
    if j < stop and tokens[j].text == "." and tokens[j].glued:
        j += 1
    day, after_day = _day_at(tokens, j, stop)
    if day:
        year, end = _year_behind(tokens, after_day, stop)
        return Stretch(end, year, f"{month:02d}-{day:02d}")
    span = _month_span(tokens, j, stop, month)
    if span:
        return span
    year, end = _year_behind(tokens, j, stop)
    if year is None and not _month_stands_alone(tokens, i, stop):
        return None
    return Stretch(end if year else i + 1, year, f"{month:02d}")


def _month_at(tokens: Sequence[Token], i: int) -> int | None:
    token = tokens[i]
    month = _words("months").get(token.lower)
    glued_to_name = i > 0 and token.glued and tokens[i - 1].text in _DASHES and tokens[i - 1].glued
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
    return sure or before in (
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


def _month_span(tokens: Sequence[Token], j: int, stop: int, month: int) -> Stretch | None:
    if j + 1 < stop and (tokens[j].text in _DASHES or tokens[j].lower in _SPAN_WORDS):
        last = _month_at(tokens, j + 1) if tokens[j].text not in _DASHES else _words("months").get(tokens[j + 1].lower)
        if last and last > month:
            year, end = _year_behind(tokens, j + 2, stop)
            if tokens[j].lower == "and" and year is None:
                return None
            return Stretch(max(end, j + 2), year, f"{month:02d}", last=(year, f"{last:02d}"))
    return None


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


def _day_first(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``7 October 2025``, ``the 7th of October``."""
    day, j = _day_at(tokens, i, stop)
    if not day:
        day, j = _first_of_days(tokens, i, stop)
    if not day or j >= stop:
        return None
    last = 0
    if tokens[j].text in _DASHES and tokens[j].glued and j + 1 < stop:
        last, j = _day_at(tokens, j + 1, stop)
        if not last or j >= stop:
            return None
    if tokens[j].lower == "of" and j > i + 1:
        j += 1
    if j >= stop or (month := _month_at(tokens, j)) is None or "\n" in tokens[j].gap:
        return None
    j += 1
    if j < stop and tokens[j].text == "." and tokens[j].glued and j + 1 < stop and _year_at(tokens, j + 1, stop):
        j += 1
    year, end = _year_behind(tokens, j, stop)
    until = (year, f"{month:02d}-{last:02d}") if last > day else None
    return Stretch(end if year else j, year, f"{month:02d}-{day:02d}", last=until)


def _first_of_days(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, int]:
    """The first day of ``12-14 June``, as (day, the dash behind it)."""
    dash = i + 1 < stop and tokens[i + 1].text in _DASHES and tokens[i + 1].glued
    small = tokens[i].kind is Kind.NUMBER and tokens[i].text.isdigit() and len(tokens[i].text) <= 2
    return (int(tokens[i].text), i + 1) if dash and small and 1 <= int(tokens[i].text) <= 31 else (0, i)


def _numeric_date(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
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
    if _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return Stretch(end, year, f"{month:02d}-{day:02d}")
    return None


def _decade(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``the 2010s``."""
    if (
        i + 1 < stop
        and tokens[i + 1].glued
        and tokens[i + 1].text in ("s", "'s", "’s")
        and (year := _year_at(tokens, i, stop))
        and year % 10 == 0
    ):
        return Stretch(i + 2, year, last=(year + 9, ""))
    return None


def _year_range(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``2023-2025``, ``2019–23``, ``2024/25``, ``from 2019 to 2023``."""
    year = _year_at(tokens, i, stop)
    if year is None or i + 2 >= stop:
        return None
    joint, other = tokens[i + 1], tokens[i + 2]
    spoken = joint.lower in _SPAN_WORDS and i > 0 and tokens[i - 1].lower in ("from", "between")
    written = (joint.text in _DASHES or joint.text == "/") and joint.glued and other.glued
    if not (spoken or written) or not other.text.isdigit() or unit_at(tokens, i + 3, stop):
        return None
    last = (
        int(other.text) if len(other.text) == 4 else year // 100 * 100 + int(other.text) if len(other.text) == 2 else 0
    )
    return Stretch(i + 3, year, last=(last, "")) if year < last <= year + 60 else None


def _plain_year(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``2024``, unless a unit or the rest of a word follows, or a currency or a sign stands before."""
    year = _year_at(tokens, i, stop)
    if year is None or _is_glued_to_something(tokens, i):
        return None
    following = tokens[i + 1] if i + 1 < stop else None
    if following is None:
        return Stretch(i + 1, year)
    if following.glued and (following.kind is not Kind.SYMBOL or following.text in "%°"):
        return None
    if following.text == "." and following.glued and i + 2 < stop and tokens[i + 2].glued:
        return None
    if i > 0 and _is_counted(tokens[i - 1], following):
        return None
    unit = unit_at(tokens, i + 1, stop) if following.gap == " " and len(following.text) > 1 else None
    return None if unit is not None else Stretch(i + 1, year)


def _is_glued_to_something(tokens: Sequence[Token], i: int) -> bool:
    """Whether a currency, a word or a joined number stands right before token ``i``."""
    if i == 0 or not tokens[i].glued:
        return False
    before = tokens[i - 1]
    if before.kind is Kind.WORD or before.text in "$€£¥₹.#~≈":
        return True
    return i > 1 and before.text in _DASHES and before.glued and tokens[i - 2].kind is not Kind.WORD


def _is_counted(before: Token, following: Token) -> bool:
    """Whether four digits between a verb and a plural are a number: "will shed 2000 jobs"."""
    return before.lower in _counting_verbs() and following.text.islower() and is_plural(following.lower)


@cache
def _counting_verbs() -> frozenset[str]:
    return frozenset(vocabulary.load("metrics")["verbs"]) | frozenset(_words("counting_verbs")["words"])


def _anchor(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``last year``, ``this quarter``, ``year-end``."""
    found = _anchors().at(tokens, i, stop)
    return Stretch(found[0], None, shift=found[1]) if found else None


def _weekday(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``Wednesday``, ``last Tuesday``: a day that only the day of publication can place."""
    j = i + 1 if tokens[i].lower in ("last", "this", "next") else i
    if j < stop and tokens[j].capitalised and tokens[j].lower in _words("weekdays") and len(tokens[j].text) > 3:
        return Stretch(j + 1, None, shift=("weekday " + " ".join(token.lower for token in tokens[i : j + 1]), 0))
    return None


def _months_ended(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``three months ended March 31, 2025``, ``the nine months to September 2025``."""
    if tokens[i].lower != "the" and not _may_count_months(tokens[i]):
        return None
    j = i + 1 if tokens[i].lower == "the" else i
    numeral = read_numeral(tokens, j, stop)
    if numeral is None or numeral.end + 2 >= stop or tokens[numeral.end].lower != "months":
        return None
    if tokens[numeral.end + 1].lower not in ("ended", "ending", "to", "through") or not 1 < numeral.value <= 24:
        return None
    last = _month_first(tokens, numeral.end + 2, stop) or _day_first(tokens, numeral.end + 2, stop)
    if last is None:
        return None
    month = int(last.part[:2])
    if last.year is None:
        begin = month - int(numeral.value) + 1
        return Stretch(last.end, None, f"{begin:02d}", last=(None, f"{month:02d}")) if begin >= 1 else None
    first = last.year * 12 + month - int(numeral.value)
    return Stretch(last.end, first // 12, f"{first % 12 + 1:02d}", last=(last.year, f"{month:02d}"))


def _may_count_months(token: Token) -> bool:
    return token.text in ("3", "6", "9", "12") or token.lower in ("three", "six", "nine", "twelve")
