"""Layout: what the lines of an article are before a word of them is read.

Headings, bullets, questions, labelled fields, tables (with or without separators), captions, references and what
belongs to the page only. A number that has no sentence around it gets its meaning from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline import vocabulary
from pipeline.language.layout import tables
from pipeline.language.layout.blocks import Block, BlockKind, Span
from pipeline.language.layout.lines import NUMBERED, Line, connecting, join_broken_lines, split_lines

__all__ = ["read_layout"]

_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+")
_WIKI_HEADING = re.compile(r"(={2,6})\s*[^=\s][^=]*?\s*\1")  # "== History =="
_CAPTION = re.compile(r"(?:figure|fig\.|table|chart|photo|image|exhibit|graphic)\s*\d*\s*[:.|–-]", re.IGNORECASE)
_FIELD = re.compile(r"(?P<label>[^\W\d_][^:\n]{0,48}?)\s*[:：]\s+(?=\S)")
_BOLD_FIELD = re.compile(
    r"\*\*(?P<label>[^*\d]{1,48})\*\*\s+(?=(?:[A-Z]{0,3}[$€£¥])?[+−-]?\d)"
)  # "**Top speed** 112mph"
_REFERENCE = re.compile(r"\[\d{1,3}\]\s|\d{1,3}\.\s|\^?\d{1,3}\s+\S")
_SMALL_WORD = 4  # words shorter than this need no capital in a title
_LONGEST_HEADING = 16  # words
_SHORT_HEADING = 6  # words of one that a line of text follows without a blank one
_LONG_TEXT = 12  # words of that line
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DAY = rf"(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,?) \d{{4}}"
_DATELINE = re.compile(rf"(?:[^\W\d_][\w.'’ -]*, )+{_DAY}\W*")  # "ATLANTA, Nov. 4, 2025"
# "Lisbon, 2 October 2025. Press note of the Association", "Released 15 August 2025 by the Centre"
_RELEASED = re.compile(
    rf"(?:(?:[^\W\d_][\w.'’ -]*, )+|(?:Issued|Posted|Published|Released|Updated):? (?:on )?){_DAY}(?!\w)"
)
# What names a time in a heading and measures nothing: "Third quarter 2025 summary", "Outlook for FY26".
_TIME_NAMED = re.compile(r"\b(?:(?:FY ?|[QH]\d )?(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?|FY ?\d\d|[QH]\d)\b")
# "Midland 11.1%", a line among its like: a name and its number.
_ROW = re.compile(r"(?P<label>[^\W\d_][^\d:|]*?)\s+[+−-]?(?:[A-Z]{0,3}[$€£¥])?\d[\d.,]*(?:\s?%|\s[^\W\d_]{1,12})?")
_SHORT = 120  # characters of a line that may be furniture, or the row of a list
_LONGEST_ROW = 7  # words
_ASIDE = re.compile(r"\*[^*]+\*|_[^_]+_")  # set in italics from end to end: among the first lines a note, no heading
_BARS = re.compile(r" [|·•] ")  # "Andes Mining Review | Project focus"
_SEPARATED = re.compile(r" [|·•] |^\D+ [–—] \D+$")
_OPENING_LINES = 4
_LONGEST_CREDIT = 12  # words
_MODEL_YEAR = re.compile(r"^(?:19|20)\d\d (?=[A-Z]\D*$)")  # "2025 Outlook", "2019 JAGUAR I-PACE"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A line and what it was read as."""

    line: Line
    kind: BlockKind
    level: int = 0
    label: Span | None = None


def read_layout(text: str, body_start: int = 0) -> tuple[Block, ...]:
    """The blocks of an article in text order. Everything before ``body_start`` is front matter."""
    lines = join_broken_lines(list(split_lines(text, body_start)), text)
    blocks = [Block(BlockKind.FRONT_MATTER, Span(0, body_start))] if body_start else []
    regions = tables.find_tables(lines)
    i = 0
    in_references = False
    while i < len(lines):
        if i in regions:
            end, rows = regions[i]
            blocks += rows
            i = end
            continue
        reading = _read_line(lines, i, in_references=in_references)
        if reading.kind is BlockKind.HEADING:
            in_references = _bare(reading.line.text) in _reference_headings()
        blocks.append(
            Block(reading.kind, Span(reading.line.start, reading.line.end), reading.level, label=reading.label)
        )
        i += 1
    return _under_headings(blocks, text)


@cache
def _furniture() -> tuple[frozenset[str], tuple[str, ...]]:
    section = vocabulary.load("layout")["furniture"]
    return frozenset(section["lines"]), tuple(section["within"])


@cache
def _credits(section: str) -> tuple[str, ...]:
    return tuple(
        f"{words}:" if section == "labels" else f"{words} " for words in vocabulary.load("layout")["credits"][section]
    )


@cache
def _reference_headings() -> frozenset[str]:
    return frozenset(vocabulary.load("layout")["references"]["headings"])


