"""Units told by the layout: by the name of a row or column, by a label before a colon, by a note above a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from models.lexicon import common_words
from pipeline import vocabulary
from pipeline.language.layout.blocks import SECTION_LEVEL, Block, BlockKind, Span
from pipeline.language.layout.lines import TIME
from pipeline.language.layout.page import Page
from pipeline.language.nouns import canonical_noun, is_plural
from pipeline.language.quantities.within_words import is_thousands
from pipeline.language.tokens import Kind, Token
from pipeline.language.written_units import currency_after, currency_before, denominator, unit_at

__all__ = [
    "Lent",
    "Place",
    "counted_by_label",
    "counted_by_note",
    "is_in_cell",
    "is_proper",
    "lent_words",
    "money_of_table",
    "noun_at",
    "per_of_label",
    "scale_of_label",
    "scale_of_note",
    "unit_of_column",
    "unit_of_label",
    "unit_of_note",
]

_PERCENT = frozenset({"%", "percent", "cent", "percentage"})
_AMOUNTS = ("revenue", "revenues", "sales", "profit", "income", "turnover", "earnings")  # "Stores revenue": of money
_OVER_TABLES = frozenset({BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.CAPTION, BlockKind.FIELD})
_LONGEST_NOTE = 16  # tokens of the line above a table
_FIGURE = re.compile(r"\d")
_TABLE_REACH = 25  # blocks above a row in which the note of its table may stand


@cache
def lent_words(section: str) -> frozenset[str]:
    """A list of words of the vocabulary of units left out."""
    return frozenset(vocabulary.load("left_out")[section]["words"])


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


@dataclass(frozen=True, slots=True)
class Lent:
    """A unit lent to a number, what the number is to be multiplied by, and where the unit was found."""

    unit: str
    factor: float
    reason: str
    noun: tuple[int, int] | None = None  # the noun phrase of the number that lent the unit


def unit_of_column(place: Place) -> Lent | None:
    """From the cell's column name or the row's label, in a table that kept its separators."""
    return _from_spans(place, _cell_names(place), "unit from the table's labels", _unit_in)


def unit_of_label(place: Place) -> Lent | None:
    """From what stands before the colon of a labelled line, or names the row or the columns of a table."""
    return _from_spans(place, _label_names(place), "unit from the label", _unit_in)


def counted_by_label(place: Place) -> Lent | None:
    """From the plural that such a label counts: ``Pre-orders: 240,000``."""
    return _from_spans(place, _names(place), "unit from what the label counts", _counted_in)


def scale_of_label(place: Place) -> Lent | None:
    """The scale alone that a label gives its numbers: ``Labour force (thousands)``."""
    return _from_spans(place, _names(place), "scale from the label", _scale_in)


def unit_of_note(place: Place) -> Lent | None:
    """From the line above a table that says what its amounts are in.

    ``All amounts in millions of pounds``, ``(RMB bn)``.
    """
    if place.block.kind is not BlockKind.TABLE_ROW or _counts_things(place):
        return None
    for i in range(place.block_at - 1, max(-1, place.block_at - _TABLE_REACH), -1):
        block = place.page.blocks[i]
        if block.kind is BlockKind.TABLE_ROW or block.level == SECTION_LEVEL:
            continue
        titles = block.kind is BlockKind.TABLE_HEADER
        found = _scaled_note(place.page, *place.page.ranges[i])
        found = found or (None if titles else _unit_in_brackets(place.page, block.span))
        if found is not None:
            return replace(found, reason="unit from the note above the table")
        if block.kind is not BlockKind.TABLE_HEADER and i < place.block_at - 3:
            return None
    return None


def scale_of_note(place: Place) -> float:
    """What the amounts of a table are in, where the lines above it say that alone: ``(in thousands, except per share
    data)``. Amounts per share are in nothing."""
    label = place.block.label.of(place.page.text).lower() if place.block.label else ""
    if place.block.kind is not BlockKind.TABLE_ROW or _counts_things(place) or "share" in label:
        return 1.0
    for i in range(place.block_at - 1, max(-1, place.block_at - _TABLE_REACH), -1):
        first, stop = place.page.ranges[i]
        if place.page.blocks[i].kind in (BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER):
            continue
        if stop - first > _LONGEST_NOTE:
            return 1.0
        for at in range(first + 1, stop):
            if place.page.lower(at - 1) == "in" and (scale := _scale_at(place.page.tokens, at, at)) is not None:
                return scale
    return 1.0


def money_of_table(place: Place) -> Lent | None:
    """The currency of a table whose amounts are in thousands or millions, for those that leave it out: it stands at its
    first amount."""
    scale = scale_of_note(place)
    tokens, row = place.page.tokens, place.block_at
    while scale > 1 and row > 0 and place.page.blocks[row - 1].kind is BlockKind.TABLE_ROW:
        row -= 1
    first = place.page.ranges[row][0]
    amounts = (i for i in range(first + 1, place.token) if scale > 1 and tokens[i].kind is Kind.NUMBER)
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
    found = _counted_in(place.page, blocks[at - 1].span) if stop - first <= _LONGEST_NOTE else None
    labels = canonical_noun(titles[0].lower()) if titles else ""
    return replace(found, reason="unit from the line above the table") if found and found.unit != labels else None


def is_in_cell(place: Place) -> bool:
    """Whether a number stands in a cell of a table that kept its separators."""
    return bool(_columns(place))


def _columns(place: Place) -> list[Span]:
    return [name for cell, name in place.block.columns if cell.start <= place.start < cell.end]


def _names(place: Place) -> list[Span]:
    return [*_cell_names(place), *_label_names(place)]


def _cell_names(place: Place) -> list[Span]:
    columns = _columns(place)
    return [span for span in (place.block.label, *columns) if span is not None] if columns else []


def _label_names(place: Place) -> list[Span]:
    if place.block.columns:
        return []
    header = None if _is_of_last_column(place) else place.block.header
    above = (place.page.blocks[i] for i in place.block.headings[-1:])
    sections = [block.span for block in above if block.level == SECTION_LEVEL]
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


def _counts_things(place: Place) -> bool:
    """Whether the row's label speaks of people or things that are counted, not of amounts."""
    label = place.block.label.of(place.page.text).lower() if place.block.label else ""
    return not label.endswith(_AMOUNTS) and any(
        word in label for word in vocabulary.load("left_out")["counts"]["words"]
    )


