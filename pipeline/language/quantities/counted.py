"""The noun a number counts, found past adjectives and names.

``18 new electric cars``, ``240,000 YU7 model preorders``.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline import vocabulary
from pipeline.language.nouns import canonical_noun, is_irregular, is_plural
from pipeline.language.numbers.scales import is_number_word
from pipeline.language.quantities.within_words import listed
from pipeline.language.tokens import HYPHENS, Kind, Token

__all__ = ["Counted", "counted_noun", "hyphenated_noun"]

_FURTHEST_TOKENS = 40  # marks and glued parts included
_FURTHEST = 7  # words between a number and the noun it counts, adjectives and names among them
# First parts that stay with their noun: a pre-order is not an order.
_PREFIXES = frozenset("pre co re non e ex micro mini multi sub super ultra self semi anti inter".split())
# Last parts of nouns made from verbs: a start-up, a walk-on.
_PARTICLES = frozenset("ups ons ins bys offs outs overs downs backs".split())
_CAPITALS = frozenset({"US", "IT"})  # "6,400 US stores": no pronouns
# Between a number and its noun: "eight more branches", "two earlier attempts", "15 such events".
_FURTHER = frozenset({"more", "other", "further", "extra", "additional", "earlier", "later", "such", "previous"})
_SHOWN = frozenset("that how a the an what it he she they whether no up off just us them his her its".split())


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted noun phrase: tokens ``first`` to ``end``, its head in the singular."""

    first: int
    end: int
    name: str


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(vocabulary.load("nouns")["stop"]["words"])


@cache
def _compounds() -> frozenset[str]:
    return frozenset(vocabulary.load("nouns")["compounds"]["words"])


def hyphenated_noun(tokens: Sequence[Token], i: int, stop: int) -> Counted | None:
    """The noun behind a hyphen, in the singular already: ``350,000-unit target``, ``12-member panel``."""
    if i + 1 >= stop or tokens[i].text not in "-‐‑" or not tokens[i].glued or not tokens[i + 1].glued:
        return None
    word = tokens[i + 1]
    if (
        word.kind is not Kind.WORD
        or not word.text.islower()
        or word.lower in _stop_words()
        or len(word.text) < 3
        or is_number_word(word.lower)
    ):
        return None
    return Counted(i + 1, i + 2, canonical_noun(word.lower))


def counted_noun(tokens: Sequence[Token], i: int, stop: int, taken: Container[int]) -> Counted | None:
    """The plural noun that the number before token ``i`` counts, or ``None`` where no plural stands near enough.

    Words are read up to a function word, a verb, a period or a mark; the last plural of the first run of plurals is the
    head, so ``sales offices`` counts offices. Numbers within a name (``YU7``, ``Boeing 787``) are passed over.
    """
    first, words, commas = i, 0, 0
    stop = min(stop, i + _FURTHEST_TOKENS)
    if i + 1 < stop and tokens[i].lower == "of" and tokens[i - 1].lower in vocabulary.load("numbers")["vague"]:
        i = first = i + 1
    while i < stop and words < _FURTHEST and i not in taken and "\n\n" not in tokens[i].gap:
        token = tokens[i]
        if i > first and (model := _model(tokens, i, first)) is not None:
            return Counted(first, i + 1, model)
        if token.kind is Kind.NUMBER and not token.glued and not _is_in_name(tokens, i, first):
            return None
        if token.kind is Kind.SYMBOL and not _may_pass(tokens, i, stop):
            if token.text != "," or commas or words == 0:
                return None
            commas += 1
        if token.kind is Kind.WORD and not (words == 0 and token.lower in _FURTHER):
            if _stops(tokens, i, stop, words):
                return None
            words += not token.glued
            if _is_head(tokens, i, stop):
                return Counted(first, i + 1, _name(tokens, i, first))
        i += 1
    return None


