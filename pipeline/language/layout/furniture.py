"""Furniture: lines that belong to the page and not to the article, and those that tell who wrote it, when and where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pipeline import vocabulary
from pipeline.language.layout.lines import Line, is_title

__all__ = ["is_furniture", "is_of_the_page"]

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,?) \d{{4}}"
_PLACES = r"(?:[^\W\d_][\w.'’ -]*, )+"
_DATELINE = re.compile(rf"{_PLACES}{_DAY}\W*")  # "ATLANTA, Nov. 4, 2025"
# "Lisbon, 2 October 2025. Press note of the Association", "Released 15 August 2025 by the Centre"
_RELEASED = re.compile(rf"(?:{_PLACES}|(?:Issued|Posted|Published|Released|Updated)(?::| [–-])? (?:on )?){_DAY}(?!\w)")
_NOTE = re.compile(r"\*[^*]+\*|_[^_]+_")  # set in italics from end to end
_BARS = re.compile(r" [|·•] ")  # "Andes Mining Review | Project focus"
_SEPARATED = re.compile(r" [|·•] |^\D+ [–—] \D+$")
_OPENING_LINES = 4
_SHORT = 120  # characters
_LONGEST_CREDIT = 12  # words
_LONGEST_RELEASED = 16  # words


def is_furniture(lines: Sequence[Line], i: int) -> bool:
    """Whether a line belongs to the page and not to the article."""
    line = lines[i]
    folded = line.text.lower()
    exact, within = _furniture()
    if len(folded) >= _SHORT:
        return False
    if folded in exact or any(phrase in folded for phrase in within):
        return True
    return _is_credit(line) or bool(_DATELINE.fullmatch(line.text.strip("*_ "))) or _is_kicker(lines, i)


def is_of_the_page(lines: Sequence[Line], i: int) -> bool:
    """Whether a line among the first looks like one that says where an article stands, and so is no heading of it."""
    opening = 0 < i < _OPENING_LINES
    return opening and (_is_note(lines, i) or bool(_SEPARATED.search(lines[i].text.strip("*_ "))))


@cache
def _furniture() -> tuple[frozenset[str], tuple[str, ...]]:
    section = vocabulary.load("layout")["furniture"]
    return frozenset(section["lines"]), tuple(section["within"])


@cache
def _credits() -> tuple[str, ...]:
    section = vocabulary.load("layout")["credits"]
    return (*(f"{label}:" for label in section["labels"]), *(f"{words} " for words in section["openings"]))


def _is_note(lines: Sequence[Line], i: int) -> bool:
    """Whether a line among the first is a note in italics; where others below are too, they are headings."""
    return bool(_NOTE.fullmatch(lines[i].text)) and not any(
        _NOTE.fullmatch(line.text) and not line.ends_sentence for line in lines[_OPENING_LINES:]
    )


def _is_kicker(lines: Sequence[Line], i: int) -> bool:
    """Whether a line among the first says where an article stands, and not what it says: ``Harbour Post | Markets``,
    ``June 23 | 14 comments | 6 likes``."""
    if not 0 < i < _OPENING_LINES:
        return False
    line = lines[i]
    text = line.text.strip("*_ ")
    if _RELEASED.match(text) and len(line.words) <= _LONGEST_RELEASED:
        return True
    if line.ends_sentence or line.text.startswith("|") or len(line.words) > _LONGEST_CREDIT:
        return False
    if len(_BARS.findall(text)) > 1:
        return not re.search(r"[:$€£¥%]", text)
    return not re.search(r"[\d:]", text) and bool(_is_note(lines, i) or _BARS.search(text))


def _is_credit(line: Line) -> bool:
    """Whether a line names who wrote the article or took its pictures: "By Ellinor Wrede", "(Reporting by ...)"."""
    words = line.text.strip("*_() ").split()
    if not words or len(words) > _LONGEST_CREDIT or line.text.endswith((".", "!", "?")):
        return False
    opening = " ".join(words).lower()
    return opening.startswith(_credits()) or (opening.startswith("by ") and is_title(words[1:]))
