"""An article as the components of the language pipeline hand it on: blocks, tokens, and what masks some of them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline import vocabulary
from pipeline.language.layout.blocks import Block, BlockKind, Span
from pipeline.language.layout.layout import read_layout
from pipeline.language.layout.masks import section_number_spans, telephone_spans, web_spans
from pipeline.language.numbers.digits import Style, number_style
from pipeline.language.tokens import Kind, Token, tokenize

__all__ = ["Context", "Page", "read_page"]

# Blocks whose numbers say nothing about the article's matter.
SILENT = frozenset({BlockKind.FURNITURE, BlockKind.FRONT_MATTER})
_CURRENCIES = "$€£¥₹"


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about an article besides its text."""

    title: str | None = None
    published: date | None = None
    body_start: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page read: its blocks in text order, its tokens, and which tokens belong to which block."""

    text: str
    context: Context
    blocks: tuple[Block, ...]
    tokens: Sequence[Token]
    ranges: tuple[tuple[int, int], ...]  # first and one past the last token of each block
    masked: dict[int, str]  # tokens of addresses, telephone and section numbers, and which they are
    words: frozenset[str]  # its words in lower case, and its symbols of currencies
    small: frozenset[str]  # those it writes small somewhere
    style: Style  # how it writes its numbers
    dollar: str  # whose dollar a bare $ is

    def tokens_in(self, span: Span) -> tuple[int, int]:
        """The tokens of a stretch of text: first, and one past the last."""
        return (
            bisect_left(self.tokens, span.start, key=lambda token: token.start),
            bisect_left(self.tokens, span.end, key=lambda token: token.start),
        )

    def lower(self, i: int) -> str:
        """The word at token ``i`` in lower case, empty beyond the text."""
        return self.tokens[i].lower if i < len(self.tokens) else ""

    def written(self, first: int, end: int) -> str:
        """The text of some tokens, as it stands."""
        return self.text[self.tokens[first].start : self.tokens[end - 1].end] if end > first else ""


def read_page(text: str, context: Context) -> Page:
    """Layout and tokens of an article."""
    blocks = read_layout(text, context.body_start)
    tokens = tokenize(text)
    starts = [token.start for token in tokens]
    ranges = tuple((bisect_left(starts, block.span.start), bisect_left(starts, block.span.end)) for block in blocks)
    written = [token for token in tokens if token.kind is Kind.WORD]
    symbols = frozenset(text).intersection(_CURRENCIES)  # whose cents an article counts
    words = frozenset(token.lower for token in written) | symbols
    small = frozenset(token.lower for token in written if token.text.islower())
    masked, dollar = _masked(text, starts), _dollar(text, tokens)
    return Page(text, context, blocks, tokens, ranges, masked, words, small, number_style(tokens), dollar)


_NAMED_DOLLAR = re.compile(r"\b(?:(?:US|U\.S\.|AU|CA|Can|NZ|HK|NT) ?|[ACS])\$")
_FEWEST_PLACES = 3  # mentions of a country's places before a bare $ is its dollar


def _dollar(text: str, tokens: Sequence[Token]) -> str:
    """The dollar an article reckons in: as it says ("all amounts are in Canadian dollars"), else that of the country
    whose places it names, where it writes no other dollar; that of the US otherwise."""
    currencies = vocabulary.load("currencies")
    dollars: dict[str, str] = currencies["dollars"]
    stated = re.search(rf"\b(?:in|are) ({'|'.join(dollars)}) dollars\b", text, re.IGNORECASE)
    if stated:
        return dollars[stated[1].lower()]
    if _NAMED_DOLLAR.search(text):
        return "USD"
    places = {place: code for code, names in currencies["dollar_places"].items() for place in names}
    named = Counter(places[token.lower] for token in tokens if token.capitalised and token.lower in places)
    (code, count), *others = [*named.most_common(), ("USD", 0)]
    return code if count >= _FEWEST_PLACES and count > others[0][1] else "USD"


def _masked(text: str, starts: Sequence[int]) -> dict[int, str]:
    masked: dict[int, str] = {}
    stretches = (
        ("telephone number", telephone_spans(text)),
        ("address", web_spans(text)),
        ("list number", section_number_spans(text)),
    )
    for kind, spans in stretches:
        for start, end in spans:
            masked |= dict.fromkeys(range(bisect_left(starts, start), bisect_left(starts, end)), kind)
    return masked
