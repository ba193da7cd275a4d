"""The day of publication where only the text tells it: in a dateline, or in a byline above the first paragraph.

    BEIJING, Sept 1, 2025 (Agency) - Car sales rose ...          a dateline opens a paragraph with a place and a day
    By A. Writer | Updated 6 November 2025, 7:30 am              a byline ends with a day, or with a day and an hour

A day that ends any other line ("Results for the six months to 30 June 2024") is what the article is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from .article import Article

_LINES = 15  # of the head, at most
_PROSE = 20  # words of a line that can be no byline any more
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>(?:19|20)\d\d)"
_DATES = (
    rf"\b(?i:{_MONTH}) {_DAY},? {_YEAR}\b",
    rf"(?<![\w./-]){_DAY} (?i:{_MONTH}),? {_YEAR}\b",
    r"(?<![\w./-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\w./-])",
)
_PLACE = r"[^\W\d_a-z][\w'’.-]*(?:,? [^\W\d_a-z][\w'’.-]*){0,4}"
_DATELINES = [re.compile(rf"{_PLACE}(?:,| ?[-–—])+ (?P<date>{one}) ?(?:\(|/|[-–—]|:|\. )") for one in _DATES]
_BYLINES = [
    re.compile(
        r"(?:^|.*[,.]|(?i:.*\b(?:published|updated|posted|printed|released|issued|date)(?: (?:by .+ )?on)?:?))"
        r"\s*(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
        rf"(?P<date>{one})(?:,? (?:at )?\d\d?[:.]\d\d.*)?"
    )
    for one in _DATES
]
_BETWEEN = re.compile(r"[|/·•]| [-–—] ")  # the parts of a byline


def dated(article: Article) -> Article:
    """The article, published on the day that its head tells where nothing else does."""
    return article if article.published else replace(article, published=day_in_head(article.text[article.body_start :]))


def day_in_head(text: str) -> date | None:
    """The first day that a dateline or a byline at the head of a text names."""
    found = (day for line in islice(_head(text), _LINES) for day in _days(line))
    return next(found, None)


def _head(text: str) -> Iterator[str]:
    """The first lines of a text, down to its first paragraph."""
    for line in re.finditer(r"[^\r\n]*\S[^\r\n]*", text):
        yield line[0].strip(" \t*_#>")
        if len(line[0].split()) > _PROSE:
            return


def _days(line: str) -> Iterator[date]:
    matches = [pattern.match(line) for pattern in _DATELINES]
    if len(line.split()) <= _PROSE:
        matches += (pattern.fullmatch(part.strip()) for part in _BETWEEN.split(line) for pattern in _BYLINES)
    for match in matches:
        day = _day(match) if match is not None else None
        if day is not None:
            yield day


def _day(match: re.Match[str]) -> date | None:
    written = f"{match['day']} {match['month'][:3]} {match['year']}"
    try:
        return datetime.strptime(written, "%d %m %Y" if match["month"].isdigit() else "%d %b %Y").date()
    except ValueError:  # February 30
        return None
