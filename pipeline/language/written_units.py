"""How units and currencies are written: from the words behind or before a number to a canonical unit.

unit         = form per*
currency     = form before the number, or form behind it
per          = "/" form | "per" number? form | ("a" | "each" | "every") form | "-a-" form | "annually" ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pipeline import vocabulary
from pipeline.language.nouns import canonical_noun, is_plural, plural, singular
from pipeline.language.numbers.digits import read_digits
from pipeline.language.numbers.scales import scale_word
from pipeline.language.tokens import HYPHENS, Kind, PhraseTable, Token

__all__ = [
    "WrittenUnit", "currency_after", "currency_before", "denominator", "unit_at", "with_denominators",
    "wordlike_codes",
]  # fmt: skip

_FEWEST_SHARED = 10  # that a "per" counts: "per 100 km", and no "per 2 years"
_ARTICLES = frozenset({"a", "an", "each", "every"})
_GLUED_ONLY = frozenset({"in", "st"})  # words unless they are glued to their number
_SHOUTED = frozenset({"A", "T", "l", "N", "J", "x", "X", "t"})  # letters that a space makes something else


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A unit found in the text: one past its last token, its canonical name, and the number it multiplies by.

    ``base_end`` is where the unit itself ends and what it is counted per begins.
    """

    end: int
    name: str
    factor: float = 1.0
    word: bool = False  # spelled out, not a symbol
    base_end: int = 0


Meaning = tuple[str, float, bool]  # canonical name, factor, whether the form is a word


@cache
def _rates(section: str) -> dict[str, Any]:
    return dict(vocabulary.load("rates")[section])


@cache
def _units() -> PhraseTable[Meaning]:
    return PhraseTable(_word_forms(), exact=_symbol_forms())


def _is_word(form: str) -> bool:
    return len(form) >= 3 and form == form.lower() and form.isascii() and form[0].isalpha() and "/" not in form


def _forms() -> Iterator[tuple[str, Meaning]]:
    for dimension, section in vocabulary.load("units").items():
        if dimension == "scaled_forms":
            yield from ((form, (name, float(factor), True)) for form, (factor, name) in section.items())
            continue
        for name, forms in section.items():
            if name != "normal":
                yield from ((form, (name, 1.0, _is_word(form.removeprefix("=")))) for form in forms)


def _word_forms() -> Iterator[tuple[str, Meaning]]:
    for form, unit in _forms():
        if _is_word(form):
            yield form, unit
            first, space, rest = form.partition(" per ")
            yield f"{plural(first)}{space}{rest}", unit
        elif " " in form and form[0].isalpha():
            yield form, unit


def _symbol_forms() -> Iterator[tuple[str, Meaning]]:
    return ((form.removeprefix("="), unit) for form, unit in _forms() if not _is_word(form))


@cache
def _money() -> PhraseTable[Meaning]:
    money = vocabulary.load("currencies")
    words: list[tuple[str, Meaning]] = []
    symbols: list[tuple[str, Meaning]] = []
    entries = [(form, code, 1.0) for code, forms in money["currencies"].items() for form in forms]
    entries += [(form, code, 1.0 / parts) for form, (parts, code) in money["minor"].items()]
    for form, code, factor in entries:
        name = (form == form.lower() and form.isalpha() and len(form) > 1) or " " in form
        (words if name else symbols).append((form, (code, factor, name)))
        if name:
            words.append((plural(form), (code, factor, True)))
    return PhraseTable(words, exact=symbols)


def unit_at(tokens: Sequence[Token], i: int, stop: int, *, in_words: bool = False) -> WrittenUnit | None:
    """The unit written at token ``i``, with its denominators, behind a number that ends there.

    Symbols of one or two letters count only right behind digits: glued, or one space away and not themselves a word.
    """
    found = _units().at(tokens, i, stop)
    if found is None:
        return None
    end, (name, factor, word) = found
    if not word and not _symbol_fits(tokens, i, end, stop, in_words=in_words):
        return None
    if tokens[end - 1].lower == "second" and end < stop and tokens[end].gap == " " and is_plural(tokens[end].lower):
        return None  # "3,200 second homes"
    if end < stop and tokens[end].glued and tokens[end].kind is Kind.NUMBER:
        return None
    return with_denominators(tokens, WrittenUnit(end, name, factor, word), stop)


