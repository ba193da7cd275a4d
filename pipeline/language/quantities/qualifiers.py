"""Qualifiers: the words before or behind a number that bound or blur it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pipeline import vocabulary
from pipeline.language.tokens import Kind, PhraseTable, Token

__all__ = ["bounding_words", "movement_words", "qualifier_before", "qualifier_behind"]

_OPENERS = frozenset('*_(“"~')
# Where "over" stands behind one of these, "over five years" is longer than five years; elsewhere it is during them.
_LASTS = frozenset(
    "for of took takes take lasted last lasts after in is was well just slightly little by than at to runs ran".split()
)
# Behind one of these "from" opens a scale, "over" is part of a verb, and "up to" moves something.
_PRICES = frozenset(
    "prices price priced starting starts start available rates fares tickets cost costs range sold sells".split()
)
_HANDS = frozenset("handed hands hand took take taken taking turned pulled carried rolled".split())
_PUTS = frozenset(
    "put puts putting add adds added adding pushed brought took taking sent lifted raised raising driving".split()
)
# Behind one of these "up to" tells how far something rose: "edged up to $287".
_ROSE = frozenset(
    "edged edges edging crept creeps creeping ticked ticks ticking inched inches nudged moved moves moving went goes "
    "going gone climbed climbs climbing shot picked drifted bumped stepped jumped rose risen rises".split()
)


@cache
def _phrases(place: str) -> PhraseTable[str]:
    sections = vocabulary.load("qualifiers")
    return PhraseTable(
        (phrase, qualifier)
        for qualifier, section in sections.items()
        if qualifier != "only_before"
        for phrase in section[place]
    )


def qualifier_behind(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, str] | None:
    """The qualifier at token ``i``, behind a number or its unit, past a comma: (one past it, qualifier)."""
    found = _phrases("after").at(tokens, i, stop)
    if found is None and i < stop and tokens[i].text == ",":
        i += 1
        found = _phrases("after").at(tokens, i, stop)
    if found is None:
        return None
    if tokens[i].lower == "plus" and not _is_closing_plus(tokens, found[0], stop):
        return None
    return found


def _is_closing_plus(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a ``plus`` that ends at ``i`` means "or more" and adds nothing: ``$40 plus tax`` does."""
    return i >= stop or tokens[i].kind is Kind.SYMBOL


def qualifier_before(tokens: Sequence[Token], begin: int, first: int, dimension: str, *, moved: bool) -> str | None:
    """The qualifier that ends right before token ``begin``, past brackets and emphasis.

    Args:
        tokens: those of the article.
        begin: where the amount begins.
        first: where its block begins.
        dimension: the amount's dimension, which some phrases depend on.
        moved: whether a "to" follows, so that "from" starts a movement and no scale.
    """
    opened = begin
    while begin > first and tokens[begin - 1].text in _OPENERS and begin > opened - 2:
        if tokens[begin - 1].text == "~":
            return "approx"
        begin -= 1
    found = _phrases("before").before(tokens, begin, first)
    if found is None or _means_something_else(tokens, found[0], begin, first, dimension, moved=moved):
        return None
    return found[1]


def _means_something_else(
    tokens: Sequence[Token], i: int, begin: int, first: int, dimension: str, *, moved: bool
) -> bool:
    """Whether the phrase at ``i`` compares, moves, places or adds and so bounds nothing."""
    phrase = " ".join(token.lower for token in tokens[i:begin])
    before = tokens[i - 1].lower if i > first else ""
    if phrase in vocabulary.load("qualifiers")["only_before"]:
        return dimension not in vocabulary.load("qualifiers")["only_before"][phrase]
    if phrase == "from":
        return moved or before not in _PRICES
    if phrase == "over":
        return (before not in _LASTS and i > first) if dimension == "time" else before in _HANDS
    if phrase == "up to":
        return before in _ROSE or any(token.lower in _PUTS for token in tokens[max(first, i - 5) : i])
    if phrase == "about" and before in ("is", "was"):
        return i >= 2 and tokens[i - 2].lower in vocabulary.load("not_quantities")["topics"]["words"]
    if phrase in ("above", "below") and dimension == "count":
        return _is_small(tokens[begin])  # "flats above 12 shops"
    if phrase in ("past", "near", "top", "minimum", "max"):
        return before == "the" or "\n" in tokens[begin].gap  # "Lyra 7 Max" over its price
    return phrase in ("more than", "higher than", "larger than") and before in ("million", "billion", "%", "points")


def _is_small(token: Token) -> bool:
    return token.text.isdigit() and len(token.text) < 3


@cache
def bounding_words() -> frozenset[str]:
    """The words of all phrases that bound or blur the number behind them."""
    sections = vocabulary.load("qualifiers")
    phrases = (phrase for name, section in sections.items() if name != "only_before" for phrase in section["before"])
    return frozenset(word for phrase in phrases for word in phrase.split())


@cache
def movement_words() -> frozenset[str]:
    """Words of rising and falling, before which "from X to Y" tells a change."""
    standing = vocabulary.load("standing")
    return frozenset(cue for section in ("increase", "decrease", "moved") for cue in standing[section]["cues"])
