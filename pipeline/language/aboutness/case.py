"""One quantity in its surroundings: what the rules of aboutness look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.language.aboutness.names import NameFinder
from pipeline.language.layout.blocks import Block, Span
from pipeline.language.layout.page import Page
from pipeline.language.quantities.quantities import Quantity

__all__ = ["Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """A quantity, its block, and its sentence as tokens ``first`` to ``stop``."""

    page: Page
    names: NameFinder
    block: Block
    first: int
    stop: int
    quantity: Quantity
    row_quantities: Sequence[Quantity]  # all of the block, this one among them

    @property
    def others(self) -> list[Quantity]:
        """The other quantities of its sentence."""
        return [q for q in self.row_quantities if q is not self.quantity and self.first <= q.first < self.stop]

    @property
    def start(self) -> int:
        """The quantity's first character."""
        return self.page.tokens[self.quantity.first].start

    @property
    def headings(self) -> tuple[int, ...]:
        """The blocks it stands under, outermost first, the line that leads into its list last."""
        lead = () if self.block.lead_in is None or self.block.lead_in in self.block.headings else (self.block.lead_in,)
        return self.block.headings + lead

    @property
    def column(self) -> Span | None:
        """The name of its column, in a table that kept its separators."""
        return next((name for cell, name in self.block.columns if cell.start <= self.start < cell.end), None)

    def follows(self, span: Span) -> bool:
        """Whether the quantity stands behind a stretch of text."""
        return self.start >= span.end
