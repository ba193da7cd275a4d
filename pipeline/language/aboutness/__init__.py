"""Aboutness: what each quantity is about: its subject, metric, period, status and change.

``Case`` is a quantity in its surroundings; ``metrics``, ``subjects``, ``periods`` and ``standing`` propose candidates,
each with the signals that speak for it, and ``ranker`` chooses; ``reasons`` tells in words where each answer came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypeVar

import models
from pipeline.language.aboutness.answers import Metric, Standing, Subject, When
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case, Setting
from pipeline.language.aboutness.metrics import metric_candidates
from pipeline.language.aboutness.names import NameFinder, NamesError, read_names
from pipeline.language.aboutness.periods import Last, last_of, period_candidates, period_of
from pipeline.language.aboutness.ranker import choose, weights
from pipeline.language.aboutness.readings import Readings
from pipeline.language.aboutness.standing import Stood, change_candidates, status_candidates
from pipeline.language.aboutness.subjects import subject_candidates
from pipeline.language.aboutness.tally import Tallies, Tally
from pipeline.language.layout.page import Page
from pipeline.language.periods.periods import Period
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.syntax.parsing import Sentence

T = TypeVar("T")

_LEAST = 0.05  # confidence of a statement without a subject or a metric
_REMEMBERED = 3  # metrics, subjects and periods

__all__ = ["Memory", "NamesError", "Statement", "find_statements", "iterate_cases", "read_names", "read_statements"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A quantity and what it is about. ``block`` is its block's place in the page; ``sentence`` its tokens."""

    quantity: Quantity
    block: int
    sentence: tuple[int, int]
    subject: Subject | None
    metric: Metric | None
    when: When
    status: Standing
    change: Standing

    @property
    def confidence(self) -> float:
        """How often a statement as sure as this one has its number, unit, subject and metric right, 0 to 1."""
        if self.subject is None or self.metric is None:
            return _LEAST
        probability = self.subject.probability * self.metric.probability
        return max(share for start, share in models.confidence_steps() if start <= probability)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the statements before a quantity, in the same part of the page, were about; the latest first."""

    metrics: tuple[Metric, ...] = ()
    subjects: tuple[Subject, ...] = ()
    periods: tuple[Period, ...] = ()
    last: Last | None = None
    stood: Stood | None = None
    about: Tally = field(default_factory=Tally)  # whom the statements of the page were about
    measured: Tallies = field(default_factory=Tallies)  # what they measured, unit by unit
    held: Tally = field(default_factory=Tally)  # when they held, or that they had no period

    @property
    def under_new_heading(self) -> Memory:
        """What carries on where a new heading begins: of whom it was spoken, and no more."""
        return Memory(subjects=self.subjects, about=self.about, measured=self.measured, held=self.held)

    @property
    def said(self) -> int | None:
        """The first token of the quantity before, in the same part of the page."""
        return self.stood.token if self.stood is not None else None

    def after(
        self,
        case: Case,
        metric: Metric | None,
        subject: Subject | None,
        period: Period | None,
        status: str,
        change: str,
    ) -> Memory:
        """With one more statement."""
        metrics, subjects, periods = self.metrics, self.subjects, self.periods
        last = last_of(case, period, self.last)
        # The text goes on to speak of what it compared, and not of what it compared it with.
        place = 1 if last.compared else 0
        if metric is not None:
            metrics = _with(metrics, metric, 0, lambda one: one.name)
        if subject is not None:
            said = replace(subject, said=case.quantity.first)
            subjects = _with(subjects, said, place, lambda one: one.name)
        if period is not None and period.iso is not None:
            periods = _with(periods, period, place, lambda one: str(one.iso))
        held = self.held.with_one(last.iso)
        about = self.about.with_one(subject.name if subject is not None else None)
        measured = self.measured.with_one(case.quantity.unit, metric.name if metric is not None else None)
        stood = Stood(status, change, case.quantity.first)
        return Memory(metrics, subjects, periods, last, stood, about, measured, held)


def _with(recent: tuple[T, ...], answer: T, place: int, key: Callable[[T], str]) -> tuple[T, ...]:
    """The answers remembered with one more at a place, those of the same key left out; what is first stays first."""
    others = [other for other in recent if key(other) != key(answer)]
    if recent and key(recent[0]) == key(answer):
        place = 0
    return (*others[:place], answer, *others[place:])[:_REMEMBERED]


def find_statements(
    page: Page,
    sentences: Sequence[Sentence],
    quantities: Mapping[int, Sequence[Quantity]],
    periods: Mapping[int, Sequence[Period]],
    forms: Mapping[str, str],
) -> Iterator[Statement]:
    """The statements of a page in text order, from the sentences that hold its quantities."""
    return read_statements(iterate_cases(page, sentences, quantities, periods, forms), _by_weights)


# The answer to a question about a quantity among its candidates, with how sure it is; ``None`` where there are none.
Answer = Callable[[str, Case, Sequence[Candidate]], tuple[Candidate, float] | None]


def read_statements(cases: Iterable[Case], answer: Answer) -> Iterator[Statement]:
    """The statements that quantities make, in text order: every question asked, each with what came before in mind."""
    memory = Memory()
    headings: tuple[int, ...] = ()
    for case in cases:
        if case.block.headings != headings:
            memory, headings = memory.under_new_heading, case.block.headings
        found = answer("metric", case, metric_candidates(case, memory.metrics, memory.measured.of(case.quantity.unit)))
        metric = _as_metric(case, *found) if found is not None else None
        found = answer("subject", case, subject_candidates(case, metric, memory.subjects, memory.said, memory.about))
        subject = _as_subject(*found) if found is not None else None
        dates = period_candidates(case, memory.periods, memory.last, metric, memory.held)
        when = _as_when(answer("period", case, dates))
        status = _as_standing(answer("status", case, status_candidates(case, memory.stood)))
        change = _as_standing(answer("change", case, change_candidates(case, memory.stood)))
        memory = memory.after(case, metric, subject, when.period, status.label, change.label)
        place = (case.first, case.stop)
        yield Statement(case.quantity, case.setting.sentence.block, place, subject, metric, when, status, change)


def _by_weights(question: str, case: Case, candidates: Sequence[Candidate]) -> tuple[Candidate, float] | None:  # noqa: ARG001 - an Answer
    choice = choose(candidates, weights(question))
    return (choice.candidate, choice.probability) if choice is not None else None


def iterate_cases(
    page: Page,
    sentences: Sequence[Sentence],
    quantities: Mapping[int, Sequence[Quantity]],
    periods: Mapping[int, Sequence[Period]],
    forms: Mapping[str, str],
) -> Iterator[Case]:
    """Every quantity of a page in its surroundings, in text order."""
    spans = (one for found in (quantities, periods) for of_block in found.values() for one in of_block)
    told = frozenset(i for one in spans for i in range(one.first, one.end))
    readings = Readings(page, NameFinder(page, forms, told), periods, quantities)
    for i, of_block in groupby(sentences, key=lambda sentence: sentence.block):
        for sentence in of_block:
            setting = Setting(readings, sentence, periods.get(i, ()))
            for quantity in sentence.quantities:
                yield Case(setting, quantity)


def _as_metric(case: Case, candidate: Candidate, probability: float) -> Metric:
    text = " ".join(candidate.text.split()) if candidate.text is not None else None
    place = (candidate.first, candidate.end, candidate.word)
    return Metric(candidate.name, text, probability, *place, case.dimension, candidate.source)


def _as_subject(candidate: Candidate, probability: float) -> Subject:
    kind = "phrase" if candidate.source.startswith(("phrase", "opening")) else "name"
    text = candidate.text or candidate.name
    return Subject(candidate.name, text, probability, candidate.first, kind, candidate.source)


def _as_when(found: tuple[Candidate, float] | None) -> When:
    assert found is not None  # that there is none is a candidate too
    return When(period_of(found[0]), found[0].source)


def _as_standing(found: tuple[Candidate, float] | None) -> Standing:
    assert found is not None
    return Standing(found[0].name, found[0].text, found[0].source)