def _bare(text: str) -> str:
    return re.sub(r"^[#*\d.\s]+|[:*\s]+$", "", text).lower()


def _read_line(lines: Sequence[Line], i: int, *, in_references: bool) -> _Reading:
    line = lines[i]
    marked = _MARKDOWN_HEADING.match(line.text) or _WIKI_HEADING.fullmatch(line.text)
    if marked:
        return _Reading(line, BlockKind.HEADING, len(marked[1]))
    if _is_furniture(line) or (0 < i < _OPENING_LINES and _is_kicker(lines, i)):
        return _Reading(line, BlockKind.FURNITURE)
    if in_references and _REFERENCE.match(line.text):
        return _Reading(line, BlockKind.REFERENCE)
    if line.bullet:
        return _Reading(line, BlockKind.BULLET, label=_label(line, line.bullet.end()))
    row = _row(line) if _is_among(lines, i, _row) else None
    if row is not None:
        first = line.start + row.start("label")
        return _Reading(line, BlockKind.FIELD, label=Span(first, line.start + row.end("label")))
    if _CAPTION.match(line.text):
        return _Reading(line, BlockKind.CAPTION)
    if line.text.endswith("?") and len(line.words) <= 25:
        return _Reading(line, BlockKind.QUESTION)
    if _is_heading(lines, i):
        return _Reading(line, BlockKind.HEADING, _level(line))
    if line.numbered:
        return _Reading(line, BlockKind.BULLET, label=_label(line, line.numbered.end()))
    label = _label(line, 0)
    if label is not None and (not line.ends_sentence or _is_among(lines, i, _field)):
        return _Reading(line, BlockKind.FIELD, label=label)
    return _Reading(line, BlockKind.PARAGRAPH)


def _row(line: Line) -> re.Match[str] | None:
    """A line as the row of a list of names and their numbers, where it may be one."""
    row = _ROW.fullmatch(line.text) if len(line.text) < _SHORT and len(line.words) <= _LONGEST_ROW else None
    return row if row is not None and row["label"].split()[-1].lower() not in connecting() else None


def _field(line: Line) -> re.Match[str] | None:
    return _FIELD.match(line.text)


def _is_among(lines: Sequence[Line], i: int, read: Callable[[Line], re.Match[str] | None]) -> bool:
    """Whether a line next to this one, without a blank one between, is of a kind too."""
    above = i > 0 and not lines[i].above and read(lines[i - 1])
    below = i + 1 < len(lines) and not lines[i + 1].above and read(lines[i + 1])
    return bool(above or below)


def _is_furniture(line: Line) -> bool:
    folded = line.text.lower()
    exact, within = _furniture()
    if len(folded) >= _SHORT:
        return False
    if folded in exact or any(phrase in folded for phrase in within):
        return True
    return _is_credit(line) or _DATELINE.fullmatch(line.text.strip("*_ ")) is not None


def _is_note(lines: Sequence[Line], i: int) -> bool:
    """Whether a line among the first is a note in italics; where others below are too, they are headings."""
    return bool(_ASIDE.fullmatch(lines[i].text)) and not any(
        _ASIDE.fullmatch(line.text) and not line.ends_sentence for line in lines[_OPENING_LINES:]
    )


def _is_kicker(lines: Sequence[Line], i: int) -> bool:
    """Whether a line among the first says where an article stands, and not what it says: ``Harbour Post | Markets``,
    ``June 23 | 14 comments | 6 likes``."""
    line = lines[i]
    text = line.text.strip("*_ ")
    if _RELEASED.match(text) and len(line.words) <= _LONGEST_HEADING:
        return True
    told = re.search(r"[\d:]", text) and not (len(_BARS.findall(text)) > 1 and not re.search(r"[:$€£¥%]", text))
    plain = not told and not line.ends_sentence and not line.text.startswith("|")
    return plain and len(line.words) <= _LONGEST_CREDIT and bool(_is_note(lines, i) or _BARS.search(text))


def _is_credit(line: Line) -> bool:
    """Whether a line names who wrote the article or took its pictures: "By Ellinor Wrede", "(Reporting by ...)"."""
    words = line.text.strip("*_() ").split()
    if not words or len(words) > _LONGEST_CREDIT or line.text.endswith((".", "!", "?")):
        return False
    opening = " ".join(words).lower()
    if opening.startswith((*_credits("labels"), *_credits("openings"))):
        return True
    return opening.startswith("by ") and _is_title(words[1:])


def _label(line: Line, start: int) -> Span | None:
    """The label of ``Label: value``, where the line has one."""
    field = _FIELD.match(line.text, start) or _BOLD_FIELD.match(line.text, start)
    if field is None or len(field["label"].split()) > 7:
        return None
    if "," in field["label"] and not line.text[field.end() : field.end() + 4].strip("$€£¥RMB ")[:1].isdigit():
        return None
    first = line.start + field.start("label")
    return Span(first + (len(field["label"]) - len(field["label"].lstrip("*_"))), line.start + field.end("label"))


