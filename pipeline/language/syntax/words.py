"""The words of a sentence as a parser wants them: cut the way treebanks cut, each quantity told in two plain words.

A parser trained on treebanks knows ``$ 5``, ``5 %`` and ``5 km``, and little of ``RMB 18.6 billion``, ``22000rpm`` or
``US$1.94 per pound``. What kind of thing a quantity is has been settled before, so it is told in words that every
treebank holds; a counted noun stays as it is written. Words of time that run over several tokens become one year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline import units
from pipeline.language.layout.page import Page
from pipeline.language.nouns import function_words
from pipeline.language.periods.periods import Period
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.tokens import Kind, Token

__all__ = ["Word", "stands_before_noun", "words_of"]

_CLITIC = re.compile(r"(?i)(?<=[a-z])(n['’]t|['’](?:ll|re|ve|d|m))$")
_MARKS = frozenset("*_#`")  # of Markdown: no words
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr st inc corp co ltd no vs jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_MONEY = re.compile(r"[A-Z]{3}(?:/.+)?")
_NUMBER = "5"
_YEAR = "2025"
_LONG_PERIOD = 3  # tokens; shorter ones ("last year", "June") are words that treebanks know
_ARTICLES = frozenset({"the", "a", "this", "its"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word for the parser and the tokens of the page it stands for, ``first`` to ``end``."""

    text: str
    first: int
    end: int
    space: bool  # whether a space follows it


def words_of(
    page: Page, first: int, stop: int, quantities: Sequence[Quantity], periods: Sequence[Period]
) -> list[Word]:
    """The words of the tokens ``first`` to ``stop``, among which ``quantities`` and ``periods`` stand."""
    by_token: dict[int, Quantity | Period] = {
        period.first: period
        for period in periods
        if first <= period.first and period.end <= stop and period.end - period.first >= _LONG_PERIOD
    }
    by_token |= {quantity.first: quantity for quantity in quantities if first <= quantity.first < stop}
    return list(_words(page.tokens, page.masked, first, stop, by_token))


def _words(
    tokens: Sequence[Token], masked: Mapping[int, str], first: int, stop: int, read: Mapping[int, Quantity | Period]
) -> Iterator[Word]:
    i = first
    while i < stop:
        held = read.get(i)
        if isinstance(held, Period):
            told = "year" if i > first and tokens[i - 1].lower in _ARTICLES else _YEAR
            yield Word(told, i, held.end, held.end < stop and not tokens[held.end].glued)
            i = held.end
        elif held is not None:
            yield from _told(tokens, held, stop)
            i = _number_end(held)
        elif tokens[i].text in _MARKS:
            i += 1
        else:
            end = _end_of_word(tokens, masked, i, stop)
            yield from _cut(tokens, i, end, stop)
            i = end


def _number_end(quantity: Quantity) -> int:
    """One past the tokens told in plain words: all of a quantity, or what stands before the noun it counts."""
    return (
        quantity.noun[0]
        if quantity.noun is not None and quantity.first < quantity.noun[0] < quantity.end
        else quantity.end
    )


def _told(tokens: Sequence[Token], quantity: Quantity, stop: int) -> Iterator[Word]:
    end = _number_end(quantity)
    space = end < stop and not tokens[end].glued
    if end < quantity.end:
        yield Word(_NUMBER, quantity.first, end, True)
    elif _MONEY.fullmatch(quantity.unit):
        yield Word("$", quantity.first, end, False)
        yield Word(_NUMBER, quantity.first, end, space)
    elif quantity.unit in ("%", "pp"):
        yield Word(_NUMBER, quantity.first, end, False)
        yield Word("%", quantity.first, end, space)
    elif quantity.unit in ("1", "x") or (quantity.noun is None and units.resolve(quantity.unit).dimension == "count"):
        yield Word(_NUMBER, quantity.first, end, space)
    else:
        unit = "year" if units.resolve(quantity.unit).dimension == "time" else "mile"
        before_noun = unit == "mile" and stands_before_noun(tokens, quantity.end, stop)
        if before_noun or _is_hyphenated(tokens, quantity.first, end):
            yield Word(_NUMBER, quantity.first, end, False)
            yield Word("-", quantity.first, end, False)
            yield Word(unit, quantity.first, end, space)
        else:
            yield Word(_NUMBER, quantity.first, end, True)
            yield Word(f"{unit}s", quantity.first, end, space)


def stands_before_noun(tokens: Sequence[Token], end: int, stop: int) -> bool:
    """Whether a quantity that ends before token ``end`` is said of a noun behind it, as an adjective is.

    ``800V platforms``, ``a 96.3 kWh battery``.
    """
    if end >= stop or tokens[end].kind is not Kind.WORD or tokens[end].gap != " ":
        return False
    return tokens[end].text.islower() and tokens[end].lower not in function_words()


def _is_hyphenated(tokens: Sequence[Token], first: int, end: int) -> bool:
    return any(
        tokens[i].text in "-‐‑" and tokens[i].glued and tokens[i + 1].kind is Kind.WORD
        for i in range(first + 1, end - 1)
    )


def _end_of_word(tokens: Sequence[Token], masked: Mapping[int, str], i: int, stop: int) -> int:
    """One past the last token of the word that begins at token ``i``."""
    end = i + 1
    if i in masked:
        while end < stop and end in masked and tokens[end].glued:
            end += 1
        return end
    if tokens[i].lower in _ABBREVIATIONS and end < stop and tokens[end].text == "." and tokens[end].glued:
        return end + 1
    while end < stop and tokens[end].glued and _joined(tokens, i, end, stop):
        end += 1
    return end


def _joined(tokens: Sequence[Token], i: int, end: int, stop: int) -> bool:
    """Whether a treebank joins token ``end`` to what stands before it: ``10:30``, ``AT&T``, ``US$``, ``...``."""
    before, token = tokens[end - 1], tokens[end]
    if token.kind is Kind.SYMBOL:
        if token.text == before.text and token.text in ".-":
            return True
        inner = token.text in ":/&" and end + 1 < stop and tokens[end + 1].glued
        numbers = inner and before.kind is Kind.NUMBER and tokens[end + 1].kind is Kind.NUMBER
        return (
            numbers
            or (inner and token.text == "&")
            or (token.text in "$€£¥" and before.kind is Kind.WORD and before.text.isupper())
        )
    if before.kind is Kind.SYMBOL:
        return end - 1 > i and before.text in ":/&"
    return token.lower not in ("'s", "’s")  # "V6s", "iPhone15": letters and digits of one name


def _cut(tokens: Sequence[Token], i: int, end: int, stop: int) -> Iterator[Word]:
    text = "".join(token.text for token in tokens[i:end])
    space = end < stop and not tokens[end].glued
    clitic = _CLITIC.search(text)
    if clitic is None or clitic.start() == 0:
        yield Word(text, i, end, space)
        return
    yield Word(text[: clitic.start()], i, end, False)
    yield Word(clitic[1], i, end, space)