def _model(tokens: Sequence[Token], i: int, first: int) -> str | None:
    """The model that the "s" at token ``i`` is the plural of: ``five A320s``, ``22 Boeing 757s``, ``26 MD-80s``."""
    if tokens[i].text != "s" or not tokens[i].glued or tokens[i - 1].kind is not Kind.NUMBER:
        return None
    behind = tokens[i + 1] if i + 1 < len(tokens) else None
    if behind is not None and behind.kind is Kind.WORD and (behind.glued or behind.lower not in _stop_words()):
        return None  # "12 V6s motors"
    begin = i - 1
    while begin > first and tokens[begin].glued:
        begin -= 1
    if tokens[begin].kind is Kind.NUMBER and begin > first and tokens[begin - 1].capitalised:
        begin -= 1
    if not tokens[begin].capitalised:
        return None  # "two 1990s films"
    return "".join(t.lower if t.glued or j == begin else f" {t.lower}" for j, t in enumerate(tokens[begin:i], begin))


def _is_in_name(tokens: Sequence[Token], i: int, first: int) -> bool:
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if following is not None and following.glued and tokens[i].text + following.text in listed("names"):
        return True  # "412 new 4G sites"
    return i > first and tokens[i - 1].kind is Kind.WORD and tokens[i - 1].capitalised and tokens[i].text.isdigit()


def _stops(tokens: Sequence[Token], i: int, stop: int, words: int) -> bool:
    """Whether a word ends the search: a function word or verb, unless it is part of a compound or a name."""
    token = tokens[i]
    following = tokens[i + 1] if i + 1 < stop else None
    if token.glued and tokens[i - 1].text in HYPHENS:
        return False
    if following is not None and following.glued and following.kind is Kind.NUMBER:
        return False
    if token.lower in ("and", "or") and words and following is not None and i + 2 < stop:
        return not (tokens[i + 2].text in HYPHENS and tokens[i + 2].glued)  # "small and medium-sized firms"
    if token.text in _CAPITALS:
        return False
    if token.lower in ("shows", "stands") and words == 0 and following is not None:
        return following.lower in _SHOWN  # "64 shows and", not "a survey of 64 shows that"
    return token.lower in _stop_words()


def _may_pass(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a mark may stand within a noun phrase: an inner hyphen, an ampersand, emphasis, quotes."""
    if tokens[i].text in HYPHENS or tokens[i].text == "/":
        return tokens[i].glued and i + 1 < stop and tokens[i + 1].glued
    return tokens[i].text in "&*_“”\"‘’'+"


def _is_head(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether the word at ``i`` is the plural that heads the phrase, and not one that describes the next."""
    word = _compound(tokens, i)
    acronyms = len(word) > 2 and tokens[i].text[:-1].isupper() and tokens[i].text.endswith("s")
    if not (is_plural(word) or acronyms) or (
        i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].kind is not Kind.SYMBOL
    ):
        return False
    following = tokens[i + 1] if i + 1 < stop else None
    joined = following is not None and following.glued and i + 2 < stop and tokens[i + 2].glued
    if joined and following is not None and following.text in "'’":
        return False
    if joined and following is not None and following.text in HYPHENS:
        if is_irregular(f"{word}-{tokens[i + 2].lower}"):
            return False
        return word not in _compounds()  # "users-provides" has a dash, "sales-led" a hyphen
    if following is None or following.kind is not Kind.WORD or word not in _describing():
        return True
    return not is_plural(following.lower)


def _compound(tokens: Sequence[Token], i: int) -> str:
    """The word at ``i``, with what it forms one noun with: ``start-ups``, ``pre-orders``, ``passers-by``."""
    word = tokens[i].lower
    if i < 2 or not tokens[i].glued or tokens[i - 1].text not in HYPHENS or not tokens[i - 1].glued:
        return word
    whole = f"{tokens[i - 2].lower}-{word}"
    return whole if word in _PARTICLES or tokens[i - 2].lower in _PREFIXES or is_irregular(whole) else word


@cache
def _describing() -> frozenset[str]:
    """Plurals that may describe the noun behind them: ``sales offices``, ``crew members``."""
    return _compounds() | frozenset(vocabulary.load("nouns")["collective"]["words"])


def _name(tokens: Sequence[Token], i: int, first: int) -> str:
    if tokens[i].text[:-1].isupper() and tokens[i].text.endswith("s"):
        return tokens[i].lower[:-1]  # "MPs", "GPUs"
    return canonical_noun(_compound(tokens, i) if i - 2 >= first else tokens[i].lower)
