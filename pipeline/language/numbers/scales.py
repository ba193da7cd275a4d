"""A number as written, and the multipliers that make it larger: thousand, million, bn, k."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pipeline import vocabulary
from pipeline.language.tokens import Kind, Token
from pipeline.units import canonical_number

__all__ = ["LETTER_SUFFIXES", "Numeral", "is_number_word", "scale_word", "scaled", "suffix_value", "words_of"]

# Suffix letters that are as likely a unit or part of a name (metre, byte, tesla, 3M): multipliers by themselves only
# where money is spoken of; anywhere else something counted has to follow.
LETTER_SUFFIXES = frozenset({"m", "b", "T", "B", "M"})
_LARGEST_SCALE = 1e15  # "thousand million million" is the most that anybody writes


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written: tokens ``first`` to ``end``, its value, and how it came about."""

    first: int
    end: int
    value: float
    scale: float = 1.0  # the multiplier worked in: 1e9 for "18.6 billion"
    in_words: bool = False
    grouped: bool = False  # written with a thousands separator
    decimal: bool = False
    fraction: bool = False  # a half, one-third: a share of one
    vague: bool = False  # dozens, millions: a magnitude and no number


def is_number_word(word: str) -> bool:
    """Whether a word in lower case is a number, a multiplier or a magnitude by itself."""
    return word in _number_words()


def suffix_value(letters: str) -> float | None:
    """What a suffix multiplies by; ``None`` where it is none."""
    value = words_of("suffixes").get(letters)
    return None if value is None else float(value)


@cache
def words_of(section: str) -> dict[str, Any]:
    """A section of the vocabulary of numbers."""
    return dict(vocabulary.load("numbers")[section])


@cache
def _number_words() -> frozenset[str]:
    sections = ("cardinals", "scales", "collectives", "vague")
    return frozenset(word for section in sections for word in words_of(section))


def scaled(tokens: Sequence[Token], numeral: Numeral, stop: int, *, money: bool) -> Numeral:
    """The numeral with the multipliers that follow it worked in: ``18.2 billion``, ``5k``, ``32-billion``."""
    i = numeral.end
    scale = 1.0
    if i < stop and tokens[i].kind is Kind.WORD and _is_suffix(tokens, i, stop, money=money):
        scale, i = float(words_of("suffixes")[tokens[i].text]), i + 1
    else:
        while scale < _LARGEST_SCALE and (found := scale_word(tokens, i, stop)) is not None:
            scale, i = scale * found[1], found[0]
    return (
        replace(numeral, end=i, value=canonical_number(numeral.value * scale), scale=numeral.scale * scale)
        if i > numeral.end
        else numeral
    )


def _is_suffix(tokens: Sequence[Token], i: int, stop: int, *, money: bool) -> bool:
    token = tokens[i]
    if token.text not in words_of("suffixes") or (
        i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].kind is not Kind.SYMBOL
    ):
        return False
    if token.glued:
        return money or token.text not in LETTER_SUFFIXES
    return token.gap == " " and (len(token.text) > 1 or (money and token.text in "mM"))


def scale_word(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, float] | None:
    """A scale word at token ``i`` or behind a hyphen there, as (one past it, its value)."""
    if i + 1 < stop and tokens[i].text in "-‐‑" and tokens[i].glued and tokens[i + 1].glued:
        i += 1
    if i < stop and tokens[i].lower in words_of("scales"):
        return i + 1, float(words_of("scales")[tokens[i].lower])
    return None
