"""Periods: the words of time in a text, and the stretch of the calendar each names.

An own grammar reads years, quarters, halves, fiscal years, months, ranges, decades and what is relative to the day of
publication. Days of the week and "three days ago" are handed, once delimited, to dateparser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from pipeline.language.nouns import is_plural
from pipeline.language.numbers.numerals import read_numeral
from pipeline.language.periods.dates import Stretch, period_bounds, readings_of, years_later
from pipeline.language.periods.days import day_first, month_first, numeric_date
from pipeline.language.periods.years import DASHES, SPAN_WORDS, time_words, year_at, year_behind
from pipeline.language.tokens import Kind, PhraseTable, Token
from pipeline.language.verbs import measuring_verbs
from pipeline.language.written_units import unit_at

__all__ = ["Period", "find_periods"]

_LONGEST_AGO = 100  # years, quarters, months or days: "12,000 days ago" names no day


@dataclass(frozen=True, slots=True)
class Period:
    """Words of time: tokens ``first`` to ``end``, and what they name; ``iso`` is null where nothing tells the year.

    Of words that tell no year of their own (``dated`` is false: "in March"), ``iso`` is the likeliest reading and
    ``others`` are the rest, each with how it is meant: of the year spoken of before, the latest, or the next to come.
    """

    first: int
    end: int
    iso: str | None
    relative: bool = False
    since: bool = False  # open at one end: "since 2020"
    dated: bool = True
    others: tuple[tuple[str, str], ...] = ()


def find_periods(
    tokens: Sequence[Token], first: int, stop: int, published: date | None, year: int | None = None
) -> list[Period]:
    """The periods among some tokens, in order. ``year`` is the year the text before them spoke of last."""
    found: list[Period] = []
    spoken: int | None = None  # the year these tokens themselves spoke of last
    i = first
    while i < stop:
        back = _years_back(tokens, i, stop, found)
        if back is not None:
            found.append(back)
            i = back.end
            continue
        stretch = _stretch_at(tokens, i, stop) if _may_open(tokens[i]) else None
        if stretch is None:
            i += 1
            continue
        readings = readings_of(stretch, published, spoken, year)
        spoken = stretch.year or spoken
        found.append(_placed(tokens, i, stretch, readings, first))
        i = stretch.end
    return found


def _years_back(tokens: Sequence[Token], i: int, stop: int, found: Sequence[Period]) -> Period | None:
    """``the year before``, ``the same quarter last year``: the period spoken of last, that many years earlier."""
    shift = _back().at(tokens, i, stop) if tokens[i].lower in ("a", "the") else None
    spoken = next((period.iso for period in reversed(found) if period.iso), None)
    if shift is None or spoken is None:
        return None
    return Period(i, shift[0], years_later(spoken, shift[1]), relative=True)


@cache
def _back() -> PhraseTable[int]:
    return PhraseTable((phrase, int(years)) for phrase, years in time_words("back").items())


@cache
def _anchors() -> PhraseTable[tuple[str, int]]:
    return PhraseTable((phrase, (unit, count)) for phrase, (unit, count) in time_words("anchors").items())


@cache
def _openers() -> frozenset[str]:
    openers = {
        "q",
        "h",
        "fy",
        "fiscal",
        "full",
        "the",
        "three",
        "six",
        "nine",
        "twelve",
        "quarter",
        "half",
        "year",
        "financial",
        "two",
        "four",
        "five",
        "seven",
        "eight",
        "ten",
    }
    openers |= {phrase.split()[0].split("-")[0] for phrase in time_words("anchors")}
    return frozenset(openers | set(time_words("months")) | set(time_words("weekdays")) | set(time_words("ordinals")))


def _may_open(token: Token) -> bool:
    return token.kind is Kind.NUMBER or (token.kind is Kind.WORD and token.lower in _openers())


def _placed(
    tokens: Sequence[Token], i: int, stretch: Stretch, readings: Sequence[tuple[str, str]], first: int
) -> Period:
    """A stretch as a period, with the words before it that say how it binds."""
    before = [token.lower for token in tokens[max(first, i - 4) : i]]
    while before and before[-1] in ("the", "about", "around", "early", "late", "mid", "-"):
        before.pop()
    end_of = before[-2:] == ["end", "of"] or before[-1:] == ["end"]
    if end_of and stretch.last is None:
        readings = [(how, period_bounds(iso)[1].isoformat()) for how, iso in readings]
    since = before[-1:] in (["since"], ["after"]) or (before[-1:] == ["from"] and stretch.last is None)
    relative = stretch.shift is not None
    iso = readings[0][1] if readings else None
    dated = relative or stretch.year is not None
    return Period(i, stretch.end, iso, relative, since, dated, tuple(readings[1:]))


def _stretch_at(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    readers: tuple[Callable[[Sequence[Token], int, int], Stretch | None], ...] = (
        _months_ended,
        _first_months,
        _units_ago,
        numeric_date,
        _quarter,
        _fiscal_year,
        _ordinal_part,
        month_first,
        day_first,
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


def _quarter(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``Q1 2025``, ``H2``, ``1Q25``, ``2025 Q1``."""
    token = tokens[i]
    if token.lower in ("q", "h") and i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].text.isdigit():
        part = _part(token.lower, tokens[i + 1].text)
        if part is None:
            return None
        end = i + 2
        if end + 1 < stop and tokens[end].text in DASHES and tokens[end].glued and year_at(tokens, end + 1, stop):
            return Stretch(end + 2, int(tokens[end + 1].text), part)
        year, end = year_behind(tokens, end, stop)
        return Stretch(end, year, part)
    if token.kind is Kind.NUMBER and i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].text in ("Q", "H"):
        part = _part(tokens[i + 1].lower, token.text)
        if part is None:
            return None
        if i + 2 < stop and tokens[i + 2].glued and re.fullmatch(r"\d\d", tokens[i + 2].text):
            return Stretch(i + 3, 2000 + int(tokens[i + 2].text), part)
        year, end = year_behind(tokens, i + 2, stop)
        return Stretch(end, year, part)
    return _year_first(tokens, i, stop)


