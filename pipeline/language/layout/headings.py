"""Headings: told by their marks, or by how they are set and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.language.layout.fields import is_field, opens_bold_field, read_field
from pipeline.language.layout.furniture import is_of_the_page
from pipeline.language.layout.lines import NUMBERED, Line, is_title

__all__ = ["heading_level", "marked_level"]

_MARKDOWN = re.compile(r"(#{1,6})\s+")
_WIKI = re.compile(r"(={2,6})\s*[^=\s][^=]*?\s*\1")  # "== History =="
_LONGEST_HEADING = 16  # words
_LONGEST_TITLE = 30
_SHORT_HEADING = 6  # words of one that a line of text follows without a blank one
_LONG_TEXT = 12  # words of that line
# What names a time in a heading and measures nothing: "Third quarter 2025 summary", "Outlook for FY26".
_TIME_NAMED = re.compile(r"\b(?:(?:FY ?|[QH]\d )?(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?|FY ?\d\d|[QH]\d)\b")
_MODEL_YEAR = re.compile(r"^(?:19|20)\d\d (?=[A-Z]\D*$)")  # "2025 Outlook", "2019 JAGUAR I-PACE"
# Opens what somebody says: "Ada Lund, chief executive, said:".
_SPEECH = re.compile(r"\b(?:said|says|added|adds|commented|comments|commenting|stated)\b[^:.]{0,40}:$")


def marked_level(line: Line) -> int | None:
    """The depth of a heading with the marks of Markdown or of a wiki; ``None`` for any other line."""
    marked = _MARKDOWN.match(line.text) or _WIKI.fullmatch(line.text)
    return len(marked[1]) if marked else None


def heading_level(lines: Sequence[Line], i: int) -> int | None:
    """The depth of a heading without such marks; ``None`` for any other line."""
    return _level(lines[i]) if _is_heading(lines, i) else None


def _is_heading(lines: Sequence[Line], i: int) -> bool:
    line = lines[i]
    text = _MODEL_YEAR.sub("", line.text.strip("*_ "))
    number = NUMBERED.match(text)
    words = (text[number.end() :] if number else text).split()
    if (
        not words
        or len(words) > (_LONGEST_HEADING if i else _LONGEST_TITLE)
        or opens_bold_field(line)
        or text.rstrip('"”').endswith((".", ",", ";", "!", "…"))
        or "\n" in line.text
    ):
        return False
    if not (text[0].isupper() or number or text[0] in "“\"'‘("):
        return False
    if not number and is_of_the_page(lines, i):
        return False
    if i == 0 and len(lines) > 1 and lines[1].above:  # the title
        return True
    if _SPEECH.search(text):
        return False
    if text.endswith(":") or (line.text.startswith("**") and line.text.endswith("**")):
        return True
    if _opens_text(lines, i, words) or _opens_fields(lines, i, words):
        return True
    stands_alone = (line.above > 0 or i == 0) and (i + 1 == len(lines) or lines[i + 1].above > 0)
    if number and "." in number.group().rstrip(". ") and len(words) <= _LONGEST_HEADING // 2:
        return True
    if number and line.above and len(words) <= _LONGEST_HEADING // 2 and not _in_numbered_list(lines, i):
        return True
    field = read_field(line)
    measured = field is not None and re.match(
        r"[~≈<>≤≥±+−-]?\s?(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3}\s)?\d", line.text[field.end() :]
    )
    has_label = field is not None and (bool(measured) or is_field(lines, i))
    return (is_title(words) and not has_label) or (
        stands_alone and len(words) <= 8 and not re.search(r"\d\s?[%\w]", _TIME_NAMED.sub("", text))
    )


def _opens_text(lines: Sequence[Line], i: int, words: Sequence[str]) -> bool:
    """Whether a few words stand over a long line of text, with a blank line above them and none between."""
    following = lines[i + 1] if i + 1 < len(lines) else None
    if not lines[i].above or following is None or following.above or len(words) > _SHORT_HEADING:
        return False
    item = following.bullet or following.numbered
    text = following.ends_sentence and len(following.words) >= _LONG_TEXT and not item
    return text and lines[i].text[0].isalpha() and not re.search(r"\d|:$", lines[i].text)


def _opens_fields(lines: Sequence[Line], i: int, words: Sequence[str]) -> bool:
    """Whether a few words stand over labelled fields, with a blank line above them and none between."""
    below = lines[i + 1 : i + 3]
    if not lines[i].above or len(words) > _SHORT_HEADING or len(below) < 2 or any(line.above for line in below):
        return False
    return all(read_field(line) for line in below) and not re.search(r"\d|:", lines[i].text)


def _in_numbered_list(lines: Sequence[Line], i: int) -> bool:
    """Whether a numbered line has a neighbour numbered alike: an item of a list, not the heading of a section."""
    neighbours = [lines[j] for j in (i - 1, i + 1) if 0 <= j < len(lines)]
    return any(line.numbered and "." not in line.numbered.group().rstrip(". )") for line in neighbours)


def _level(line: Line) -> int:
    """The depth of a heading: of a numbered one by its number, of any other one below those."""
    if line.numbered is None:
        return 4 if line.text.endswith(":") else 2
    mark = line.numbered.group().strip()
    if mark.startswith("("):
        return 4
    return 2 if mark[0] in "IVX" else min(2 + mark.rstrip(".").count("."), 5)
