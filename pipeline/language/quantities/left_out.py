"""Units that a text leaves out because the reader knows them already, and where they are found.

``Pre-orders: 240,000`` counts what its label says; a cell of ``Revenue (RMB bn)`` is money; ``orders exceeded
248,000`` counts its subject; in ``from 40,000 to over 100,000 deliveries`` and ``BYD makes 21.02 per cent, Tesla
17.9`` the unit stands at the neighbour. Each source of a unit is one function; they are tried in order of how surely
they tell, and the first that answers wins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline import vocabulary
from pipeline.language.layout.blocks import BlockKind
from pipeline.language.layout.page import Page
from pipeline.language.quantities.ambiguous import settle
from pipeline.language.quantities.label_words import Lent, lent_words
from pipeline.language.quantities.labels import (
    Place,
    counted_by_label,
    is_in_cell,
    scale_of_label,
    unit_of_column,
    unit_of_label,
)
from pipeline.language.quantities.money_per import with_carried_per
from pipeline.language.quantities.notes import counted_by_note, money_of_table, unit_of_note
from pipeline.language.quantities.opened import Open, is_change
from pipeline.language.quantities.people import from_age, from_age_behind_name, from_employing
from pipeline.language.quantities.plurals import from_plural_beside, from_plural_in_clause, from_them
from pipeline.language.quantities.points import are_of_percent
from pipeline.language.quantities.quantities import NotQuantity, Quantity
from pipeline.language.quantities.rescaled import rescaled
from pipeline.language.quantities.unit_like import NO_UNIT, unit_like_at
from pipeline.language.tokens import Kind
from pipeline.language.written_units import currency_after
from pipeline.units import resolve

__all__ = ["complete_units"]

_SENTENCE_ENDS = frozenset(".!?;")
_MOST_BACK = 12  # numbers before it that are asked
_FURTHEST_BACK = 60  # tokens to the neighbour that lends its unit
_PAST_LABEL = 3  # characters
_LIKE = 40.0  # how many times larger or smaller the neighbour's number may be
_LIKE_BEFORE = 3.0  # and the number of the year before


def complete_units(
    page: Page, block_at: int, quantities: Sequence[Quantity], before: Sequence[Quantity]
) -> tuple[list[Quantity], list[NotQuantity]]:
    """The quantities of a block with the units they leave out; those that stay without and measure nothing are none.

    ``before`` are the quantities of the block above, whose unit may carry on.
    """
    items: list[Quantity | None] = list(quantities)  # those done stand completed, those that are none as None
    none: list[NotQuantity] = []
    for at, written in enumerate(quantities):
        following = quantities[at + 1] if at + 1 < len(quantities) else None
        earlier = [item for item in items[max(0, at - _MOST_BACK) : at] if item is not None]
        place = Place(page, block_at, written.first)
        quantity = with_carried_per(place, rescaled(place, written, following), earlier, following)
        if quantity.unit == "point" and are_of_percent(Open(page, block_at, items, at, quantity)):
            quantity = replace(quantity, unit="pp", reason="points by which a percentage changed")
        items[at] = quantity
        if quantity.open:
            found = _look_up(Open(page, block_at, items, at, quantity), before)
            items[at] = _settled(place, quantity, found)
        if items[at] is None:
            none.append(_bare(page, quantity, page.ranges[block_at][1]))
    return [item for item in items if item is not None], none


def _bare(page: Page, quantity: Quantity, stop: int) -> NotQuantity:
    """A number that stays without a unit; a word behind it that looks like one is told."""
    unknown = unit_like_at(page.tokens, quantity.end, stop)
    if unknown is not None:
        return NotQuantity(quantity.first, quantity.end, "unknown unit", f"{NO_UNIT}{unknown}")
    reason = "no unit, no noun, and nothing near says what it counts"
    return NotQuantity(quantity.first, quantity.end, "bare number", reason)


def _settled(place: Place, quantity: Quantity, found: Lent | None) -> Quantity | None:
    """An open quantity with the unit found for it, with unit 1 where it measures all the same, or nothing."""
    if found is not None:
        return _completed(quantity, found)
    measures = quantity.measures or is_in_cell(place)
    return replace(quantity, unit="1" + quantity.per, open=False) if measures else None


def _completed(quantity: Quantity, found: Lent) -> Quantity:
    def scaled(number: float | None) -> float | None:
        return None if number is None else number * found.factor

    unit = found.unit + (quantity.per if "/" not in found.unit else "")
    return replace(
        quantity,
        unit=unit,
        value=scaled(quantity.value),
        low=scaled(quantity.low),
        high=scaled(quantity.high),
        open=False,
        reason=found.reason,
        noun=found.noun,
    )


Sources = tuple[Callable[[Open], Lent | None], ...]


def _look_up(case: Open, before: Sequence[Quantity]) -> Lent | None:
    told: Sources = (
        _from_outside_brackets,
        lambda case: unit_of_column(case.place),
        lambda case: unit_of_label(case.place),
        _from_measure,
        from_age_behind_name,
        from_age,
        lambda case: unit_of_note(case.place),
        lambda case: money_of_table(case.place),
    )
    counted: Sources = (
        from_employing,
        _from_rate,
        lambda case: counted_by_label(case.place),
        lambda case: counted_by_note(case.place),
        lambda case: scale_of_label(case.place),
    )
    beside: Sources = (_from_next, from_plural_beside, _from_before, from_them, from_plural_in_clause)
    sources = (*told, *counted, *beside)
    if is_change(case):  # what changed lends its unit, then what it was before
        sources = (*told, _from_next, from_plural_beside, from_plural_in_clause, _from_before, *counted, from_them)
    for source in sources:
        found = source(case)
        if found is not None:
            return found
    return _from_block_above(case, before)


_NEAR_BRACKETS = 4  # numbers before one in brackets among which the one it is beside is looked for


def _from_outside_brackets(case: Open) -> Lent | None:
    """``Revenue NOK 3,412 million (3,186)``: the number of the year before, in brackets, with unit and multiplier."""
    tokens, first, end = case.page.tokens, case.quantity.first, case.quantity.end
    if end >= len(tokens) or tokens[end].text != ")":
        return None
    near = case.quantities[max(0, case.at - _NEAR_BRACKETS) : case.at]
    last = next((q for q in reversed(near) if q is not None), None)
    if last is None or last.open or last.value is None or not last.unit:
        return None
    opening = [token for token in tokens[last.end : first] if token.kind is Kind.SYMBOL]
    if [token.text for token in opening] not in (["("], ["(", ":"]):
        return None
    if len(opening) == 1 and first != last.end + 1:
        return None
    shared = last.scale if case.quantity.scale == 1 else 1.0
    told = case.quantity.size * shared / abs(last.value) if last.value else 0.0
    if not 1 / _LIKE_BEFORE <= told <= _LIKE_BEFORE:
        return None
    return Lent(last.unit, shared, "unit of the number before the brackets", last.noun)


def _from_measure(case: Open) -> Lent | None:
    """From a word that says what the number is in: ``mean age was 71``, ``a hazard ratio of 0.78``."""
    tokens, first = case.page.tokens, case.quantity.first
    near = {token.lower for token in tokens[max(case.page.ranges[case.block_at][0], first - 4) : first]}
    for unit, words in vocabulary.load("left_out")["measured_in"].items():
        if near & set(words) and (unit != "year" or 0 < case.quantity.size < 120):
            return Lent(unit, 1.0, "unit from the word for what is measured")
    return None


def _from_rate(case: Open) -> Lent | None:
    """``the peso traded at 942 per dollar``: one currency per another."""
    if case.quantity.per[1:] not in vocabulary.load("currencies")["currencies"]:
        return None
    tokens, first = case.page.tokens, case.quantity.first
    for i in range(first - 1, max(case.page.ranges[case.block_at][0], first - 8) - 1, -1):
        money = currency_after(tokens, i, first)
        if money is not None and money.word:
            settled = settle(tokens[i], tokens, i, case.page.words)
            return Lent(settled.unit if settled else money.name, 1.0, "a currency per another")
    return None


def _from_next(case: Open) -> Lent | None:
    """From the number that follows in the same breath.

    ``from 40,000 to over 100,000 deliveries``, ``10, 20 and 30 kW``.
    """
    near = case.quantities[case.at + 1 : case.at + 5]
    following = next((q for q in near if q is not None and not q.open), None)
    if following is None or following.first - case.quantity.end > _FURTHEST_BACK:
        return None
    between = case.page.tokens[case.quantity.end : following.first]
    numbers = [token for token in between if token.kind is Kind.NUMBER]
    words = [token.lower for token in between if token.kind is not Kind.NUMBER]
    if words in (["by"], ["x"], ["×"]) and not numbers:  # "105 by 68 metres"
        is_length = resolve(following.unit).dimension == "length"
        return Lent(following.unit, 1.0, "unit from the other side of a size") if is_length else None
    if not between or len(words) > 6 or len(numbers) > 4 or any(word not in lent_words("forward") for word in words):
        return None
    if numbers and "," not in words:
        return None
    shared = following.scale if case.quantity.scale == 1 and _shares_scale(case, following, words) else 1.0
    if following.qualifier != "tolerance" and not _is_like(case.quantity.size * shared, following):
        return None
    reason = "unit from the number that follows"
    return Lent(following.unit, shared, reason, following.noun)


def _shares_scale(case: Open, following: Quantity, words: Sequence[str]) -> bool:
    """Whether a list shares its multiplier: ``3, 5 and 8 million``."""
    if following.scale <= 1 or following.value is None or not {"and", "or", ","} & set(words):
        return False
    return case.quantity.size < 1000 and following.value / following.scale < 1000


def _from_before(case: Open) -> Lent | None:
    """From the nearest number before it that is like it, in the same sentence or the one before."""
    tokens, quantity = case.page.tokens, case.quantity
    for last in reversed(case.quantities[max(0, case.at - _MOST_BACK) : case.at]):
        if last is None or _is_aside(case, last):
            continue
        if quantity.first - last.end > _FURTHEST_BACK:
            return None
        between = tokens[last.end : quantity.first]
        sentences = sum(token.text in _SENTENCE_ENDS for token in between)
        if sentences > 2:
            return None
        like = _is_like(case.quantity.size, last) or (is_change(case) and case.quantity.size < abs(last.value or 0.0))
        if quantity.per and last.noun is None:
            continue
        if last.unit == "1" and 1 / _LIKE_BEFORE <= quantity.size / (last.size or 1.0) <= _LIKE_BEFORE:
            return None  # it goes on from a number that has no unit either
        if resolve(last.unit).dimension.startswith("money") and _is_counted(case):
            continue
        if not last.open and like and _is_linked(case, last, sentences):
            unit = last.unit.split("/")[0] if quantity.per else last.unit
            return Lent(unit, 1.0, "unit carried over from the number before", last.noun)
    return None


def _is_counted(case: Open) -> bool:
    """Whether a number counts things and so is no amount of money: "6,200 are on order", "the company delivered
    465,805"."""
    before, behind = case.page.lower(case.quantity.first - 1), case.page.lower(case.quantity.end)
    return before in lent_words("counting") or behind in ("are", "were")


