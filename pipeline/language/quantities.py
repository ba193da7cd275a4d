"""Quantities: a number with its unit, its range and its qualifier, as one block of text states it.

    quantity  = qualifier? (range | amount) qualifier?
    range     = amount ("-" | "to" | "and" behind "between") amount
    amount    = sign? currency? numeral unit?
    unit      = written unit | currency | counted noun

Every number the block writes, in digits or in words, is accounted for: it becomes part of a quantity, or a
``NotQuantity`` that says what it is instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline import vocabulary
from pipeline.language import not_quantities
from pipeline.language.counted import Counted, counted_noun, hyphenated_noun
from pipeline.language.nouns import canonical_noun, is_plural
from pipeline.language.numerals import Numeral, is_number_word, read_digits, read_numeral
from pipeline.language.periods import Period
from pipeline.language.tokens import Kind, PhraseTable, Token
from pipeline.language.written_units import (
    WrittenUnit,
    currency_after,
    currency_before,
    denominator,
    unit_at,
    with_denominators,
)

__all__ = ["NotQuantity", "Quantity", "read_block"]

_DASHES = frozenset("-–—‐‑~～−")
_SIGNS = frozenset("-−–")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity in tokens ``first`` to ``end``. Either ``value`` or both ``low`` and ``high`` are set."""

    first: int
    end: int
    unit: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    qualifier: str = "exact"
    noun: tuple[int, int] | None = None  # the tokens of the counted noun phrase
    reason: str = "number with a unit"
    open: bool = False  # its unit is left out and still to be found
    measures: bool = False  # of an open one: surely a quantity, whatever its unit
    per: str = ""  # of an open one: what it is per, such as "/month"


@dataclass(frozen=True, slots=True)
class NotQuantity:
    """A number in tokens ``first`` to ``end`` that is something else, and why it was read so."""

    first: int
    end: int
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Amount:
    """One number with what is written right at it."""

    first: int
    end: int
    numeral: Numeral
    unit: str | None = None
    factor: float = 1.0
    currency: bool = False
    noun: tuple[int, int] | None = None

    @property
    def number(self) -> float:
        return self.numeral.value * self.factor


@dataclass(frozen=True, slots=True)
class _Around:
    """The block a number stands in: its tokens, and the tokens already known to be something else."""

    tokens: Sequence[Token]
    first: int
    stop: int
    periods: dict[int, Period]  # by each of their tokens
    masked: dict[int, str]  # tokens of addresses and telephone numbers


def read_block(
    tokens: Sequence[Token], first: int, stop: int, periods: Sequence[Period], masked: dict[int, str]
) -> tuple[list[Quantity], list[NotQuantity]]:
    """The quantities of one block, and its numbers that are none, both in text order."""
    by_token = {i: period for period in periods for i in range(period.first, period.end)}
    around = _Around(tokens, first, stop, by_token, masked)
    quantities: list[Quantity] = []
    others: list[NotQuantity] = []
    i = first
    while i < stop:
        if not _may_begin(tokens, i, first):
            i += 1
            continue
        other = _something_else(around, i)
        if other is not None:
            others += [other] if other.kind != "word" else []
            i = max(other.end, i + 1)
            continue
        quantity = _quantity(around, i)
        if isinstance(quantity, Quantity):
            quantities.append(quantity)
        elif quantity is not None:
            others.append(quantity)
        i = max(quantity.end, i + 1) if quantity is not None else i + 1
    return quantities, others


def _may_begin(tokens: Sequence[Token], i: int, first: int) -> bool:
    token = tokens[i]
    if token.kind is Kind.NUMBER:
        return True
    if token.kind is Kind.WORD:
        return is_number_word(token.lower) or token.lower in ("a", "an", "half")
    return (
        token.text == "."
        and i + 1 < len(tokens)
        and tokens[i + 1].kind is Kind.NUMBER
        and bool(token.gap or i == first)
    )


