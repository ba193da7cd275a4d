"""Labelled fields: ``Torque: 310 N·m``, ``**Top speed** 112mph``, and rows of names and numbers, ``Midland 11.1%``."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from pipeline.language.layout.blocks import Block, BlockKind, Span
from pipeline.language.layout.lines import NUMBER_AHEAD, Line, connecting

__all__ = [
    "is_field",
    "is_inside_sheet",
    "label_at",
    "label_of_row",
    "opens_bold_field",
    "read_field",
    "stacked_fields",
]

_FIELD = re.compile(r"(?P<label>[^\W\d_][^:\n]{0,48}?)\s*[:：]\s+(?=\S)")
_BOLD_FIELD = re.compile(r"\*\*(?P<label>[^*\d]{1,48})\*\*\s+(?=(?:[A-Z]{0,3}[$€£¥])?[+−-]?\d)")
_CELL = r"[+−-]?(?:[A-Z]{0,3}[$€£¥])?\d[\d.,]*"
_UNIT = r"(?:\s?%|\s?[^\W\d_]{1,12}(?:/[^\W\d_]{1,6}|\s[^\W\d_]{1,3})?)"  # "litres", "g/km", "lb ft"
_ASIDE = r"\s\([^()]{1,30}\)"  # "(2024: 38%)", "(usable)"
_ROW = re.compile(
    rf"(?P<label>[^\W\d_](?:[^\d:|]|(?<=[A-Z])\d)*?)\s+{_CELL}{_UNIT}?(?:{_ASIDE})?(?:\s[+−-]{_CELL}{_UNIT}?)?"
)
_LAST_FIGURE = re.compile(rf"(?P<label>[^\W\d_].*[ ][a-z][^,;:]*?)\s+{_CELL}{_UNIT}?")
_LONGEST_LABEL = 7  # words
_LONGEST_ROW = 8  # words
_SHORT = 120  # characters
_LONGEST_LABEL_ABOVE, _LONGEST_VALUE = 4, 14  # words, of a label on a line of its own and of the value on the next
_SHORTEST_SHEET, _LONGEST_SHEET = 4, 40  # lines of a list of fields
_FEWEST_STACKED = 3  # such fields in a row
_BEHIND = 18  # of the figures that two thirds of the values want: so far behind no list catches up


def read_field(line: Line) -> re.Match[str] | None:
    """``Label: value`` as a match with its ``label``."""
    return _FIELD.match(line.text)


def opens_bold_field(line: Line) -> bool:
    """Whether a line opens with a label in bold letters and its number."""
    return _BOLD_FIELD.match(line.text) is not None


def stacked_fields(lines: Sequence[Line], i: int) -> tuple[int, list[Block]] | None:
    """Fields whose labels and values stand on lines in turn: one past the last line of those that begin at ``i``, and
    their blocks. Most values open with a figure, no label has one. Where blank lines part them all values do so."""
    end, figures = i, 0
    parted = i + 2 < len(lines) and lines[i + 2].above > 0
    while end + 1 < len(lines) and _is_stacked(lines[end], lines[end + 1]):
        if end > i and (lines[end].above > 0) is not parted:
            break
        if parted and not NUMBER_AHEAD.match(lines[end + 1].text):
            break
        figures += NUMBER_AHEAD.match(lines[end + 1].text) is not None
        end += 2
        if 3 * figures < end - i - _BEHIND:
            return None  # so that a long list of words is not read to its end for every line of it
    count = (end - i) // 2
    if count < _FEWEST_STACKED or 3 * figures < 2 * count:
        return None
    pairs = zip(lines[i:end:2], lines[i + 1 : end : 2], strict=True)
    return end, [
        Block(BlockKind.FIELD, Span(label.start, value.end), label=Span(label.start, label.end))
        for label, value in pairs
    ]


def _is_stacked(label: Line, value: Line) -> bool:
    """Whether a line may be a label and the one below it its value."""
    plain = not (label.bullet or value.bullet or label.numbered or value.numbered or label.ends_sentence)
    named = (
        label.text[0].isupper() and not re.search(r"[\d:,]", label.text) and len(label.words) <= _LONGEST_LABEL_ABOVE
    )
    told = len(value.words) <= _LONGEST_VALUE and not value.above and not value.ends_sentence and ": " not in value.text
    return plain and named and told


def is_field(lines: Sequence[Line], i: int) -> bool:
    """Whether a line next to this one is a labelled field too."""
    return _is_among(lines, i, read_field)


def label_at(line: Line, start: int) -> Span | None:
    """The label of ``Label: value``, where the line has one."""
    field = _FIELD.match(line.text, start) or _BOLD_FIELD.match(line.text, start)
    if field is None or len(field["label"].split()) > _LONGEST_LABEL:
        return None
    if "," in field["label"] and not line.text[field.end() : field.end() + 4].strip("$€£¥RMB ")[:1].isdigit():
        return None
    first = line.start + field.start("label")
    return Span(first + (len(field["label"]) - len(field["label"].lstrip("*_"))), line.start + field.end("label"))


def label_of_row(lines: Sequence[Line], i: int) -> Span | None:
    """The name in a row of names and numbers, which has its like right above or below it."""
    row, start = _read_row(lines[i]), lines[i].start
    if row is None or not _is_among(lines, i, _read_row):
        return _label_in_sheet(lines, i)
    return Span(start + row.start("label"), start + row.start("label") + len(row["label"].rstrip(" ,–—-")))


def _label_in_sheet(lines: Sequence[Line], i: int) -> Span | None:
    """The label of a line that stands in a list of such rows and fields without being one: the "Display" of "Display
    14-inch IPS, matt", and what ends before the figure of "Prisoners aged under 25 2,203"."""
    line = lines[i]
    label, _, value = line.text.partition(" ")
    plain = not (line.bullet or line.numbered or line.ends_sentence or ":" in line.text)
    if not (plain and label.isalpha() and label.istitle() and len(line.text) < _SHORT):
        return None
    run = _run_of(lines, i)
    if len(run) < _SHORTEST_SHEET or line is run[0] or 2 * sum(map(_is_told, run)) < len(run):
        return None
    if (row := _LAST_FIGURE.fullmatch(line.text)) is not None:
        label = row["label"]
    return Span(line.start, line.start + len(label)) if re.search(r"[\d,]", value) else None