def _scale_at(tokens: Sequence[Token], i: int, first: int) -> float | None:
    """The scale that a word, a suffix or ``'000`` at token ``i`` stands for, where it multiplies no number."""
    if is_thousands(tokens, i):
        return 1000.0
    numbers, word = vocabulary.load("numbers"), tokens[i].lower
    scale = numbers["vague"].get(word) or numbers["scales"].get(word) or numbers["suffixes"].get(tokens[i].text)
    multiplies = i > first and tokens[i - 1].kind is Kind.NUMBER
    return float(scale) if scale is not None and scale >= 1000 and not multiplies else None


def _scaled_note(page: Page, first: int, stop: int) -> Lent | None:
    """``in millions of pounds``, ``€ million``, ``'000 tonnes`` among some tokens that hold no number."""
    tokens = page.tokens
    for i in range(first, stop):
        scale = _scale_at(tokens, i, first)
        if scale is None:
            continue
        after = i + 1 if i + 1 < stop and tokens[i + 1].lower != "of" else i + 2
        money = currency_after(tokens, after, stop) if after < stop else None
        if money is not None:
            return Lent(money.name, scale * money.factor, "unit from the note above the table")
        before = currency_before(tokens, i, first)
        if before is not None:
            return Lent(before[1], scale, "unit from the note above the table")
        unit = unit_at(tokens, after, stop) if after < stop else None
        if unit is not None and unit.word:
            return Lent(unit.name, scale * unit.factor, "unit from the note above the table")
        if after < stop and is_plural(tokens[after].lower):
            return Lent(canonical_noun(tokens[after].lower), scale, "unit from the note above the table")
    return None


def _unit_in(page: Page, span: Span) -> Lent | None:
    """The unit that a label gives its numbers: ``Revenue (RMB bn)``, ``Margin, %``, ``Units delivered``."""
    first, stop = page.tokens_in(span)
    tokens = page.tokens
    scaled = _scaled_unit_in(page, first, stop)
    if scaled is not None:
        return replace(scaled, unit=scaled.unit + _per_in_label(tokens, first, stop, scaled.unit))
    suffixes = vocabulary.load("numbers")["suffixes"] | vocabulary.load("numbers")["scales"]
    for i in range(first, stop):
        money = currency_after(tokens, i, stop)
        opens = i - (i > 0 and tokens[i - 1].text == "US")  # "(US cents)"
        if money is not None and (not money.word or _opens_unit(tokens, opens)):
            scale = float(suffixes.get(tokens[money.end].text, 1.0)) if money.end < stop else 1.0
            return Lent(money.name + _per_in_label(tokens, first, stop, money.name), money.factor * scale, "")
        measured = i > first and tokens[i - 1].kind is Kind.NUMBER  # "cycles to 80% capacity"
        if tokens[i].lower in _PERCENT and not (measured or (i + 1 < stop and tokens[i + 1].lower.startswith("point"))):
            return Lent("%", 1.0, "")
        is_word = tokens[i].lower == "in" and not (i + 1 < stop and tokens[i + 1].text in ")]")  # "(in thousands)"
        opens = i > first and tokens[i - 1].text in "(,[" and not is_word
        if opens and (unit := unit_at(tokens, i, stop)) is not None:
            return Lent(unit.name, unit.factor, "")
        unit = unit_at(tokens, i, stop) if i > first and tokens[i - 1].lower == "in" else None
        if unit is not None and (unit.end == stop or tokens[unit.end].text in "),;"):
            return Lent(unit.name, unit.factor, "")
        if i > first and tokens[i - 1].text == "(" and [t.lower for t in tokens[i : i + 2]] == ["points", ")"]:
            return Lent("point", 1.0, "")
    return None


