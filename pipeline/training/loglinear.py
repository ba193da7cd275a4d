"""A log-linear model over the signals of candidates.

The weights are those under which the right candidates are likeliest, held small by a penalty on their squares: maximum
marginal likelihood, as several candidates of a quantity may be right (Berg-Kirkpatrick et al., "Painless unsupervised
learning with features", 2010, derives the gradient).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.language.aboutness.ranker import Weights
from pipeline.training.examples import Example

__all__ = ["learn"]

_ROUNDS = 250
_STEP = 0.1
_FEWEST_ARTICLES = 6  # that must show a signal before it is learnt
_SMALLEST = 0.04  # weights nearer to zero are left out

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def learn(examples: Iterable[Example], penalty: float) -> Weights:
    """The weights of the signals under which the right candidates of all examples are likeliest."""
    useful = [example for example in examples if len(set(example.right)) > 1]
    index = _signals(useful)
    data = _data(useful, index)
    weight = np.zeros(len(index))
    mean, square = np.zeros_like(weight), np.zeros_like(weight)
    for step in range(1, _ROUNDS + 1):  # Adam on the whole data, its steps shrinking to nothing
        gradient = data.gradient(weight) - penalty * weight
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient**2
        rate = _STEP * (1 - step / (_ROUNDS + 1))
        weight += rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    rounded = ((signal, round(float(weight[i]), 3)) for signal, i in sorted(index.items()))
    return Weights((signal, value) for signal, value in rounded if abs(value) >= _SMALLEST)


def _signals(examples: Sequence[Example]) -> dict[str, int]:
    seen = {(signal, e.doc_id) for e in examples for candidate in e.candidates for signal in candidate.signals}
    articles = Counter(signal for signal, _ in seen)
    return {signal: i for i, signal in enumerate(sorted(s for s, n in articles.items() if n >= _FEWEST_ARTICLES))}


@dataclass(frozen=True, slots=True)
class _Data:
    """Examples as numbers.

    ``signals``: candidates by signals, sparse, 1 where a candidate has a signal; ``candidates``: the same, turned.
    ``right``: how right each candidate is, 0 to 1. ``owner``: the example of each candidate; ``start``: the first
    candidate of each example.
    """

    signals: sparse.csr_matrix
    candidates: sparse.csr_matrix
    right: Floats
    owner: Integers
    start: Integers

    def gradient(self, weight: Floats) -> Floats:
        """That of the log likelihood: how often a signal should be met less how often it is expected."""
        scores = self.signals @ weight
        parts = np.exp(scores - np.maximum.reduceat(scores, self.start)[self.owner])
        surplus: Floats = self._shares(parts * self.right) - self._shares(parts)
        gradient: Floats = self.candidates @ surplus
        return gradient

    def _shares(self, parts: Floats) -> Floats:
        totals = np.add.reduceat(parts, self.start)
        shares: Floats = parts / np.maximum(totals, 1e-300)[self.owner]
        return shares


def _data(examples: Sequence[Example], index: Mapping[str, int]) -> _Data:
    columns: list[int] = []
    ends, owner, right = [0], [], []
    for i, example in enumerate(examples):
        for candidate, share_right in zip(example.candidates, example.right, strict=True):
            columns += [index[signal] for signal in candidate.signals if signal in index]
            ends.append(len(columns))
            owner.append(i)
            right.append(share_right)
    signals = sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(owner), len(index)))
    owners = np.array(owner, dtype=np.int64)
    start = np.searchsorted(owners, np.arange(len(examples)))
    return _Data(signals, signals.T.tocsr(), np.array(right), owners, start)
