"""Quantities: amounts and ranges with their qualifier, as one block of text states them.

    quantity  = qualifier? (range | amount | multiple) qualifier?
    multiple  = "doubled" | "threefold" | "twice as many"

Every number the block writes, in digits or in words, is accounted for: it becomes part of a quantity, or a
``NotQuantity`` that says what it is instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pipeline import units, vocabulary
from pipeline.language.nouns import canonical_noun, is_plural
from pipeline.language.numbers.digits import read_digits
from pipeline.language.numbers.numerals import read_numeral
from pipeline.language.numbers.scales import is_number_word
from pipeline.language.numbers.words import ends_in_ordinal
from pipeline.language.quantities import not_quantities
from pipeline.language.quantities.amounts import (
    Amount,
    fraction_before_unit,
    is_vulgar_share,
    read_amount,
    with_noun,
)
from pipeline.language.quantities.around import Around
from pipeline.language.quantities.qualifiers import qualifier_before, qualifier_behind
from pipeline.language.quantities.ranges import read_range
from pipeline.language.quantities.within_words import clock_at, glued_name
from pipeline.language.tokens import Kind
from pipeline.language.written_units import denominator, unit_at

__all__ = ["NotQuantity", "Quantity", "read_block"]

_MEASURES = frozenset({"of", "is", "was", "at", "to", "by", "stood", "reached", "around", "about", "over", "exceeded",
"totalled", "totaled", ":", "=", "|"})  # fmt: skip


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
    scale: float = 1.0  # the multiplier worked in
    open: bool = False  # its unit is left out and still to be found
    measures: bool = False  # of an open one: surely a quantity, whatever its unit
    per: str = ""  # of an open one: what it is per, such as "/month"

    @property
    def size(self) -> float:
        """The number without its sign; of a range the higher end."""
        return abs(self.value if self.value is not None else self.high or 0.0)


@dataclass(frozen=True, slots=True)
class NotQuantity:
    """A number in tokens ``first`` to ``end`` that is something else, and why it was read so."""

    first: int
    end: int
    kind: str
    reason: str


def read_block(around: Around) -> tuple[list[Quantity], list[NotQuantity]]:
    """The quantities of one block, and its numbers that are none, both in text order."""
    quantities: list[Quantity] = []
    others: list[NotQuantity] = []
    i = around.first
    while i < around.stop:
        found = _read_at(around, i) if _may_begin(around, i) else None
        if isinstance(found, Quantity):
            quantities.append(found)
        elif found is not None:
            others.append(found)
        i = max(found.end, i + 1) if found is not None else i + 1
    return quantities, others


def _may_begin(around: Around, i: int) -> bool:
    token = around.tokens[i]
    if token.kind is Kind.NUMBER:
        return True
    if token.kind is Kind.WORD:
        return token.lower in _openers()
    return token.text == "." and around.lower(i + 1).isdigit() and bool(token.gap or i == around.first)


@cache
def _openers() -> frozenset[str]:
    numbers = vocabulary.load("numbers")
    sections = ("cardinals", "scales", "collectives", "vague", "multiples")
    return frozenset(word for section in sections for word in numbers[section]) | {"a", "an", "half"}


def _read_at(around: Around, i: int) -> Quantity | NotQuantity | None:
    """What begins at token ``i``: a quantity, a number that is something else, or nothing."""
    other = _something_else(around, i)
    if other is not None:
        return other
    if around.tokens[i].lower in _multiples() and not is_number_word(around.tokens[i].lower):
        return _multiple(around, i)
    amount = fraction_before_unit(around, i) or read_amount(around, i) or _one_unit(around, i)
    if amount is None:
        return None
    told = amount.numeral.vague or (around.in_titles and amount.number >= 1000)  # "Area (1,000 ha)"
    if told and _states_unit(around, amount):
        return NotQuantity(amount.first, amount.end, "unit statement", "says what the numbers of a table are in")
    ranged = _to_one(around, amount) or _range(around, amount)
    if ranged is not None:
        return ranged
    if is_vulgar_share(around, amount):
        amount = replace(amount, numeral=replace(amount.numeral, value=amount.numeral.value * 100), unit="%")
    amount = with_noun(around, _one_thing(around, amount))
    return _open(around, amount) if amount.unit is None else _finished(around, amount)


_LONGEST_UNIT = 4  # tokens of "of cubic metres"


def _states_unit(around: Around, amount: Amount) -> bool:
    """Whether a magnitude says what the numbers below are in: ``(millions of units)``, ``in billions of yen``."""
    before = around.lower(amount.first - 1)
    if amount.currency and before in ("in", "("):
        return True
    behind = {around.lower(i) for i in range(amount.end, min(around.stop, amount.end + _LONGEST_UNIT))}
    ends = ")" in behind or (before == "(" and "," in behind) or around.stop <= amount.end + _LONGEST_UNIT
    return before in ("(", ",") and ends and around.tokens[around.stop - 1].text != "."


def _something_else(around: Around, i: int) -> NotQuantity | None:
    """What the number at token ``i`` is, if it is clear without reading on: a date, a clock time, part of a name."""
    tokens = around.tokens
    if i in around.masked:
        end = i + 1
        while end < around.stop and end in around.masked:
            end += 1
        return NotQuantity(i, end, around.masked[i], f"part of a {around.masked[i]}")
    if tokens[i].kind is Kind.NUMBER and glued_name(tokens, i):
        return _name(around, i)
    if i in around.periods:
        return NotQuantity(i, around.periods[i].end, "date", "names a time")
    if tokens[i].kind is Kind.NUMBER:
        return _digits_that_are_something_else(around, i)
    return _words_that_are_something_else(around, i)


def _name(around: Around, i: int) -> NotQuantity:
    end = i + 1
    while end < around.stop and around.tokens[end].glued and around.tokens[end].kind is not Kind.SYMBOL:
        end += 1
    return NotQuantity(i, end, "name", "digits within a word")


def _digits_that_are_something_else(around: Around, i: int) -> NotQuantity | None:
    tokens = around.tokens
    clock = clock_at(tokens, i, around.stop)
    if clock:
        return NotQuantity(i, clock, "clock time", "hours and minutes")
    numeral = read_numeral(tokens, i, around.stop, style=around.style)
    if numeral is None:
        written = tokens[i].text
        kind = "version" if written[0].isdecimal() and read_digits(written) is None else "digits"
        return NotQuantity(i, i + 1, kind, "digits in no style of number")
    kind_found = not_quantities.what_else(around, i, numeral.end)
    if kind_found is None:
        return None
    article = "an" if kind_found[0] in "aeio" else "a"  # a unit statement
    return NotQuantity(i, numeral.end, kind_found, f"written as {article} {kind_found}")


def _words_that_are_something_else(around: Around, i: int) -> NotQuantity | None:
    """Number words that name or count nothing: ``one of the``, ``twenty-first``, ``Six Nations``, ``zero-sum``."""
    tokens = around.tokens
    word = tokens[i].lower
    if not is_number_word(word):
        return None
    numeral = read_numeral(tokens, i, around.stop)
    end = numeral.end if numeral else i + 1
    if ends_in_ordinal(tokens, end, around.stop):
        return NotQuantity(i, end + 2, "ordinal", "number words with an ordinal at their end")
    if not_quantities.is_idiom(around, i):
        return NotQuantity(i, i + 1, "idiom", "a set phrase that counts nothing")
    if not_quantities.is_named_in_words(around, i, end):
        return NotQuantity(i, end, "name", "number words within a name")
    if end == i + 1 and _is_only_a_word(around, i):
        return NotQuantity(i, i + 1, "pronoun", f"{word!r} counts nothing here")
    return None


_BEFORE_PRONOUNS = frozenset({"no", "any", "the", "this", "that", "each", "every", "another", "which", "not"})
_BEHIND_PRONOUNS = frozenset(
    "of that who which another is was in on to for and or the could can would has , . ; : ? ! )".split()
)


def _is_only_a_word(around: Around, i: int) -> bool:
    """Whether ``one`` is a pronoun or an article, or a scale has nothing to multiply."""
    word, before, behind = around.tokens[i].lower, around.lower(i - 1), around.lower(i + 1)
    if word == "one":
        return before in _BEFORE_PRONOUNS or behind in _BEHIND_PRONOUNS
    numbers = vocabulary.load("numbers")
    if word in numbers["scales"] or word in numbers["collectives"]:
        return before not in ("a", "an", "per", "half") and not (i and around.tokens[i - 1].kind is Kind.NUMBER)
    return False


_BEFORE_AN_HOUR = frozenset({"for", "within", "lasted", "takes", "took"})
_BEFORE_ANY_UNIT = frozenset({"than", "about", "nearly", "almost", "under", "over"})


def _one_unit(around: Around, i: int) -> Amount | None:
    """``for an hour``, ``within a week``, ``almost a decade``, ``about a kilometre``: one of a unit."""
    before = around.lower(i - 1)
    if around.tokens[i].lower not in ("a", "an") or before not in _BEFORE_AN_HOUR | _BEFORE_ANY_UNIT:
        return None
    numeral = read_numeral([replace(around.tokens[i], lower="one", text="one")], 0, 1)
    unit = unit_at(around.tokens, i + 1, around.stop, in_words=True)
    if numeral is None or unit is None or not unit.word or unit.name == "s":
        return None
    dimensions = ("time",) if before in _BEFORE_AN_HOUR else ("time", "length", "mass", "area")
    if units.resolve(unit.name).dimension not in dimensions:
        return None
    if around.lower(unit.end) in ("ago", "earlier", "later", "-", "old", "of"):
        return None
    numeral = replace(numeral, first=i, end=i + 1)
    return Amount(i, unit.end, numeral, unit.name, unit.factor, reason="one of a unit")


_LONGEST_COUNT = 5  # tokens of "8,300 full-time employees"
_BEFORE_ONE = frozenset(
    "only just exactly least found had has have made lost won killed sold built opened with runs operates owns "
    "plus".split()
)


def _one_thing(around: Around, amount: Amount) -> Amount:
    """``only one country``, ``One tanker was``: one of a singular noun, where it is told as a count."""
    if around.lower(amount.numeral.first) != "one" or amount.unit is not None or amount.end != amount.numeral.first + 1:
        return amount
    end = amount.end
    while end < min(around.stop, amount.end + 4) and _is_plain_word(around, end):
        end += 1
    told = (
        around.lower(amount.first - 1) in _BEFORE_ONE
        or _ends_count(around, amount)
        or around.lower(end) in ("was", "is", "has", "were", "per")
    )
    if not told or end == amount.end or is_plural(around.lower(end - 1)):
        return amount
    below = denominator(around.tokens, end, around.stop)
    name = canonical_noun(around.lower(end - 1)) + (f"/{below.name}" if below is not None else "")
    last = below.end if below is not None else end
    return replace(amount, end=last, unit=name, noun=(amount.end, end), reason="one thing")


def _ends_count(around: Around, amount: Amount) -> bool:
    """Whether a "one" ends a list of counts: ``8,300 employees and one factory``."""
    i = amount.first - 1
    if around.lower(i) != "and" or not is_plural(around.lower(i - 1)):
        return False
    before = around.tokens[max(around.first, i - _LONGEST_COUNT) : i]
    return any(token.kind is Kind.NUMBER or is_number_word(token.lower) for token in before)


def _is_plain_word(around: Around, i: int) -> bool:
    token = around.tokens[i]
    if token.kind is not Kind.WORD or not token.text.islower() or token.gap != " ":
        return False
    return token.lower not in vocabulary.load("nouns")["stop"]["words"] and not token.lower.endswith(("ly", "ed"))


@cache
def _multiples() -> dict[str, Any]:
    return dict(vocabulary.load("numbers")["multiples"])


_BEHIND_TWICE = frozenset({"as", "the", "that", "its", "their", "what", "his", "her", "last"})


def _multiple(around: Around, i: int) -> Quantity | NotQuantity:
    """``tripled``, ``a threefold rise``, ``twice as many``, ``double the rent``: how many times."""
    word = around.tokens[i].lower
    often = denominator(around.tokens, i + 1, around.stop) if word in ("twice", "thrice") else None
    if often is not None and units.resolve(often.name).dimension == "time":
        return Quantity(i, often.end, f"time/{often.name}", float(_multiples()[word]), reason="how often, in a word")
    if around.lower(i + 1) == "down":  # "doubles down"
        return NotQuantity(i, i + 1, "idiom", "a set phrase that counts nothing")
    if word in ("double", "twice", "triple", "thrice", "quadruple") and around.lower(i + 1) not in _BEHIND_TWICE:
        return NotQuantity(i, i + 1, "word", f"{word!r} multiplies nothing here")
    qualifier = qualifier_before(around.tokens, i, around.first, "multiple", moved=False)
    if qualifier is None and around.lower(i - 1) == "than" and around.lower(i - 2) in ("more", "less"):
        qualifier = "more_than" if around.lower(i - 2) == "more" else "less_than"
    return Quantity(
        i, i + 1, "x", float(_multiples()[word]), qualifier=qualifier or "exact", reason="a multiple in a word"
    )


def _to_one(around: Around, amount: Amount) -> Quantity | None:
    """A ratio to one: ``14.5:1``, ``by 4 to 1``."""
    i, tokens = amount.end, around.tokens
    if amount.unit is not None or amount.number <= 1 or around.lower(i + 1) not in ("1", "one"):
        return None
    colon = tokens[i].text == ":" and tokens[i].glued and tokens[i + 1].glued
    behind = tokens[i + 2] if i + 2 < around.stop else None
    counts = behind is not None and (behind.kind is not Kind.SYMBOL or (behind.glued and behind.text not in ".,;:)"))
    word = tokens[i].lower == "to" and around.lower(amount.first - 1) != "from" and not counts
    if not (colon or word):
        return None
    return replace(_finished(around, replace(amount, unit="", end=i + 2)), unit="1", reason="a ratio to one")


def _range(around: Around, low: Amount) -> Quantity | None:
    found = read_range(around, low)
    if found is None:
        return None
    high, bottom, top, unit = found
    quantity = Quantity(
        low.first, max(high.end, low.end), unit, low=bottom, high=top, qualifier="range", noun=high.noun
    )
    left_out = not unit
    return replace(
        quantity,
        reason="two numbers joined as a range",
        scale=high.numeral.scale,
        open=left_out,
        measures=left_out and not high.numeral.in_words,
    )


def _open(around: Around, amount: Amount) -> Quantity | NotQuantity:
    """A number with no unit and no noun: one whose unit is left out, or only a number."""
    numeral = amount.numeral
    if numeral.vague:
        return NotQuantity(amount.first, amount.end, "vague", "a magnitude with nothing it counts")
    before = around.lower(amount.first - 1)
    measures = numeral.grouped or numeral.scale > 1 or (numeral.decimal and not numeral.in_words)
    measures = measures or (before in _MEASURES and not numeral.in_words)
    below = denominator(around.tokens, amount.end, around.stop) if amount.end not in around.periods else None
    if below is not None and not any(j in around.periods for j in range(amount.end, below.end)):
        amount = replace(amount, end=below.end, factor=1 / below.factor)
    else:
        below = None
    quantity = _finished(around, replace(amount, unit=""))
    return replace(quantity, open=True, measures=measures, per=f"/{below.name}" if below else "")


def _finished(around: Around, amount: Amount) -> Quantity:
    dimension = units.resolve(amount.unit).dimension if amount.unit else "number"
    moved = around.lower(amount.end) == "to"
    qualifier = qualifier_before(around.tokens, amount.first, around.first, dimension.split("/")[0], moved=moved)
    if qualifier is None:
        behind = qualifier_behind(around.tokens, amount.end, around.stop)
        qualifier = behind[1] if behind is not None else amount.bound
    return Quantity(
        amount.first,
        amount.end,
        amount.unit or "",
        value=amount.number,
        qualifier=qualifier or _plus_behind(around, amount),
        noun=amount.noun,
        reason=amount.reason,
        scale=amount.numeral.scale,
    )


def _plus_behind(around: Around, amount: Amount) -> str:
    """``290+``, ``1M+ users``: at least that many. A magnitude without a number is a lower bound too."""
    i = amount.numeral.end
    if around.lower(i) == "+" and around.tokens[i].glued:
        return "at_least"
    return "at_least" if amount.numeral.vague else "exact"
