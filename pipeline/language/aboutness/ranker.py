"""Choosing among candidates: a linear model over their signals, learnt from annotated articles.

A candidate's score is the sum of its signals' weights, its probability the softmax over all candidates, and that of a
name the sum over all who propose it. The weights stand in plain tables that anybody can read, ``signal<TAB>weight`` in
thousandths, in ``models/linking``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from math import exp

import models
from pipeline.language.aboutness.candidates import Candidate

__all__ = ["Choice", "Weights", "choose", "weights"]


_NOTHING = repeat(0.0)  # what a signal weighs that was never learnt


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidate chosen, and the probability of its name."""

    candidate: Candidate
    probability: float


class Weights(dict[str, float]):
    """The weight of every signal; a signal that was never learnt weighs nothing."""

    def __missing__(self, signal: str) -> float:
        return 0.0


@cache
def weights(question: str) -> Weights:
    """The weights for ``metric``, ``subject``, ``period``, ``status`` or ``change``."""
    return Weights(models.linking_weights(question))


def choose(candidates: Sequence[Candidate], weight: Weights) -> Choice | None:
    """The name with the highest probability, told by its likeliest candidate; ``None`` where there is no candidate."""
    if not candidates:
        return None
    scores = [sum(map(weight.get, candidate.signals, _NOTHING)) for candidate in candidates]
    top = max(scores)
    parts = [exp(score - top) for score in scores]
    total = sum(parts)
    by_name: defaultdict[str, float] = defaultdict(float)
    for candidate, part in zip(candidates, parts, strict=True):
        by_name[candidate.name] += part
    best = max(by_name, key=lambda name: by_name[name])
    i = max((i for i, candidate in enumerate(candidates) if candidate.name == best), key=lambda i: scores[i])
    return Choice(candidates[i], by_name[best] / total)
