"""What the words of a label or title say of the numbers it stands for: their unit, their scale, what they count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from models.lexicon import common_words
from pipeline import vocabulary
from pipeline.language.layout.blocks import Span
from pipeline.language.layout.page import Page
from pipeline.language.nouns import canonical_noun, is_plural
from pipeline.language.quantities.within_words import is_thousands
from pipeline.language.tokens import HYPHENS, Kind, Token
from pipeline.language.written_units import currency_after, currency_before, denominator, unit_at

__all__ = [
    "AMOUNTS",
    "Lent",
    "counted_in",
    "is_proper",
    "lent_words",
    "noun_at",
    "per_in",
    "scale_at",
    "scale_in",
    "scaled_unit_among",
    "unit_behind_comma",
    "unit_in",
    "unit_in_brackets",
]

_THOUSAND = frozenset({"1,000", "1000", "1.000"})  # "Area (1,000 ha)"
_SHORTEST_BEHIND_COMMA = 2  # letters of a unit
_PERCENT = frozenset({"%", "percent", "cent", "percentage"})
AMOUNTS = ("revenue", "revenues", "sales", "profit", "income", "turnover", "earnings")  # "Stores revenue": of money


@cache
def lent_words(section: str) -> frozenset[str]:
    """A list of words of the vocabulary of units left out."""
    return frozenset(vocabulary.load("left_out")[section]["words"])


@dataclass(frozen=True, slots=True)
class Lent:
    """A unit lent to a number, what the number is to be multiplied by, and where the unit was found."""

    unit: str
    factor: float
    reason: str
    noun: tuple[int, int] | None = None  # the noun phrase of the number that lent the unit


def unit_in(page: Page, span: Span) -> Lent | None:
    """The unit that a label gives its numbers: ``Revenue (RMB bn)``, ``Margin, %``, ``Units delivered``."""
    first, stop = page.tokens_in(span)
    tokens = page.tokens
    whole = unit_at(tokens, first, stop) if stop > first and len(tokens[first].text) > 1 else None
    if whole is not None and whole.end == stop and tokens[first].lower != "in":
        return Lent(whole.name, whole.factor, "")
    scaled = _scaled_unit_in(page, first, stop)
    if scaled is not None:
        return replace(scaled, unit=scaled.unit + per_in(tokens, first, stop, scaled.unit))
    suffixes = vocabulary.load("numbers")["suffixes"] | vocabulary.load("numbers")["scales"]
    for i in range(first, stop):
        money = currency_after(tokens, i, stop)
        opens = i - (i > 0 and tokens[i - 1].text == "US")  # "(US cents)"
        if money is not None and (not money.word or _opens_unit(tokens, opens)):
            scale = float(suffixes.get(tokens[money.end].text, 1.0)) if money.end < stop else 1.0
            return Lent(money.name + per_in(tokens, first, stop, money.name), money.factor * scale, "")
        measured = i > first and tokens[i - 1].kind is Kind.NUMBER  # "cycles to 80% capacity"
        if tokens[i].lower in _PERCENT and not (measured or (i + 1 < stop and tokens[i + 1].lower.startswith("point"))):
            return Lent("%", 1.0, "")
        is_word = tokens[i].lower == "in" and not (i + 1 < stop and tokens[i + 1].text in ")]")  # "(in thousands)"
        opens = i > first and tokens[i - 1].text in "(,[" and not is_word
        if opens and (unit := unit_at(tokens, i, stop)) is not None and not _goes_on(tokens, unit.end, stop):
            millions = tokens[i].text == "m" and i - 2 >= first and _is_counted(tokens, i - 2, stop)  # "Units (m)"
            return None if millions and is_plural(tokens[i - 2].lower) else Lent(unit.name, unit.factor, "")
        unit = unit_at(tokens, i, stop) if i > first and tokens[i - 1].lower == "in" else None
        if unit is not None and (unit.end == stop or tokens[unit.end].text in "),;"):
            return Lent(unit.name, unit.factor, "")
        if i > first and tokens[i - 1].text == "(" and [t.lower for t in tokens[i : i + 2]] == ["points", ")"]:
            return Lent("point", 1.0, "")
    return None


def _goes_on(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a hyphen at token ``i`` makes what stands before it part of a longer word: "(year-end)"."""
    return i < stop and tokens[i].text in HYPHENS and tokens[i].glued


