"""Aboutness: what each quantity is about: its subject, metric, period, status and change.

``Case`` is a quantity in its surroundings; ``names`` finds who is spoken of; ``metrics``, ``subjects`` and
``standing`` each answer one question about a case; ``find_statements`` asks them all, block by block.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.metrics import Metric, best_metric
from pipeline.language.aboutness.names import NameFinder, NamesError, read_names
from pipeline.language.aboutness.standing import find_change, find_period, find_status
from pipeline.language.aboutness.subjects import Subject, find_subject
from pipeline.language.layout.page import Page
from pipeline.language.layout.sentences import split_sentences
from pipeline.language.periods.periods import Period
from pipeline.language.quantities.quantities import Quantity

_REACH = 120  # tokens to either side: no sentence that means anything is longer
_NEIGHBOURS = 12  # quantities to either side that a rule looks at

__all__ = ["NamesError", "Statement", "find_statements", "read_names"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A quantity and what it is about. ``block`` is its block's place in the page; ``sentence`` its tokens."""

    quantity: Quantity
    block: int
    sentence: tuple[int, int]
    subject: Subject | None
    metric: Metric | None
    period: Period | None
    status: str
    change: str

    @property
    def confidence(self) -> float:
        """How surely subject and metric were found, 0 to 1: the less sure of the two, by the signal that gave it."""
        scores = [found.score if found is not None else 0.1 for found in (self.subject, self.metric)]
        return round(max(0.05, min(0.95, *scores)), 2)


def find_statements(
    page: Page,
    quantities: Mapping[int, Sequence[Quantity]],
    periods: Mapping[int, Sequence[Period]],
    forms: Mapping[str, str],
) -> Iterator[Statement]:
    """The statements of a page in text order, from the quantities and periods of each of its blocks."""
    names = NameFinder(page, forms)
    last: Subject | None = None
    last_headings: tuple[int, ...] = ()
    for i, block in enumerate(page.blocks):
        if block.headings != last_headings:
            last, last_headings = None, block.headings
        for case in _cases(page, names, i, quantities.get(i, ())):
            statement = _statement(case, i, periods.get(i, ()), last)
            last = statement.subject or last
            yield statement


def _cases(page: Page, names: NameFinder, i: int, quantities: Sequence[Quantity]) -> Iterator[Case]:
    if not quantities:
        return
    block = page.blocks[i]
    sentences = [page.tokens_in(span) for span in split_sentences(page.text, block.span)]
    starts = [first for first, _ in sentences]
    for at, quantity in enumerate(quantities):
        first, stop = sentences[bisect_right(starts, quantity.first) - 1]
        first, stop = max(first, quantity.first - _REACH), min(stop, quantity.end + _REACH)
        near = quantities[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
        yield Case(page, names, block, first, stop, quantity, near)


def _statement(case: Case, block: int, periods: Sequence[Period], last: Subject | None) -> Statement:
    metric = best_metric(case)
    subject = find_subject(case, metric, last)
    if metric is not None and metric.text is not None:
        metric = replace(metric, text=" ".join(metric.text.split()))
    period = find_period(case, periods)
    return Statement(
        case.quantity, block, (case.first, case.stop), subject, metric, period, find_status(case), find_change(case)
    )
