"""Amounts: one number with the sign, the currency, the unit and the noun written right at it.

amount    = sign? currency? numeral (unit | currency | noun)? per?
compound  = amount amount      of one dimension, the second smaller: 5 ft 10 in, 2 hours 15 minutes
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline import units, vocabulary
from pipeline.language.nouns import is_plural
from pipeline.language.numbers.digits import slash_fraction
from pipeline.language.numbers.numerals import read_numeral
from pipeline.language.numbers.scales import LETTER_SUFFIXES, Numeral, suffix_value
from pipeline.language.quantities.ambiguous import settle
from pipeline.language.quantities.around import Around
from pipeline.language.quantities.counted import Counted, counted_noun, hyphenated_noun
from pipeline.language.quantities.how_often import is_how_often
from pipeline.language.quantities.per import per_each, with_rate
from pipeline.language.quantities.qualifiers import qualifier_behind
from pipeline.language.quantities.within_words import looks_like_money
from pipeline.language.tokens import HYPHENS, Kind, Token
from pipeline.language.written_units import (
    WrittenUnit,
    currency_after,
    currency_before,
    denominator,
    unit_at,
    with_denominators,
    wordlike_codes,
)

__all__ = ["Amount", "read_amount", "with_noun"]

_SIGNS = frozenset("-−–")


@dataclass(frozen=True, slots=True)
class Amount:
    """One number in tokens ``first`` to ``end`` with what is written at it. ``unit`` is null where none is."""

    first: int
    end: int
    numeral: Numeral
    unit: str | None = None
    factor: float = 1.0
    currency: bool = False
    noun: tuple[int, int] | None = None
    bound: str | None = None  # a qualifier between the number and its noun: "12 or more travellers"
    reason: str = "number with a unit"

    @property
    def number(self) -> float:
        """The number in the unit."""
        return units.canonical_number(self.numeral.value * self.factor)


def read_amount(around: Around, i: int, *, money: bool = False) -> Amount | None:
    """The amount whose number begins at token ``i``. ``money``: it is money though no currency stands at it."""
    tokens = around.tokens
    begin, code, sign = _before(around, i)
    spoken = money or code is not None or _money_follows(around, i)
    numeral = read_numeral(tokens, i, around.stop, money=spoken, style=around.style)
    if numeral is None:
        return None
    if sign:
        numeral = replace(numeral, value=-numeral.value)
    if code is not None:
        return _with_currency(around, begin, numeral, code)
    numeral = _multiplied(around, numeral)
    if numeral.fraction:
        return _share(around, begin, numeral)
    if _is_negative_share(around, numeral):
        negative = replace(numeral, value=-numeral.value)
        return Amount(numeral.first - 1, numeral.end + 2, negative, "%")
    unit = _unit_behind(around, numeral)
    if unit is None:
        return Amount(begin, numeral.end, numeral)
    unit = with_rate(around, unit)
    return _compound(around, _settled(around, Amount(begin, unit.end, numeral, unit.name, unit.factor), unit))


def _is_negative_share(around: Around, numeral: Numeral) -> bool:
    """Whether a number is accounting's for a negative share: ``(2.7)%``."""
    marks = [around.lower(i) for i in (numeral.first - 1, numeral.end, numeral.end + 1)]
    return marks == ["(", ")", "%"] and all(around.tokens[i].glued for i in (numeral.first, numeral.end + 1))


def with_noun(around: Around, amount: Amount) -> Amount:
    """The amount with the noun it counts, where it has no unit yet."""
    if amount.unit is not None:
        return amount
    start, bound = amount.end, None
    behind = qualifier_behind(around.tokens, start, around.stop)
    if behind is not None:
        start, bound = behind
    noun = hyphenated_noun(around.tokens, start, around.stop)
    noun = noun or counted_noun(around.tokens, _past_of_the(around, start), around.stop, around.periods)
    if noun is None or not _may_count(around, amount.numeral, noun):
        return amount
    counting = _counting(around, amount, noun)
    if _another_counts(around, start, noun):
        counting = replace(counting, end=amount.end)
    return replace(counting, bound=bound)


def _past_of_the(around: Around, i: int) -> int:
    """Past "of the" and the like, behind which stands what is counted: ``eight of the ships``."""
    return i + 2 if around.lower(i) == "of" and around.lower(i + 1) in _WHOLES else i