def _is_heading(lines: Sequence[Line], i: int) -> bool:
    line = lines[i]
    text = _MODEL_YEAR.sub("", line.text.strip("*_ "))
    number = NUMBERED.match(text)
    words = (text[number.end() :] if number else text).split()
    if (
        not words
        or len(words) > _LONGEST_HEADING
        or _BOLD_FIELD.match(line.text)
        or text.endswith((".", ",", ";", "!", "…"))
        or "\n" in line.text
    ):
        return False
    if not (text[0].isupper() or number or text[0] in "“\"'‘("):
        return False
    if 0 < i < _OPENING_LINES and not number and (_is_note(lines, i) or _SEPARATED.search(text)):
        return False
    if i == 0 and len(lines) > 1 and lines[1].above:  # the title
        return True
    if text.endswith(":") or (line.text.startswith("**") and line.text.endswith("**")):
        return True
    if _opens_text(lines, i, words):
        return True
    stands_alone = (line.above > 0 or i == 0) and (i + 1 == len(lines) or lines[i + 1].above > 0)
    if number and "." in number.group().rstrip(". ") and len(words) <= _LONGEST_HEADING // 2:
        return True
    if number and line.above and len(words) <= _LONGEST_HEADING // 2 and not _in_numbered_list(lines, i):
        return True
    field = _FIELD.match(line.text)
    measured = field is not None and re.match(
        r"[~≈<>≤≥±+−-]?\s?(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3}\s)?\d", line.text[field.end() :]
    )
    has_label = field is not None and (bool(measured) or _is_among(lines, i, _field))
    return (_is_title(words) and not has_label) or (
        stands_alone and len(words) <= 8 and not re.search(r"\d\s?[%\w]", _TIME_NAMED.sub("", text))
    )


def _opens_text(lines: Sequence[Line], i: int, words: Sequence[str]) -> bool:
    """Whether a few words stand over a long line of text, with a blank line above them and none between."""
    following = lines[i + 1] if i + 1 < len(lines) else None
    if not lines[i].above or following is None or following.above or len(words) > _SHORT_HEADING:
        return False
    text = following.ends_sentence and len(following.words) >= _LONG_TEXT and not _opens_item(following)
    return text and lines[i].text[0].isalpha() and not re.search(r"\d|:$", lines[i].text)


def _opens_item(line: Line) -> bool:
    return bool(line.bullet or line.numbered)


def _in_numbered_list(lines: Sequence[Line], i: int) -> bool:
    """Whether a numbered line has a neighbour numbered alike: an item of a list, not the heading of a section."""
    neighbours = [lines[j] for j in (i - 1, i + 1) if 0 <= j < len(lines)]
    return any(line.numbered and "." not in line.numbered.group().rstrip(". )") for line in neighbours)


def _is_title(words: Sequence[str]) -> bool:
    """Whether words are set as a title: nearly all the longer ones capitalised."""
    long_words = [word.strip("\"“”'‘’(") for word in words if len(word) >= _SMALL_WORD]
    capitals = sum(word[:1].isupper() or word[:1].isdigit() or not word[:1].isalpha() for word in long_words)
    return bool(long_words) and capitals >= 0.75 * len(long_words)


def _level(line: Line) -> int:
    """The depth of a heading: of a numbered one by its number, of any other one below those."""
    if line.numbered is None:
        return 4 if line.text.endswith(":") else 2
    mark = line.numbered.group().strip()
    if mark.startswith("("):
        return 4
    return 2 if mark[0] in "IVX" else min(2 + mark.rstrip(".").count("."), 5)


def _under_headings(blocks: Sequence[Block], text: str) -> tuple[Block, ...]:
    """The blocks with the headings each stands under, and the line that leads into each list item."""
    placed: list[Block] = []
    path: list[int] = []
    lead_in: int | None = None
    outer: list[int] = []  # the bullets a deeper bullet may belong to
    for i, block in enumerate(blocks):
        if block.kind in (BlockKind.HEADING, BlockKind.QUESTION):
            level = block.level or 3
            path = [j for j in path if (blocks[j].level or 3) < level]
            placed.append(replace(block, level=level, headings=tuple(path)))
            path.append(i)
            lead_in, outer = (i if block.span.of(text).endswith(":") else None), []
            continue
        if block.kind is BlockKind.BULLET:
            outer = [j for j in outer if _indent(blocks[j], text) < _indent(block, text)]
            placed.append(replace(block, headings=tuple(path), lead_in=outer[-1] if outer else lead_in))
            outer.append(i)
            continue
        in_list = block.kind is BlockKind.FIELD
        placed.append(replace(block, headings=tuple(path), lead_in=lead_in if in_list else None))
        if not in_list:
            lead_in, outer = (i if block.span.of(text).endswith(":") else None), []
    return tuple(placed)


def _indent(block: Block, text: str) -> int:
    return block.span.start - (text.rfind("\n", 0, block.span.start) + 1)
