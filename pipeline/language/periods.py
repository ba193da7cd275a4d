"""Periods: the words of time in a text, and the stretch of the calendar each names.

An own grammar reads years, quarters, halves, fiscal years, months, ranges, decades and what is relative to the day of
publication. Days of the week and "three days ago" are handed, once delimited, to dateparser.

A period is written as ISO 8601 where it has a form (``2025``, ``2025-07``, ``2025-07-31``), as ``2025-Q1`` or
``2025-H2`` for quarters and halves, and as ``first/last`` for anything else.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from pipeline import vocabulary
from pipeline.language.numerals import read_numeral
from pipeline.language.tokens import Kind, PhraseTable, Token
from pipeline.language.written_units import unit_at

__all__ = ["Period", "find_periods", "period_bounds"]

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


@dataclass(frozen=True, slots=True)
class _Shape:
    """A calendar stretch as read, before its year is known."""

    end: int
    year: int | None
    part: str = ""  # "", "Q1", "H2", "07", "07-31"
    last: tuple[int | None, str] | None = None  # the other end of a span
    shift: tuple[str, int] | None = None  # relative to publication: unit, how many


def period_bounds(iso: str) -> tuple[date, date]:
    """The first and the last day of a period.

    Raises:
        ValueError: it is not written as ``find_periods`` writes one.
    """
    first, _, last = iso.partition("/")
    return _bounds(first)[0], _bounds(last or first)[1]


def find_periods(
    tokens: Sequence[Token], first: int, stop: int, published: date | None, year: int | None = None
) -> list[Period]:
    """The periods among some tokens, in order. ``year`` is the year the text before them spoke of last."""
    found: list[Period] = []
    i = first
    while i < stop:
        shape = _shape_at(tokens, i, stop) if _may_open(tokens[i]) else None
        if shape is None:
            i += 1
            continue
        iso = _resolve(shape, published, year)
        if shape.year is not None:
            year = shape.year
        found.append(_placed(tokens, i, shape, iso, first))
        i = shape.end
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


def _placed(tokens: Sequence[Token], i: int, shape: _Shape, iso: str | None, first: int) -> Period:
    """A shape as a period, with the words before it that say how it binds."""
    before = [token.lower for token in tokens[max(first, i - 4) : i]]
    while before and before[-1] in ("the", "about", "around", "early", "late", "mid", "-"):
        before.pop()
    end_of = before[-2:] == ["end", "of"] or before[-1:] == ["end"] or before[-2:] == ["end", "-"]
    begin = i
    if end_of and iso and shape.last is None:
        iso = _bounds(iso)[1].isoformat()
    if end_of and "by" in before:
        before = ["by"]
    binds = before[-1:] or [""]
    return Period(
        begin,
        shape.end,
        iso,
        shape.shift is not None,
        binds[0] in ("by", "before"),
        binds[0] in ("since", "from", "after"),
    )


def _shape_at(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
    readers: tuple[Callable[[Sequence[Token], int, int], _Shape | None], ...] = (
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
        shape = reader(tokens, i, stop)
        if shape is not None:
            return shape
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


def _quarter(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
    """``Q1 2025``, ``H2``, ``1Q25``, ``2025 Q1``."""
    token = tokens[i]
    if token.lower in ("q", "h") and i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].text.isdigit():
        part = _part(token.lower, tokens[i + 1].text)
        if part is None:
            return None
        end = i + 2
        if end + 1 < stop and tokens[end].text in _DASHES and tokens[end].glued and _year_at(tokens, end + 1, stop):
            return _Shape(end + 2, int(tokens[end + 1].text), part)
        year, end = _year_behind(tokens, end, stop)
        return _Shape(end, year, part)
    if token.kind is Kind.NUMBER and i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].lower in ("q", "h"):
        part = _part(tokens[i + 1].lower, token.text)
        if part is None:
            return None
        if i + 2 < stop and tokens[i + 2].glued and re.fullmatch(r"\d\d", tokens[i + 2].text):
            return _Shape(i + 3, 2000 + int(tokens[i + 2].text), part)
        year, end = _year_behind(tokens, i + 2, stop)
        return _Shape(end, year, part)
    return _year_first(tokens, i, stop)


def _year_first(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
    """``2025 Q1``, ``2025Q1``."""
    year = _year_at(tokens, i, stop)
    if year is None or i + 2 >= stop or tokens[i + 1].lower not in ("q", "h") or not tokens[i + 2].glued:
        return None
    part = _part(tokens[i + 1].lower, tokens[i + 2].text)
    return _Shape(i + 3, year, part) if part else None


def _part(letter: str, number: str) -> str | None:
    return f"{letter.upper()}{number}" if number in ("1", "2", "3", "4")[: 4 if letter == "q" else 2] else None


def _fiscal_year(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
    """``FY2024``, ``FY24``, ``fiscal 2024``, ``full-year 2024``."""
    word = tokens[i].lower
    j = i + 1
    if word == "fy":
        if j < stop and re.fullmatch(r"\d\d", tokens[j].text) and tokens[j].glued:
            return _Shape(j + 1, 2000 + int(tokens[j].text))
    elif word == "fiscal" or (word == "full" and j < stop and tokens[j].text in ("-", "year")):
        while j < stop and tokens[j].lower in ("-", "year"):
            j += 1
    else:
        return None
    year = _year_at(tokens, j, stop)
    return _Shape(j + 1, year) if year else None


def _ordinal_part(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
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
        return _Shape(anchor[0], None, part, shift=anchor[1])
    return _Shape(end, year, part)


def _month_first(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
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
        return _Shape(end, year, f"{month:02d}-{day:02d}")
    span = _month_span(tokens, j, stop, month)
    if span:
        return span
    year, end = _year_behind(tokens, j, stop)
    if year is None and not _month_stands_alone(tokens, i, stop):
        return None
    return _Shape(end if year else i + 1, year, f"{month:02d}")


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
    sure = tokens[i].lower not in ("may", "march", "mar", "sun", "dec", "jan")
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


def _month_span(tokens: Sequence[Token], j: int, stop: int, month: int) -> _Shape | None:
    if j + 1 < stop and (tokens[j].text in _DASHES or tokens[j].lower in _SPAN_WORDS):
        last = _month_at(tokens, j + 1) if tokens[j].text not in _DASHES else _words("months").get(tokens[j + 1].lower)
        if last and last > month:
            year, end = _year_behind(tokens, j + 2, stop)
            if tokens[j].lower == "and" and year is None:
                return None
            return _Shape(max(end, j + 2), year, f"{month:02d}", last=(year, f"{last:02d}"))
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


def _day_first(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
    """``7 October 2025``, ``the 7th of October``."""
    day, j = _day_at(tokens, i, stop)
    if not day or j >= stop:
        return None
    if tokens[j].lower == "of" and j > i + 1:
        j += 1
    if j >= stop or (month := _month_at(tokens, j)) is None or "\n" in tokens[j].gap:
        return None
    j += 1
    if j < stop and tokens[j].text == "." and tokens[j].glued and j + 1 < stop and _year_at(tokens, j + 1, stop):
        j += 1
    year, end = _year_behind(tokens, j, stop)
    return _Shape(end if year else j, year, f"{month:02d}-{day:02d}")


def _numeric_date(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
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


def _calendar_day(end: int, year: int, month: int, day: int) -> _Shape | None:
    if _FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
        return _Shape(end, year, f"{month:02d}-{day:02d}")
    return None


def _decade(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
    """``the 2010s``."""
    if (
        i + 1 < stop
        and tokens[i + 1].glued
        and tokens[i + 1].text in ("s", "'s", "’s")
        and (year := _year_at(tokens, i, stop))
        and year % 10 == 0
    ):
        return _Shape(i + 2, year, last=(year + 9, ""))
    return None


def _year_range(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
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
    return _Shape(i + 3, year, last=(last, "")) if year < last <= year + 60 else None


def _plain_year(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
    """``2024``, unless a unit or the rest of a word follows, or a currency or a sign stands before."""
    year = _year_at(tokens, i, stop)
    if year is None:
        return None
    if i > 0 and tokens[i].glued and (tokens[i - 1].kind is Kind.WORD or tokens[i - 1].text in "$€£¥₹.#~≈"):
        return None
    if (
        i > 1
        and tokens[i].glued
        and tokens[i - 1].text in _DASHES
        and tokens[i - 1].glued
        and tokens[i - 2].kind is not Kind.WORD
    ):
        return None
    following = tokens[i + 1] if i + 1 < stop else None
    if following is not None and following.glued and (following.kind is not Kind.SYMBOL or following.text in "%°"):
        return None
    if following is not None and following.text == "." and i + 2 < stop and tokens[i + 2].glued and following.glued:
        return None
    if (
        following is not None
        and following.gap == " "
        and (unit := unit_at(tokens, i + 1, stop))
        and unit.end > i + 1
        and len(following.text) > 1
    ):
        return None
    return _Shape(i + 1, year)


def _anchor(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
    """``last year``, ``this quarter``, ``year-end``."""
    found = _anchors().at(tokens, i, stop)
    return _Shape(found[0], None, shift=found[1]) if found else None


def _weekday(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
    """``Wednesday``, ``last Tuesday``: a day that only the day of publication can place."""
    j = i + 1 if tokens[i].lower in ("last", "this", "next") else i
    if j < stop and tokens[j].capitalised and tokens[j].lower in _words("weekdays") and len(tokens[j].text) > 3:
        return _Shape(j + 1, None, shift=("weekday " + " ".join(token.lower for token in tokens[i : j + 1]), 0))
    return None


def _months_ended(tokens: Sequence[Token], i: int, stop: int) -> _Shape | None:
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
    if last is None or last.year is None:
        return None
    month = int(last.part[:2])
    first = last.year * 12 + month - int(numeral.value)
    return _Shape(last.end, first // 12, f"{first % 12 + 1:02d}", last=(last.year, f"{month:02d}"))


def _may_count_months(token: Token) -> bool:
    return token.text in ("3", "6", "9", "12") or token.lower in ("three", "six", "nine", "twelve")


def _resolve(shape: _Shape, published: date | None, year: int | None) -> str | None:
    """The ISO form of a shape, its year taken from the text or the day of publication where it has none."""
    if shape.shift is not None:
        return _relative(shape, published)
    own = shape.year or year or (_latest_year(shape.part, published) if published else None)
    if own is None:
        return None
    first = _iso(own, shape.part)
    if first is None:
        return None
    if shape.last is None:
        return first
    return f"{first}/{_iso(shape.last[0] or own, shape.last[1])}"


def _latest_year(part: str, published: date) -> int:
    """The year of the latest such part that has begun by the day of publication."""
    begins = _bounds(f"{published.year}-{part}" if part else str(published.year))[0] if part != "02-29" else published
    return published.year if begins <= published else published.year - 1


def _iso(year: int, part: str) -> str | None:
    iso = f"{year}-{part}" if part else str(year)
    try:
        _bounds(iso)
    except ValueError:
        return None
    return iso


def _relative(shape: _Shape, published: date | None) -> str | None:
    if published is None or shape.shift is None:
        return None
    unit, count = shape.shift
    if shape.part:
        return _iso(published.year + count, shape.part)
    if unit == "year":
        return str(published.year + count)
    if unit == "year-end":
        return f"{published.year + count}-12-31"
    if unit == "quarter":
        index = published.year * 4 + (published.month - 1) // 3 + count
        return f"{index // 4}-Q{index % 4 + 1}"
    if unit == "month":
        index = published.year * 12 + published.month - 1 + count
        return f"{index // 12}-{index % 12 + 1:02d}"
    if unit == "week":
        monday = published - timedelta(days=published.weekday()) + timedelta(weeks=count)
        return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
    if unit == "day":
        return (published + timedelta(days=count)).isoformat()
    return _parse_weekday(unit.removeprefix("weekday "), published)


@cache
def _parse_weekday(words: str, published: date) -> str | None:
    import dateparser

    base = datetime(published.year, published.month, published.day)
    prefer = "future" if words.startswith("next") else "past"
    settings: Any = {
        "RELATIVE_BASE": base + timedelta(days=1) if prefer == "past" else base,
        "PREFER_DATES_FROM": prefer,
    }
    parsed = dateparser.parse(words.split()[-1], languages=["en"], settings=settings)
    return parsed.date().isoformat() if parsed else None


def _bounds(iso: str) -> tuple[date, date]:
    match = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d\d)(?:-(\d\d))?))?", iso)
    if match is None:
        raise ValueError(f"{iso!r} is no period; valid are 2025, 2025-Q1, 2025-H2, 2025-07, 2025-07-31 and first/last")
    year = int(match[1])
    if match[5]:
        day = date(year, int(match[4]), int(match[5]))
        return day, day
    if match[2]:
        first, last = 3 * int(match[2]) - 2, 3 * int(match[2])
    elif match[3]:
        first, last = 6 * int(match[3]) - 5, 6 * int(match[3])
    else:
        first = last = int(match[4]) if match[4] else 0
        first, last = first or 1, last or 12
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
