"""Parts of a year, and years by other names: ``Q1 2025``, ``the first half of 2024``, ``June quarter``, ``FY24``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.language.periods.anchors import year_anchor
from pipeline.language.periods.dates import Stretch
from pipeline.language.periods.years import DASHES, time_words, year_at, year_behind
from pipeline.language.tokens import Kind, Token

__all__ = ["anchored_part", "fiscal_year", "ordinal_part", "quarter"]


def quarter(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``Q1 2025``, ``H2``, ``1Q25``, ``2025 Q1``."""
    token = tokens[i]
    if token.lower in ("q", "h") and i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].text.isdigit():
        part = _part(token.lower, tokens[i + 1].text)
        if part is None:
            return None
        end = i + 2
        if end + 1 < stop and tokens[end].text in DASHES and tokens[end].glued and year_at(tokens, end + 1, stop):
            return Stretch(end + 2, int(tokens[end + 1].text), part)
        if _is_short_year(tokens, end, stop):
            return Stretch(end + 1, 2000 + int(tokens[end].text), part)
        year, end = year_behind(tokens, end, stop)
        return Stretch(end, year, part)
    if token.kind is Kind.NUMBER and i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].text in ("Q", "H"):
        part = _part(tokens[i + 1].lower, token.text)
        if part is None:
            return None
        if i + 2 < stop and tokens[i + 2].glued and re.fullmatch(r"\d\d", tokens[i + 2].text):
            return Stretch(i + 3, 2000 + int(tokens[i + 2].text), part)
        year, end = year_behind(tokens, i + 2, stop)
        return Stretch(end, year, part)
    return _year_first(tokens, i, stop)


def _is_short_year(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether two digits behind a quarter are its year, as at the end of a column's title: ``| Q3 24 |``."""
    if i >= stop or not re.fullmatch(r"[12]\d", tokens[i].text) or tokens[i].glued:
        return False
    return i + 1 == stop or tokens[i + 1].text in ("|", ")", "/")


def _year_first(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``2025 Q1``, ``2025Q1``, ``2025 first quarter``."""
    year = year_at(tokens, i, stop)
    told = ordinal_part(tokens, i + 1, stop) if year is not None and i + 1 < stop else None
    if told is not None and told.year is None and told.shift is None:
        return Stretch(told.end, year, told.part)
    if year is None or i + 2 >= stop or tokens[i + 1].lower not in ("q", "h") or not tokens[i + 2].glued:
        return None
    part = _part(tokens[i + 1].lower, tokens[i + 2].text)
    return Stretch(i + 3, year, part) if part else None


def _part(letter: str, number: str) -> str | None:
    return f"{letter.upper()}{number}" if number in ("1", "2", "3", "4")[: 4 if letter == "q" else 2] else None


def fiscal_year(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``FY2024``, ``FY24``, ``fiscal 2024``, ``full-year 2024``."""
    word = tokens[i].lower
    j = i + 1
    if word == "fy":
        if j < stop and re.fullmatch(r"\d\d", tokens[j].text) and tokens[j].glued:
            return Stretch(j + 1, 2000 + int(tokens[j].text))
    elif word == "fiscal" or (word == "full" and j < stop and tokens[j].text in ("-", "year")):
        while j < stop and tokens[j].lower in ("-", "year"):
            j += 1
    else:
        return None
    year = year_at(tokens, j, stop)
    return Stretch(j + 1, year) if year else None


def ordinal_part(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``the first quarter of 2025``, ``second-half 2024``, ``the third quarter``, ``the June quarter``."""
    j = i + 1 if tokens[i].lower == "the" else i
    if j + 1 >= stop:
        return None
    number = time_words("ordinals").get(tokens[j].lower)
    month = time_words("months").get(tokens[j].lower) if tokens[j].capitalised else None
    if month is not None and tokens[j + 1].text not in DASHES and j + 2 < stop and tokens[j + 2].lower == "quarter":
        # "the June 2025 quarter"; of "June-quarter output" no year stands between
        year = year_at(tokens, j + 1, stop)
        return Stretch(j + 3, year, f"Q{(month + 2) // 3}") if year is not None else None
    k = j + 2 if tokens[j + 1].text == "-" and j + 2 < stop else j + 1
    if tokens[k].lower not in ("quarter", "half"):
        return None
    if tokens[j].lower == "last" or (number is None and month is None):
        return None
    if month is not None:
        part = f"Q{(month + 2) // 3}"
    elif tokens[k].lower == "quarter":
        part = f"Q{number}"
    else:
        part = f"H{min(int(number or 1), 2)}"
    year, end = year_behind(tokens, k + 1, stop)
    anchor = year_anchor(tokens, k + 1, stop) if year is None else None
    if anchor is not None:  # "the first quarter of this year", "the first half last year"
        return Stretch(anchor[0], None, part, shift=anchor[1])
    return Stretch(end, year, part)


def anchored_part(tokens: Sequence[Token], i: int, stop: int) -> Stretch | None:
    """``last year's third quarter``."""
    anchor = year_anchor(tokens, i, stop)
    if anchor is None or anchor[0] + 1 >= stop or tokens[anchor[0]].lower not in ("'s", "’s"):
        return None
    told = ordinal_part(tokens, anchor[0] + 1, stop)
    return Stretch(told.end, None, told.part, shift=anchor[1]) if told is not None and told.year is None else None
