"""A log-linear model over the signals of candidates.

The weights are those under which the right candidates are likeliest, held small by a penalty on their squares: maximum
marginal likelihood, as several candidates of a quantity may be right (Berg-Kirkpatrick et al., "Painless unsupervised
learning with features", 2010, derives the gradient).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.language.aboutness.ranker import Weights
from pipeline.training.examples import Example

__all__ = ["learn"]

_ROUNDS = 250
_STEP = 0.1
_FEWEST_ARTICLES = 3  # that must show a signal before it is learnt
_SMALLEST = 0.005  # weights nearer to zero are left out


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
    rows: list[int] = []
    columns: list[int] = []
    owner: list[int] = []
    right: list[float] = []
    for i, example in enumerate(examples):
        for candidate, is_right in zip(example.candidates, example.right, strict=True):
            found = [index[signal] for signal in candidate.signals if signal in index]
            rows += [len(owner)] * len(found)
            columns += found
            owner.append(i)
            right.append(float(is_right))
    whole = [np.array(numbers, dtype=np.int64) for numbers in (rows, columns, owner)]
    return whole[0], whole[1], whole[2], np.array(right)


def _gradient(weight: Floats, rows: Integers, columns: Integers, owner: Integers, right: Floats, count: int) -> Floats:
    """The gradient of the log likelihood: how often a signal should be met less how often it is expected."""
    scores = np.bincount(rows, weight[columns], len(owner))
    top = np.full(count, -np.inf)
    np.maximum.at(top, owner, scores)
    parts = np.exp(scores - top[owner])
    wanted = parts * right
    expected = parts / np.bincount(owner, parts, count)[owner]
    wanted = wanted / np.maximum(np.bincount(owner, wanted, count), 1e-300)[owner]
    gradient: Floats = np.bincount(columns, (wanted - expected)[rows], len(weight)).astype(np.float64)
    return gradient