def _is_aside(case: Open, last: Quantity) -> bool:
    """Whether an amount stands by itself in brackets, as the other currency of "9.8 billion crowns ($860 million)"."""
    tokens, quantity = case.page.tokens, case.quantity
    return (
        tokens[last.first - 1].text == "(" and tokens[last.end].text == ")" and last.end < quantity.first - 1
        if last.first
        else False
    )


def _is_linked(case: Open, last: Quantity, sentences: int) -> bool:
    """Whether the words around a number tie it to one before.

    "of which 300", "another 90", "40 more", "300 have been sold".
    """
    tokens, quantity = case.page.tokens, case.quantity
    before = tokens[quantity.first - 1].lower if quantity.first else ""
    behind = case.page.lower(quantity.end)
    if quantity.measures or quantity.per or quantity.qualifier != "exact":
        return True
    if before == "(" and behind == ")" and last.noun is not None:
        return True
    if last.noun is not None and case.quantity.size <= 3 * last.size:
        if before in ("another", "only", "further") or behind in lent_words("followers"):
            return True
        if before.endswith("ed") and behind in _CLOSES:
            return True
        if not sentences and (before == "," or behind in (",", ".", ";", "") or _is_verb(behind)):
            return True
    if sentences <= 1 and behind in _CLOSES and case.quantity.size <= 3 * last.size and before not in _NO_LINKS:
        return True
    return before in lent_words("links") and not sentences


