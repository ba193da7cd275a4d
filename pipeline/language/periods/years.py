"""Years, and the words of time that every form reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from pipeline import vocabulary
from pipeline.language.tokens import Kind, Token

__all__ = ["DASHES", "FIRST_YEAR", "LAST_YEAR", "SPAN_WORDS", "time_words", "year_at", "year_behind"]

FIRST_YEAR, LAST_YEAR = 1800, 2100
DASHES = frozenset("-–—‐‑")
SPAN_WORDS = frozenset({"to", "and", "through", "until"})


@cache
def time_words(section: str) -> dict[str, Any]:
    """A section of the vocabulary of time."""
    return dict(vocabulary.load("periods")[section])


def year_at(tokens: Sequence[Token], i: int, stop: int) -> int | None:
    """A year of four digits at token ``i``, not part of a longer or a larger number."""
    if i >= stop or tokens[i].kind is not Kind.NUMBER or len(tokens[i].text) != 4 or not tokens[i].text.isdigit():
        return None
    year = int(tokens[i].text)
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def year_behind(tokens: Sequence[Token], i: int, stop: int) -> tuple[int | None, int]:
    """The year that follows a part of one, past "of", a comma or "FY", as (year, one past it)."""
    j = i
    while j < stop and tokens[j].lower in ("of", ",", "fy", "fiscal", "the", "year", ".", "'", "’", "in") and j < i + 3:
        j += 1
    year = year_at(tokens, j, stop)
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