def _scaled_unit_in(page: Page, first: int, stop: int) -> Lent | None:
    """``Revenue (million euros)``, ``Output, thousand tonnes``, ``Sales in millions of euros``."""
    for i in range(first + 1, stop):
        if (page.tokens[i - 1].text == "[" or _opens_unit(page.tokens, i)) and scale_at(page.tokens, i, i) is not None:
            return scaled_unit_among(page, i, stop)
    return None


def _opens_unit(tokens: Sequence[Token], i: int) -> bool:
    """Whether what stands before token ``i`` of a label sets its unit apart."""
    return i > 0 and (tokens[i - 1].text in "(," or tokens[i - 1].lower == "in")


def unit_in_brackets(page: Page, span: Span) -> Lent | None:
    """``Inflation (annual average, %)``: the unit in the brackets at the end of a line that is over a table."""
    text = span.of(page.text)
    opening = text.rfind("(")
    if opening < 0 or not text.endswith(")") or any(character.isdigit() for character in text[opening:]):
        return None
    return unit_in(page, Span(span.start + opening, span.end))


def unit_behind_comma(page: Page, span: Span) -> Lent | None:
    """``Demand by region, GW of live load``: the unit behind the last comma of a line that is over a table."""
    first, stop = page.tokens_in(span)
    at = next((i for i in range(stop - 2, first, -1) if page.tokens[i].text == ","), None)
    if at is None or len(page.tokens[at + 1].text) < _SHORTEST_BEHIND_COMMA:
        return None
    unit = unit_at(page.tokens, at + 1, stop)
    ends = unit is not None and (unit.end == stop or page.tokens[unit.end].lower in ("of", "per"))
    return Lent(unit.name, unit.factor, "") if unit is not None and ends else None


def scaled_unit_among(page: Page, first: int, stop: int) -> Lent | None:
    """``in millions of pounds``, ``€ million``, ``'000 tonnes`` among some tokens that hold no number."""
    tokens = page.tokens
    for i in range(first, stop):
        scale = scale_at(tokens, i, first)
        if scale is None:
            continue
        after = i + 1 if i + 1 < stop and tokens[i + 1].lower != "of" else i + 2
        money = currency_after(tokens, after, stop) if after < stop else None
        if money is not None:
            return Lent(money.name, scale * money.factor, "")
        before = currency_before(tokens, i, first)
        if before is not None:
            return Lent(before[1], scale, "")
        unit = unit_at(tokens, after, stop) if after < stop else None
        if unit is not None and (unit.word or unit.end == stop or tokens[unit.end].text in "),;"):
            return Lent(unit.name, scale * unit.factor, "")
        if after < stop and is_plural(tokens[after].lower):
            return Lent(canonical_noun(tokens[after].lower), scale, "")
    return None


def scale_at(tokens: Sequence[Token], i: int, first: int) -> float | None:
    """The scale that a word, a suffix or ``'000`` at token ``i`` stands for, where it multiplies no number."""
    if is_thousands(tokens, i) or (tokens[i].text in _THOUSAND and i > 0 and tokens[i - 1].text in "(,"):
        return 1000.0
    numbers, word = vocabulary.load("numbers"), tokens[i].lower
    scale = numbers["vague"].get(word) or numbers["scales"].get(word) or numbers["suffixes"].get(tokens[i].text)
    multiplies = i > first and tokens[i - 1].kind is Kind.NUMBER
    return float(scale) if scale is not None and scale >= 1000 and not multiplies else None