def _another_counts(around: Around, i: int, noun: Counted) -> bool:
    """Whether the noun is counted by a number of its own as well: ``three of the seven tenders``."""
    inner = range(_past_of_the(around, i), noun.end)
    return i < inner.start and any(read_numeral(around.tokens, j, around.stop) is not None for j in inner)


_WHOLES = frozenset({"the", "these", "those", "its", "their", "our", "his", "her", "my", "your"})


def _before(around: Around, i: int) -> tuple[int, str | None, bool]:
    """What stands before the number at token ``i``.

    Where the amount begins, its currency, and whether it is negative.
    """
    tokens, first = around.tokens, around.first
    begin, sign = (i - 1, True) if i > first and _is_minus(tokens, i - 1, first, tokens[i]) else (i, False)
    inner = begin - 1 if begin == i and around.lower(i - 1) == "(" and _closes(around, i) else begin
    money = currency_before(tokens, inner, first)
    if money is None or not _may_be_money(around, money, i):
        word = not sign and around.lower(i - 1) in ("minus", "negative") and around.lower(i - 2) not in ("or", "/", "-")
        return (i - 1, None, True) if word else (begin, None, sign)
    begin, accounting = money[0], inner != i and not sign
    settled = settle(tokens[money[0]], tokens, i, around.words)
    code = settled.unit if settled else around.dollar if tokens[money[0]].text == "$" else money[1]
    if begin > first and _is_minus(tokens, begin - 1, first, tokens[begin]):
        return begin - 1, code, True
    if around.lower(begin - 1) == "minus" and around.lower(begin - 2) not in ("or", "/", "-"):
        return begin - 1, code, True
    return begin, code, sign or accounting


def _closes(around: Around, i: int) -> bool:
    """Whether the number at ``i`` stands alone in its brackets: accounting's ``$(12.4) million``."""
    return around.lower(i + 1) == ")" and around.tokens[i].glued and around.tokens[i - 1].glued


def _may_be_money(around: Around, money: tuple[int, str], i: int) -> bool:
    """Whether a code that is also a word is money here: one space before a number that looks like money."""
    token = around.tokens[money[0]]
    if around.tokens[money[0] + 1].text == "$":  # "R$287"
        return True
    if token.text not in wordlike_codes():
        return True
    return looks_like_money(around.tokens, i) and (not around.tokens[i].glued or token.text == "R")


def _is_minus(tokens: Sequence[Token], i: int, first: int, following: Token) -> bool:
    """Whether token ``i`` is a minus sign: glued to the number and to nothing before it."""
    if tokens[i].text not in _SIGNS or not following.glued:
        return False
    if i == first:
        return tokens[i].text != "–"
    return bool(tokens[i].gap) or tokens[i - 1].text in "(:|/"


def _money_follows(around: Around, i: int) -> bool:
    """Whether a currency stands right behind the number and its suffix: ``4.7B RMB``."""
    tokens, stop = around.tokens, around.stop
    return any(j < stop and currency_after(tokens, j, stop) is not None for j in (i + 1, i + 2))


def _with_currency(around: Around, begin: int, numeral: Numeral, code: str) -> Amount:
    end = numeral.end
    if around.lower(end) == ")" and around.lower(numeral.first - 1) == "(" and around.tokens[numeral.first - 1].glued:
        scale = suffix_value(around.lower(end + 1)) or _scales().get(around.lower(end + 1))
        numeral = replace(numeral, value=units.canonical_number(numeral.value * (scale or 1.0)), scale=scale or 1.0)
        end += 2 if scale else 1
    rest = with_denominators(around.tokens, WrittenUnit(end, code), around.stop, money=True)
    return Amount(begin, rest.end, numeral, rest.name + per_each(around, rest, begin), rest.factor, currency=True)


def _scales() -> Mapping[str, float]:
    scales: Mapping[str, float] = vocabulary.load("numbers")["scales"]
    return scales


