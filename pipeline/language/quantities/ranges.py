"""Ranges: two amounts joined into one, with the multiplier and the unit that they share.

range  = amount ("-" | "to" | "and" behind "between" | "up to" behind "from") amount
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import units
from pipeline.language.numbers.scales import is_number_word
from pipeline.language.quantities.amounts import Amount, read_amount, with_noun
from pipeline.language.quantities.around import Around
from pipeline.language.quantities.qualifiers import movement_words
from pipeline.language.quantities.within_words import glued_name
from pipeline.language.tokens import Kind, Token
from pipeline.language.written_units import currency_before

__all__ = ["Range", "is_movement", "read_range"]

_NEAR = 2.5  # times the lower end, within which two shares behind "gain" are a range and not a move and its level
_FAR = 10  # no range reaches to so many times its lower end
_DASHES = frozenset("-–—‐‑~～−")


class Range(tuple[Amount, float, float, str]):
    """The upper amount, both ends in the shared unit, and that unit (empty where it is left out)."""

    __slots__ = ()


def read_range(around: Around, low: Amount) -> Range | None:
    """The range that ``low`` opens, or ``None`` where nothing joins a second number on."""
    i = _joint(around, low)
    high = read_amount(around, i, money=low.currency) if i is not None else None
    if high is None or i is None or high.numeral.first - i > 2 or high.numeral.fraction:
        return None
    if low.numeral.in_words and high.currency and not (low.currency or high.numeral.in_words):
        return None  # "down 23% in weekend three to $21.6m"
    joined_by_word = around.tokens[low.end].kind is Kind.WORD
    if joined_by_word and _moves(around, low) and not _are_near_shares(low, high):
        return None
    if joined_by_word and _is_size_of_move(around, low, high):
        return None
    if high.unit is None and (low.unit is None or (joined_by_word and not low.currency)):
        high = with_noun(around, high)
    if not _share_a_unit(low, high):
        return None
    bottom, top = _bottom(low, high), high.number
    if _is_below_zero(around, low):
        bottom, top = -top, bottom
    unit = max(high.unit or "", low.unit or "", key=len) or None  # "earnings per share of $3.10 to $3.40"
    if not bottom < top or (unit is None and not _is_sure(around, low, high)):
        return None
    return Range((high, bottom, top, unit or ""))


def _is_below_zero(around: Around, low: Amount) -> bool:
    """Whether a "minus" before a range means both its ends: ``minus 8-10%``."""
    dash = around.tokens[low.end]
    return around.lower(low.first) == "minus" and dash.text in _DASHES and dash.glued


def _bottom(low: Amount, high: Amount) -> float:
    """The lower end with the multiplier and the unit's factor that the upper one brings: ``5-7 million``."""
    scale = high.numeral.scale
    shares = low.numeral.scale == 1 and scale > 1 and abs(low.numeral.value) < abs(high.numeral.value / scale)
    return low.numeral.value * (scale if shares else 1.0) * (low.factor if low.unit else high.factor)


def _is_sure(around: Around, low: Amount, high: Amount) -> bool:
    """Whether two numbers without a unit are a range all the same: large, or in words with a word between."""
    joined_by_word = around.tokens[low.end].kind is Kind.WORD
    if (low.numeral.decimal and high.numeral.decimal) or around.lower(low.first - 1) in ("aged", "ages", "between"):
        return True
    return high.numeral.scale > 1 or high.numeral.grouped or (high.numeral.in_words and joined_by_word)


def _share_a_unit(low: Amount, high: Amount) -> bool:
    if low.unit is None or high.unit is None or low.unit == high.unit:
        return True
    return high.unit.startswith(low.unit + "/") or low.unit.startswith(high.unit + "/")


def _joint(around: Around, low: Amount) -> int | None:
    """The token at which the second number begins, past what joins it on."""
    tokens, i, stop = around.tokens, low.end, around.stop
    if i + 1 >= stop:
        return None
    before = [token.lower for token in tokens[max(around.first, low.first - 3) : low.first]]
    if around.lower(i) in _DASHES and around.lower(i + 1) in ("to", "or") and tokens[i].glued:
        i += 1  # "three- to four-hour"
    joint = tokens[i].lower
    if tokens[i].text in _DASHES and tokens[i].glued == tokens[i + 1].glued:
        return _number_begins(around, i + 1)
    if joint == "to" and not is_movement(around, low, before):
        return _number_begins(around, i + 1)
    if joint == "up" and around.lower(i + 1) == "to" and "from" in before:
        return _number_begins(around, i + 2)
    return _number_begins(around, i + 1) if joint == "and" and "between" in before else None


def _moves(around: Around, low: Amount) -> bool:
    """Whether a word of rising or falling stands right before an amount with its unit: "shed £212 to £3,690"."""
    return low.unit is not None and around.lower(low.first - 1) in movement_words()


def _are_near_shares(low: Amount, high: Amount) -> bool:
    """Whether two shares are near enough for a range behind such a word: "gain 2% to 3%"."""
    return low.unit == high.unit == "%" and high.number <= _NEAR * low.number


def _is_size_of_move(around: Around, low: Amount, high: Amount) -> bool:
    """``fell by 4.0 per cent to 23,700``, ``up 2% to 940``: how far something went, and where to."""
    clause = [token.lower for token in around.tokens[max(around.first, low.first - 8) : low.first]]
    by = "by" in clause[-3:]
    far = low.unit is not None and low.unit == high.unit and high.number > _FAR * abs(low.number)
    if by and (low.numeral.scale > 1 or far):  # "lifted by 1.1 million to 6.4 million"
        return True
    if not movement_words() & set(clause):
        return False
    if by:
        share = low.unit in ("%", "pp") and high.unit == low.unit
        own = (low.unit is not None and not share) or low.numeral.fraction
        return own or (low.unit is None and high.number > _FAR * abs(low.number))
    return low.unit is not None and high.unit != low.unit and not {"from", "between"} & set(clause)


def is_movement(around: Around, low: Amount, before: Sequence[str]) -> bool:
    """Whether "from X to Y" tells a change and so two quantities: X has its own unit, or a verb of change leads in."""
    if "from" not in before:
        return False
    clause = around.tokens[max(around.first, low.first - 14) : low.first]
    if any(
        token.lower in ("ranging", "ranges", "range", "ranged", "anywhere", "anything", "running", "run", "runs")
        for token in clause
    ):
        return False
    own_unit = low.unit is not None and units.resolve(low.unit).dimension != "temperature"
    return own_unit or any(token.lower in movement_words() for token in clause)


def _number_begins(around: Around, i: int) -> int | None:
    """The token of the number that begins at ``i``, past a currency or a sign; ``None`` where there is none."""
    for j in range(i, min(i + 4, around.stop)):
        token = around.tokens[j]
        if j in around.periods or "\n\n" in token.gap:
            return None
        if token.kind is Kind.NUMBER or is_number_word(token.lower):
            opens = j == i or currency_before(around.tokens, j, i) is not None or _only_a_sign(around.tokens[i:j])
            return j if opens and not glued_name(around.tokens, j) else None
        if token.kind is Kind.SYMBOL and token.text not in "$€£¥₹₩-−–+±":
            return None
    return None


def _only_a_sign(tokens: Sequence[Token]) -> bool:
    return len(tokens) == 1 and tokens[0].text in "-−–+"
