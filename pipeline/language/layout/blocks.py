"""What a page is made of once its layout is read: blocks, each with its place and what stands above it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["SECTION_LEVEL", "Block", "BlockKind", "Span"]

SECTION_LEVEL = 9  # of a heading within a table, which is over rows of it alone


class BlockKind(StrEnum):
    """What a stretch of a page is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUESTION = "question"  # a question on a line of its own, answered below
    BULLET = "bullet"
    FIELD = "field"  # "Label: value" on a line of its own
    TABLE_HEADER = "table header"
    TABLE_ROW = "table row"
    CAPTION = "caption"
    REFERENCE = "reference"  # an entry of a list of references
    FURNITURE = "furniture"  # belongs to the page, not to the article
    FRONT_MATTER = "front matter"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the article's text: characters ``start`` to ``end``."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters it covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page.

    A block may run over several lines where a sentence does. ``headings`` are the blocks it stands under, outermost
    first, by their place in the page; ``lead_in`` is the line that introduces a list. In a table, ``label`` names the
    row, ``header`` is the header row, and ``columns`` gives the cells and their column names where the row can be cut.
    """

    kind: BlockKind
    span: Span
    level: int = 0  # of a heading: 1 is outermost
    headings: tuple[int, ...] = ()
    lead_in: int | None = None
    label: Span | None = None
    header: Span | None = None
    columns: tuple[tuple[Span, Span], ...] = ()  # (cell, column name)