def _symbol_fits(tokens: Sequence[Token], i: int, end: int, stop: int, *, in_words: bool) -> bool:
    token = tokens[i]
    letters = token.kind is Kind.WORD
    if letters and end < stop and tokens[end].kind is Kind.WORD and tokens[end].glued:
        return False
    if token.glued or not letters:
        return True
    if in_words or "\n" in token.gap or token.text in _GLUED_ONLY:
        return False
    return len(token.text) > 1 or end > i + 1 or token.text not in _SHOUTED or _ends_phrase(tokens, end, stop)


def _ends_phrase(tokens: Sequence[Token], i: int, stop: int) -> bool:
    return i >= stop or tokens[i].kind is Kind.SYMBOL or tokens[i].text.islower()


def with_denominators(tokens: Sequence[Token], unit: WrittenUnit, stop: int, *, money: bool = False) -> WrittenUnit:
    """The unit with what it is counted per: ``/kg``, ``per month``, ``a share``, ``-a-barrel``."""
    below = denominator(tokens, unit.end, stop, money=money)
    if below is None:
        return replace(unit, base_end=unit.base_end or unit.end)
    per = WrittenUnit(
        below.end, f"{unit.name}/{below.name}", unit.factor / below.factor, unit.word, unit.base_end or unit.end
    )
    further = denominator(tokens, per.end, stop)
    if further is None or "/" in below.name or tokens[per.end].text != "/":
        return per
    return replace(per, end=further.end, name=f"{per.name}/{further.name}", factor=per.factor / further.factor)


def denominator(tokens: Sequence[Token], i: int, stop: int, *, money: bool = False) -> WrittenUnit | None:
    """What stands at token ``i`` as "per something": ``/kg``, ``per 100,000 people``, ``a month``, ``annually``."""
    if i + 1 >= stop:
        return _adverb(tokens, i, stop)
    word = tokens[i].lower
    if money and word in ("to", "against") and tokens[i + 1].lower == "the" and i + 2 < stop:
        rate = _money().at(tokens, i + 2, stop)
        return WrittenUnit(rate[0], rate[1][0], rate[1][1]) if rate is not None else None
    if word == "/" and tokens[i + 1].kind is Kind.WORD:
        return _per_unit(tokens, i + 1, stop)
    if word in HYPHENS and tokens[i].glued and tokens[i + 1].lower in ("a", "an", "per") and i + 3 < stop:
        return _per_unit(tokens, i + 3, stop) if tokens[i + 2].text in HYPHENS else None
    if word == "per" and tokens[i + 1].text in HYPHENS and i + 2 < stop and tokens[i + 2].glued:
        return _per_unit(tokens, i + 2, stop)
    if word == "per":
        return _per_many(tokens, i + 1, stop) or _per_unit(tokens, i + 1, stop)
    if word in _ARTICLES and "\n\n" not in tokens[i].gap:
        return _per_article(tokens, i + 1, stop, money=money)
    return _adverb(tokens, i, stop)


def _per_many(tokens: Sequence[Token], i: int, stop: int) -> WrittenUnit | None:
    """``100,000 people``, ``million tokens``: a denominator that is a round number of something."""
    count, i = _round_number(tokens, i, stop)
    if count < _FEWEST_SHARED or i >= stop:
        return None
    unit = _units().at(tokens, i, stop)
    if unit is not None:
        return WrittenUnit(unit[0], f"{count} {unit[1][0]}", unit[1][1])
    noun = i
    while noun < min(stop, i + 3) and tokens[noun].kind is Kind.WORD and not is_plural(tokens[noun].lower):
        noun += 1
    if noun >= stop or not is_plural(tokens[noun].lower):
        return None
    return WrittenUnit(noun + 1, f"{count} {canonical_noun(tokens[noun].lower)}")


def _round_number(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, int]:
    """A whole number at token ``i`` and one past its last token; 0 where there is none: ``1,000``, ``10 million``."""
    count = 1.0
    if tokens[i].kind is Kind.NUMBER:
        count, i = read_digits(tokens[i].text) or 0.0, i + 1
    scale = scale_word(tokens, i, stop)
    if scale is not None:
        count, i = count * scale[1], scale[0]
    return (int(count) if count == int(count) else 0), i


