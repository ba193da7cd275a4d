"""Tallies: how many of the statements of a page so far had which answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.language.aboutness.candidates import bucket

__all__ = ["EMPTY", "Tallies", "Tally", "in_words"]

T = TypeVar("T")

_KEPT = 64  # answers of a tally, and units: a page that has more of them forgets the first

Steps = Sequence[tuple[float, str]]  # the most that each word means

# The share of the statements so far that had an answer.
_SHARES: Steps = ((0.0, "none"), (0.2, "few"), (0.5, "some"), (0.9, "most"), (1.0, "all"))


@dataclass(frozen=True, slots=True)
class Tally:
    """How often each of some answers was given, by name, those given first before others; ``total``: all together."""

    counts: Mapping[str, int] = field(default_factory=dict)
    total: int = 0

    def with_one(self, name: str | None) -> Tally:
        """With an answer given once more; the same where there was none."""
        if name is None:
            return self
        return Tally(_kept({**self.counts, name: self.counts.get(name, 0) + 1}), self.total + 1)

    def share(self, name: str) -> str:
        """How many of the answers so far were this one, in words, of how many there were; empty before the first."""
        if not self.total:
            return ""
        told = in_words(self.counts.get(name, 0) / self.total, _SHARES)
        return f"{told} of {bucket(self.total, (1, 3, 8))}"


EMPTY = Tally()


@dataclass(frozen=True, slots=True)
class Tallies:
    """A tally for every unit of a page."""

    by_unit: Mapping[str, Tally] = field(default_factory=dict)

    def of(self, unit: str) -> Tally:
        """That of a unit."""
        return self.by_unit.get(unit) or Tally()

    def with_one(self, unit: str, name: str | None) -> Tallies:
        """With an answer for a unit given once more."""
        return Tallies(_kept({**self.by_unit, unit: self.of(unit).with_one(name)}))


def in_words(share: float, steps: Steps) -> str:
    """A share as the first word that means as much."""
    return next(word for most, word in steps if share <= most)


def _kept(answers: dict[str, T]) -> dict[str, T]:
    if len(answers) > _KEPT:
        del answers[next(iter(answers))]
    return answers
