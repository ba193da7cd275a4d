"""The grammar of numbers alone, in digits or in words. Units, ranges and qualifiers come later.

    numeral  = (digits | words) scale*

``read_numeral`` takes the tokens and a place, and returns a ``Numeral`` that names the tokens it is made of.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.language.numbers.digits import Style, digits_at
from pipeline.language.numbers.scales import Numeral, scaled
from pipeline.language.numbers.words import opens_number, share_at, words_at
from pipeline.language.tokens import Kind, Token

__all__ = ["Numeral", "read_numeral"]

_ENGLISH_STYLE = Style()


def read_numeral(
    tokens: Sequence[Token], i: int, stop: int, *, money: bool = False, style: Style = _ENGLISH_STYLE
) -> Numeral | None:
    """The longest numeral that begins at token ``i`` and ends before token ``stop``.

    ``money``: a currency stands at it, so that a letter such as ``m`` is a multiplier and no unit.
    """
    if i >= stop:
        return None
    token = tokens[i]
    if token.kind is Kind.NUMBER:
        share = share_at(tokens, i, stop)
        numeral = share or digits_at(tokens, i, stop, style)
        return scaled(tokens, numeral, stop, money=money) if numeral and not share else numeral
    if token.text == "." and i + 1 < stop and not _follows_word(token, tokens, i):
        return _leading_point(tokens, i, stop, money=money)
    return words_at(tokens, i, stop) if opens_number(token.lower) else None


def _follows_word(token: Token, tokens: Sequence[Token], i: int) -> bool:
    return i > 0 and token.glued and tokens[i - 1].kind is not Kind.SYMBOL


def _leading_point(tokens: Sequence[Token], i: int, stop: int, *, money: bool) -> Numeral | None:
    following = tokens[i + 1]
    if not (following.glued and following.text.isdigit()):
        return None
    return scaled(tokens, Numeral(i, i + 2, float("0." + following.text), decimal=True), stop, money=money)
