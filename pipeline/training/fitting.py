"""Weights for every question, and how right they are on articles that they have not seen.

Cross-fitting: the articles are read in five parts, each by weights learnt from the other four. What a quantity
remembers of those before it is as uncertain in training as it is in use, and the accuracy is that on unseen articles.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.language.aboutness.candidates import GROUPS
from pipeline.language.aboutness.ranker import Choice, Weights, choose
from pipeline.training.examples import QUESTIONS, Example, Labelled, examples_of
from pipeline.training.loglinear import learn

__all__ = ["Fitted", "Outcome", "calibrate", "fit"]

_PENALTY = {"metric": 5.0, "subject": 8.0, "period": 8.0, "status": 3.0, "change": 3.0}  # best on unseen parts
_PARTS = 5
_PASSES = 2
_STEPS = 20  # of the calibration: no more than can be looked at
_FINE_CHUNKS, _FINER = 3, 4  # so many chunks of the surest are cut into so many

Cases = Mapping[str, Sequence[Labelled]]  # of every article, by its id


@dataclass(frozen=True, slots=True)
class Outcome:
    """What weights that never saw an article chose for one of its quantities."""

    example: Example
    choice: Choice | None  # None where there was nothing to choose from

    @property
    def right(self) -> bool:
        """Whether the choice is right, if not to the letter."""
        choice = self.choice
        return choice is not None and self.example.right[self.example.candidates.index(choice.candidate)] > 0

    @property
    def probability(self) -> float:
        """How sure it is of its choice."""
        return self.choice.probability if self.choice is not None else 0.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights, and the outcomes of cross-fitting, quantity by quantity and question by question."""

    weights: dict[str, Weights]
    outcomes: dict[str, tuple[Outcome, ...]]

    def accuracy(self, *questions: str) -> float:
        """The share of quantities for which the answers to all these questions are right."""
        columns = [self.outcomes[question] for question in questions]
        rows = [all(one.right for one in row) for row in zip(*columns, strict=True) if row[0].example.known]
        return sum(rows) / len(rows) if rows else 0.0


def fit(cases: Cases, without: Collection[str] = ()) -> Fitted:
    """The weights learnt from annotated articles. ``without``: names of groups of signals to do without."""
    kinds = frozenset(kind for group in without for kind in GROUPS[group])
    parts = [part for i in range(_PARTS) if (part := sorted(cases)[i::_PARTS])]
    read = {key: _without(examples_of(cases[key], key, {}), kinds) for key in sorted(cases)}
    learnt: list[dict[str, Weights]] = []
    for _ in range(_PASSES):
        learnt = [_learn_all([e for key in read if key not in part for e in read[key]]) for part in parts]
        read = {
            key: _without(examples_of(cases[key], key, weights), kinds)
            for part, weights in zip(parts, learnt, strict=True)
            for key in part
        }
    unseen = [
        Outcome(example, choose(example.candidates, weights[example.question]))
        for part, weights in zip(parts, learnt, strict=True)
        for key in part
        for example in read[key]
    ]
    weights = _learn_all([e for key in sorted(read) for e in read[key]])
    return Fitted(weights, _by_question(unseen))


def _by_question(outcomes: Sequence[Outcome]) -> dict[str, tuple[Outcome, ...]]:
    return {q: tuple(one for one in outcomes if one.example.question == q) for q in QUESTIONS}


def _without(examples: list[Example], kinds: frozenset[str]) -> list[Example]:
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


def _learn_all(examples: Sequence[Example]) -> dict[str, Weights]:
    return {q: learn([e for e in examples if e.question == q], _PENALTY[q]) for q in QUESTIONS}


def calibrate(fitted: Fitted) -> list[tuple[float, float]]:
    """How often subject and metric are both right, by the product of their probabilities: steps (from, share right).

    Isotonic regression by pooling adjacent violators (Ayer et al., 1955) over the outcomes on unseen articles, those
    of quantities that should not have been found counted as wrong. Among the surest the chunks are finer: there the
    share right changes most.
    """
    pairs = zip(fitted.outcomes["metric"], fitted.outcomes["subject"], strict=True)
    scored = sorted((m.probability * s.probability, m.right and s.right) for m, s in pairs)
    size = max(1, len(scored) // (2 * _STEPS))
    fine, surest = max(1, size // _FINER), max(0, len(scored) - _FINE_CHUNKS * size)
    begins = [*range(0, surest, size), *range(surest, len(scored), fine)]
    chunks = [scored[begin:end] for begin, end in pairwise([*begins, len(scored)])]
    pools: list[tuple[float, float, int]] = []  # from, right, count
    for chunk in chunks:
        pools.append((chunk[0][0], float(sum(right for _, right in chunk)), len(chunk)))
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last, before = pools.pop(), pools.pop()
            pools.append((before[0], before[1] + last[1], before[2] + last[2]))
    return [(round(start, 3) if i else 0.0, round(right / count, 3)) for i, (start, right, count) in enumerate(pools)]
