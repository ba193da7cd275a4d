"""Numbers that count nothing: names, citations, list numbers, clock times, ordinals, telephone numbers, versions...

Each reader looks at one number and what stands around it and returns the kind of thing it is, or ``None``. The kinds
are the outcomes of ``numbers.parquet``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from pipeline import vocabulary
from pipeline.language.nouns import is_plural
from pipeline.language.tokens import Kind, Token
from pipeline.language.written_units import currency_before, unit_at

__all__ = ["clock_at", "glued_name", "telephone_spans", "web_spans", "what_else"]

_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})
_TELEPHONE = re.compile(r"(?<![\w.,])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,5}\)[ .-]?)?\d{2,5}(?:[ -]\d{2,5}){1,4}(?![\w%])")
_ANNOUNCED = re.compile(r"(?:tel|telephone|phone|call|fax|mobile|contact)\W{0,3}(?:us at )?$", re.IGNORECASE)
_WEB = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|\b[\w.+-]+@[\w-]+\.[\w.]+"
    r"|\]\([^)\s]*\)"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|gov|edu|cn|co)(?:/\S*)?\b"
    r"|(?<!\w)#[\w_]+"
)
_LIST_MARK = re.compile(r"\(?\d{1,2}(?:\.\d{1,2})*[.)]?$")


@cache
def _words(section: str) -> frozenset[str]:
    return frozenset(vocabulary.load("not_quantities")[section]["words"])


def web_spans(text: str) -> list[tuple[int, int]]:
    """Addresses of pages and mail, link targets and hashtags."""
    return [match.span() for match in _WEB.finditer(text)]


def telephone_spans(text: str) -> list[tuple[int, int]]:
    """Telephone numbers: at least nine digits in groups, or fewer behind a plus sign or a word that announces one."""
    found = []
    for match in _TELEPHONE.finditer(text):
        digits = sum(character.isdigit() for character in match.group())
        announced = _ANNOUNCED.search(text[max(0, match.start() - 14) : match.start()])
        groups = re.split(r"[ .-]", match.group())
        long = digits >= 9 and len(groups) >= 3 and not _is_grouped(groups)
        if (match.group()[0] == "+" and digits >= 7) or (announced and digits >= 6) or long:
            found.append(match.span())
    return found


def _is_grouped(groups: Sequence[str]) -> bool:
    """Whether groups of digits are one number in thousands."""
    return all(len(group) == 3 for group in groups[1:])


def clock_at(tokens: Sequence[Token], i: int, stop: int) -> int | None:
    """One past a clock time that begins at token ``i``: ``10:22 pm``, ``9am``, ``7.30 a.m.``, ``16:00 HKT``."""
    if not re.fullmatch(r"\d{1,2}(?:[.]\d\d)?", tokens[i].text) or float(tokens[i].text.split(".")[0]) > 24:
        return None
    j = i + 1
    while (
        j + 1 < stop
        and tokens[j].text == ":"
        and tokens[j].glued
        and tokens[j + 1].glued
        and re.fullmatch(r"[0-5]\d", tokens[j + 1].text)
    ):
        j += 2
    with_minutes = j > i + 1
    zone = j
    while zone < stop and tokens[zone].lower in _words("clock") and zone < j + 2:
        zone += 1
    if with_minutes or (zone > j and tokens[j].lower in ("am", "pm", "a.m.", "p.m.", "o'clock")):
        return zone
    return None


def glued_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether the digits at token ``i`` are part of a word: ``V6s``, ``SU7``, ``COVID-19``, ``5G``, ``1810.HK``."""
    token = tokens[i]
    before = tokens[i - 1] if i else None
    if before is not None and token.glued:
        if before.kind is Kind.WORD and currency_before(tokens, i, 0) is None:
            return True
        if (
            before.text in "-‐‑"
            and i > 1
            and before.glued
            and tokens[i - 2].kind is Kind.WORD
            and not tokens[i - 2].text.islower()
        ):
            return True
        if before.text in "_/" and i > 1 and tokens[i - 2].kind is Kind.WORD and before.glued:
            return before.text == "_"
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after is None or not after.glued:
        return False
    if after.text in "._" and i + 2 < len(tokens) and tokens[i + 2].glued and tokens[i + 2].text.isupper():
        return True
    return (
        after.text in "-‐‑"
        and i + 2 < len(tokens)
        and tokens[i + 2].glued
        and len(tokens[i + 2].text) == 1
        and tokens[i + 2].text.isupper()
    )


Reader = Callable[[Sequence[Token], int, int, int, int], str | None]


def what_else(tokens: Sequence[Token], first: int, end: int, block_first: int, block_stop: int) -> str | None:
    """What the number in tokens ``first`` to ``end`` is, if it is no quantity, from the block around it."""
    for reader in (_citation, _list_number, _ordinal, _hash_number, _designated, _version):
        kind = reader(tokens, first, end, block_first, block_stop)
        if kind is not None:
            return kind
    return None


