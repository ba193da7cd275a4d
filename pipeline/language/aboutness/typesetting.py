"""How a line is set, and so what its capitals tell: as a sentence, a headline, in capitals only, behind a dateline."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.language.aboutness.name_bounds import LONGEST_INITIALS
from pipeline.language.periods.days import month_at
from pipeline.language.tokens import Kind, Token

__all__ = ["end_of_dateline", "is_headline", "is_like_sentence", "is_shouted", "opens_as_heading"]

_LONG_WORD = 4  # letters
_HEADLINE_WORDS = 4  # long ones, at least
_LONGEST_DATELINE = 16  # tokens


def opens_as_heading(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a word in capitals opens a block as a heading does: "STREAMFLOW. The river was low"."""
    shouted = tokens[i].text.isupper() and len(tokens[i].text) > LONGEST_INITIALS
    return shouted and i + 1 < stop and tokens[i + 1].text in ".:"


def end_of_dateline(tokens: Sequence[Token], first: int, stop: int) -> int:
    """One past the dateline that opens a block (``BELO HORIZONTE, Oct 3 (Interwire) -``); ``first`` without one."""
    if first >= stop:
        return first
    dated = month_at(tokens, first) is not None  # "Sept 24 (Agency) -"
    if not dated and not (tokens[first].text.isupper() and len(tokens[first].text) > 2):
        return first
    if dated and not any(token.text == "(" for token in tokens[first + 1 : min(stop, first + 4)]):
        return first
    for i in range(first + 1, min(stop - 1, first + _LONGEST_DATELINE)):
        if tokens[i].text in "-–—" and not tokens[i].glued and not tokens[i + 1].glued:
            return i + 1
        if tokens[i].text in ".;?!" and not tokens[i + 1].glued and tokens[i - 1].text[0].islower():
            return first
    return first


def is_shouted(tokens: Sequence[Token]) -> bool:
    """Whether a line is set in capitals, which then tell no names."""
    words = [token.text for token in tokens if token.kind is Kind.WORD]
    return len(words) > 2 and sum(word.isupper() for word in words) > 0.8 * len(words)


def is_headline(tokens: Sequence[Token]) -> bool:
    """Whether a line is set as a headline is, with a capital on nearly every longer word and no full stop."""
    words = [token.text for token in tokens if token.kind is Kind.WORD and len(token.text) >= _LONG_WORD]
    capitals = sum(word[0].isupper() for word in words)
    return len(words) >= _HEADLINE_WORDS and capitals >= 0.8 * len(words) and tokens[-1].text != "."


def is_like_sentence(tokens: Sequence[Token]) -> bool:
    """Whether a title is set as a sentence is, with most of its longer words small."""
    words = [token for token in tokens[1:] if token.kind is Kind.WORD and len(token.text) >= _LONG_WORD]
    small = sum(token.text.islower() for token in words)
    return small > 1 and 2 * small >= len(words)