def _something_else(around: _Around, i: int) -> NotQuantity | None:
    """What the number at token ``i`` is, if it is clear without reading on: a date, a clock time, part of a name."""
    tokens = around.tokens
    if i in around.masked:
        end = i + 1
        while end < around.stop and end in around.masked:
            end += 1
        return NotQuantity(i, end, around.masked[i], "part of an address or a telephone number")
    if i in around.periods:
        return NotQuantity(i, around.periods[i].end, "date", "names a time")
    if tokens[i].kind is Kind.NUMBER:
        return _digits_that_are_something_else(around, i)
    if is_number_word(tokens[i].lower) and _is_only_a_word(tokens, i, around.stop):
        return NotQuantity(i, i + 1, "pronoun", f"{tokens[i].lower!r} counts nothing here")
    return None


def _digits_that_are_something_else(around: _Around, i: int) -> NotQuantity | None:
    tokens = around.tokens
    clock = not_quantities.clock_at(tokens, i, around.stop)
    if clock:
        return NotQuantity(i, clock, "clock time", "hours and minutes")
    if not_quantities.glued_name(tokens, i):
        end = i + 1
        while end < around.stop and tokens[end].glued and tokens[end].kind is not Kind.SYMBOL:
            end += 1
        return NotQuantity(i, end, "name", "digits within a word")
    if tokens[i].text[0].isdecimal() and read_digits(tokens[i].text) is None:
        return NotQuantity(i, i + 1, "version", "digits in no style of number")
    numeral = read_numeral(tokens, i, around.stop)
    end = numeral.end if numeral else i + 1
    kind = not_quantities.what_else(tokens, i, end, around.first, around.stop)
    return NotQuantity(i, end, kind, f"written as a {kind}") if kind else None


_ONE_IS_A_WORD_BEFORE = frozenset(
    {
        "of",
        "that",
        "who",
        "which",
        "another",
        "is",
        "was",
        "in",
        "on",
        "to",
        "for",
        "and",
        "or",
        "the",
        "could",
        "can",
        "would",
        "has",
    }
)


