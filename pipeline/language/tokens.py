"""Tokens of the number grammar: numbers, words and symbols, each with its place in the text.

spaCy's tokenizer is made for words: ``RMB18.1bn``, ``0–100`` and ``1.23x`` come out of it in one piece. The grammar of
numbers needs them apart, so it reads these tokens and its results are aligned to the ``Doc`` afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

__all__ = ["HYPHENS", "Kind", "PhraseTable", "Token", "end_of_compound", "tokenize"]

HYPHENS = frozenset("-‐‑")

T = TypeVar("T")


class Kind(Enum):
    """What a token is made of."""

    NUMBER = auto()  # digits with inner points and commas, or one vulgar fraction
    WORD = auto()  # letters, or an abbreviation with its points (U.S.), or the 's of a possessive
    SYMBOL = auto()  # any other single character


@dataclass(frozen=True, slots=True)
class Token:
    """One token. ``lower`` is its text in lower case; ``gap`` is the white space before it."""

    start: int
    end: int
    text: str
    lower: str
    kind: Kind
    gap: str

    @property
    def glued(self) -> bool:
        """Whether nothing stands between it and the token before."""
        return not self.gap

    @property
    def capitalised(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*|[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])"
    r"|(?P<word>(?:[^\W\d_]\.){2,}|['’][sS](?![^\W\d_])"
    r"|[^\W\d_½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]+(?:['’](?![sS](?![^\W\d_]))[^\W\d_]+)*)"
    r"|(?P<symbol>\S)"
)
_KINDS = {"number": Kind.NUMBER, "word": Kind.WORD, "symbol": Kind.SYMBOL}


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of ``text[start:end]``, with offsets into the whole text."""
    return list(_tokens(text, start, len(text) if end is None else end))


def _tokens(text: str, start: int, end: int) -> Iterator[Token]:
    previous = start
    for match in _TOKEN.finditer(text, start, end):
        first, last = match.span()
        written = match.group()
        yield Token(first, last, written, written.lower(), _KINDS[match.lastgroup or "symbol"], text[previous:first])
        previous = last


def end_of_compound(tokens: Sequence[Token], i: int, stop: int) -> int:
    """One past the word at token ``i``, over its hyphens: ``debt-funded``, ``like-for-like``."""
    end = min(i + 1, stop)
    while end + 1 < stop and tokens[end].text in HYPHENS and tokens[end].glued and tokens[end + 1].glued:
        end += 2
    return end


class PhraseTable(Generic[T]):
    """Phrases and what they stand for, looked up at a place in the tokens; the longest phrase wins.

    Phrases are cut into tokens the way articles are. Exact phrases are met letter by letter, spaces between their
    tokens included; the others in any case, however they are spaced.
    """

    def __init__(self, phrases: Iterable[tuple[str, T]] = (), *, exact: Iterable[tuple[str, T]] = ()) -> None:
        self._any_case: dict[tuple[str, ...], T] = {}
        self._exact: dict[tuple[str, ...], T] = {}
        for phrase, meaning in phrases:
            self._any_case.setdefault(tuple(token.lower for token in _tokens(phrase, 0, len(phrase))), meaning)
        for phrase, meaning in exact:
            self._exact.setdefault(_spaced(list(_tokens(phrase, 0, len(phrase)))), meaning)
        lengths: dict[str, int] = {}
        ends: dict[str, int] = {}
        for key in (*self._any_case, *(tuple(word.lstrip() for word in exact) for exact in self._exact)):
            for lookup, word in ((lengths, key[0].lower()), (ends, key[-1].lower())):
                lookup[word] = max(lookup.get(word, 0), len(key))
        self._longest_from, self._longest_to = lengths, ends

    def may_open(self, token: Token) -> bool:
        """Whether a phrase begins with such a token."""
        return token.lower in self._longest_from

    def at(self, tokens: Sequence[Token], i: int, stop: int | None = None) -> tuple[int, T] | None:
        """The longest phrase that begins at token ``i``, as (one past its last token, meaning)."""
        if i >= len(tokens):
            return None
        limit = min(len(tokens) if stop is None else stop, i + self._longest_from.get(tokens[i].lower, 0))
        for end in range(limit, i, -1):
            found = self._meaning(tokens[i:end])
            if found is not None:
                return end, found[0]
        return None

    def before(self, tokens: Sequence[Token], i: int, first: int = 0) -> tuple[int, T] | None:
        """The longest phrase that ends right before token ``i``, as (its first token, meaning)."""
        if i <= first:
            return None
        for begin in range(max(first, i - self._longest_to.get(tokens[i - 1].lower, 0)), i):
            found = self._meaning(tokens[begin:i])
            if found is not None:
                return begin, found[0]
        return None

    def all(self, tokens: Sequence[Token], first: int, stop: int) -> Iterator[tuple[int, int, T]]:
        """Every phrase between two tokens from left to right, none overlapping, as (first, end, meaning)."""
        i, opens = first, self._longest_from
        while i < stop:
            found = self.at(tokens, i, stop) if tokens[i].lower in opens else None
            if found is None:
                i += 1
                continue
            yield i, found[0], found[1]
            i = found[0]

    def _meaning(self, tokens: Sequence[Token]) -> tuple[T] | None:
        if self._exact and (exact := _spaced(tokens)) in self._exact:
            return (self._exact[exact],)
        folded = tuple(token.lower for token in tokens)
        return (self._any_case[folded],) if folded in self._any_case else None


def _spaced(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The texts of tokens, a space before each that is not glued to the one before."""
    return tuple(token.text if i == 0 or token.glued else f" {token.text}" for i, token in enumerate(tokens))