_CLOSES = frozenset({",", ".", ";", "", "in", "during", "last", "this", "on", "and", "at", "by", "over", "since"})


_NO_LINKS = frozenset({"the", "(", "/", "-", ":"})  # before a number that may be of anything


def _is_verb(word: str) -> bool:
    return word.endswith("ed") or word in (
        "sank",
        "left",
        "won",
        "lost",
        "fell",
        "rose",
        "went",
        "came",
        "made",
        "took",
        "quit",
        "died",
    )


def _from_block_above(case: Open, before: Sequence[Quantity]) -> Lent | None:
    """From the item above in the same list, for a number that is surely one: ``the tally stood above 248,000``; or for
    the first behind a label, as that was: ``Thessara: 2,104,882 passengers``, ``Kavros: 1,011,430``."""
    if before and _continues_list(case, before[0]):
        return Lent(before[0].unit, 1.0, "unit carried over from the item above", before[0].noun)
    if not case.quantity.measures or case.quantity.qualifier == "exact" or case.quantity.size < 1000:
        return None
    for last in reversed(before[-_MOST_BACK:]):
        if _is_like(case.quantity.size, last) and "/" not in last.unit:
            return Lent(last.unit, 1.0, "unit carried over from the item above")
    return None


def _continues_list(case: Open, above: Quantity) -> bool:
    """Whether a number and the first of the item above, which counts something, both stand right behind a label."""
    counts = above.noun is not None and _is_like(case.quantity.size, above)
    both = _opens_item(case.page, case.block_at, case.quantity) and _opens_item(case.page, case.block_at - 1, above)
    return counts and both


def _opens_item(page: Page, block_at: int, quantity: Quantity) -> bool:
    """Whether a number stands right behind the label of a list item."""
    block, first = page.blocks[block_at], page.tokens[quantity.first].start
    return block.kind is BlockKind.BULLET and block.label is not None and 0 < first - block.label.end <= _PAST_LABEL


def _is_like(number: float, other: Quantity) -> bool:
    """Whether a number may be of another's unit, by its size."""
    size = other.size
    if other.unit in ("1", "x", "pp", "time") or not size:
        return False
    if other.unit == "%":
        return number <= max(100.0, 2 * size)
    return 1 / _LIKE <= number / size <= _LIKE
