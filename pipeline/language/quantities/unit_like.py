"""What looks like a unit and is none of the vocabulary's, for a maintainer to look at.

It decides nothing that is read: it tells which lines ``vocabulary/units.toml`` may be short of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from models.lexicon import common_words, word_class
from pipeline import units
from pipeline.language.nouns import function_words, plural
from pipeline.language.tokens import Kind, Token

__all__ = ["NO_UNIT", "is_unfamiliar", "unit_like_at"]

NO_UNIT = "no unit of the vocabulary: "  # begins the reason of a number before such a word
_SIGNS = frozenset("/·*^°²³µ%")
_PREFIXES = frozenset("tera giga mega kilo hecto deca deci centi milli micro nano pico".split())
_SHORTEST = 3  # letters of either word of two that make one
_MOST_TOKENS = 8  # of one written unit: a line of one glued to another has no end, and is looked at from each number
_LONGEST = 16  # letters of a part: "petaelectronvolt"


def unit_like_at(tokens: Sequence[Token], i: int, stop: int) -> str | None:
    """The word at token ``i``, behind a number, if it is written as units are and no unit of the vocabulary."""
    if i >= stop or not (tokens[i].kind is Kind.WORD or tokens[i].text in _SIGNS):
        return None
    rest = takewhile(lambda token: token.glued, tokens[i + 1 : min(stop, i + _MOST_TOKENS)])
    inner = takewhile(lambda token: token.kind is not Kind.SYMBOL or token.text in _SIGNS, rest)
    written = tokens[i].text + "".join(token.text for token in inner)
    parts = [part for part in re.split(r"[/·*]", written) if part]
    if not parts or any(part.lower() in function_words() or len(part) > _LONGEST for part in parts):
        return None
    return written if any(map(_is_unit_like, parts)) and not units.is_unit(written) else None


def is_unfamiliar(word: str) -> bool:
    """Whether a word in lower case is neither common nor seen in the news, nor two such in one: ``carmaker``."""
    return not (_is_joined(word) or any(_is_common(form) or word_class(form) for form in (word, plural(word))))


def _is_joined(word: str) -> bool:
    """Whether it is two common words; ``kilolitre`` is a multiple of one."""
    halves = ((word[:i], word[i:]) for i in range(_SHORTEST, len(word) - _SHORTEST + 1))
    return any(_is_common(first) and _is_common(last) and first not in _PREFIXES for first, last in halves)


def _is_common(word: str) -> bool:
    return word in common_words()


def _is_unit_like(part: str) -> bool:
    if re.fullmatch(r"[a-zµ°]+[A-Z][A-Za-z]*\d?[a-z]*|[a-z]*[µ°][A-Za-z]+", part):
        return True  # kWp, gCO2e, °Bx
    if re.fullmatch(r"[b-df-hj-np-tv-xz]{2,5}", part):
        return True  # fps, gsm: no vowel
    return bool(re.fullmatch(r"[a-z]{3,}|[A-Z]{3,4}", part)) and is_unfamiliar(part.lower())