def _multiplied(around: Around, numeral: Numeral) -> Numeral:
    """The numeral with a letter behind it read as a multiplier, where what is counted follows.

    ``3m people``, ``1.4m sq ft``.
    """
    tokens, i = around.tokens, numeral.end
    if i + 1 >= around.stop or tokens[i].text not in LETTER_SUFFIXES or not tokens[i].glued:
        return numeral
    if tokens[i + 1].glued and tokens[i + 1].text not in HYPHENS:
        return numeral
    value = suffix_value(tokens[i].text) or 1.0
    grown = replace(numeral, end=i + 1, value=units.canonical_number(numeral.value * value), scale=value)
    unit = unit_at(tokens, i + 1, around.stop) if tokens[i + 1].gap == " " else None
    if unit is not None and unit.end > i + 1 and (unit.word or len(tokens[i + 1].text) > 1):
        return grown
    noun = hyphenated_noun(tokens, i + 1, around.stop) or counted_noun(tokens, i + 1, around.stop, around.periods)
    if noun is not None:
        return grown
    return grown if tokens[i].text in "BM" and numeral.decimal else numeral


def _share(around: Around, begin: int, numeral: Numeral) -> Amount:
    """A share of one as a percentage; ``a quarter of a percentage point`` as part of that unit."""
    for words in (["point"], ["percentage", "point"]):
        if [around.lower(numeral.end + at) for at in range(len(words))] == words:
            return Amount(begin, numeral.end + len(words), numeral, "pp")
    if around.lower(numeral.end) == "of" and around.lower(numeral.end + 1) in ("a", "an", "one"):
        unit = unit_at(around.tokens, numeral.end + 2, around.stop)
        if unit is not None:
            return Amount(begin, unit.end, numeral, unit.name, unit.factor)
    return Amount(begin, numeral.end, replace(numeral, value=numeral.value * 100), "%", reason="a share in words")


def _unit_behind(around: Around, numeral: Numeral) -> WrittenUnit | None:
    tokens, stop, i = around.tokens, around.stop, numeral.end
    part = _part_of_unit(around, i)
    if part is not None:
        return part
    if numeral.vague and around.lower(i) == "of":
        i += 1
    if i + 1 < stop and tokens[i].text in HYPHENS and tokens[i].glued and tokens[i + 1].glued:
        i += 1
    if i >= stop or i in around.periods:
        return None
    glued = tokens[i].text if tokens[i].glued and i == numeral.end else ""
    if (
        glued in ("C", "F")
        and around.words & _temperatures()
        and (i + 1 >= stop or not tokens[i + 1].glued or tokens[i + 1].kind is Kind.SYMBOL)
    ):
        return WrittenUnit(i + 1, f"deg{glued}")
    height = _feet_and_inches(around, numeral)
    if height is not None:
        return height
    money, unit = currency_after(tokens, i, stop), unit_at(tokens, i, stop, in_words=numeral.in_words)
    if money is None or unit is None:
        return money or unit
    whole = unit.end - i > 1 and "/" not in unit.name  # "pounds per square inch"
    return unit if unit.end > money.end or (whole and unit.end == money.end) else money


@cache
def _temperatures() -> frozenset[str]:
    return frozenset(vocabulary.load("not_quantities")["temperatures"]["words"])


def _part_of_unit(around: Around, i: int) -> WrittenUnit | None:
    """``0.63 of a percentage point``."""
    if around.lower(i) != "of" or around.lower(i + 1) not in ("a", "one"):
        return None
    unit = unit_at(around.tokens, i + 2, around.stop)
    return unit or (WrittenUnit(i + 3, "pp", word=True) if around.lower(i + 2) == "point" else None)


def _feet_and_inches(around: Around, numeral: Numeral) -> WrittenUnit | None:
    """``6'2"``: the unit is feet, the inches follow as a compound."""
    i = numeral.end
    marks = around.lower(i) in ("'", "’", "′") and around.lower(i + 2) in ('"', "”", "″")
    return WrittenUnit(i + 1, "foot") if marks and around.tokens[i].glued and around.tokens[i + 1].glued else None


def _settled(around: Around, amount: Amount, unit: WrittenUnit) -> Amount:
    """The amount with an ambiguous unit settled by the words around, and with what money is counted per."""
    form = around.tokens[amount.numeral.end] if amount.numeral.end < around.stop else None
    base, slash, per = str(amount.unit).partition("/")
    often = base == "x" and around.lower(amount.numeral.end) == "times"
    if often and (slash or is_how_often(around, amount.first, amount.end)):
        return replace(amount, unit=f"time{slash}{per}", reason="how often something was done")
    settled = settle(form, around.tokens, amount.numeral.end, around.words) if form is not None else None
    if settled is not None and unit.base_end <= amount.numeral.end + 1:
        base, amount = settled.unit, replace(amount, unit=settled.unit + slash + per, reason=settled.reason)
    if units.resolve(base).dimension != "money":
        return amount
    each = per_each(around, WrittenUnit(amount.end, str(amount.unit)), amount.first)
    return replace(amount, unit=f"{amount.unit}{each}", currency=True)


