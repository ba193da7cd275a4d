"""Units told by the lines above a table: what its amounts are in, and what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline import vocabulary
from pipeline.language.layout.blocks import SECTION_LEVEL, BlockKind
from pipeline.language.layout.lines import TIME
from pipeline.language.nouns import canonical_noun
from pipeline.language.quantities.label_words import (
    AMOUNTS,
    Lent,
    counted_in,
    scale_at,
    scaled_unit_among,
    unit_behind_comma,
    unit_in_brackets,
)
from pipeline.language.quantities.labels import Place, titles_of_column
from pipeline.language.tokens import Kind
from pipeline.language.written_units import currency_before

__all__ = ["brackets_compare", "counted_by_note", "money_of_table", "scale_of_note", "unit_of_note"]

_REACH = 25  # blocks above a row in which the note of its table may stand
_NEAR = 3  # blocks above a row within which a line that is no part of a table may be its note
_LONGEST = 16  # tokens of the line above a table
_OVER_TABLES = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CAPTION, BlockKind.FIELD})


def unit_of_note(place: Place) -> Lent | None:
    """From the line above a table that says what its amounts are in.

    ``All amounts in millions of pounds``, ``(RMB bn)``.
    """
    if place.block.kind is not BlockKind.TABLE_ROW or _counts_things(place):
        return None
    for i, titles in _above(place):
        found = scaled_unit_among(place.page, *place.page.ranges[i])
        found = found or (None if titles else unit_in_brackets(place.page, place.page.blocks[i].span))
        found = found or (None if titles else unit_behind_comma(place.page, place.page.blocks[i].span))
        if found is not None:
            return replace(found, reason="unit from the note above the table")
        if not titles and i < place.block_at - _NEAR:
            return None
    return None


def scale_of_note(place: Place) -> float:
    """What the amounts of a table are in, where the lines above it say that alone: ``(in thousands, except per share
    data)``. Amounts per share are in nothing."""
    label = place.block.label.of(place.page.text).lower() if place.block.label else ""
    if place.block.kind is not BlockKind.TABLE_ROW or _counts_things(place) or "share" in label:
        return 1.0
    for i, titles in _above(place):
        first, stop = place.page.ranges[i]
        if titles:
            continue
        if stop - first > _LONGEST:
            return 1.0
        for at in range(first + 1, stop):
            if place.page.lower(at - 1) == "in" and (scale := scale_at(place.page.tokens, at, at)) is not None:
                return scale
    return 1.0


def brackets_compare(place: Place) -> bool:
    """Whether the line above a table says what its brackets hold: ``(2023 in brackets)``."""
    page, line = place.page, next((i for i, titles in _above(place) if not titles), None)
    text = page.blocks[line].span.of(page.text).lower() if line is not None else ""
    return "bracket" in text or "parenthes" in text


def money_of_table(place: Place) -> Lent | None:
    """The currency of a table whose amounts are in thousands or millions, for those that leave it out: it stands at its
    first amount."""
    scale = scale_of_note(place)
    if scale <= 1:
        return None
    tokens, row = place.page.tokens, place.block_at
    while row > 0 and place.page.blocks[row - 1].kind is BlockKind.TABLE_ROW:
        row -= 1
    first = place.page.ranges[row][0]
    amounts = (i for i in range(first + 1, place.token) if tokens[i].kind is Kind.NUMBER)
    money = next((found for i in amounts if (found := currency_before(tokens, i, first)) is not None), None)
    return Lent(money[1], scale, "unit from the first amount of the table") if money is not None else None


def counted_by_note(place: Place) -> Lent | None:
    """From the plural that the line above a table opens with, where the columns stand for times alone: ``Passengers in
    both directions`` over ``Route Sept 2024 Sept 2025``."""
    header, blocks = place.block.header, place.page.blocks
    if place.block.kind is not BlockKind.TABLE_ROW or header is None:
        return None
    at = place.block_at
    while at > 0 and blocks[at].span.start > header.start:
        at -= 1
    titles = TIME.sub("", header.of(place.page.text)).split()
    states = (*vocabulary.load("layout")["tables"]["states"], "share")
    others = [word for word in titles[1:] if word.lower() not in states]
    if at == 0 or any(word[:1].isalpha() for word in others) or blocks[at - 1].kind not in _OVER_TABLES:
        return None
    first, stop = place.page.tokens_in(blocks[at - 1].span)
    found = counted_in(place.page, blocks[at - 1].span) if stop - first <= _LONGEST else None
    labels = canonical_noun(titles[0].lower()) if titles else ""
    return replace(found, reason="unit from the line above the table") if found and found.unit != labels else None


def _above(place: Place) -> Iterator[tuple[int, bool]]:
    """The blocks above a row that are no rows, nearest first, and whether each is a row of titles; none beyond the
    rows of another table."""
    titled = False
    for i in range(place.block_at - 1, max(-1, place.block_at - _REACH), -1):
        block = place.page.blocks[i]
        if block.kind is BlockKind.TABLE_ROW and titled:
            return
        if block.kind is not BlockKind.TABLE_ROW and block.level != SECTION_LEVEL:
            titled = block.kind is BlockKind.TABLE_HEADER
            yield i, titled


def _counts_things(place: Place) -> bool:
    """Whether the row's label speaks of people or things that are counted, not of amounts."""
    label = place.block.label.of(place.page.text).lower() if place.block.label else ""
    amounts = label.endswith(AMOUNTS) or label.startswith(AMOUNTS)  # "Retail sales", "Revenue from users"
    titles = [title.of(place.page.text).lower() for title in titles_of_column(place)]
    amounts = amounts or any(title.endswith((*AMOUNTS, "ebit", "ebitda", "costs", "debt", "cash")) for title in titles)
    return not amounts and any(word in label for word in vocabulary.load("left_out")["counts"]["words"])
