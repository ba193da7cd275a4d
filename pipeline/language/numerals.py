"""The grammar of numbers alone: digits, number words, multipliers. Units and ranges come later.

    numeral  = (digits | fraction | words) scale*
    digits   = 1,526 | 1.526,00 | 12 500 | .5 | 2½ | 1.2e6
    words    = twenty-eight | three hundred and five | a dozen | two and a half | one-third | half a
    scale    = thousand | million | bn | k ...

Every reader takes the tokens and a place, and returns a ``Numeral`` that names the tokens it is made of, or ``None``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pipeline import vocabulary
from pipeline.language.nouns import is_plural
from pipeline.language.tokens import Kind, Token

__all__ = [
    "LETTER_SUFFIXES",
    "Numeral",
    "Style",
    "ends_in_ordinal",
    "is_number_word",
    "number_style",
    "read_digits",
    "read_numeral",
    "slash_fraction",
    "suffix_value",
]

_GROUP_SPACES = "\u00a0\u202f\u2009\u2007"
_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?$|\d+(?:\.\d+)?$")
_CONTINENTAL = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+$|\d{1,3}(?:\.\d{3}){2,}$")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?$")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}$")
# Suffix letters that are as likely a unit or part of a name (metre, byte, tesla, 3M): multipliers by themselves only
# where money is spoken of; anywhere else something counted has to follow.
LETTER_SUFFIXES = frozenset({"m", "b", "T", "B", "M"})


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written: tokens ``first`` to ``end``, its value, and how it came about."""

    first: int
    end: int
    value: float
    scale: float = 1.0  # the multiplier worked in: 1e9 for "18.6 billion"
    in_words: bool = False
    grouped: bool = False  # written with a thousands separator
    decimal: bool = False
    fraction: bool = False  # a half, one-third: a share of one
    vague: bool = False  # dozens, millions: a magnitude and no number


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


def read_numeral(
    tokens: Sequence[Token], i: int, stop: int, *, money: bool = False, style: Style = Style()
) -> Numeral | None:
    """The longest numeral that begins at token ``i`` and ends before token ``stop``.

    ``money``: a currency stands at it, so that a letter such as ``m`` is a multiplier and no unit.
    """
    if i >= stop:
        return None
    token = tokens[i]
    if token.kind is Kind.NUMBER:
        numeral = _out_of(tokens, i, stop) or _digits(tokens, i, stop, style)
        return _scaled(tokens, numeral, stop, money=money) if numeral and not numeral.fraction else numeral
    if token.text == "." and i + 1 < stop and not _follows_word(token, tokens, i):
        return _leading_point(tokens, i, stop, money=money)
    if token.lower in _first_words():
        return (
            _vague(tokens, i, stop)
            or _out_of(tokens, i, stop)
            or _fraction_words(tokens, i, stop)
            or _words(tokens, i, stop)
        )
    return None


def is_number_word(word: str) -> bool:
    """Whether a word in lower case is a number, a multiplier or a magnitude by itself."""
    return word in _number_words()


@cache
def read_digits(written: str, continental: bool = False) -> float | None:
    """The value of digits with their separators; ``None`` where they follow no style (``1.2.3``, ``12,34,5``)."""
    if continental and re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?", written):
        return float(written.replace(".", "").replace(",", "."))
    if _ENGLISH.match(written):
        return float(written.replace(",", ""))
    if _CONTINENTAL.match(written):
        return float(written.replace(".", "").replace(",", "."))
    if _INDIAN.match(written):
        return float(written.replace(",", ""))
    return float(written.replace(",", ".")) if _DECIMAL_COMMA.match(written) else None


def suffix_value(letters: str) -> float | None:
    """What a suffix multiplies by; ``None`` where it is none."""
    value = _words_of("suffixes").get(letters)
    return None if value is None else float(value)


@cache
def _words_of(section: str) -> dict[str, Any]:
    return dict(vocabulary.load("numbers")[section])


@cache
def _number_words() -> frozenset[str]:
    sections = ("cardinals", "scales", "collectives", "vague")
    return frozenset(word for section in sections for word in _words_of(section))


@cache
def _first_words() -> frozenset[str]:
    return _number_words() | {"a", "an", "half"}


