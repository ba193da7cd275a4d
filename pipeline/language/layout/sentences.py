"""Sentences: where a block of text ends one and begins the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipeline import vocabulary
from pipeline.language.layout.blocks import Span

__all__ = ["split_sentences"]

_END = re.compile(r"[.!?…]+[\"'”’)\]*_]*(?:\s*\[\d{1,3}\])*(?=\s+[\"'“‘(\[*_]*[A-Z\d$€£¥])")
_LONGEST_WORD = 40  # characters before a mark in which an abbreviation is looked for
_LAST_WORD = re.compile(r"([^\s(“\"]+)$")


def split_sentences(text: str, block: Span) -> Iterator[Span]:
    """The sentences of a block, white space between them left out."""
    start = block.start
    for match in _END.finditer(text, block.start, block.end):
        if not _ends_here(text, match.start(), start):
            continue
        yield Span(start, match.end())
        start = match.end()
        while start < block.end and text[start].isspace():
            start += 1
    if start < block.end:
        yield Span(start, block.end)


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(vocabulary.load("layout")["abbreviations"]["words"])


def _ends_here(text: str, mark: int, start: int) -> bool:
    """Whether the mark ends a sentence and not an abbreviation, an initial or a list number."""
    if text[mark] != ".":
        return True
    word = _LAST_WORD.search(text, max(start, mark - _LONGEST_WORD), mark)
    if word is None:
        return True
    last = word[1].lower().lstrip("•-–*(")
    if last in _abbreviations() or (len(last) == 1 and last.isalpha() and word[1].isupper()):
        return False
    return not (last.isdigit() and len(last) <= 2 and word.start() == start)