def _opens_unit(tokens: Sequence[Token], i: int) -> bool:
    """Whether what stands before token ``i`` of a label sets its unit apart."""
    return i > 0 and (tokens[i - 1].text in "(," or tokens[i - 1].lower == "in")


def _unit_in_brackets(page: Page, span: Span) -> Lent | None:
    """``Inflation (annual average, %)``: the unit in the brackets at the end of a line that is over a table."""
    text = span.of(page.text)
    opening = text.rfind("(")
    if opening < 0 or not text.endswith(")") or _FIGURE.search(text[opening:]):
        return None
    return _unit_in(page, Span(span.start + opening, span.end))


def _scaled_unit_in(page: Page, first: int, stop: int) -> Lent | None:
    """``Revenue (million euros)``, ``Output, thousand tonnes``, ``Sales in millions of euros``."""
    for i in range(first + 1, stop):
        if (page.tokens[i - 1].text == "[" or _opens_unit(page.tokens, i)) and _scale_at(page.tokens, i, i) is not None:
            return _scaled_note(page, i, stop)
    return None


def _per_in_label(tokens: Sequence[Token], first: int, stop: int, unit: str) -> str:
    """``/share`` where the label says "per share" and its unit does not."""
    for i in range(first, stop - 1):
        if tokens[i].lower == "per" and tokens[i + 1].lower != "cent" and "/" not in unit:
            below = denominator(tokens, i, stop)
            return f"/{below.name}" if below is not None and below.factor == 1 else ""
    return ""


def _counted_in(page: Page, span: Span) -> Lent | None:
    """The plural that a label counts, and per what: ``Students per teacher``."""
    tokens = page.tokens
    first, stop = page.tokens_in(span)
    bracket = next((i for i in range(first + 1, stop) if tokens[i].text == "("), stop)  # "London (all airports)"
    for i in range(first, stop):
        word = tokens[i]
        plural = i < bracket and word.kind is Kind.WORD and len(word.text) > 3 and is_plural(word.lower)
        if plural and not (is_proper(page, word) or _owns(tokens, i + 1, stop)) and _is_counted(tokens, i, stop):
            unit = noun_at(tokens, i, first)
            per = _per_in_label(tokens, i, bracket, unit)
            return Lent(unit + per, _scale_in_brackets(tokens, i + 1, stop), "")
    return None


def _owns(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether an 's stands at token ``i``: "People's Alliance"."""
    return i < stop and tokens[i].glued and tokens[i].lower in ("'s", "’s", "'", "’")


def _scale_in(page: Page, span: Span) -> Lent | None:
    scale = _scale_in_brackets(page.tokens, *page.tokens_in(span))
    return Lent("1", scale, "") if scale > 1 else None


def is_proper(page: Page, word: Token) -> bool:
    """Whether a capitalised word is no common noun: the "Kavros" of "Kavros: 1,011,430"."""
    return word.text.istitle() and word.lower not in common_words() and word.lower not in page.small


def _is_counted(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a plural in a label is of things, and not of money, millions or amounts."""
    word = tokens[i].lower
    amounts = lent_words("amounts") | {"sales"} | vocabulary.load("numbers")["vague"].keys()
    money = currency_after(tokens, i, stop) is not None
    return word not in amounts and not money and _is_counted_in_label(tokens, i, stop)


def _scale_in_brackets(tokens: Sequence[Token], i: int, stop: int) -> float:
    """What the numbers of ``Passengers (thousand)``, ``Pens sold (m)``, ``Guests, millions`` are multiplied by."""
    for opening in range(i, stop - 2):
        closes = {token.text for token in tokens[opening + 2 : opening + 4]} & {")", ";"}
        if tokens[opening].text == "(" and closes:
            return _scale_at(tokens, opening + 1, opening + 1) or 1.0
    if stop - 2 > i and tokens[stop - 2].text == "(":  # the rest of the brackets is another title
        return _scale_at(tokens, stop - 1, stop - 1) or 1.0
    if stop - i == 2 and tokens[i].text == ",":
        return _scale_at(tokens, i + 1, i + 1) or 1.0
    return 1.0


def _is_counted_in_label(tokens: Sequence[Token], i: int, stop: int) -> bool:
    following = tokens[i + 1] if i + 1 < stop else None
    return (
        following is None
        or following.kind is not Kind.WORD
        or not following.lower.endswith(("rate", "share", "ratio", "cost", "price", "area", *_AMOUNTS))
    )


def noun_at(tokens: Sequence[Token], i: int, first: int) -> str:
    """The counted noun of a plural at token ``i``; a pre-order stays one."""
    whole = (
        i - 2 >= first
        and tokens[i].glued
        and tokens[i - 1].text in "-‐‑"
        and tokens[i - 2].lower in ("pre", "co", "re")
    )
    return canonical_noun(f"{tokens[i - 2].lower}-{tokens[i].lower}" if whole else tokens[i].lower)


def per_of_label(place: Place, unit: str) -> str:
    """``/vehicle`` for money in a row or behind a label that says "per vehicle"."""
    for span in _names(place):
        per = _per_in_label(place.page.tokens, *place.page.tokens_in(span), unit)
        if per:
            return per
    return ""
