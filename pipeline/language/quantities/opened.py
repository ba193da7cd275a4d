"""A quantity that leaves out its unit, and what it stands among."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.language.layout.page import Page
from pipeline.language.quantities.labels import Place
from pipeline.language.quantities.qualifiers import movement_words
from pipeline.language.quantities.quantities import Quantity

__all__ = ["Open", "is_change"]


@dataclass(frozen=True, slots=True)
class Open:
    """A quantity without a unit in its block; ``quantities`` are the block's, those before it completed."""

    page: Page
    block_at: int
    quantities: Sequence[Quantity | None]
    at: int
    quantity: Quantity

    @property
    def place(self) -> Place:
        """Where the number stands."""
        return Place(self.page, self.block_at, self.quantity.first)


def is_change(case: Open) -> bool:
    """Whether a word of rising or falling leads up to the number: ``9,114 points, a rise of 31``."""
    tokens, first = case.page.tokens, case.quantity.first
    if case.page.lower(case.quantity.end) in ("more", "fewer", "less", "higher", "lower"):
        return True
    return any(token.lower in movement_words() for token in tokens[max(0, first - 3) : first])
