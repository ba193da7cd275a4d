"""How units and currencies are written: from the words behind or before a number to a canonical unit.

unit      = form ("/" form | "per" form | "a" form ...)*
currency  = form before the number, or form behind it
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline import vocabulary
from pipeline.language.nouns import canonical_noun, is_plural, plural
from pipeline.language.tokens import Kind, PhraseTable, Token

__all__ = ["WrittenUnit", "currency_after", "currency_before", "denominator", "unit_at"]

_PER_WORDS = frozenset({"per", "a", "an", "each", "every"})
# "a week", "a share": what a bare article may stand before as a denominator, besides units of time.
_PER_ARTICLE = frozenset(
    {
        "share",
        "vehicle",
        "car",
        "unit",
        "barrel",
        "tonne",
        "ton",
        "head",
        "person",
        "litre",
        "gallon",
        "pound",
        "ounce",
        "bushel",
        "piece",
    }
)


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A unit found in the text: one past its last token, its canonical name, and the number it multiplies by."""

    end: int
    name: str
    factor: float = 1.0
    word: bool = False  # spelled out, not a symbol


@cache
def _units() -> PhraseTable[tuple[str, float, bool]]:
    return PhraseTable(_word_forms(), exact=_symbol_forms())


def _is_word(form: str) -> bool:
    return len(form) >= 3 and form == form.lower() and form.isascii() and form[0].isalpha() and "/" not in form


def _forms() -> Iterator[tuple[str, tuple[str, float, bool]]]:
    units = vocabulary.load("units")
    for dimension, section in units.items():
        if dimension == "scaled_forms":
            yield from ((form, (name, float(factor), True)) for form, (factor, name) in section.items())
            continue
        for name, forms in section.items():
            if name != "normal":
                yield from ((form, (name, 1.0, _is_word(form))) for form in forms)


def _word_forms() -> Iterator[tuple[str, tuple[str, float, bool]]]:
    for form, unit in _forms():
        if _is_word(form):
            yield form, unit
            first, space, rest = form.partition(" per ")
            yield f"{plural(first)}{space}{rest}", unit
        elif " " in form and form[0].isalpha():
            yield form, unit


def _symbol_forms() -> Iterator[tuple[str, tuple[str, float, bool]]]:
    return ((form, unit) for form, unit in _forms() if not _is_word(form))


@cache
def _money() -> PhraseTable[tuple[str, float, bool]]:
    money = vocabulary.load("currencies")
    words: list[tuple[str, tuple[str, float, bool]]] = []
    symbols: list[tuple[str, tuple[str, float, bool]]] = []
    for code, forms in money["currencies"].items():
        for form in forms:
            name = (form == form.lower() and form.isascii() and form.isalpha()) or " " in form
            (words if name else symbols).append((form, (code, 1.0, name)))
            if name:
                words.append((plural(form), (code, 1.0, True)))
    for form, (parts, code) in money["minor"].items():
        (words if len(form) > 2 else symbols).append((form, (code, 1 / parts, len(form) > 2)))
        if len(form) > 2:
            words.append((plural(form), (code, 1 / parts, True)))
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
    if in_words or "\n" in token.gap:
        return False
    return (
        len(token.text) > 1
        or token.text not in ("A", "T", "l", "N", "J", "x", "X", "t")
        or _ends_phrase(tokens, end, stop)
    )


def _ends_phrase(tokens: Sequence[Token], i: int, stop: int) -> bool:
    return i >= stop or tokens[i].kind is Kind.SYMBOL or tokens[i].text.islower()


def with_denominators(tokens: Sequence[Token], unit: WrittenUnit, stop: int) -> WrittenUnit:
    """The unit with what it is counted per: ``/kg``, ``per month``, ``a share``."""
    below = denominator(tokens, unit.end, stop)
    if below is None:
        return unit
    return WrittenUnit(below.end, f"{unit.name}/{below.name}", unit.factor / below.factor, unit.word)


def denominator(tokens: Sequence[Token], i: int, stop: int) -> WrittenUnit | None:
    """What stands at token ``i`` as "per something": ``/kg``, ``per 100,000`` people, ``a month``, ``annually``."""
    if i + 1 >= stop:
        return _adverb(tokens, i, stop)
    if tokens[i].text == "/" and tokens[i + 1].kind is Kind.WORD:
        return _denominator_unit(tokens, i + 1, stop, article=False)
    if tokens[i].lower == "per" and tokens[i + 1].text == "-" and i + 2 < stop and tokens[i + 2].glued:
        return _denominator_unit(tokens, i + 2, stop, article=False)
    if tokens[i].lower in _PER_WORDS and "\n\n" not in tokens[i].gap:
        return _denominator_unit(tokens, i + 1, stop, article=tokens[i].lower != "per")
    return _adverb(tokens, i, stop)


def _denominator_unit(tokens: Sequence[Token], i: int, stop: int, *, article: bool) -> WrittenUnit | None:
    found = _units().at(tokens, i, stop)
    if found is not None:
        end, (name, factor, _) = found
        if not article or name in vocabulary.load("units")["time"] or tokens[i].lower in _PER_ARTICLE:
            return WrittenUnit(end, name, factor)
    if tokens[i].kind is not Kind.WORD or (article and tokens[i].lower not in _PER_ARTICLE):
        return None
    if (tokens[i].text.isupper() and len(tokens[i].text) > 1) or is_plural(tokens[i].lower):
        return None
    return WrittenUnit(i + 1, canonical_noun(tokens[i].lower))


_ADVERBS = {
    "annually": "year",
    "yearly": "year",
    "monthly": "month",
    "weekly": "week",
    "daily": "day",
    "hourly": "hour",
    "apiece": "unit",
}


def _adverb(tokens: Sequence[Token], i: int, stop: int) -> WrittenUnit | None:
    if i < stop and tokens[i].lower in _ADVERBS and _ends_phrase(tokens, i + 1, stop):
        following = tokens[i + 1].lower if i + 1 < stop else ""
        if not is_plural(following) and following != "active":
            return WrittenUnit(i + 1, _ADVERBS[tokens[i].lower])
    return None


def currency_before(tokens: Sequence[Token], i: int, first: int) -> tuple[int, str] | None:
    """The currency right before token ``i``, as (its first token, code)."""
    found = _money().before(tokens, i, first)
    if found is None or "\n" in tokens[i].gap:
        return None
    begin, (code, factor, name) = found
    if factor != 1 or (name and tokens[begin].lower not in ("rmb",)):
        return None
    if begin > first and tokens[begin].glued and tokens[begin - 1].kind is Kind.WORD:
        return None
    return begin, code


def currency_after(tokens: Sequence[Token], i: int, stop: int) -> WrittenUnit | None:
    """The currency written at token ``i``, behind a number, with what it is counted per."""
    found = _money().at(tokens, i, stop)
    if found is None:
        return None
    end, (code, factor, word) = found
    letter = end == i + 1 and len(tokens[i].text) == 1 and tokens[i].text.isascii() and tokens[i].text.isalpha()
    if letter and not tokens[i].glued:
        return None
    if end < stop and tokens[end].glued and tokens[end].kind is Kind.NUMBER:
        return None  # "5 $3" is two
    return with_denominators(tokens, WrittenUnit(end, code, factor, word), stop)
