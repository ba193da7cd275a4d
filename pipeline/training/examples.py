"""Examples: every quantity of an annotated article, its candidates, and which of them are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import language
from pipeline.evaluation import Annotated, Gold, likeness, pair_up
from pipeline.language.aboutness import iterate_cases, read_statements
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.names import read_names
from pipeline.language.aboutness.periods import NO_PERIOD
from pipeline.language.aboutness.ranker import Weights, choose
from pipeline.language.layout.page import Context
from pipeline.language.periods.dates import period_bounds
from pipeline.mentions import Mention, Settings, extract

__all__ = ["QUESTIONS", "Example", "Labelled", "examples_of", "labelled_cases"]

# How much less right a metric is for each word too many: the power of the share of words in common with gold. On unseen
# articles 2 names the metric as gold does in 64 of 100 cases (0: in 61), and costs a quarter of a point in those that
# gold takes; "none but the best" costs more than one. Names of subjects gain nothing.
_STRICTNESS = {"metric": 2.0, "subject": 0.0}

QUESTIONS = ("metric", "subject", "period", "status", "change")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A quantity in its surroundings with its gold mention; ``None`` for one that should not have been found."""

    case: Case
    gold: Gold | None


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one quantity for one question, and how right each of them is, 0 to 1.

    ``known``: gold holds the quantity. None is right for one that should not have been found.
    """

    doc_id: str
    question: str
    candidates: tuple[Candidate, ...]
    right: tuple[float, ...]
    known: bool


def labelled_cases(annotated: Annotated) -> list[Labelled]:
    """The quantities found in an article, but for those of which gold says that they are a matter of taste."""
    article, settings = annotated.article, Settings(names=annotated.names)
    nlp = language.build(settings.names, settings.model)
    doc = language.read(nlp, article.text, Context(article.title, article.published, article.body_start))
    known, passed_over = _known(annotated, extract(article, settings).mentions)
    page, found = doc._.page, []
    for case in iterate_cases(page, doc._.sentences, doc._.quantities, doc._.periods, read_names(annotated.names)):
        place = (page.tokens[case.quantity.first].start, page.tokens[case.quantity.end - 1].end)
        if place not in passed_over:
            found.append(Labelled(case, known.get(place)))
    return found


Place = tuple[int, int]


def _known(annotated: Annotated, mentions: Sequence[Mention]) -> tuple[dict[Place, Gold], set[Place]]:
    """The gold mention at each place, and the places where gold leaves it open whether there is one."""
    pairs = pair_up(annotated.gold, mentions)
    known = {(mention.start, mention.end): gold for gold, mention in pairs if not gold.optional}
    open_places = [(gold.start, gold.end) for gold in annotated.gold if gold.optional]
    touching = {
        (m.start, m.end) for m in mentions if any(min(end, m.end) > max(start, m.start) for start, end in open_places)
    }
    return known, touching - set(known)


def examples_of(cases: Sequence[Labelled], doc_id: str, weights: Mapping[str, Weights]) -> list[Example]:
    """The examples of one article. What came before a quantity is what the weights make of it, right or wrong, as it
    will be when they are used; without weights it is taken to have been read right."""
    gold_of = {labelled.case: labelled.gold for labelled in cases}
    found: list[Example] = []

    def answer(question: str, case: Case, candidates: Sequence[Candidate]) -> tuple[Candidate, float] | None:
        gold = gold_of[case]
        right = _right_ones(question, candidates, gold)
        found.append(Example(doc_id, question, tuple(candidates), right, gold is not None))
        return _read(found[-1], weights.get(question))

    for _ in read_statements((labelled.case for labelled in cases), answer):
        pass
    return found


def _right_ones(question: str, candidates: Sequence[Candidate], gold: Gold | None) -> tuple[float, ...]:
    """How right each candidate is; none is where there is no gold."""
    if gold is None:
        return (0.0,) * len(candidates)
    wanted = gold.fields[question]
    known = {candidate.name: _rightness(question, wanted, candidate.name) for candidate in candidates}
    return tuple(
        known[candidate.name] if candidate.source != "usual" or _is_exactly(wanted, candidate.name) else 0.0
        for candidate in candidates
    )


def _is_exactly(wanted: Sequence[str], name: str) -> bool:
    """A name that no word of the text gives has to be gold's own: "average price" shares words enough with "price"."""
    return name.lower() in {alternative.lower() for alternative in wanted}


def _rightness(question: str, wanted: Any, name: str) -> float:
    """1 for what gold says, less for a name that has some words more or fewer, 0 for what is wrong.

    Gold takes "order orders" for "orders"; were both as right, either would be learnt.
    """
    if question in ("metric", "subject"):
        alike = likeness(question, wanted, name)
        return alike ** _STRICTNESS[question] if alike else 0.0
    if question == "period":
        meant = None if name == NO_PERIOD else period_bounds(name)
        return float(meant == (period_bounds(wanted) if wanted else None))
    return float(wanted == name)


def _read(example: Example, weights: Weights | None) -> tuple[Candidate, float] | None:
    """What the weights choose; without weights the first of those that are most right, or of all."""
    if not example.candidates:
        return None
    if weights is not None:
        choice = choose(example.candidates, weights)
        assert choice is not None
        return choice.candidate, choice.probability
    return max(zip(example.candidates, example.right, strict=True), key=lambda pair: pair[1])[0], 1.0
