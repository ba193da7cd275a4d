"""Units told by the layout: by the name of a row or column, by a label before a colon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.language.layout.blocks import SECTION_LEVEL, Block, BlockKind, Span
from pipeline.language.layout.page import Page
from pipeline.language.quantities.label_words import Lent, counted_in, per_in, scale_in, unit_in
from pipeline.language.tokens import Kind

__all__ = [
    "Place",
    "counted_by_label",
    "is_in_cell",
    "per_of_label",
    "scale_of_label",
    "titles_of_column",
    "unit_of_column",
    "unit_of_label",
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands: the page, its block, and its first token."""

    page: Page
    block_at: int
    token: int

    @property
    def block(self) -> Block:
        """The block it stands in."""
        return self.page.blocks[self.block_at]

    @property
    def start(self) -> int:
        """Its first character."""
        return self.page.tokens[self.token].start


def unit_of_column(place: Place) -> Lent | None:
    """From the cell's column name or the row's label, in a table that kept its separators."""
    return _from_spans(place, _cell_names(place), "unit from the table's labels", unit_in)


def unit_of_label(place: Place) -> Lent | None:
    """From what stands before the colon of a labelled line, or names the row or the columns of a table."""
    return _from_spans(place, _label_names(place), "unit from the label", unit_in)


def counted_by_label(place: Place) -> Lent | None:
    """From the plural that such a label counts: ``Pre-orders: 240,000``."""
    return _from_spans(place, _names(place), "unit from what the label counts", counted_in)


def scale_of_label(place: Place) -> Lent | None:
    """The scale alone that a label gives its numbers: ``Labour force (thousands)``."""
    return _from_spans(place, _names(place), "scale from the label", scale_in)


def is_in_cell(place: Place) -> bool:
    """Whether a number stands in a cell of a table that kept its separators."""
    return bool(titles_of_column(place))


def titles_of_column(place: Place) -> list[Span]:
    """The title of the column a number stands in, in a table that kept its separators."""
    return [name for cell, name in place.block.columns if cell.start <= place.start < cell.end]


def _names(place: Place) -> list[Span]:
    return [*_cell_names(place), *_label_names(place)]


def _cell_names(place: Place) -> list[Span]:
    columns = titles_of_column(place)
    return [span for span in (place.block.label, *columns) if span is not None] if columns else []


def _label_names(place: Place) -> list[Span]:
    if place.block.columns:
        return []
    titles = place.block.header.of(place.page.text) if place.block.header is not None else ""
    header = None if _is_of_last_column(place) else place.block.header
    if titles.endswith(")") and titles.count("(") == 1 and header is not None:
        return [header, *([place.block.label] if place.block.label is not None else [])]
    above = (place.page.blocks[i] for i in place.block.headings[-1:])
    in_list = place.block.kind is BlockKind.FIELD  # "Tindal: 150,000" under "Copper (tonnes)"
    sections = [
        block.span for block in above
        if block.level == SECTION_LEVEL or (in_list and block.span.of(place.page.text).endswith(")"))
    ]  # fmt: skip
    spans = (place.block.label, *sections, header)
    return [span for span in spans if span is not None and place.start >= span.end]


def _is_of_last_column(place: Place) -> bool:
    """Whether the titles of a table without separators end in a unit in brackets, which is that of the last column, and
    a number stands in another: the 214 of ``Country 2024 2025 Change (%)``, ``Norway 214 230 7.5``."""
    titles = place.block.header.of(place.page.text) if place.block.header is not None else ""
    if not titles.endswith(")") or titles.count("(") > 1:
        return False
    _, stop = place.page.ranges[place.block_at]
    behind = place.page.tokens[place.token + 1 : stop]
    return any(token.kind is Kind.NUMBER and not token.glued for token in behind)


def _from_spans(
    place: Place, spans: Sequence[Span], reason: str, read: Callable[[Page, Span], Lent | None]
) -> Lent | None:
    found = next((found for span in spans if (found := read(place.page, span)) is not None), None)
    return replace(found, reason=reason) if found is not None else None


def per_of_label(place: Place, unit: str) -> str:
    """``/vehicle`` for money in a row or behind a label that says "per vehicle"."""
    for span in _names(place):
        per = per_in(place.page.tokens, *place.page.tokens_in(span), unit)
        if per:
            return per
    return ""
