"""The calendar: from a stretch of time as read to its ISO form, and from the ISO form to its first and last day.

A period is written as ISO 8601 where it has a form (``2025``, ``2025-07``, ``2025-07-31``), as ``2025-Q1`` or
``2025-H2`` for quarters and halves, and as ``first/last`` for anything else.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

__all__ = [
    "Stretch",
    "iso_of",
    "last_whole",
    "moved",
    "period_bounds",
    "readings_of",
    "shortest_form",
    "to_date",
    "years_later",
]

_KEPT = 1 << 12  # spans of which the shortest form is kept
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}  # of what a year is made of without a rest


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the calendar as read up to token ``end``, before its year is known."""

    end: int
    year: int | None
    part: str = ""  # "", "Q1", "H2", "07", "07-31"
    last: tuple[int | None, str] | None = None  # the other end of a span
    shift: tuple[str, int] | None = None  # relative to publication: unit, how many
    back: int = 0  # of a span that tells no year: how many years before its end it begins


def period_bounds(iso: str) -> tuple[date, date]:
    """The first and the last day of a period.

    Raises:
        ValueError: it is not written as ``find_periods`` writes one.
    """
    first, _, last = iso.partition("/")
    return _bounds(first)[0], _bounds(last or first)[1]


@lru_cache(maxsize=_KEPT)
def shortest_form(iso: str) -> str:
    """The same stretch of the calendar as short as it can be written: ``2025-01/2025-03`` is ``2025-Q1``."""
    if "/" not in iso:
        return iso
    bounds = period_bounds(iso)
    year = bounds[0].year
    parts = ("", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4", *(f"-{month:02d}" for month in range(1, 13)))
    return next((f"{year:04d}{part}" for part in parts if period_bounds(f"{year:04d}{part}") == bounds), iso)


def years_later(iso: str, years: int) -> str:
    """The same stretch of the calendar some years later, or earlier where ``years`` is negative."""
    return "/".join(
        iso_of(int(end[:4]) + years, end[5:]) or f"{int(end[:4]) + years}-{end[5:7]}" for end in iso.split("/")
    )


def moved(iso: str, unit: str, count: int) -> str | None:
    """The like stretch of the calendar so many years, quarters or months later, or (``to year``) so that it ends in
    that year; ``None`` where there is none.

    A year has no quarter before it that is like it, nor a quarter a month.
    """
    if unit in ("year", "to year"):
        return years_later(iso, count if unit == "year" else count - int(iso.rpartition("/")[2][:4]))
    own = next((name for name in _MONTHS if _whole(name, period_bounds(iso)[0], 0) == shortest_form(iso)), None)
    if own is None or _MONTHS[own] > _MONTHS[unit]:
        return None
    return _whole(own, period_bounds(iso)[0], count * _MONTHS[unit] // _MONTHS[own])


def readings_of(
    stretch: Stretch, published: date | None, spoken: int | None = None, before: int | None = None
) -> list[tuple[str, str]]:
    """The ISO forms that a stretch may have, the likeliest first, each with how it is meant.

    One that tells its year has one form at most. Else it is meant ``spoken``, in the year spoken of last in its
    paragraph; ``latest``, the last that had begun by the day of publication, or for a span had ended; ``coming``, the
    one after that; ``before``, in the year that the paragraphs before spoke of last.
    """
    if stretch.shift is not None:
        iso = _relative(stretch, published)
        return [("relative", iso)] if iso is not None else []
    latest = _latest_year(stretch, published) if published is not None and stretch.year is None else None
    years = (
        [("told", stretch.year)]
        if stretch.year is not None
        else [("spoken", spoken), ("latest", latest), ("coming", latest + 1 if latest else None), ("before", before)]
    )
    found: dict[str, str] = {}
    for how, year in years:
        iso = _in_year(stretch, year) if year is not None else None
        if iso is not None:
            found.setdefault(iso, how)
    return [(how, iso) for iso, how in found.items()]


def last_whole(length: str, published: date) -> str:
    """The last ``year``, ``half``, ``quarter`` or ``month`` that was over by the day of publication."""
    return _whole(length, published, -1)


def to_date(published: date) -> str | None:
    """The year of publication up to its last whole month: ``year to date``; ``None`` in its first."""
    months = published.month - 1
    return shortest_form(f"{published.year}-01/{published.year}-{months:02d}") if months else None


def _whole(length: str, day: date, away: int) -> str:
    """The year, half, quarter or month of a day, or the one so many before (negative) or behind it."""
    months = _MONTHS[length]
    year, part = divmod((day.year * 12 + day.month - 1) // months + away, 12 // months)
    return (
        str(year)
        + {"year": "", "half": f"-H{part + 1}", "quarter": f"-Q{part + 1}", "month": f"-{part + 1:02d}"}[length]
    )


def _in_year(stretch: Stretch, year: int) -> str | None:
    """A stretch in a year; a span that tells no year ends in it."""
    first = iso_of(year - stretch.back, stretch.part)
    if first is None or stretch.last is None:
        return first
    last = iso_of(stretch.last[0] or year, stretch.last[1])
    return shortest_form(f"{first}/{last}") if last is not None else None


def _latest_year(stretch: Stretch, published: date) -> int:
    """The year of the latest such stretch that has begun by the day of publication, or, of a span, has ended."""
    part = stretch.last[1] if stretch.last is not None else stretch.part
    if part == "02-29":
        return published.year
    first, last = _bounds(f"{published.year}-{part}" if part else str(published.year))
    return published.year if (last if stretch.last is not None else first) <= published else published.year - 1


def iso_of(year: int, part: str) -> str | None:
    """A year, or a part of one (``Q1``, ``H2``, ``07``, ``07-31``), in ISO form; ``None`` if there is none such."""
    iso = f"{year}-{part}" if part else str(year)
    try:
        _bounds(iso)
    except ValueError:
        return None
    return iso


def _relative(stretch: Stretch, published: date | None) -> str | None:
    if published is None or stretch.shift is None:
        return None
    unit, count = stretch.shift
    if stretch.part:
        year = _latest_year(stretch, published) if unit == "coming" else published.year
        return _in_year(stretch, year + count)
    if unit in _MONTHS:
        return _whole(unit, published, count)
    if unit == "year-end":
        return f"{published.year + count}-12-31"
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
