"""Digits that are part of a word, a name or a clock time, told by what is glued to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pipeline import vocabulary
from pipeline.language.numbers.scales import suffix_value
from pipeline.language.tokens import Kind, Token
from pipeline.language.written_units import currency_after, currency_before, unit_at, wordlike_codes

__all__ = [
    "ORDINAL_ENDINGS",
    "clock_at",
    "ends_dotted_name",
    "glued_name",
    "is_thousands",
    "listed",
    "looks_like_money",
]

ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})
_ENDINGS = ORDINAL_ENDINGS | {"am", "pm", "'s", "’s", "e", "q", "h"}


def is_thousands(tokens: Sequence[Token], i: int) -> bool:
    """Whether token ``i`` is the zeros of ``'000 tonnes``, which says what the numbers of a table are in."""
    return tokens[i].text == "000" and i > 0 and tokens[i].glued and tokens[i - 1].text in "'’‘"


@cache
def listed(section: str) -> frozenset[str]:
    """A list of words of the vocabulary of what is no quantity."""
    return frozenset(vocabulary.load("not_quantities")[section]["words"])


def clock_at(tokens: Sequence[Token], i: int, stop: int) -> int | None:
    """One past a clock time at token ``i``.

    ``10:22 pm``, ``9am``, ``7.30 a.m.``, ``16:00 HKT``, ``0340 GMT``, ``at 23.47``.
    """
    hour = re.fullmatch(r"(\d{1,2})(?:\.([0-5]\d))?|([01]\d|2[0-3])[0-5]\d", tokens[i].text)
    if hour is None or int(hour[1] or hour[3]) > 24:
        return None
    j = i + 1
    while _minutes_at(tokens, j, stop):
        j += 2
    with_minutes = j > i + 1
    zone = j
    while zone < stop and tokens[zone].lower in listed("clock") and zone < j + 2:
        zone += 1
    if hour[3]:
        return zone if zone > j and tokens[j].lower != "hrs" else None
    if with_minutes or (zone > j and tokens[j].lower in ("am", "pm", "a.m.", "p.m.", "o'clock")):
        return zone
    spoken = hour[2] and i > 0 and tokens[i - 1].lower in ("at", "by", "until", "from") and len(tokens[i].text) == 5
    return j if spoken and unit_at(tokens, j, stop) is None and currency_after(tokens, j, stop) is None else None


def _minutes_at(tokens: Sequence[Token], j: int, stop: int) -> bool:
    if j + 1 >= stop or tokens[j].text != ":" or not (tokens[j].glued and tokens[j + 1].glued):
        return False
    return re.fullmatch(r"[0-5]\d", tokens[j + 1].text) is not None


def looks_like_money(tokens: Sequence[Token], i: int) -> bool:
    """Whether digits are grouped, have decimals or a multiplier, so that a letter before them may be a currency."""
    written, behind = tokens[i].text, tokens[i + 1].lower if i + 1 < len(tokens) else ""
    return "," in written or "." in written or behind in ("million", "billion", "trillion", "bn", "m")


def glued_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether the digits at token ``i`` are part of a word: ``V6s``, ``SU7``, ``COVID-19``, ``5G``, ``1810.HK``."""
    return _glued_before(tokens, i) or _glued_behind(tokens, i)


def _glued_before(tokens: Sequence[Token], i: int) -> bool:
    token = tokens[i]
    before = tokens[i - 1] if i else None
    if before is None or not token.glued:
        return False
    if before.kind is Kind.WORD and (
        currency_before(tokens, i, 0) is None or (before.text in wordlike_codes() and before.text != "R")
    ):
        return True
    if before.text == "R" and not looks_like_money(tokens, i):
        return True  # "the R1", not "R4.5 million"
    if before.text == "_" or ends_dotted_name(tokens, i):
        return True
    joined = before.text in "-‐‑" and i > 1 and before.glued
    return (
        joined
        and tokens[i - 2].kind is Kind.WORD
        and (not tokens[i - 2].text.islower() or len(tokens[i - 2].text) == 1)
        and not _is_multiplier(tokens, i - 2)
    )


def ends_dotted_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether token ``i`` ends what something is called, behind digits, capitals and a point: the 310 of ``7R.310``."""
    if i < 3 or i >= len(tokens) or tokens[i].kind is not Kind.NUMBER or not tokens[i].glued:
        return False
    digits, capitals, point = tokens[i - 3 : i]
    named = digits.kind is Kind.NUMBER and capitals.glued and capitals.text.isupper()
    return named and point.glued and point.text == "."


def _is_multiplier(tokens: Sequence[Token], i: int) -> bool:
    """Whether a letter glued behind digits multiplies them: the first ``m`` of ``$560m-590m``."""
    behind_digits = i > 0 and tokens[i].glued and tokens[i - 1].kind is Kind.NUMBER
    return behind_digits and suffix_value(tokens[i].text) is not None


def _glued_behind(tokens: Sequence[Token], i: int) -> bool:
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after is None or not after.glued:
        return False
    beyond = tokens[i + 2] if i + 2 < len(tokens) and tokens[i + 2].glued else None
    if f"{tokens[i].text}{after.text}{beyond.text if beyond else ''}" in listed("names"):
        return True
    if f"{tokens[i].text}{after.text}" in listed("names") and (beyond is None or beyond.kind is Kind.SYMBOL):
        return True
    if after.text in "._" and beyond is not None and beyond.text.isupper():
        return True
    if after.text in "-‐‑" and beyond is not None and len(beyond.text) == 1 and beyond.text.isupper():
        return True
    return after.kind is Kind.WORD and not _is_read_behind(tokens, i + 1)


def _is_read_behind(tokens: Sequence[Token], i: int) -> bool:
    """Whether letters glued behind digits are a unit, a multiplier or an ending, and so no part of a name."""
    token, stop = tokens[i], len(tokens)
    if suffix_value(token.text) is not None or token.lower in _ENDINGS or token.text in ("C", "F"):
        return True
    if token.lower == "s" and (i + 1 >= stop or not tokens[i + 1].glued or tokens[i + 1].kind is Kind.SYMBOL):
        return len(tokens[i - 1].text) == 4 and tokens[i - 1].text.endswith("0")  # "the 2010s"
    return unit_at(tokens, i, stop) is not None or currency_after(tokens, i, stop) is not None
