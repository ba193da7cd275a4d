"""Rules for the period that governs a quantity: in its sentence, its label or column, or the heading right above it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from pipeline.language.aboutness.attributive import is_attributive
from pipeline.language.aboutness.case import Case
from pipeline.language.layout.blocks import BlockKind, Span
from pipeline.language.periods.periods import Period

__all__ = ["find_period", "is_dateline", "starts_a_move"]

# Behind these a time tells when something began to be, not when the number holds.
_BIRTHS = frozenset(
    [
        "launched",
        "founded",
        "established",
        "opened",
        "introduced",
        "unveiled",
        "born",
        "created",
        "built",
        "started",
        "installed",
        "production",
        "entered",
        "listed",
        "began",
        "begun",
    ]
)
_AT = frozenset({"in", "for", "during", "by", "of", "on", "as"})
# Between a cue of change and its number stand only these: "rose by about", "increased its gross margin from 1% to".
_LEVEL_STARTS = frozenset({"from"})


def find_period(case: Case, periods: Sequence[Period]) -> Period | None:
    """The period that governs a quantity: in its sentence, its label or column, or the heading right above it."""
    flattened = case.block.kind is BlockKind.TABLE_ROW and not case.block.columns
    if is_attributive(case):
        return None
    in_sentence = [] if flattened else [period for period in _within(case, periods) if _may_govern(case, period)]
    if in_sentence:
        return min(in_sentence, key=lambda period: _distance(case, period))
    return _of_labels(case)


def _of_labels(case: Case) -> Period | None:
    """The period of the quantity's column, its label, or the heading right above it."""
    spans = [span for span in (case.column, case.block.label) if span is not None]
    spans += [case.page.blocks[i].span for i in reversed(case.headings[-1:])]
    for span in spans:
        found = [period for period in _periods_in(case, span) if not period.since]
        if found and not _is_a_day(found[-1]):
            return found[-1]
    return None


def _periods_in(case: Case, span: Span) -> list[Period]:
    return list(case.readings.periods(*case.page.tokens_in(span)))


def _is_a_day(period: Period) -> bool:
    """Whether a period is one day: over a column or a section that is a date of issue, not when something holds."""
    return period.iso is not None and len(period.iso) == len("2025-07-31")


def _within(case: Case, periods: Sequence[Period]) -> Sequence[Period]:
    """The periods of the quantity's sentence, of all those of its block in their order."""
    low = bisect_left(periods, case.first, key=lambda period: period.first)
    return periods[low : bisect_left(periods, case.stop, key=lambda period: period.first)]


def _may_govern(case: Case, period: Period) -> bool:
    """Whether a period in the sentence may be the quantity's.

    Not open at one end, not a birth date, not beyond a comma.
    """
    tokens = case.page.tokens
    if period.since or any(
        token.lower in _BIRTHS for token in tokens[max(case.first, period.first - 5) : period.first]
    ):
        return False
    if is_dateline(case, period):
        return False
    apart = tokens[min(case.quantity.end, period.end) : max(case.quantity.first, period.first)]
    if any(token.text == ";" for token in apart):
        return False
    between = tokens[case.quantity.end : period.first]
    return not (len(between) > 3 and any(token.text in ",;" for token in between))


def is_dateline(case: Case, period: Period) -> bool:
    """``OSLO, Sept 1 (Agency) -``: the place and day a report was filed."""
    tokens = case.page.tokens
    place = tokens[case.first : period.first]
    behind = tokens[period.end].text if period.end < len(tokens) else ""
    return (
        0 < len(place) <= 5
        and place[0].text.isupper()
        and behind in ("(", "-", "–", "—", "/")
        and len(place[0].text) > 2
    )


def _distance(case: Case, period: Period) -> float:
    """How far a period stands from a quantity: marks and other quantities between count for more, and so does it to
    stand right behind another quantity, whose it then is; "in 2024" right behind this one is near."""
    quantity, tokens = case.quantity, case.page.tokens
    before = period.end <= quantity.first
    between = tokens[period.end : quantity.first] if before else tokens[quantity.end : period.first]
    others = sum(
        (period.end <= q.first < quantity.first) if before else (quantity.end <= q.first < period.first)
        for q in case.others
    )
    marks = sum(token.text in ",;()–—" for token in between)
    taken = any(0 <= period.first - q.end <= 2 for q in case.others)
    at_once = not before and len(between) <= 2 and any(token.lower in _AT for token in between)
    return len(between) + 3 * marks + 4 * others + 5 * taken - 4 * at_once + (0 if before else 1)


def starts_a_move(case: Case) -> bool:
    """Whether the quantity is the level a change started from."""
    before = [token.lower for token in case.page.tokens[max(case.first, case.quantity.first - 3) : case.quantity.first]]
    return bool(_LEVEL_STARTS & set(before))