def _follows_word(token: Token, tokens: Sequence[Token], i: int) -> bool:
    return i > 0 and token.glued and tokens[i - 1].kind is not Kind.SYMBOL


def _digits(tokens: Sequence[Token], i: int, stop: int, style: Style) -> Numeral | None:
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
    """``12 500`` with a plain space: one group of exactly three digits, and no word before that the first part names."""
    if i + 1 >= stop or tokens[i + 1].gap != " " or not re.fullmatch(r"\d{3}", tokens[i + 1].text):
        return False
    beyond = tokens[i + 2] if i + 2 < stop else None
    named = i > 0 and tokens[i].gap and tokens[i - 1].kind is Kind.WORD and tokens[i - 1].capitalised
    glued = i > 0 and (tokens[i].glued or tokens[i - 1].kind is Kind.NUMBER) and tokens[i - 1].kind is not Kind.SYMBOL
    return not named and not glued and tokens[i].text[0] != "0" and (beyond is None or beyond.kind is not Kind.NUMBER)


def _with_vulgar_fraction(tokens: Sequence[Token], numeral: Numeral, stop: int) -> Numeral:
    """``2½``, ``1 3/4``, ``1-1/2``: a whole number and the fraction right behind it."""
    end = numeral.end
    if end < stop and not numeral.decimal and tokens[end].kind is Kind.NUMBER and not tokens[end].text[0].isdecimal():
        return replace(numeral, end=end + 1, value=numeral.value + unicodedata.numeric(tokens[end].text), decimal=True)
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


def _leading_point(tokens: Sequence[Token], i: int, stop: int, *, money: bool) -> Numeral | None:
    following = tokens[i + 1]
    if not (following.glued and following.text.isdigit()):
        return None
    return _scaled(tokens, Numeral(i, i + 2, float("0." + following.text), decimal=True), stop, money=money)


def _scaled(tokens: Sequence[Token], numeral: Numeral, stop: int, *, money: bool) -> Numeral:
    """The numeral with the multipliers that follow it worked in: ``18.2 billion``, ``5k``, ``32-billion``."""
    i = numeral.end
    scale = 1.0
    if i < stop and tokens[i].kind is Kind.WORD and _is_suffix(tokens, i, stop, money=money):
        scale, i = float(_words_of("suffixes")[tokens[i].text]), i + 1
    else:
        while (found := _scale_word(tokens, i, stop)) is not None:
            scale, i = scale * found[1], found[0]
    return (
        replace(numeral, end=i, value=numeral.value * scale, scale=numeral.scale * scale)
        if i > numeral.end
        else numeral
    )


def _is_suffix(tokens: Sequence[Token], i: int, stop: int, *, money: bool) -> bool:
    token = tokens[i]
    if token.text not in _words_of("suffixes") or (
        i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].kind is not Kind.SYMBOL
    ):
        return False
    if token.glued:
        return money or token.text not in LETTER_SUFFIXES
    return token.gap == " " and (len(token.text) > 1 or (money and token.text in "mM"))


def _scale_word(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, float] | None:
    """A scale word at token ``i`` or behind a hyphen there, as (one past it, its value)."""
    if i + 1 < stop and tokens[i].text in "-‐‑" and tokens[i].glued and tokens[i + 1].glued:
        i += 1
    if i < stop and tokens[i].lower in _words_of("scales"):
        return i + 1, float(_words_of("scales")[tokens[i].lower])
    return None


