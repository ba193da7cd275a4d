"""Periods: the words of time in a text, and the stretch of the calendar each names.

An own grammar reads years, quarters, halves, fiscal years, months, ranges, decades and what is relative to the day of
publication. Days of the week and are handed, once delimited, to dateparser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product

from pipeline.language.nouns import function_words, is_plural
from pipeline.language.periods.anchors import anchor, units_ago, weekday
from pipeline.language.periods.dates import Stretch, iso_of, moved, period_bounds, readings_of
from pipeline.language.periods.days import MONTH_PREFIXES, day_first, month_first, numeric_date, week_ended
from pipeline.language.periods.months import first_months, months_ended
from pipeline.language.periods.parts import anchored_part, fiscal_year, ordinal_part, quarter
from pipeline.language.periods.years import DASHES, SPAN_WORDS, time_words, year_at
from pipeline.language.tokens import Kind, PhraseTable, Token
from pipeline.language.verbs import measuring_verbs
from pipeline.language.written_units import unit_at

__all__ = ["Period", "find_periods"]


@dataclass(frozen=True, slots=True)
class Period:
    """Words of time: tokens ``first`` to ``end``, and what they name; ``iso`` is null where nothing tells the year.

    Of words that tell no year of their own (``dated`` is false: "in March"), ``iso`` is the likeliest reading and
    ``others`` are the rest, each with how it is meant: of the year spoken of before, the latest, or the next to come.
    ``back``: of words that speak of another period, "a year earlier": by how many of which unit they move it, or
    with the unit ``to year`` the year that it is moved to.
    """

    first: int
    end: int
    iso: str | None
    relative: bool = False
    since: bool = False  # open at one end: "since 2020", "2025 onwards"
    dated: bool = True
    others: tuple[tuple[str, str], ...] = ()
    back: tuple[str, int] | None = None


def find_periods(
    tokens: Sequence[Token], first: int, stop: int, published: date | None, year: int | None = None
) -> list[Period]:
    """The periods among some tokens, in order. ``year`` is the year the text before them spoke of last."""
    found: list[Period] = []
    spoken: int | None = None  # the year these tokens themselves spoke of last
    i = first
    while i < stop:
        back = _moved_back(tokens, i, stop, found, published) or _moved_to(tokens, i, stop, found)
        if back is not None:
            found.append(back)
            i = back.end
            continue
        stretch = _stretch_at(tokens, i, stop) if _may_open(tokens[i]) else None
        if stretch is None:
            if (part := _same_year(tokens, i, stop, found)) is not None:
                found.append(part)
            i += 1
            continue
        readings = readings_of(stretch, published, spoken, year)
        spoken = stretch.year or spoken
        found.append(_placed(tokens, i, stretch, readings, first, stop))
        i = stretch.end
    return found


def _moved_back(
    tokens: Sequence[Token], i: int, stop: int, found: Sequence[Period], published: date | None
) -> Period | None:
    """``the year before``, ``the same quarter last year``: the period spoken of last, moved back.

    Where none was spoken of, what the words say of the day of publication.
    """
    phrase = _back().at(tokens, i, stop)
    if phrase is None:
        return None
    end, (unit, count) = phrase
    spoken = next((period.iso for period in reversed(found) if period.iso), None)
    iso = moved(spoken, unit, count) if spoken is not None else None
    if iso is None:
        told = next((told for j in range(i, end) if (told := anchor(tokens, j, end)) is not None), None)
        iso = next((iso for _, iso in readings_of(told, published)), None) if told is not None else None
    return Period(i, end, iso, relative=True, back=(unit, count))


def _moved_to(tokens: Sequence[Token], i: int, stop: int, found: Sequence[Period]) -> Period | None:
    """``the same quarter of 2021``, ``the like period in 2016``: the period spoken of last, in the year told."""
    if tokens[i].lower != "the" or i + 3 >= stop or not _is_like_stretch(tokens[i + 1 : i + 3]):
        return None
    at = i + 4 if tokens[i + 3].lower in ("of", "in") else i + 3
    year = year_at(tokens, at, stop) if at < stop else None
    if year is None:
        return None
    spoken = next((period.iso for period in reversed(found) if period.iso), None)
    iso = moved(spoken, "to year", year) if spoken is not None else None
    return Period(i, at + 1, iso or str(year), relative=True, back=("to year", year))


def _is_like_stretch(words: Sequence[Token]) -> bool:
    """Whether two words mean the like stretch of another year: ``same quarter``, ``corresponding months``."""
    like, stretch = words
    return (
        like.lower in time_words("like")["words"] and stretch.lower.removesuffix("s") in time_words("like")["stretches"]
    )


_BEFORE_PARTS = frozenset({"in", "from", "for", "of", "by", "during"})


def _same_year(tokens: Sequence[Token], i: int, stop: int, found: Sequence[Period]) -> Period | None:
    """``58% in the fourth quarter, from 66% in the third``: another quarter or half of the year spoken of last.

    Its year is told here if it was told there.
    """
    if tokens[i].lower != "the" or i + 1 >= stop or not found or (last := found[-1].iso) is None:
        return None
    number = time_words("ordinals").get(tokens[i + 1].lower)
    noun_follows = (
        i + 2 < stop and tokens[i + 2].kind is not Kind.SYMBOL and tokens[i + 2].lower not in function_words()
    )
    part = re.fullmatch(r"(\d{4})-([QH])\d", last)
    if number is None or noun_follows or part is None or tokens[i - 1].lower not in _BEFORE_PARTS:
        return None
    iso = iso_of(int(part[1]), f"{part[2]}{number}")
    return Period(i, i + 2, iso, dated=found[-1].dated) if iso is not None else None


@cache
def _back() -> PhraseTable[tuple[str, int]]:
    entries = time_words("back").items()
    return PhraseTable((form, (unit, count)) for phrase, (unit, count) in entries for form in _alternatives(phrase))


def _alternatives(phrase: str) -> Iterator[str]:
    """Of ``(a|b) c``: ``a c``, ``b c``."""
    parts = [part.split("|") for part in re.split(r"[()]", phrase)]
    yield from ("".join(choice) for choice in product(*parts))


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
        "week",
    }
    openers |= {phrase.split()[0].split("-")[0] for phrase in time_words("anchors")}
    return frozenset(openers | set(time_words("months")) | set(time_words("weekdays")) | set(time_words("ordinals")))


def _may_open(token: Token) -> bool:
    return token.kind is Kind.NUMBER or (token.kind is Kind.WORD and token.lower in _openers())


def _placed(
    tokens: Sequence[Token], i: int, stretch: Stretch, readings: Sequence[tuple[str, str]], first: int, stop: int
) -> Period:
    """A stretch as a period, with the words before it that say how it binds."""
    before = [token.lower for token in tokens[max(first, i - 4) : i]]
    while before and before[-1] in ("the", "about", "around", "early", "late", "mid", "-"):
        before.pop()
    end_of = before[-2:] == ["end", "of"] or (before and before[-1] in ("end", "ended", "finished"))
    if end_of and stretch.last is None:
        readings = [(how, period_bounds(iso)[1].isoformat()) for how, iso in readings]
    onward = stretch.end < stop and tokens[stretch.end].lower in ("onward", "onwards")
    since = onward or before[-1:] in (["since"], ["after"]) or (before[-1:] == ["from"] and stretch.last is None)
    relative = stretch.shift is not None
    iso = readings[0][1] if readings else None
    dated = relative or stretch.year is not None
    hyphenated = i - 2 >= first and tokens[i].glued and tokens[i - 1].text in DASHES and tokens[i - 1].glued
    begin = i - 2 if hyphenated and tokens[i - 2].lower in MONTH_PREFIXES else i  # "end-June"
    return Period(begin, stretch.end, iso, relative, since, dated, tuple(readings[1:]))


def _stretch_at(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    readers: tuple[Callable[[Sequence[Token], int, int], Stretch | None], ...] = (
        months_ended,
        week_ended,
        first_months,
        units_ago,
        numeric_date,
        quarter,
        fiscal_year,
        ordinal_part,
        month_first,
        day_first,
        _decade,
        _year_range,
        _plain_year,
        anchored_part,
        anchor,
        weekday,
    )
    for reader in readers:
        stretch = reader(tokens, i, stop)
        if stretch is not None:
            return stretch
    return None


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
        return Stretch(i + 1, year) if tokens[i + 2].text in '"”’)[' else None
    if following.lower in ("x", "×") and i + 2 < stop and tokens[i + 2].kind is Kind.NUMBER:
        return None  # "1920 x 1200"
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
    """Whether four digits between a verb and a plural are a number: "will shed 2000 jobs", not "raises 2025 sales"."""
    counts = before.lower in _counting_verbs() and following.text.islower() and is_plural(following.lower)
    return counts and following.lower not in time_words("of_a_year")["words"]


@cache
def _counting_verbs() -> frozenset[str]:
    return frozenset(measuring_verbs()) | frozenset(time_words("counting_verbs")["words"])
