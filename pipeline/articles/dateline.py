"""The day of publication where only the text tells it: in a dateline, or in a byline above the first paragraph.

    BEIJING, Sept 1, 2025 (Agency) - Car sales rose ...          a dateline opens a paragraph with a place and a day
    By A. Writer | Updated 6 November 2025, 7:30 am              a byline ends with a day, or with a day and an hour

A day that ends any other line ("Results for the six months to 30 June 2024") is what the article is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import islice

from pipeline import vocabulary

from .article import Article

_LINES = 15  # of the head, at most
_PROSE = 20  # words of a line that can be no byline any more
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>(?:19|20)\d\d)"
_PLACE = r"[^\W\d_a-z][\w'’.-]*(?:,? [^\W\d_a-z][\w'’.-]*){0,4}"
_DATELINE = rf"{_PLACE}(?:,| ?[-–—])+ %s ?(?:\(|/|[-–—]|:|\. )"
_BYLINE = (
    r"(?:^|.*[,.]|(?i:.*\b(?:published|updated|posted|printed|released|issued|date)(?: (?:by .+ )?on)?:?))"
    r"\s*(?i:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
    r"%s(?:,? (?:at )?\d\d?[:.]\d\d.*)?"
)
_LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")
_BETWEEN = re.compile(r"[|/·•]| [-–—] ")  # the parts of a byline


def dated(article: Article) -> Article:
    """The article, published on the day that its head tells where nothing else does."""
    return article if article.published else replace(article, published=day_in_head(article.text, article.body_start))


def day_in_head(text: str, start: int = 0) -> date | None:
    """The first day that a dateline or a byline names at the head of a text that begins at character ``start``."""
    found = (day for line in islice(_head(text, start), _LINES) for day in _days(line))
    return next(found, None)


def _head(text: str, start: int) -> Iterator[str]:
    """The first lines of a text, down to its first paragraph."""
    for line in _LINE.finditer(text, start):
        yield line[0].strip(" \t*_#>")
        if len(line[0].split()) > _PROSE:
            return


def _days(line: str) -> Iterator[date]:
    matches = [pattern.match(line) for pattern in _patterns(_DATELINE)]
    if len(line.split()) <= _PROSE:
        matches += (pattern.fullmatch(part.strip()) for part in _BETWEEN.split(line) for pattern in _patterns(_BYLINE))
    for match in matches:
        day = _day(match) if match is not None else None
        if day is not None:
            yield day


@cache
def _patterns(form: str) -> list[re.Pattern[str]]:
    """A form of line, for each way to write a day in it."""
    month = rf"(?P<month>(?i:{'|'.join(_months())}))\b\.?"
    dates = (
        rf"\b{month} {_DAY},? {_YEAR}\b",
        rf"(?<![\w./-]){_DAY} {month},? {_YEAR}\b",
        r"(?<![\w./-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\w./-])",
    )
    return [re.compile(form % one) for one in dates]


def _months() -> Mapping[str, int]:
    months: Mapping[str, int] = vocabulary.load("periods")["months"]
    return months


def _day(match: re.Match[str]) -> date | None:
    month = match["month"]
    try:
        return date(int(match["year"]), int(_months().get(month.lower(), month)), int(match["day"]))
    except ValueError:  # February 30
        return None