def _year_first(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``2025 Q1``, ``2025Q1``."""
    year = year_at(tokens, i, stop)
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
    year = year_at(tokens, j, stop)
    return Stretch(j + 1, year) if year else None


def _ordinal_part(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``the first quarter of 2025``, ``second-half 2024``, ``the third quarter``, ``the June quarter``."""
    j = i + 1 if tokens[i].lower == "the" else i
    if j + 1 >= stop:
        return None
    number = time_words("ordinals").get(tokens[j].lower)
    month = time_words("months").get(tokens[j].lower) if tokens[j].capitalised else None
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
    year, end = year_behind(tokens, k + 1, stop)
    if year is None and (anchor := _anchors().at(tokens, k + 2, stop)) and tokens[k + 1].lower == "of":
        return Stretch(anchor[0], None, part, shift=anchor[1])
    return Stretch(end, year, part)


def _decade(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``the 2010s``."""
    if (
        i + 1 < stop
        and tokens[i + 1].glued
        and tokens[i + 1].text in ("s", "'s", "’s")
        and (year := year_at(tokens, i, stop))
        and year % 10 == 0
    ):
        return Stretch(i + 2, year, last=(year + 9, ""))
    return None


def _year_range(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``2023-2025``, ``2019–23``, ``2024/25``, ``from 2019 to 2023``."""
    year = year_at(tokens, i, stop)
    if year is None or i + 2 >= stop:
        return None
    joint, other = tokens[i + 1], tokens[i + 2]
    spoken = joint.lower in SPAN_WORDS and i > 0 and tokens[i - 1].lower in ("from", "between")
    written = (joint.text in DASHES or joint.text == "/") and joint.glued and other.glued
    if not (spoken or written) or not other.text.isdigit() or unit_at(tokens, i + 3, stop):
        return None
    last = (
        int(other.text) if len(other.text) == 4 else year // 100 * 100 + int(other.text) if len(other.text) == 2 else 0
    )
    return Stretch(i + 3, year, last=(last, "")) if year < last <= year + 60 else None


def _plain_year(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``2024``, unless a unit or the rest of a word follows, or a currency or a sign stands before."""
    year = year_at(tokens, i, stop)
    if year is None or _is_glued_to_something(tokens, i):
        return None
    following = tokens[i + 1] if i + 1 < stop else None
    if following is None:
        return Stretch(i + 1, year)
    if following.glued and following.text in _YEAR_MARKS and not (i + 2 < stop and tokens[i + 2].glued):
        return Stretch(i + 2, year)  # "2025E", as analysts mark what they expect
    if following.glued and (following.kind is not Kind.SYMBOL or following.text in "%°"):
        return None
    if following.text == "." and following.glued and i + 2 < stop and tokens[i + 2].glued:
        return None
    if i > 0 and _is_counted(tokens[i - 1], following):
        return None
    unit = unit_at(tokens, i + 1, stop) if following.gap == " " and len(following.text) > 1 else None
    return None if unit is not None else Stretch(i + 1, year)


_YEAR_MARKS = frozenset({"E", "e", "F", "A"})


def _is_glued_to_something(tokens: Sequence[Token], i: int) -> bool:
    """Whether a currency, a word or a joined number stands right before token ``i``."""
    if i == 0 or not tokens[i].glued:
        return False
    before = tokens[i - 1]
    if before.kind is Kind.WORD or before.text in "$€£¥₹.#~≈":
        return True
    return i > 1 and before.text in DASHES and before.glued and tokens[i - 2].kind is not Kind.WORD


def _is_counted(before: Token, following: Token) -> bool:
    """Whether four digits between a verb and a plural are a number: "will shed 2000 jobs"."""
    return before.lower in _counting_verbs() and following.text.islower() and is_plural(following.lower)


@cache
def _counting_verbs() -> frozenset[str]:
    return frozenset(measuring_verbs()) | frozenset(time_words("counting_verbs")["words"])


def _anchor(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``last year``, ``this quarter``, ``year-end``."""
    found = _anchors().at(tokens, i, stop)
    return Stretch(found[0], None, shift=found[1]) if found else None


def _weekday(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``Wednesday``, ``last Tuesday``: a day that only the day of publication can place."""
    j = i + 1 if tokens[i].lower in ("last", "this", "next") else i
    if j < stop and tokens[j].capitalised and tokens[j].lower in time_words("weekdays") and len(tokens[j].text) > 3:
        return Stretch(j + 1, None, shift=("weekday " + " ".join(token.lower for token in tokens[i : j + 1]), 0))
    return None


def _months_ended(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``three months ended March 31, 2025``, ``the quarter ended 30 June``, ``the half year to September 2025``."""
    j = i + 1 if tokens[i].lower == "the" else i
    counted = _months_counted(tokens, j, stop)
    if (
        counted is None
        or counted[0] + 1 >= stop
        or tokens[counted[0]].lower not in ("ended", "ending", "to", "through")
    ):
        return None
    end, months = counted
    last = month_first(tokens, end + 1, stop) or day_first(tokens, end + 1, stop)
    if last is None:
        return None
    month = int(last.part[:2])
    if last.year is None:
        begin = month - months + 1
        back = 0 if begin >= 1 else 1
        return Stretch(last.end, None, f"{begin + 12 * back:02d}", last=(None, f"{month:02d}"), back=back)
    first = last.year * 12 + month - months
    return Stretch(last.end, first // 12, f"{first % 12 + 1:02d}", last=(last.year, f"{month:02d}"))


def _first_months(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``the first nine months of 2025``, ``the first six months``."""
    j = i + 1 if tokens[i].lower == "the" else i
    if j + 1 >= stop or tokens[j].lower != "first":
        return None
    counted = _months_counted(tokens, j + 1, stop)
    if counted is None or tokens[counted[0] - 1].lower != "months":
        return None
    year, end = year_behind(tokens, counted[0], stop)
    of = counted[0] < stop and tokens[counted[0]].lower == "of"
    if year is None and of and (anchor := _anchors().at(tokens, counted[0] + 1, stop)) and anchor[1][0] == "year":
        return Stretch(anchor[0], None, "01", last=(None, f"{counted[1]:02d}"), shift=anchor[1])
    return Stretch(end, year, "01", last=(None, f"{counted[1]:02d}"))


def _units_ago(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``two years ago``, ``six months ago``."""
    numeral = read_numeral(tokens, i, stop)
    if numeral is None or numeral.end + 1 >= stop or tokens[numeral.end + 1].lower != "ago":
        return None
    unit = tokens[numeral.end].lower.removesuffix("s")
    if unit not in ("year", "quarter", "month", "day") or numeral.value not in range(1, _LONGEST_AGO):
        return None
    return Stretch(numeral.end + 2, None, shift=(unit, -int(numeral.value)))


def _months_counted(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, int] | None:
    """How many months are spoken of at token ``i``: ``nine months``, ``quarter``; as (one past it, months)."""
    if i >= stop:
        return None
    for words, months in _LENGTHS.items():
        if [token.lower for token in tokens[i : min(stop, i + len(words))]] == list(words):
            return i + len(words), months
    if not (tokens[i].text in ("3", "6", "9", "12") or tokens[i].lower in ("three", "six", "nine", "twelve")):
        return None
    numeral = read_numeral(tokens, i, stop)
    if numeral is None or numeral.end >= stop or tokens[numeral.end].lower != "months":
        return None
    return numeral.end + 1, int(numeral.value)


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
