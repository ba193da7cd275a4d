"""What the titles of a table's columns and the labels of its rows stand for: times, measures, states or things."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from pipeline import vocabulary
from pipeline.language.aboutness.readings import Readings
from pipeline.language.layout.blocks import Span

__all__ = ["EITHER", "MEASURES", "THINGS", "bare_title", "is_time", "kind_of_most", "states"]

TIMES, MEASURES, STATES, THINGS, EITHER = "times", "measures", "states", "things", "either"

# Times as analysts head their columns: "2025E", "1Q26", "H1 24", "FY2025".
_HEADED = re.compile(r"(?:19|20)\d\d ?[AEFBP]|[1-4]Q ?\d\d|Q[1-4]|[12]H ?\d\d|H[12]|FY ?\d\d(?:\d\d)?[AEFBP]?")


@cache
def states() -> frozenset[str]:
    """The words for how the numbers of a column stand: "Target", "Achieved", "Change"."""
    return frozenset(vocabulary.load("layout")["tables"]["states"])


def is_time(readings: Readings, first: int, end: int) -> bool:
    """Whether some tokens are a time and no more."""
    if _HEADED.fullmatch(readings.page.written(first, end)):
        return True
    covered = {i for period in readings.periods(first, end) for i in range(period.first, period.end)}
    return covered.issuperset(range(first, end))


def bare_title(readings: Readings, title: Span) -> tuple[int, int]:
    """The tokens of a title without the marks around it and the bracket behind it."""
    tokens = readings.page.tokens
    first, end = readings.page.tokens_in(title)
    while first < end and tokens[first].text in "|*_":
        first += 1
    end = next((i for i in range(first + 1, end) if tokens[i].text in "(["), end)
    while first < end and tokens[end - 1].text in "|*_":
        end -= 1
    return first, end


def kind_of_most(readings: Readings, titles: Sequence[Span]) -> str:
    """What more than half of some titles or labels stand for; ``things`` where nothing does."""
    kinds = Counter(_kind(readings, title) for title in titles)
    return next((kind for kind, count in kinds.most_common(1) if 2 * count > len(titles)), THINGS)


def _kind(readings: Readings, title: Span) -> str:
    first, end = bare_title(readings, title)
    if first == end:
        return THINGS
    if is_time(readings, first, end):
        return TIMES
    if readings.page.lower(end - 1) in states():
        return STATES
    whole = readings.page.tokens_in(title)
    if readings.measures(*whole):
        return MEASURES
    return TIMES if readings.periods(*whole) else THINGS