def is_inside_sheet(lines: Sequence[Line], i: int) -> bool:
    """Whether rows of names and numbers stand above a line without a blank one between."""
    above = itertools.takewhile(lambda line: line is not lines[i], _run_of(lines, i))
    return any(_read_row(line) is not None for line in above)


def _is_told(line: Line) -> bool:
    return _read_row(line) is not None or read_field(line) is not None


def _run_of(lines: Sequence[Line], i: int) -> Sequence[Line]:
    """The lines around one that no blank line parts from it."""
    first, end = i, i + 1
    while first > 0 and not lines[first].above and i - first < _LONGEST_SHEET:
        first -= 1
    while end < len(lines) and not lines[end].above and end - i < _LONGEST_SHEET:
        end += 1
    return lines[first:end]


def _read_row(line: Line) -> re.Match[str] | None:
    """A line as the row of a list of names and their numbers, where it may be one."""
    row = _ROW.fullmatch(line.text) if len(line.text) < _SHORT and len(line.words) <= _LONGEST_ROW else None
    return row if row is not None and row["label"].split()[-1].lower() not in connecting() else None


def _is_among(lines: Sequence[Line], i: int, read: Callable[[Line], re.Match[str] | None]) -> bool:
    """Whether a line next to this one, without a blank one between, is of a kind too."""
    above = i > 0 and not lines[i].above and read(lines[i - 1])
    below = i + 1 < len(lines) and not lines[i + 1].above and read(lines[i + 1])
    return bool(above or below)
