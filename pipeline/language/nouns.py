"""Nouns: plural or not, and what they are called in the singular."""

from __future__ import annotations

from functools import cache, lru_cache

from pipeline import vocabulary

__all__ = [
    "POSSESSIVE_PRONOUNS", "canonical_noun", "company_nouns", "function_words", "is_irregular", "is_plural",
    "part_nouns", "plural", "singular",
]  # fmt: skip

POSSESSIVE_PRONOUNS = frozenset({"its", "their", "his", "her", "our", "my"})

_KEPT = 1 << 14  # words whose singular is kept


@cache
def function_words() -> frozenset[str]:
    """Function words and common verbs, in lower case: none of them is part of a noun phrase."""
    return frozenset(vocabulary.load("nouns")["stop"]["words"])


@cache
def company_nouns() -> frozenset[str]:
    """The nouns of the phrases that mean the organisation an article is about."""
    phrases = vocabulary.load("names")["companies"]["phrases"]
    return frozenset(phrase.split()[-1] for phrase in phrases if phrase.startswith("the "))


@cache
def part_nouns() -> frozenset[str]:
    """Nouns, in lower case, of parts of somebody that have figures of their own: "division", "plant"."""
    return frozenset(vocabulary.load("names")["parts"]["words"])


@cache
def _irregular() -> dict[str, str]:
    return dict(vocabulary.load("nouns")["irregular"])


@cache
def _not_plural() -> frozenset[str]:
    return frozenset(vocabulary.load("nouns")["not_counted"]["words"])


@cache
def _collective() -> frozenset[str]:
    return frozenset(vocabulary.load("nouns")["collective"]["words"])


def is_plural(word: str) -> bool:
    """Whether a word in lower case is a noun in the plural, by its form alone."""
    if word in _irregular() or word in _collective() or _is_of_people(word):
        return True
    return (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "ous"))
        and word not in _not_plural()
    )


def _is_of_people(word: str) -> bool:
    """Whether a word ends in people or men: ``tradespeople``, ``fishermen``."""
    return word.endswith("people") or (word.endswith("men") and len(word) > 6 and word not in _not_plural())


def is_irregular(word: str) -> bool:
    """Whether the vocabulary lists a word in lower case as a plural of its own kind."""
    return word in _irregular()


@lru_cache(maxsize=_KEPT)
def singular(word: str) -> str:
    """The singular of a noun in lower case; of a hyphenated one, of its last part."""
    if word in _irregular():
        return _irregular()[word]
    head, hyphen, tail = word.rpartition("-")
    if hyphen:
        short = tail.endswith("s") and not is_plural(tail) and is_plural(word)  # "start-ups"
        return f"{head}-{tail[:-1] if short else singular(tail)}"
    if _is_of_people(word):
        return f"{word[:-6]}person" if word.endswith("people") else f"{word[:-3]}man"
    if not is_plural(word):
        return word
    if not word.endswith("s"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("oes") and len(word) > 5:
        return word[:-2]
    if word.endswith(("sses", "ches", "shes", "xes", "zzes")):
        return word[:-2]
    return word[:-1]


def plural(word: str) -> str:
    """The regular plural of a word in lower case."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


@cache
def canonical_noun(word: str) -> str:
    """The name of what is counted: lower case, singular, synonyms folded (``Cars`` is ``vehicle``)."""
    noun = singular(word.lower())
    return str(vocabulary.load("nouns")["synonyms"].get(noun, noun))