def per_in(tokens: Sequence[Token], first: int, stop: int, unit: str) -> str:
    """``/share`` where the label says "per share" and its unit does not."""
    for i in range(first, stop - 1):
        if tokens[i].lower == "per" and tokens[i + 1].lower != "cent" and "/" not in unit:
            below = denominator(tokens, i, stop)
            return f"/{below.name}" if below is not None and below.factor == 1 else ""
    return ""


def counted_in(page: Page, span: Span) -> Lent | None:
    """The plural that a label counts, and per what: ``Students per teacher``."""
    tokens = page.tokens
    first, stop = page.tokens_in(span)
    bracket = next((i for i in range(first + 1, stop) if tokens[i].text == "("), stop)  # "London (all airports)"
    for i in range(first, stop):
        word = tokens[i]
        plural = i < bracket and word.kind is Kind.WORD and len(word.text) > 3 and is_plural(word.lower)
        if plural and not (is_proper(page, word) or _owns(tokens, i + 1, stop)) and _is_counted(tokens, i, stop):
            unit = noun_at(tokens, i, first)
            per = per_in(tokens, i, bracket, unit)
            return Lent(unit + per, _scale_in_brackets(tokens, i + 1, stop), "")
    return None


def scale_in(page: Page, span: Span) -> Lent | None:
    """The scale alone: ``Labour force (thousands)``."""
    scale = _scale_in_brackets(page.tokens, *page.tokens_in(span))
    return Lent("1", scale, "") if scale > 1 else None


def _scale_in_brackets(tokens: Sequence[Token], i: int, stop: int) -> float:
    """What the numbers of ``Passengers (thousand)``, ``Pens sold (m)``, ``Guests, millions`` are multiplied by."""
    for opening in range(i, stop - 2):
        closes = {token.text for token in tokens[opening + 2 : opening + 4]} & {")", ";"}
        if tokens[opening].text == "(" and closes:
            return scale_at(tokens, opening + 1, opening + 1) or 1.0
    if stop - 2 > i and tokens[stop - 2].text == "(":  # the rest of the brackets is another title
        return scale_at(tokens, stop - 1, stop - 1) or 1.0
    if stop - i == 2 and tokens[i].text == ",":
        return scale_at(tokens, i + 1, i + 1) or 1.0
    return 1.0


def noun_at(tokens: Sequence[Token], i: int, first: int) -> str:
    """The counted noun of a plural at token ``i``; a pre-order stays one."""
    whole = (
        i - 2 >= first
        and tokens[i].glued
        and tokens[i - 1].text in "-‐‑"
        and tokens[i - 2].lower in ("pre", "co", "re")
    )
    return canonical_noun(f"{tokens[i - 2].lower}-{tokens[i].lower}" if whole else tokens[i].lower)


def is_proper(page: Page, word: Token) -> bool:
    """Whether a capitalised word is no common noun: the "Kavros" of "Kavros: 1,011,430"."""
    return word.text.istitle() and word.lower not in common_words() and word.lower not in page.small


def _owns(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether an 's stands at token ``i``: "People's Alliance"."""
    return i < stop and tokens[i].glued and tokens[i].lower in ("'s", "’s", "'", "’")


def _is_counted(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a plural in a label is of things, and not of money, millions or amounts."""
    word = tokens[i].lower
    amounts = lent_words("amounts") | {"sales"} | vocabulary.load("numbers")["vague"].keys()
    money = currency_after(tokens, i, stop) is not None
    return word not in amounts and not money and _is_counted_in_label(tokens, i, stop)


def _is_counted_in_label(tokens: Sequence[Token], i: int, stop: int) -> bool:
    following = tokens[i + 1] if i + 1 < stop else None
    return (
        following is None
        or following.kind is not Kind.WORD
        or not following.lower.endswith(("rate", "share", "ratio", "cost", "price", "area", *AMOUNTS))
    )
