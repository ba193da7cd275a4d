"""Learns what the signals of aboutness are worth from annotated articles: ``python -m pipeline.training FOLDER...``

Every folder holds articles and, in itself or in its folder ``gold``, their gold mentions. A quantity that gold knows is
one example: its candidates, and which of them are right. The weights are those under which the right candidates are
likeliest, held small by a penalty on their squares (maximum marginal likelihood of a log-linear model; Berg-Kirkpatrick
et al., "Painless unsupervised learning with features", 2010, uses the same gradient).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline import language
from pipeline.articles import Article, plan, read
from pipeline.evaluation import Gold, names_match, pair_up, read_gold
from pipeline.language.aboutness import Memory, as_metric, as_subject, iterate_cases
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.metrics import metric_candidates
from pipeline.language.aboutness.names import read_names
from pipeline.language.aboutness.periods import NO_PERIOD, period_candidates, period_of
from pipeline.language.aboutness.ranker import Choice, Weights, choose
from pipeline.language.aboutness.standing import change_candidates, status_candidates
from pipeline.language.aboutness.subjects import subject_candidates
from pipeline.language.layout.page import Context
from pipeline.language.periods.dates import period_bounds
from pipeline.mentions import Settings, extract

__all__ = ["Example", "Weights", "annotated_articles", "cases_of", "fit"]

QUESTIONS = ("metric", "subject", "period", "status", "change")
_PENALTY = {"metric": 8.0, "subject": 8.0, "period": 8.0, "status": 3.0, "change": 3.0}
_ROUNDS = 250
_STEP = 0.1
_PARTS = 5  # of cross-fitting
_PASSES = 2
_FEWEST_ARTICLES = 3  # that must show a signal before it is learnt
_SMALLEST = 0.005  # weights nearer to zero are left out


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one quantity, and which of them are right."""

    doc_id: str
    question: str
    candidates: tuple[Candidate, ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article with its gold."""

    article: Article
    gold: tuple[Gold, ...]
    names: tuple[str, ...]


def annotated_articles(folder: Path) -> Iterator[Annotated]:
    """The articles of a folder that have gold."""
    gold_folder = folder / "gold" if (folder / "gold").is_dir() else folder
    planned = plan([folder])
    for portion in planned.portions:
        for article in read(portion):
            path = gold_folder / f"{article.doc_id}.jsonl"
            if isinstance(article, Article) and path.exists():
                yield Annotated(article, tuple(read_gold(path, article.text)), tuple(map(str, planned.names)))


def cases_of(annotated: Annotated) -> Iterator[tuple[Case, Gold | None]]:
    """The quantities of an article in their surroundings, each with its gold mention where it has one."""
    article, settings = annotated.article, Settings(names=annotated.names)
    pairs = pair_up(annotated.gold, extract(article, settings).mentions)
    by_place = {(mention.start, mention.end): gold for gold, mention in pairs if not gold.optional}
    nlp = language.build(settings.names, settings.model)
    doc = language.read(nlp, article.text, Context(article.title, article.published, article.body_start))
    page = doc._.page
    for case in iterate_cases(page, doc._.sentences, doc._.quantities, doc._.periods, read_names(annotated.names)):
        start, end = page.tokens[case.quantity.first].start, page.tokens[case.quantity.end - 1].end
        yield case, by_place.get((start, end))


def examples_of(cases: Sequence[tuple[Case, Gold | None]], doc_id: str, weights: Mapping[str, Weights]) -> list[Example]:
    """The examples of one article. What came before a quantity is what the weights make of it, right or wrong, as it
    will be when they are used; without weights it is taken to have been read right."""
    memory = Memory()
    headings: tuple[int, ...] = ()
    found: list[Example] = []

    def read(question: str, candidates: Sequence[Candidate]) -> tuple[Candidate, float] | None:
        example = Example(doc_id, question, tuple(candidates), _right_ones(question, candidates, gold))
        if gold is not None:
            found.append(example)
        return _read(example, weights.get(question))

    for case, gold in cases:
        if case.block.headings != headings:
            memory, headings = memory.under_new_heading, case.block.headings
        best = read("metric", metric_candidates(case, memory.metrics))
        metric = as_metric(case, *best) if best is not None else None
        best = read("subject", subject_candidates(case, metric, memory.subjects))
        subject = as_subject(*best) if best is not None else None
        best = read("period", period_candidates(case, memory.period))
        period = period_of(best[0]) if best is not None else None
        read("status", status_candidates(case))
        read("change", change_candidates(case))
        memory = memory.after(metric, subject, period)
    return found


def _right_ones(question: str, candidates: Sequence[Candidate], gold: Gold | None) -> tuple[bool, ...]:
    """Which candidates are right; none where there is no gold."""
    if gold is None:
        return (False,) * len(candidates)
    wanted = gold.fields[question]
    known = {candidate.name: _is_right(question, wanted, candidate.name) for candidate in candidates}
    return tuple(known[candidate.name] for candidate in candidates)


def _is_right(question: str, wanted: Any, name: str) -> bool:
    if question in ("metric", "subject"):
        return names_match(question, wanted, name)
    if question == "period":
        return (period_bounds(wanted) if wanted else None) == (period_bounds(name) if name != NO_PERIOD else None)
    return bool(wanted == name)


def _read(example: Example, weights: Weights | None) -> tuple[Candidate, float] | None:
    """What the weights choose; without weights the first candidate that is right, or the first of all."""
    if not example.candidates:
        return None
    if weights is not None:
        choice = choose(example.candidates, weights)
        assert choice is not None
        return choice.candidate, choice.probability
    right = [c for c, is_right in zip(example.candidates, example.right, strict=True) if is_right]
    return (right or list(example.candidates))[0], 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learnt: the weights, and the examples of every article as read by weights that never saw it, with those
    weights' choice."""

    weights: dict[str, Weights]
    unseen: tuple[tuple[Example, Choice], ...]


def fit(cases: Mapping[str, Sequence[tuple[Case, Gold | None]]], *, without: Collection[str] = ()) -> Fitted:
    """The weights for articles with gold, given as their cases by id. ``without``: kinds of signals to leave out.

    Cross-fitting: the articles are read in five parts, each by weights learnt from the other four, and the weights are
    learnt anew from what was so remembered.
    """
    parts = [sorted(cases)[i::_PARTS] for i in range(_PARTS)]
    read = {key: _without(examples_of(cases[key], key, {}), without) for key in cases}
    for _ in range(_PASSES):
        learnt = [learn_all([e for key in cases if key not in part for e in read[key]]) for part in parts]
        read = {
            key: _without(examples_of(cases[key], key, weights), without)
            for part, weights in zip(parts, learnt, strict=True)
            for key in part
        }
    unseen = [
        (example, choice)
        for part, weights in zip(parts, learnt, strict=True)
        for key in part
        for example in read[key]
        if (choice := choose(example.candidates, weights[example.question])) is not None
    ]
    return Fitted(learn_all([e for key in sorted(cases) for e in read[key]]), tuple(unseen))


def _without(examples: list[Example], kinds: Collection[str]) -> list[Example]:
    """The examples without the signals of some kinds."""
    if not kinds:
        return examples
    return [
        replace(
            example,
            candidates=tuple(
                replace(c, signals=tuple(s for s in c.signals if s.partition("=")[0] not in kinds))
                for c in example.candidates
            ),
        )
        for example in examples
    ]


def learn_all(examples: Sequence[Example]) -> dict[str, Weights]:
    """The weights for every question."""
    return {q: learn([e for e in examples if e.question == q], _PENALTY[q]) for q in QUESTIONS}


def learn(examples: Iterable[Example], penalty: float) -> Weights:
    """The weights of the signals under which the right candidates of all examples are likeliest."""
    useful = [example for example in examples if any(example.right) and not all(example.right)]
    index = _signals(useful)
    rows, columns, owner, right = _matrix(useful, index)
    weight = np.zeros(len(index))
    mean, square = np.zeros_like(weight), np.zeros_like(weight)
    for step in range(1, _ROUNDS + 1):  # Adam on the whole data, its steps shrinking to nothing
        gradient = _gradient(weight, rows, columns, owner, right, len(useful)) - penalty * weight
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        rate = _STEP * (1 - step / (_ROUNDS + 1))
        weight += rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return Weights(
        (signal, round(float(weight[i]), 3)) for signal, i in sorted(index.items()) if abs(weight[i]) >= _SMALLEST
    )


def _signals(examples: Sequence[Example]) -> dict[str, int]:
    seen = {(signal, e.doc_id) for e in examples for candidate in e.candidates for signal in candidate.signals}
    articles = Counter(signal for signal, _ in seen)
    return {signal: i for i, signal in enumerate(sorted(s for s, n in articles.items() if n >= _FEWEST_ARTICLES))}


Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def _matrix(examples: Sequence[Example], index: Mapping[str, int]) -> tuple[Integers, Integers, Integers, Floats]:
    """The candidates as a sparse matrix (candidate, signal), the example each belongs to, and whether it is right."""
    rows, columns, owner, right = [], [], [], []
    for i, example in enumerate(examples):
        for candidate, is_right in zip(example.candidates, example.right, strict=True):
            found = [index[signal] for signal in candidate.signals if signal in index]
            rows += [len(owner)] * len(found)
            columns += found
            owner.append(i)
            right.append(float(is_right))
    return np.array(rows), np.array(columns), np.array(owner), np.array(right)


def _gradient(
    weight: Floats, rows: Integers, columns: Integers, owner: Integers, right: Floats, count: int
) -> Floats:
    """The gradient of the log likelihood: how often a signal should be met less how often it is expected."""
    scores = np.bincount(rows, weight[columns], len(owner))
    top = np.full(count, -np.inf)
    np.maximum.at(top, owner, scores)
    parts = np.exp(scores - top[owner])
    wanted = parts * right
    expected = parts / np.bincount(owner, parts, count)[owner]
    wanted = wanted / np.maximum(np.bincount(owner, wanted, count), 1e-300)[owner]
    return np.bincount(columns, (wanted - expected)[rows], len(weight))
