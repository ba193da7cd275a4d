"""Words by which names are told: those that name nothing, and those that say what sort of thing is named."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import models
from pipeline import vocabulary
from pipeline.language.tokens import Token

__all__ = [
    "common_words",
    "countries",
    "is_authority",
    "is_business",
    "is_common",
    "is_drug",
    "is_role",
    "not_names",
    "words_of_names",
]

_SHORTEST_DRUG = 7  # letters


@cache
def common_words() -> frozenset[str]:
    """Words that a capital at the head of a sentence does not make a name."""
    return models.common_words()


@cache
def countries() -> frozenset[str]:
    """Countries and regions of the world."""
    return words_of_names("countries")


@cache
def not_names() -> frozenset[str]:
    """Words that begin with a capital, or are all capitals, without naming anybody or anything."""
    nouns = vocabulary.load("nouns")["stop"]["words"]
    return (
        words_of_names("not_names")
        | words_of_names("not_names", "inner")
        | words_of_names("national", "adjectives")
        | {word.capitalize() for word in nouns}
        | {word.upper() for word in nouns}
    )


@cache
def words_of_names(section: str, key: str = "words") -> frozenset[str]:
    """The words of a section of the vocabulary of names."""
    return frozenset(vocabulary.load("names")[section][key])


def is_common(tokens: Sequence[Token]) -> bool:
    """Whether words are all such as stand in small letters elsewhere, and none is written in capitals throughout."""
    return all(token.lower in common_words() and not token.text.isupper() for token in tokens)


def is_drug(token: Token) -> bool:
    """Whether a word in small letters is the international name of a drug, by its stem: ``semaglutide``."""
    word = token.text
    return len(word) >= _SHORTEST_DRUG and word.islower() and word.endswith(_stems()) and word not in common_words()


@cache
def _stems() -> tuple[str, ...]:
    return tuple(vocabulary.load("names")["drugs"]["stems"])


def is_authority(word: str) -> bool:
    """Whether a word names a country or a public body with the name of the place behind "of": Kingdom, Office."""
    return word in words_of_names("realms") or word in words_of_names("authorities")


def is_business(word: str) -> bool:
    """Whether a word is one that companies are named by, whatever country they are of: Air, Bank, Steel."""
    return word in words_of_names("national", "nouns") or word in words_of_names("bodies_of")


def is_role(token: Token) -> bool:
    """Whether a noun tells what a company is: the "Carmaker" of Carmaker Volvo."""
    return token.lower in words_of_names("roles") or token.lower.endswith("maker")