def _is_only_a_word(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether ``one`` is a pronoun, ``score`` a verb or noun, ``million`` a scale with nothing to multiply."""
    word = tokens[i].lower
    following = tokens[i + 1].lower if i + 1 < stop else ""
    before = tokens[i - 1].lower if i else ""
    if word == "one":
        hyphenated = following == "-" and i + 2 < stop
        return (
            following in _ONE_IS_A_WORD_BEFORE
            or before in ("no", "any", "the", "this", "that", "each", "every", "another")
        ) and not hyphenated
    if word in vocabulary.load("numbers")["scales"] or word in vocabulary.load("numbers")["collectives"]:
        return before not in ("a", "an", "per", "half") and not (i and tokens[i - 1].kind is Kind.NUMBER)
    return False


def _quantity(around: _Around, i: int) -> Quantity | NotQuantity | None:
    """The quantity whose number begins at token ``i``, or what that number is instead."""
    amount = _amount(around, i)
    if amount is None:
        return None
    ranged = _range(around, amount)
    if ranged is not None:
        return ranged
    amount = _with_noun(around, amount)
    if amount.unit is None:
        return _open(around, amount)
    return _finished(around, amount)


def _amount(around: _Around, i: int) -> _Amount | None:
    """The number at token ``i`` with the currency before it and the unit behind it."""
    tokens = around.tokens
    begin, sign = _sign_before(around, i)
    money = currency_before(tokens, begin, around.first)
    if money is not None and money[0] > around.first and not sign:
        sign = _negative(tokens, money[0] - 1, around.first, tokens[money[0]])
        begin = money[0] - 1 if sign else money[0]
    elif money is not None:
        begin = money[0]
    numeral = read_numeral(tokens, i, around.stop, money=money is not None or _money_follows(tokens, i, around.stop))
    if numeral is None:
        return None
    if sign:
        numeral = replace(numeral, value=-numeral.value)
    if numeral.fraction:
        return _Amount(begin, numeral.end, replace(numeral, value=numeral.value * 100), "%")
    if money is not None:
        rest = with_denominators(tokens, WrittenUnit(numeral.end, money[1]), around.stop)
        return _Amount(begin, rest.end, numeral, rest.name, rest.factor, currency=True)
    if _is_million(around, numeral):
        return _Amount(
            begin, numeral.end + 1, replace(numeral, end=numeral.end + 1, value=numeral.value * 1e6, scale=1e6)
        )
    unit = _unit_behind(around, numeral)
    if unit is None:
        return _Amount(begin, numeral.end, numeral)
    return _Amount(
        begin,
        unit.end,
        numeral,
        unit.name,
        unit.factor,
        currency=unit.name[:3].isupper() and len(unit.name.split("/")[0]) == 3,
    )


def _is_million(around: _Around, numeral: Numeral) -> bool:
    """Whether an ``m`` glued to the number is a million and no metre: something is counted right behind it."""
    tokens, i = around.tokens, numeral.end
    if i + 1 >= around.stop or tokens[i].text != "m" or not tokens[i].glued or tokens[i + 1].glued:
        return False
    return counted_noun(tokens, i + 1, around.stop, around.periods) is not None


def _money_follows(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a currency stands right behind the number and its suffix: ``4.7B RMB``."""
    return any(j < stop and currency_after(tokens, j, stop) is not None for j in (i + 1, i + 2))


def _unit_behind(around: _Around, numeral: Numeral) -> WrittenUnit | None:
    tokens, stop, i = around.tokens, around.stop, numeral.end
    if [token.lower for token in tokens[i : i + 2]] in (["of", "a"], ["of", "one"]):
        part = unit_at(tokens, i + 2, stop)
        if part is not None or (i + 2 < stop and tokens[i + 2].lower == "point"):
            return part or WrittenUnit(i + 3, "pp", word=True)
    if numeral.vague and i + 1 < stop and tokens[i].lower == "of":
        i += 1
    if i + 1 < stop and tokens[i].text in "-‐‑" and tokens[i].glued and tokens[i + 1].glued:
        i += 1
    if i >= stop or i in around.periods:
        return None
    money = currency_after(tokens, i, stop)
    return money or unit_at(tokens, i, stop, in_words=numeral.in_words)


def _sign_before(around: _Around, i: int) -> tuple[int, bool]:
    """Where the amount begins if a minus sign stands right before its number."""
    if i > around.first and _negative(around.tokens, i - 1, around.first, around.tokens[i]):
        return i - 1, True
    return i, False


def _negative(tokens: Sequence[Token], i: int, first: int, following: Token) -> bool:
    """Whether token ``i`` is a minus sign: glued to the number and to nothing before it."""
    if tokens[i].text not in _SIGNS or not following.glued:
        return False
    return (
        (i == first and tokens[i].text != "–")
        or bool(tokens[i].gap and i > first)
        or (i > first and tokens[i - 1].text in "(:|/")
    )


def _range(around: _Around, low: _Amount) -> Quantity | None:
    """The range that ``low`` opens, with multiplier and unit shared between its ends."""
    i = _range_joint(around, low)
    if i is None:
        return None
    high = _amount(around, i)
    if high is None or high.numeral.first - i > 2 or high.numeral.fraction:
        return None
    if high.unit is None and low.unit is None:
        high = _with_noun(around, high)
    if not _share_a_unit(low, high):
        return None
    scale = (
        high.numeral.scale
        if low.numeral.scale == 1
        and high.numeral.scale > 1
        and low.numeral.value < high.numeral.value / high.numeral.scale
        else 1.0
    )
    bottom, top = low.numeral.value * scale * _factor(low, high), high.number
    unit = high.unit or low.unit
    sure = high.numeral.scale > 1 or high.numeral.grouped or (high.numeral.in_words and _joined_by_word(around, low, i))
    if not bottom < top or (unit is None and not sure):
        return None
    end = max(high.end, low.end)
    ranged = Quantity(
        low.first,
        end,
        unit or "",
        low=bottom,
        high=top,
        qualifier="range",
        noun=high.noun,
        reason="two numbers joined as a range",
    )
    return replace(ranged, open=unit is None, measures=not high.numeral.in_words)


def _joined_by_word(around: _Around, low: _Amount, i: int) -> bool:
    """Whether a word and not a dash joins the two ends."""
    return around.tokens[low.end].kind is Kind.WORD and i > low.end


def _factor(low: _Amount, high: _Amount) -> float:
    return low.factor if low.unit else high.factor


def _share_a_unit(low: _Amount, high: _Amount) -> bool:
    if low.unit is None or high.unit is None:
        return True
    return low.unit == high.unit or high.unit.startswith(low.unit + "/")


def _range_joint(around: _Around, low: _Amount) -> int | None:
    """The token at which the second number of a range begins, or ``None`` where nothing joins one on."""
    tokens, i, stop = around.tokens, low.end, around.stop
    if i + 1 >= stop:
        return None
    before = [token.lower for token in tokens[max(around.first, low.first - 2) : low.first]]
    if tokens[i].text in _DASHES and (tokens[i].glued == tokens[i + 1].glued) and not _is_minus(tokens, i):
        return _number_begins(around, i + 1)
    if tokens[i].lower == "to" and not _is_movement(around, low, before):
        return _number_begins(around, i + 1)
    if tokens[i].lower == "and" and "between" in before:
        return _number_begins(around, i + 1)
    return None


def _is_minus(tokens: Sequence[Token], i: int) -> bool:
    return bool(tokens[i].gap) and tokens[i + 1].glued


def _is_movement(around: _Around, low: _Amount, before: Sequence[str]) -> bool:
    """Whether "from X to Y" tells a change and so two quantities: X has its own unit, or a verb of change leads in."""
    if "from" not in before:
        return False
    clause = around.tokens[max(around.first, low.first - 14) : low.first]
    ranging = any(token.lower in ("ranging", "ranges", "range", "ranged", "anywhere") for token in clause)
    return not ranging and (low.unit is not None or any(token.lower in _movement_words() for token in clause))


@cache
def _movement_words() -> frozenset[str]:
    standing = vocabulary.load("standing")
    return frozenset(cue for section in ("increase", "decrease") for cue in standing[section]["cues"])


def _number_begins(around: _Around, i: int) -> int | None:
    """The token of the number that begins at ``i``, past a currency or a sign; ``None`` where there is none."""
    for j in range(i, min(i + 4, around.stop)):
        token = around.tokens[j]
        if j in around.periods or "\n\n" in token.gap:
            return None
        if token.kind is Kind.NUMBER or is_number_word(token.lower):
            opens = j == i or currency_before(around.tokens, j, i) is not None
            return j if opens and not not_quantities.glued_name(around.tokens, j) else None
        if token.kind is Kind.SYMBOL and token.text not in "$€£¥₹₩":
            return None
    return None


def _with_noun(around: _Around, amount: _Amount) -> _Amount:
    """The amount with the noun it counts, where it has no unit yet."""
    if amount.unit is not None:
        return amount
    noun = hyphenated_noun(around.tokens, amount.end, around.stop) or counted_noun(
        around.tokens, amount.end, around.stop, around.periods
    )
    return _counting(around, amount, noun) if noun is not None else amount


def _counting(around: _Around, amount: _Amount, noun: Counted) -> _Amount:
    below = denominator(around.tokens, noun.end, around.stop)
    name, end = (f"{noun.name}/{below.name}", below.end) if below else (noun.name, noun.end)
    factor = 1 / below.factor if below else 1.0
    return replace(amount, end=end, unit=name, factor=factor, noun=(noun.first, noun.end))


def _per_each(around: _Around, amount: _Amount) -> str:
    """``/vehicle`` where the clause speaks of each one.

    "each car loses $903", "per car, the loss was $900", "$900 on every car".
    """
    if not amount.currency or "/" in str(amount.unit):
        return ""
    tokens = around.tokens
    if (
        amount.end + 2 < around.stop
        and tokens[amount.end].lower in ("on", "for", "with")
        and tokens[amount.end + 1].lower in ("each", "every")
    ):
        return f"/{canonical_noun(tokens[amount.end + 2].lower)}"
    for i in range(amount.first - 2, max(around.first, amount.first - 14) - 1, -1):
        if tokens[i].text in ".;!?":
            return ""
        if (
            tokens[i].lower in ("each", "every", "per")
            and tokens[i + 1].kind is Kind.WORD
            and _is_one_thing(tokens[i + 1])
        ):
            return f"/{canonical_noun(tokens[i + 1].lower)}"
    return ""


def _is_one_thing(token: Token) -> bool:
    word = token.lower
    return (
        word not in ("of", "other", "cent", "capita", "annum", "one")
        and word not in vocabulary.load("units")["time"]
        and not is_plural(word)
    )


def _open(around: _Around, amount: _Amount) -> Quantity | NotQuantity:
    """A number with no unit and no noun: one whose unit is left out, or only a number."""
    numeral, tokens = amount.numeral, around.tokens
    if numeral.vague:
        return NotQuantity(amount.first, amount.end, "vague", "a magnitude with nothing it counts")
    before = tokens[amount.first - 1].lower if amount.first > around.first else ""
    measures = numeral.grouped or numeral.scale > 1 or (numeral.decimal and not numeral.in_words)
    measures = measures or (before in _MEASURES and not numeral.in_words)
    below = denominator(tokens, amount.end, around.stop)
    if below is not None:
        amount = replace(amount, end=below.end, factor=1 / below.factor)
    quantity = _finished(around, replace(amount, unit=""))
    return replace(quantity, open=True, measures=measures, per=f"/{below.name}" if below else "")


_MEASURES = frozenset(
    {
        "of",
        "is",
        "was",
        "at",
        "to",
        "by",
        "stood",
        "reached",
        "around",
        "about",
        "over",
        "exceeded",
        "totalled",
        "totaled",
        ":",
        "=",
        "|",
    }
)


def _finished(around: _Around, amount: _Amount) -> Quantity:
    tokens = around.tokens
    first, end, qualifier = _qualified(around, amount)
    value = amount.number
    reason = "number with a unit" if not amount.noun else "number with the noun it counts"
    unit = f"{amount.unit}{_per_each(around, amount)}"
    return Quantity(
        first,
        end,
        unit,
        value=value,
        qualifier=qualifier or _plus_behind(tokens, amount, around.stop),
        noun=amount.noun,
        reason=reason,
    )


def _plus_behind(tokens: Sequence[Token], amount: _Amount, stop: int) -> str:
    """``290+``, ``1M+ users``: at least that many. A magnitude without a number is a lower bound too."""
    i = amount.numeral.end
    if i < stop and tokens[i].text == "+" and tokens[i].glued:
        return "at_least"
    return "at_least" if amount.numeral.vague else "exact"


@cache
def _qualifiers(place: str) -> PhraseTable[str]:
    sections = vocabulary.load("qualifiers")
    return PhraseTable((phrase, qualifier) for qualifier, section in sections.items() for phrase in section[place])


def _qualified(around: _Around, amount: _Amount) -> tuple[int, int, str | None]:
    """The qualifier before or behind an amount, with where the quantity's own characters begin and end."""
    tokens, begin = around.tokens, amount.first
    while begin > around.first and tokens[begin - 1].text in '*_(“"' and begin > amount.first - 3:
        begin -= 1
    found = _qualifiers("before").before(tokens, begin, around.first)
    if found is not None and not _is_comparison(tokens, found[0], found[1], around, amount):
        return amount.first, amount.end, found[1]
    after = _qualifiers("after").at(tokens, amount.end, around.stop)
    if after is not None:
        return amount.first, amount.end, after[1]
    inner = _qualifiers("after").at(tokens, amount.numeral.end, around.stop)
    return amount.first, amount.end, inner[1] if inner else None


def _is_comparison(tokens: Sequence[Token], i: int, qualifier: str, around: _Around, amount: _Amount) -> bool:
    """Whether the phrase at ``i`` compares or starts a movement and does not bound.

    "rose from 20%", "100 more than".
    """
    if tokens[i].lower == "from":
        return _is_movement(around, amount, ["from"]) or not _starts_a_scale(tokens, i, around.first)
    if (
        tokens[i].lower in ("past", "near", "top", "minimum", "max")
        and i > around.first
        and tokens[i - 1].lower == "the"
    ):
        return True
    return (
        qualifier == "more_than"
        and tokens[i].lower in ("more", "higher", "larger")
        and i > around.first
        and bool(re.fullmatch(r"million|billion|%|points", tokens[i - 1].lower))
    )


def _starts_a_scale(tokens: Sequence[Token], i: int, first: int) -> bool:
    """Whether "from" opens a price or scale ("prices from $20"), not an origin."""
    return i > first and tokens[i - 1].lower in (
        "prices",
        "price",
        "priced",
        "starting",
        "starts",
        "start",
        "available",
        "rates",
        "fares",
        "tickets",
        "cost",
        "costs",
        "range",
    )
