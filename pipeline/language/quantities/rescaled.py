"""What a number is multiplied by, and its sign, where other words than those at it tell: before units are completed."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.language.quantities.label_words import lent_words
from pipeline.language.quantities.labels import Place, counted_by_label
from pipeline.language.quantities.notes import brackets_compare, scale_of_note
from pipeline.language.quantities.quantities import Quantity
from pipeline.units import canonical_number, resolve

__all__ = ["rescaled"]

_IN_BRACKETS = re.compile(r"\((?:[A-Z]{0,3}[$€£¥])?\d[\d.,]*\)")
_SENTENCE_ENDS = frozenset(".!?;")
_NEAR_COUNTED = 8  # tokens before a number in which what it counts is looked for
_LIKE = 3.0  # how many times larger or smaller the level may be that money moved to


def rescaled(place: Place, quantity: Quantity, following: Quantity | None) -> Quantity:
    """A quantity with the multiplier and the sign that its surroundings give it. ``following`` is the next of its
    block."""
    quantity = _with_shared_scale(place, _million_not_metre(place, quantity, following), following)
    return _scaled_by_note(place, _negative(place, quantity))


def _million_not_metre(place: Place, quantity: Quantity, following: Quantity | None) -> Quantity:
    """``Active users: 718.8m``, ``from 1.1m to 1.9m barrels``, ``sales reached 10.5m``: an ``m`` that multiplies
    what is told elsewhere."""
    tokens = place.page.tokens
    mark = tokens[quantity.end - 1]
    if quantity.unit != "m" or quantity.value is None or not mark.glued or mark.text != "m":
        return quantity
    between = {token.lower for token in tokens[quantity.end : following.first]} if following is not None else set()
    beside = (
        following is not None and following.scale == 1e6 and between <= {"to", "and", "or", "over", "about", "than"}
    )
    labelled = place.block.label is not None and counted_by_label(place) is not None
    if not (beside or labelled or _counts_millions(place, quantity)):
        return quantity
    value = canonical_number(quantity.value * 1e6)
    return replace(quantity, unit="", value=value, scale=1e6, open=True, measures=True)


def _counts_millions(place: Place, quantity: Quantity) -> bool:
    """Whether what is told of shortly before is counted in millions and the number measures nothing behind it:
    ``sales reached 10.5m in 2022``, and not ``10.5m long``."""
    tokens, first = place.page.tokens, quantity.first
    behind = place.page.lower(quantity.end)
    near = [token.lower for token in tokens[max(place.page.ranges[place.block_at][0], first - _NEAR_COUNTED) : first]]
    ends = max((i + 1 for i, word in enumerate(near) if word in _SENTENCE_ENDS), default=0)
    if behind in lent_words("measures") or not lent_words("lengths").isdisjoint(near[ends:]):
        return False
    return not lent_words("in_millions").isdisjoint(near[ends:])


def _with_shared_scale(place: Place, quantity: Quantity, following: Quantity | None) -> Quantity:
    """``from CZK 29.1 to 30.3 billion``: money whose multiplier stands at the level it moved to."""
    if following is None or quantity.value is None or following.value is None or quantity.open or not following.open:
        return quantity
    joined = [token.lower for token in place.page.tokens[quantity.end : following.first]] == ["to"]
    told = following.value / following.scale if following.scale > 1 and quantity.scale == 1 else 0.0
    if not joined or not told or resolve(quantity.unit).dimension != "money":
        return quantity
    if not 1 / _LIKE <= abs(quantity.value) / told <= _LIKE:
        return quantity
    return replace(quantity, value=canonical_number(quantity.value * following.scale), scale=following.scale)


def _scaled_by_note(place: Place, quantity: Quantity) -> Quantity:
    """Money in a table whose amounts are in thousands or millions, as the lines above it say."""
    if quantity.value is None or quantity.open or quantity.scale > 1 or quantity.noun is not None:
        return quantity
    if resolve(quantity.unit).dimension != "money":
        return quantity
    scale = scale_of_note(place)
    return replace(quantity, value=canonical_number(quantity.value * scale), scale=scale)


def _negative(place: Place, quantity: Quantity) -> Quantity:
    """Accounting's negative: the ``(4.1)`` of a cell that holds nothing else, and in a table in thousands or millions
    any such amount."""
    text = place.page.text
    cell = next((cell.of(text) for cell, _ in place.block.columns if cell.start < place.start < cell.end), "")
    if not place.block.columns and scale_of_note(place) > 1 and not brackets_compare(place):
        opening, end = place.page.tokens[quantity.first - 1], place.page.tokens[quantity.end - 1].end
        cell = text[opening.start : end + 1]
    if quantity.value is None or not _IN_BRACKETS.fullmatch(cell) or quantity.noun is not None:
        return quantity
    return replace(quantity, first=quantity.first - 1, end=quantity.end + 1, value=-quantity.value)
