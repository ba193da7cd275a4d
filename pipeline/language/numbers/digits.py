"""Numbers in digits, in whatever style they are written.

digits   = 1,526 | 1.526,00 | 12 500 | 2'450 | 2½ | 1 3/4 | 1.2e6 | 3×10⁸
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.language.numbers.scales import Numeral
from pipeline.language.tokens import Kind, Token

__all__ = ["Style", "digits_at", "number_style", "read_digits", "slash_fraction"]

_LONGEST = 25  # characters; longer runs of digits are identifiers
_GROUP_SPACES = "\u00a0\u202f\u2009\u2007"
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$|\d+(?:\.\d+)?$")
_CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+$|\d{1,3}(?:\.\d{3}){2,}$")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Style:
    """How an article writes its numbers, told by the article itself."""

    continental: bool = False  # 1.526,5: points for thousands, comma for decimals
    spaced: bool = False  # 12 500: plain spaces for thousands


def number_style(tokens: Sequence[Token]) -> Style:
    """The style of an article, from those of its numbers that leave no doubt."""
    written = [token.text for token in tokens if token.kind is Kind.NUMBER]
    english = sum(bool(re.search(r",\d{3}(?!\d)|\.\d{1,2}$|\.\d{4,}", text)) for text in written)
    continental = sum(
        bool(re.fullmatch(r"\d+,\d{1,2}|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}", text)) for text in written
    )
    grouped = any(re.search(r"\d[.,]\d{3}(?!\d)", text) for text in written)
    return Style(continental > 0 and english == 0, not grouped)


@cache
def read_digits(written: str, continental: bool = False) -> float | None:
    """The value of digits with their separators; ``None`` where they follow no style (``1.2.3``, ``12,34,5``)."""
    if len(written) > _LONGEST:
        return None
    if continental and re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?", written):
        return float(written.replace(".", "").replace(",", "."))
    if _ENGLISH.match(written):
        return float(written.replace(",", ""))
    if _CONTINENTAL.match(written):
        return float(written.replace(".", "").replace(",", "."))
    if _INDIAN.match(written):
        return float(written.replace(",", ""))
    return float(written.replace(",", ".")) if _DECIMAL_COMMA.match(written) else None


def digits_at(tokens: Sequence[Token], i: int, stop: int, style: Style) -> Numeral | None:
    """The number in digits at token ``i``, up to before token ``stop``."""
    written = tokens[i].text
    if not written[0].isascii() and not written[0].isdecimal():
        return Numeral(i, i + 1, unicodedata.numeric(written), decimal=True)
    end = _end_of_groups(tokens, i, stop, style)
    if end > i + 1:
        written = "".join(token.text for token in tokens[i:end] if token.kind is Kind.NUMBER)
    value = read_digits(written, style.continental)
    if value is None:
        return None
    numeral = Numeral(i, end, value, grouped=end > i + 1 or "," in written, decimal="." in written)
    return _with_exponent(tokens, _with_power_of_ten(tokens, _with_vulgar_fraction(tokens, numeral, stop), stop), stop)


def _end_of_groups(tokens: Sequence[Token], i: int, stop: int, style: Style) -> int:
    """One past the last group of a number whose thousands are set apart by spaces or apostrophes."""
    end = i + 1
    if not (len(tokens[i].text) <= 3 and tokens[i].text.isdigit()):
        return end
    if style.spaced and _plain_groups(tokens, i, stop):
        return i + 2
    while end < stop:
        apostrophe = end + 1 < stop and tokens[end].text in "'’" and tokens[end].glued and tokens[end + 1].glued
        group = end + 1 if apostrophe else end
        spaced = len(tokens[end].gap) == 1 and tokens[end].gap in _GROUP_SPACES
        if not (apostrophe or spaced) or not re.match(r"\d{3}(?!\d)", tokens[group].text):
            break
        end = group + 1
    return end


def _plain_groups(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """``12 500`` with a plain space.

    One group of exactly three digits, and no word before that the first part names.
    """
    if i + 1 >= stop or tokens[i + 1].gap != " " or not re.fullmatch(r"\d{3}", tokens[i + 1].text):
        return False
    beyond = tokens[i + 2] if i + 2 < stop else None
    named = i > 0 and tokens[i].gap and tokens[i - 1].kind is Kind.WORD and tokens[i - 1].capitalised
    glued = i > 0 and (tokens[i].glued or tokens[i - 1].kind is Kind.NUMBER) and tokens[i - 1].kind is not Kind.SYMBOL
    return not named and not glued and tokens[i].text[0] != "0" and (beyond is None or beyond.kind is not Kind.NUMBER)


def _with_vulgar_fraction(tokens: Sequence[Token], numeral: Numeral, stop: int) -> Numeral:
    """``2½``, ``1 3/4``, ``1-1/2``: a whole number and the fraction right behind it."""
    end = numeral.end
    if end < stop and tokens[end].kind is Kind.NUMBER and not tokens[end].text[0].isdecimal():
        cents = numeral.decimal and re.fullmatch(r"\d+\.\d\d", tokens[numeral.first].text)  # "$5.48¾ a bushel"
        if not numeral.decimal or cents:
            part = unicodedata.numeric(tokens[end].text) / (100 if cents else 1)
            return replace(numeral, end=end + 1, value=numeral.value + part, decimal=True)
    first = end + 1 if end < stop and tokens[end].text == "-" and tokens[end].glued else end
    apart = first < stop and (tokens[first].gap == " " if first == end else tokens[first].glued)
    fraction = slash_fraction(tokens, first, stop) if apart else None
    if fraction is None or numeral.decimal:
        return numeral
    return replace(numeral, end=first + 3, value=numeral.value + fraction, decimal=True)


def slash_fraction(tokens: Sequence[Token], i: int, stop: int) -> float | None:
    """The value of ``3/4`` at token ``i``; ``None`` where that is no proper fraction of small numbers."""
    if i + 2 >= stop or tokens[i + 1].text != "/" or not tokens[i + 1].glued or not tokens[i + 2].glued:
        return None
    if not (tokens[i].text.isdigit() and tokens[i + 2].text.isdigit() and len(tokens[i + 2].text) <= 3):
        return None
    above, below = int(tokens[i].text), int(tokens[i + 2].text)
    return above / below if 0 < above < below <= 64 else None


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


def _with_power_of_ten(tokens: Sequence[Token], numeral: Numeral, stop: int) -> Numeral:
    """``3×10⁸``, ``6.02 x 10^23``, ``4.1 × 10⁻³``."""
    i = numeral.end
    if i + 2 >= stop or tokens[i].lower not in ("×", "x", "*", "·") or tokens[i + 1].text != "10":
        return numeral
    j = i + 2
    marked = tokens[j].text == "^" and tokens[j].glued
    j += marked
    written = ""
    while j < stop and tokens[j].glued and len(written) < 4 and (marked or tokens[j].text[0] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"):
        written += tokens[j].text.translate(_SUPERSCRIPTS).replace("−", "-")
        j += 1
        if written[-1].isdigit() and marked:
            break
    if not re.fullmatch(r"[-+]?\d{1,2}", written):
        return numeral
    power = 10.0 ** int(written)
    return replace(numeral, end=j, value=numeral.value * power, scale=max(power, 1.0), decimal=True)


def _with_exponent(tokens: Sequence[Token], numeral: Numeral, stop: int) -> Numeral:
    """``1.2e6``: an exponent glued behind."""
    i = numeral.end
    if (
        i + 1 < stop
        and tokens[i].lower == "e"
        and tokens[i].glued
        and tokens[i + 1].glued
        and tokens[i + 1].text.isdigit()
    ):
        exponent = int(tokens[i + 1].text[:3])
        if exponent <= 30:
            return replace(numeral, end=i + 2, value=numeral.value * 10.0**exponent, scale=10.0**exponent)
    return numeral