def _citation(tokens: Sequence[Token], first: int, end: int, begin: int, stop: int) -> str | None:
    """``[8]``, ``[1, 2]``, ``[3-5]``."""
    i, j = first - 1, end
    while (i >= begin and tokens[i].kind is not Kind.WORD and tokens[i].text in "0123456789,-–;") or (
        i >= begin and tokens[i].text.isdigit()
    ):
        i -= 1
    while j < stop and (tokens[j].text in ",-–;" or tokens[j].text.isdigit()):
        j += 1
    return "citation" if i >= begin and j < stop and tokens[i].text == "[" and tokens[j].text == "]" else None


def _list_number(tokens: Sequence[Token], first: int, end: int, begin: int, stop: int) -> str | None:
    """``1.``, ``(2)``, ``1.1`` at the head of a block, past a bullet, heading marks or emphasis."""
    i = begin
    while i < first and tokens[i].text in "#*•-–(_>Q":
        i += 1
    if i != first or end != first + 1 or end >= stop:
        return None
    after = tokens[end]
    written = tokens[first].text
    if not _LIST_MARK.fullmatch(written):
        return None
    if after.glued and after.text in ".):" and (end + 1 >= stop or not tokens[end + 1].glued):
        return "list number"
    section = (
        re.fullmatch(r"\d{1,2}(?:\.\d{1,2})+", written)
        and after.gap
        and (after.capitalised or after.kind is Kind.NUMBER)
        and after.kind is not Kind.SYMBOL
    )
    return "list number" if section and unit_at(tokens, end, stop) is None else None


def _ordinal(tokens: Sequence[Token], first: int, end: int, begin: int, stop: int) -> str | None:  # noqa: ARG001
    """``29th``, ``10,000th``."""
    return "ordinal" if end < stop and tokens[end].glued and tokens[end].lower in _ORDINAL_ENDINGS else None


def _hash_number(tokens: Sequence[Token], first: int, end: int, begin: int, stop: int) -> str | None:  # noqa: ARG001
    """``#1``, ``No. 5``, ``№ 7``."""
    i = first - 1
    if i >= begin and tokens[i].text in "#№" and tokens[first].glued:
        return "name"
    if (
        i > begin
        and tokens[i].text == "."
        and tokens[i].glued
        and tokens[i - 1].lower in ("no", "nos", "art", "sec", "fig", "vol", "ch", "rev")
    ):
        return "name"
    return None


def _designated(tokens: Sequence[Token], first: int, end: int, begin: int, stop: int) -> str | None:
    """``Phase 2``, ``Model 3``, ``iPhone 11``, ``Snapdragon 8295``: a bare number that a word before it calls by."""
    i = first - 1
    if i < begin or tokens[i].kind is not Kind.WORD or tokens[first].glued or not _is_bare(tokens, first, end):
        return None
    if end + 1 < stop and tokens[end].text in "-–—‐‑" and tokens[end + 1].kind is Kind.NUMBER:
        return None  # a range
    word = tokens[i]
    following_counts = _counts_something(tokens, end, stop)
    if word.lower in _words("designators") and (word.capitalised or not following_counts):
        return "name"
    names = word.capitalised and i > begin and tokens[i - 1].text not in '.!?:•“"' and not following_counts
    return "name" if names and len(word.text) > 1 and word.lower not in _words("counting") else None


def _is_bare(tokens: Sequence[Token], first: int, end: int) -> bool:
    """Whether a number is a plain whole one: no separators, no multiplier, no words."""
    return end == first + 1 and tokens[first].text.isdigit()


def _counts_something(tokens: Sequence[Token], end: int, stop: int) -> bool:
    """Whether a unit, a currency or a plural follows right behind."""
    if end >= stop or (tokens[end].kind is Kind.SYMBOL and tokens[end].text not in "%$€£¥°"):
        return False
    return (
        tokens[end].text in "%$€£¥°"
        or unit_at(tokens, end, stop) is not None
        or (is_plural(tokens[end].lower) and tokens[end].text.islower())
    )


def _version(tokens: Sequence[Token], first: int, end: int, begin: int, stop: int) -> str | None:
    """``HyperOS 2.0``, ``Tier 0.5``: a number with a point behind a name, with nothing counted."""
    i = first - 1
    if (
        i < begin
        or tokens[i].kind is not Kind.WORD
        or tokens[first].glued
        or "." not in tokens[first].text
        or end != first + 1
    ):
        return None
    known = tokens[i].lower in _words("designators") or (
        tokens[i].text != tokens[i].text.capitalize() and tokens[i].capitalised and not tokens[i].text.isupper()
    )
    return "name" if known and not _counts_something(tokens, end, stop) else None
