"""Candidates: what a quantity may be about, each with the signals that speak for or against it.

A signal is a short name such as ``path=obl< >nsubj`` or ``label:vocab``; what it is worth is learnt (see ``ranker``).
The part before the first ``=`` or ``:`` is the signal's kind, by which ``GROUPS`` sorts them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

__all__ = ["GROUPS", "LONGEST_NAME", "Candidate", "bucket", "proposers"]

LONGEST_NAME = 7  # words of an answer

# Which kinds of signal look at what. Taking a group away shows what it contributes.
GROUPS = {
    "tree": ("path", "role", "label", "verb", "clause", "mpath"),
    "tags": ("next", "prep", "chunk", "head", "det"),
    "layout": ("layout", "block", "column", "labelled"),
    "vocabulary": ("vocab", "lex", "implied", "usual", "voice"),
    "names": ("name", "kind", "count", "main"),
    "place": ("side", "gap", "marks", "others", "between", "nearest", "aligned"),
    "memory": ("memory", "same"),
    "classes": ("class",),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer to whom or what a quantity is about.

    ``name`` is the answer, ``text`` the words for it (null where only the unit implies it), ``first`` to ``end`` the
    tokens they stand at (-1 where they stand nowhere near), ``source`` where it was found.
    """

    name: str
    text: str | None
    source: str
    signals: tuple[str, ...]
    first: int = -1
    end: int = -1
    word: int | None = None  # the word of the sentence's tree that heads it

    def with_signals(self, more: tuple[str, ...]) -> Candidate:
        """The same answer with more signals."""
        return Candidate(self.name, self.text, self.source, self.signals + more, self.first, self.end, self.word)


def proposers(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Who proposes each name: its sources, sorted, as one word. That several agree says more than each alone."""
    sources: dict[str, set[str]] = {}
    for candidate in candidates:
        sources.setdefault(candidate.name, set()).add(candidate.source)
    return {name: "+".join(sorted(found)) for name, found in sources.items()}


@cache
def bucket(number: int, bounds: tuple[int, ...] = (0, 1, 2, 4, 8, 15)) -> str:
    """A number as the smallest bound that holds it; ``more`` beyond the last."""
    return next((str(bound) for bound in bounds if number <= bound), "more")