def _compound(around: Around, amount: Amount) -> Amount:
    """``5 ft 10 in``, ``two hours and 15 minutes``, ``6lb 3oz``: what follows in a smaller unit is added."""
    major = units.resolve(str(amount.unit))
    if major.dimension not in ("time", "length", "mass", "angle") or amount.numeral.value != int(amount.numeral.value):
        return amount
    i = amount.end + (around.lower(amount.end) == "and")
    if i >= around.stop or i in around.periods or "\n\n" in around.tokens[i].gap:
        return amount
    minor = read_numeral(around.tokens, i, around.stop)
    name, end = _minor_unit(around, minor, major.name) if minor is not None else (None, i)
    if minor is None or name is None or units.resolve(name).dimension != major.dimension:
        return amount
    share = units.resolve(name).factor / major.factor
    if not 0 < minor.value * share < 1:
        return amount
    numeral = replace(amount.numeral, end=minor.end, value=amount.numeral.value + minor.value * share)
    return _compound(around, replace(amount, end=end, numeral=numeral, reason="one amount in two units"))


def _minor_unit(around: Around, minor: Numeral, major: str) -> tuple[str | None, int]:
    """The unit of the smaller part: where the larger is known, ``m`` is a minute, ``"`` and ``in`` an inch."""
    i = minor.end
    short = {
        "hour": {"m": "minute"},
        "minute": {"s": "s"},
        "foot": {'"': "inch", "”": "inch", "″": "inch", "in": "inch"},
    }
    name = short.get(major, {}).get(around.lower(i))
    if name is not None:
        return name, i + 1
    unit = unit_at(around.tokens, i, around.stop, in_words=minor.in_words)
    return (unit.name, unit.end) if unit is not None and "/" not in unit.name else (None, i)


def _may_count(around: Around, numeral: Numeral, noun: Counted) -> bool:
    """Whether a number can count a noun: no fraction, and no "one" before a plural, which is a verb ("one arrives")."""
    if numeral.in_words and numeral.value == 1 and around.lower(noun.first - 1) not in HYPHENS:
        return not is_plural(around.lower(noun.end - 1))
    return not numeral.fraction or noun.name == "%"


def _counting(around: Around, amount: Amount, noun: Counted) -> Amount:
    below = denominator(around.tokens, noun.end, around.stop)
    name, end = (f"{noun.name}/{below.name}", below.end) if below else (noun.name, noun.end)
    factor = 1 / below.factor if below else 1.0
    reason = "number with the noun it counts"
    return replace(amount, end=end, unit=name, factor=factor, noun=(noun.first, noun.end), reason=reason)


def fraction_before_unit(around: Around, i: int) -> Amount | None:
    """``3/8 inch``, ``3/4 of the members``: a fraction in digits, where a unit or ``of`` follows."""
    value = slash_fraction(around.tokens, i, around.stop)
    if value is None or (i > around.first and around.tokens[i].glued and around.tokens[i - 1].kind is not Kind.SYMBOL):
        return None
    numeral = Numeral(i, i + 3, value, decimal=True)
    if around.lower(i + 3) == "of":
        return Amount(i, i + 3, replace(numeral, value=value * 100, fraction=True), "%", reason="a share in digits")
    hyphen = around.lower(i + 3) in HYPHENS
    unit = unit_at(around.tokens, i + 3 + hyphen, around.stop)
    return Amount(i, unit.end, numeral, unit.name, unit.factor) if unit is not None and unit.word else None


def is_vulgar_share(around: Around, amount: Amount) -> bool:
    """Whether a vulgar fraction by itself is a share: ``¾ of the vines``."""
    token = around.tokens[amount.numeral.first]
    alone = amount.numeral.end == amount.numeral.first + 1 and token.kind is Kind.NUMBER
    return alone and not token.text[0].isdecimal() and around.lower(amount.end) == "of"
