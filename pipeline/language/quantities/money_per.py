"""What money is per where that is told elsewhere: by its label, by the money beside, by things that cost so much each.

``€742 a tonne against €861``, ``€285 per sq m. We expect €300``, ``The lockers cost $31 each``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.language.layout.page import Page
from pipeline.language.numbers.scales import is_number_word
from pipeline.language.quantities.labels import Place, per_of_label
from pipeline.language.quantities.plurals import counted_plural
from pipeline.language.quantities.quantities import Quantity

__all__ = ["with_carried_per"]

_SENTENCE_ENDS = frozenset(".!?;")
_FURTHEST_BACK = 60  # tokens to the rate that lends what it is per
_LIKE = 10.0  # how many times larger or smaller money may be that words compare

_COMPARES = frozenset(
    "against versus vs from than to compared with down up premium discount and at for expect or over by of".split()
)

_COMPARED_BEHIND = frozenset({"above", "below", "more", "less", "higher"})


def with_carried_per(
    place: Place, quantity: Quantity, earlier: Sequence[Quantity], following: Quantity | None
) -> Quantity:
    """Money with the "per" of its label or of the money beside it.

    ``€742 a tonne against €861``, ``€285 per sq m. We expect €300``, ``$5,000 and $5,170 a tonne``.
    """
    if quantity.open or len(quantity.unit) != 3 or not quantity.unit.isupper():
        return quantity
    if place.page.lower(quantity.end) in _EACH:
        thing = _shared_out_among(place.page, quantity, place.page.ranges[place.block_at][0])
        return replace(quantity, unit=f"{quantity.unit}/{thing}", reason="money for each") if thing else quantity
    labelled = per_of_label(place, quantity.unit).lstrip("/")
    per = labelled or _per_before(place.page, quantity, earlier) or _per_behind(place.page, quantity, following)
    reason = "money with the per of its label or of the money beside"
    return replace(quantity, unit=f"{quantity.unit}/{per}", reason=reason) if per else quantity


_EACH = frozenset({"each", "apiece"})
_EACH_REACH = 14  # tokens back to the things that cost so much each


def _shared_out_among(page: Page, quantity: Quantity, first: int) -> str | None:
    """``The pouches cost A$28 each``: the thing of the nearest plural in the sentence, but for what completes it."""
    completing: str | None = None
    for i in range(quantity.first - 1, max(first, quantity.first - _EACH_REACH) - 1, -1):
        if page.tokens[i].text in _SENTENCE_ENDS:
            break
        following = page.tokens[i + 1]
        if page.tokens[i].lower == "ones" or following.lower == "out" or is_number_word(following.lower):
            continue  # "which works out at", "a team manages two"
        name = counted_plural(page.tokens, i)
        if name is not None and page.tokens[i - 1].lower not in ("of", "in", "at"):
            return name
        completing = completing or name
    return completing


def _per_before(page: Page, quantity: Quantity, earlier: Sequence[Quantity]) -> str:
    if not earlier:
        return ""
    compared = _per_of_compared(page, quantity, earlier[-1])
    return compared or _per_of_like(quantity, earlier)


_LIKE_RATE = 4.0  # how many times larger or smaller a rate of the same kind may be


def _per_of_like(quantity: Quantity, earlier: Sequence[Quantity]) -> str:
    """From a rate of that size spoken of shortly before: ``Rebar was quoted at $548 a tonne. Scrap stayed at $352``.

    What is told per year says little of other money.
    """
    for last in reversed(earlier):
        base, _, per = last.unit.partition("/")
        if quantity.first - last.end > _FURTHEST_BACK:
            return ""
        if base == quantity.unit and last.scale == quantity.scale and last.value and quantity.value:
            share = abs(quantity.value / last.value)
            if 1 / _LIKE_RATE <= share <= _LIKE_RATE:
                return per if per != "year" else ""
    return ""


def _per_of_compared(page: Page, quantity: Quantity, last: Quantity) -> str:
    """From the rate right before, with which words compare it: ``$548 a tonne, up from $352``."""
    if quantity.first - last.end > _FURTHEST_BACK // 2:
        return ""
    base, _, per = last.unit.partition("/")
    between = page.tokens[last.end : quantity.first]
    linked = {token.lower for token in between[-3:]} & _COMPARES or page.lower(quantity.end) in _COMPARED_BEHIND
    near = (
        sum(token.text in _SENTENCE_ENDS for token in between) <= 1 and last.size and quantity.size / last.size < _LIKE
    )
    return per if base == quantity.unit and quantity.scale == last.scale and linked and near else ""


def _per_behind(page: Page, quantity: Quantity, following: Quantity | None) -> str:
    if following is None or following.first - quantity.end > 2:
        return ""
    base, _, per = following.unit.partition("/")
    joined = {token.lower for token in page.tokens[quantity.end : following.first]} <= {"and", "or", ","}
    return per if base == quantity.unit and joined and quantity.scale == following.scale else ""
