"""``N times`` that counts events (``erupted seven times``) rather than multiplies (``a debt of 3.1 times EBITDA``)."""

from __future__ import annotations

from pipeline.language.quantities.around import Around
from pipeline.language.tokens import Kind

__all__ = ["is_how_often"]

# Behind "times" where these tell how often: "four times since May". Before the number, words that tell a multiple.
_OFTEN_BEHIND = frozenset("since in before for so during between until over and but while by on at".split())
_BLURRING = frozenset("more than about nearly almost over some roughly around as often just least most".split())
_MULTIPLIED = frozenset("at to of by from is was were are with on or for below above only exceed be value".split())
_VALUED = frozenset("debt leverage ebitda earnings cover interest valuation trade trades sales profit equity".split())
_VALUED_REACH = 14  # tokens before


def is_how_often(around: Around, first: int, end: int) -> bool:
    """Whether ``N times``, in tokens ``first`` to ``end``, counts events."""
    behind = around.tokens[end] if end < around.stop else None
    closed = behind is None or (behind.kind is Kind.SYMBOL and behind.text != "-") or behind.lower in _OFTEN_BEHIND
    i = first - 1
    while i > around.first and around.lower(i) in _BLURRING:
        i -= 1
    near = {around.lower(j) for j in range(i - _VALUED_REACH, i)}
    multiplied = around.lower(i) in _MULTIPLIED or around.lower(i).endswith("subscribed") or near & _VALUED
    return closed and i > around.first and not multiplied