def _vague(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """``dozens``, ``hundreds of thousands``: a plural magnitude, read as its least."""
    value, end, magnitudes = 1.0, i, _words_of("vague")
    while end < stop and tokens[end].lower in magnitudes:
        value *= magnitudes[tokens[end].lower]
        end += 1
        if end + 1 < stop and tokens[end].lower == "of" and tokens[end + 1].lower in magnitudes:
            end += 1
    return Numeral(i, end, value, scale=value, in_words=True, vague=True) if end > i else None


def _out_of(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """``three in ten patients``, ``nine out of ten``, ``1 in 8``: a share told by two small numbers."""
    above = _small_whole(tokens[i])
    j = i + 3 if [token.lower for token in tokens[i + 1 : i + 3]] == ["out", "of"] else i + 2
    if above is None or j >= stop or (j == i + 2 and tokens[i + 1].lower != "in"):
        return None
    below = _small_whole(tokens[j])
    if below is None or not above < below:
        return None
    following = tokens[j + 1] if j + 1 < stop else None
    plain = following is None or (following.kind is Kind.WORD and following.gap == " ") or following.text in ".,;"
    if not plain or (j == i + 2 and not _groups(tokens, j + 1, stop)):
        return None
    return Numeral(i, j + 1, above / below, in_words=True, fraction=True)


def _groups(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether what follows is what a share is taken of: ``patients``, ``booking requests``, ``of these patients``."""
    if i < stop and tokens[i].lower == "of":
        return True
    for token in tokens[i : min(stop, i + 3)]:
        if token.kind is not Kind.WORD or token.lower in _TIMES:
            return False
        if is_plural(token.lower):
            return True
    return False


_TIMES = frozenset(
    {"seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years", "games", "matches", "starts"}
)


def _small_whole(token: Token) -> int | None:
    if token.kind is Kind.NUMBER:
        return int(token.text) if token.text.isdecimal() and len(token.text) <= 3 and int(token.text) else None
    value = _words_of("cardinals").get(token.lower)
    return int(value) if value else None


def _fraction_words(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """``half``, ``a quarter``, ``one-third``, ``two-thirds``, ``three quarters``: a share, where ``of`` or nothing follows."""
    fractions = _words_of("fractions")
    if tokens[i].lower == "half":
        return _half(tokens, i, stop)
    count = 1.0 if tokens[i].lower in ("a", "an") else float(_words_of("cardinals").get(tokens[i].lower, 0))
    j = i + 2 if i + 2 < stop and tokens[i + 1].text == "-" else i + 1
    if not count or j >= stop or tokens[j].lower not in fractions:
        return None
    parts, whole = fractions[tokens[j].lower]
    of_scale = _scale_word(tokens, j + 3, stop) if [t.lower for t in tokens[j + 1 : j + 3]] == ["of", "a"] else None
    if of_scale is not None:
        return Numeral(i, of_scale[0], count * parts / whole * of_scale[1], scale=of_scale[1], in_words=True)
    if count == 1 and j == i + 1 and not _share_follows(tokens, j + 1, stop):
        return None
    return Numeral(i, j + 1, count * parts / whole, in_words=True, fraction=True)


def _share_follows(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether ``of`` follows, or a comparative ("a third fewer"), or a phrase ends behind a word that blurs or moves."""
    if i < stop and tokens[i].lower in ("of", "more", "less", "fewer", "higher", "lower"):
        return True
    ends = i >= stop or tokens[i].kind is Kind.SYMBOL or tokens[i].lower in ("since", "from", "in", "on", "to", "over")
    return ends and i >= 3 and tokens[i - 3].lower in _BLURS


_BLURS = frozenset(
    {
        "than",
        "about",
        "by",
        "nearly",
        "gained",
        "lost",
        "up",
        "down",
        "fell",
        "rose",
        "almost",
        "roughly",
        "over",
        "under",
        "around",
        "exactly",
        "just",
        "some",
    }
)


def _half(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """``half a million`` is a number, ``half an hour`` part of a unit, ``half of`` and ``nearly half`` a share."""
    if i + 2 < stop and tokens[i + 1].lower in ("a", "an"):
        word = tokens[i + 2].lower
        scale = float(_words_of("scales").get(word, 0) or _words_of("collectives").get(word, 0))
        if scale:
            return Numeral(i, i + 3, scale / 2, scale=scale, in_words=True)
        return Numeral(i, i + 2, 0.5, in_words=True)
    following = tokens[i + 1].lower if i + 1 < stop else ""
    blurred = i > 0 and tokens[i - 1].lower in _BLURS and following not in ("-", "year", "time", "hour")
    if following in ("of", "the", "its", "their", "all") or blurred:
        return Numeral(i, i + 1, 0.5, in_words=True, fraction=True)
    return None


def _words(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """Number words: ``twenty-eight thousand``, ``a dozen``, ``three hundred and five``, ``two and a half million``."""
    cardinals, scales, collectives = _words_of("cardinals"), _words_of("scales"), _words_of("collectives")
    total, current, last, end, j = 0.0, 0.0, 0.0, i, i
    top = 1.0
    while j < stop:
        word = tokens[j].lower
        if word in cardinals and (end == i or _may_follow(last, cardinals[word])):
            current, last = current + cardinals[word], float(cardinals[word])
        elif word in scales and (end > i):
            top = max(top, float(scales[word]))
            if scales[word] == 100:
                current, last = max(current, 1.0) * 100, 100.0
            else:
                total, current, last = (
                    (total + max(current, 1.0)) * scales[word] if not total else total + current * scales[word],
                    0.0,
                    1000.0,
                )
        elif word in collectives and (end > i or j > i):
            current, last = max(current, 1.0) * collectives[word], 1000.0
        elif (
            word in ("a", "an")
            and j == i
            and j + 1 < stop
            and (tokens[j + 1].lower in scales or tokens[j + 1].lower in collectives)
        ):
            current, last = 1.0, 1000.0
        elif _joins(tokens, j, stop, last) and end == j:
            j += 1
            continue
        else:
            break
        j += 1
        end = j
    if end == i:
        return None
    numeral = Numeral(i, end, total + current, scale=top, in_words=True)
    return _and_a_half(tokens, numeral, stop)


def _may_follow(last: float, value: float) -> bool:
    """Whether one number word may follow another within a number.

    ``twenty`` then ``eight``, ``hundred`` then ``five``.
    """
    return (20 <= last < 100 and 0 < value < 10) or (last >= 100 and value > 0)


def _joins(tokens: Sequence[Token], j: int, stop: int, last: float) -> bool:
    """Whether token ``j`` only ties two number words together: a hyphen, or ``and`` behind hundred or thousand."""
    if j + 1 >= stop or tokens[j + 1].lower not in _number_words():
        return False
    if tokens[j].text == "-" and tokens[j].glued and tokens[j + 1].glued:
        return True
    return tokens[j].lower == "and" and last >= 100 and tokens[j + 1].lower in _words_of("cardinals")


def _and_a_half(tokens: Sequence[Token], numeral: Numeral, stop: int) -> Numeral:
    """``two and a half`` and ``ninety-nine point nine``, with what they are multiplied by: ``two and a half million``."""
    if numeral.scale != 1:
        return numeral
    added = _added_fraction(tokens, numeral.end, stop) or _spoken_decimals(tokens, numeral.end, stop)
    if added is None:
        return numeral
    end, fraction = added
    return _scaled(tokens, replace(numeral, end=end, value=numeral.value + fraction, decimal=True), stop, money=False)


def _added_fraction(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, float] | None:
    """``and a half``, ``and three-quarter``, ``and three quarters`` at token ``i``, as (one past it, its value)."""
    if i + 2 >= stop or tokens[i].lower != "and":
        return None
    count = 1.0 if tokens[i + 1].lower in ("a", "one") else float(_words_of("cardinals").get(tokens[i + 1].lower, 0))
    j = i + 3 if tokens[i + 2].text == "-" and i + 3 < stop else i + 2
    if not count or tokens[j].lower not in _words_of("fractions"):
        return None
    parts, whole = _words_of("fractions")[tokens[j].lower]
    return (j + 1, count * parts / whole) if count * parts < whole else None


def _spoken_decimals(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, float] | None:
    """``point nine five`` at token ``i``."""
    if i + 1 >= stop or tokens[i].lower != "point":
        return None
    cardinals, digits, j = _words_of("cardinals"), "", i + 1
    while j < stop and len(digits) < 6 and cardinals.get(tokens[j].lower, 10) < 10:
        digits += str(cardinals[tokens[j].lower])
        j += 1
    return (j, float("0." + digits)) if digits else None


def ends_in_ordinal(tokens: Sequence[Token], end: int, stop: int) -> bool:
    """Whether a hyphen and an ordinal follow number words that end at ``end``: ``twenty-first``."""
    return end + 1 < stop and tokens[end].text == "-" and tokens[end + 1].lower in _ordinals()


@cache
def _ordinals() -> frozenset[str]:
    return frozenset(vocabulary.load("numbers")["ordinals"]["words"])