def _per_unit(tokens: Sequence[Token], i: int, stop: int) -> WrittenUnit | None:
    """The unit, currency or noun at token ``i`` behind "per" or a slash."""
    if i >= stop or tokens[i].kind is not Kind.WORD:
        return None
    if tokens[i].text == "y" and tokens[i].glued and tokens[i - 1].text == "/":
        return WrittenUnit(i + 1, "year")  # "150,000 t/y"
    found = _units().at(tokens, i, stop)
    if found is not None:
        return WrittenUnit(found[0], found[1][0], found[1][1])
    if tokens[i].lower == "pound":
        return WrittenUnit(i + 1, "pound")  # nobody counts per pound sterling
    money = _money().at(tokens, i, stop)
    if money is not None:
        return WrittenUnit(money[0], money[1][0], money[1][1])
    if (tokens[i].text.isupper() and len(tokens[i].text) > 1) or is_plural(tokens[i].lower):
        return None
    if tokens[i].lower in _rates("adjectives")["words"] and i + 1 < stop and tokens[i + 1].kind is Kind.WORD:
        return WrittenUnit(i + 2, canonical_noun(tokens[i + 1].lower))  # "per used car"
    described = _units().at(tokens, i + 1, stop) if i + 1 < stop and tokens[i + 1].gap == " " else None
    if described is not None and described[1][2]:
        return WrittenUnit(described[0], described[1][0], described[1][1])  # "per block hour"
    return WrittenUnit(i + 1, canonical_noun(tokens[i].lower))


def _per_article(tokens: Sequence[Token], i: int, stop: int, *, money: bool) -> WrittenUnit | None:
    """The unit or noun at token ``i`` behind "a", "each" or "every"."""
    found = _units().at(tokens, i, stop)
    end = found[0] if found is not None else i + 1
    following = tokens[end] if end < stop else None
    if following is not None and following.lower in ("earlier", "ago", "later", "before", "-"):
        return None
    if found is not None and found[1][2]:
        return WrittenUnit(found[0], found[1][0], found[1][1])
    noun = tokens[i].lower
    if tokens[i].kind is not Kind.WORD or is_plural(noun) or noun != singular(noun):
        return None
    closed = following is None or following.kind is Kind.SYMBOL or following.lower in _rates("closes")["words"]
    if noun in _rates("article")["words"] or (
        money and closed and len(noun) > 2 and not noun.endswith(("ly", "ed", "ing"))
    ):
        return WrittenUnit(i + 1, canonical_noun(noun))
    return None


def _adverb(tokens: Sequence[Token], i: int, stop: int) -> WrittenUnit | None:
    if i < stop and tokens[i].lower in _rates("adverbs") and _ends_phrase(tokens, i + 1, stop):
        following = tokens[i + 1].lower if i + 1 < stop else ""
        if not is_plural(following) and following != "active":
            return WrittenUnit(i + 1, _rates("adverbs")[tokens[i].lower])
    return None


def currency_before(tokens: Sequence[Token], i: int, first: int) -> tuple[int, str] | None:
    """The currency right before token ``i``, as (its first token, code); ``None`` where the text ends before it."""
    if i >= len(tokens):
        return None
    found = _money().before(tokens, i, first)
    if found is None or "\n" in tokens[i].gap:
        return _letter_before(tokens, i, first)
    begin, (code, factor, name) = found
    if factor != 1 or (name and tokens[begin].lower not in ("rmb",)):
        return None
    if begin > first and tokens[begin].glued and tokens[begin - 1].kind is Kind.WORD:
        return None
    return begin, code


def _letter_before(tokens: Sequence[Token], i: int, first: int) -> tuple[int, str] | None:
    """A letter that is a currency before a large number: ``N203 billion``."""
    if i <= first or not tokens[i].glued or tokens[i - 1].glued or i + 1 >= len(tokens):
        return None
    code = vocabulary.load("currencies")["letters"].get(tokens[i - 1].text)
    large = vocabulary.load("numbers")["scales"].get(tokens[i + 1].lower, 0) >= 1e6
    return (i - 1, code) if code is not None and large else None


def currency_after(tokens: Sequence[Token], i: int, stop: int) -> WrittenUnit | None:
    """The currency written at token ``i``, behind a number, with what it is counted per."""
    found = _money().at(tokens, i, stop)
    if found is None:
        return None
    end, (code, factor, word) = found
    letter = end == i + 1 and len(tokens[i].text) == 1 and tokens[i].text.isascii() and tokens[i].text.isalpha()
    if letter and (not tokens[i].glued or (i > 1 and tokens[i - 2].capitalised)):  # "Saros 10R"
        return None
    if end < stop and tokens[end].glued and tokens[end].kind is Kind.NUMBER:
        return None  # "5 $3" is two
    return with_denominators(tokens, WrittenUnit(end, code, factor, word), stop, money=True)


@cache
def wordlike_codes() -> frozenset[str]:
    """The codes of currencies that are also ordinary words or names: ``ALL``, ``AMD``."""
    return frozenset(vocabulary.load("currencies")["wordlike"]["codes"])
