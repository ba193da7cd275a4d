"""Tables: those that kept their separators (``separated``), those with a line for every cell (``stacked``), and those
that crawling has flattened.

A flattened table is a run of lines under a line of titles; its row labels stand on lines of their own or open their
row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from pipeline import vocabulary
from pipeline.language.layout.blocks import SECTION_LEVEL, Block, BlockKind, Span
from pipeline.language.layout.fields import is_inside_sheet, label_of_row, stacked_fields
from pipeline.language.layout.lines import CAPTION, TIME, Line
from pipeline.language.layout.separated import separated_table
from pipeline.language.layout.stacked import captioned_table, stacked_table

__all__ = ["corners", "find_tables"]

Region = tuple[int, list[Block]]  # one past its last line, its blocks

_NUMBERED_NAME = re.compile(r"\b[A-Z][A-Za-z]*[ -]\d{1,3}\b")  # "Gen 1", "HX-200": a title may name such things
_NAME_BEFORE_NAME = re.compile(r"\b\d[\d.]*(?=\s+[A-Z]|$)")  # "Specification Lark 1.0 Swift 3"
_AMOUNT = re.compile(r"\d (?:thousand|million|billion|trillion|mn|bn|m)\b|\d ?%")
_IN_BRACKETS = re.compile(r"\([^()]{1,20}\)")  # "(%)", behind a title
_FIGURE = re.compile(r"(?<![A-Za-z\d])\d")
_OPENS_FIGURE = re.compile(r"[\s:–—(~+<>≈-]*(?:(?:\b[A-Z]{1,3})?[$€£¥₹₩₦₱]\s*)?$")  # " US$" before a figure
_SENTENCE_WORDS = frozenset(
    ["is", "are", "was", "were", "has", "have", "the", "a", "an", "will", "that", "this", "its", "how", "why"]
)
# "V6", "HX-200", "3nm", and neither "€3m" nor the end of "Battery 50kWh".
_CODE = re.compile(r"\b[A-Za-z]+-?\d+\w*|(?<![$€£¥₹₩₦₱.,\d])(?<!\w )\b\d+(?!(?:m|mn|bn|tn|k)\b)[A-Za-z]+\b")
_MOST_ROWS = 200  # of a table that lost its separators
_LONGEST_LABEL = 3  # words of a row label on a line of its own
_WHOLE_ROW = re.compile(r"[^\W\d_][^\d:]*?(?P<figures>(?:\s[(+−-]?(?:[A-Z]{0,3}[$€£¥])?\d[\d.,]*%?\)?)+)")
_TIME_PIECE = re.compile(r"[^\s,][^,]*")
_FEWEST_APART = 3  # rows of a table whose rows are blank lines apart
_SECTION = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})+|[IVX]{1,4}\.|\(\d{1,2}\)|\d{1,2}\.)\s")


def find_tables(lines: Sequence[Line]) -> dict[int, Region]:
    """The tables among the lines: the number of the first line of each, and what it is made of."""
    found: dict[int, Region] = {}
    i = 0
    while i < len(lines):
        region = (
            separated_table(lines, i)
            or stacked_table(lines, i)
            or captioned_table(lines, i)
            or stacked_fields(lines, i)
            or _flattened_table(lines, i)
            or _untitled_table(lines, i)
        )
        if region:
            found[i] = region
        i = region[0] if region else i + 1
    return found


def _flattened_table(lines: Sequence[Line], i: int) -> Region | None:
    """A table whose separators are lost: a line of titles, then rows enough of which hold numbers."""
    if not _is_header(lines[i]) or is_inside_sheet(lines, i):
        return None
    if i + 1 < len(lines) and _is_header(lines[i + 1]) and (_is_headed(lines[i + 1]) or CAPTION.match(lines[i].text)):
        return None
    end = i + 1
    while end < min(len(lines), i + _MOST_ROWS) and _may_be_row(lines[end]):
        end += 1
    rows = lines[i + 1 : end]
    sentences = sum(row.ends_sentence for row in rows)
    fields = sum(": " in row.text for row in rows)
    numbers = sum(bool(_FIGURE.search(TIME.sub("", row.text))) for row in rows)
    if len(rows) < 2 or not numbers or len(rows) + numbers < 4 or max(sentences, fields) > 0.4 * len(rows):
        return None
    header = Span(lines[i].start, lines[i].end)
    return end, [Block(BlockKind.TABLE_HEADER, header), *_flattened_rows(rows, header)]


def _untitled_table(lines: Sequence[Line], i: int) -> Region | None:
    """Rows of several figures each that stand under no titles, and are no fields with a figure for comparison."""
    if not _is_whole_row(lines[i], figures=2) or label_of_row(lines, i) is not None:
        return None
    end = i + 1
    apart = len(lines) > i + 1 and lines[i + 1].above == 1  # a blank line behind every row
    while end < len(lines) and _is_whole_row(lines[end], figures=2) and lines[end].above == apart:
        end += 1
    if end - i < (_FEWEST_APART if apart else 2):
        return None
    return end, _untitled_rows(lines[i:end], lines[i - 1] if i else None)


def _untitled_rows(rows: Sequence[Line], caption: Line | None) -> list[Block]:
    """Rows of figures, whose columns may be times that brackets above them tell."""
    times = _times_in_brackets(caption) if caption is not None else []
    header = Span(caption.start, caption.end) if caption is not None and times else None
    blocks = []
    for row in rows:
        cells = _figures_of(row)
        columns = tuple(zip(cells, times, strict=True)) if len(cells) == len(times) else ()
        span, label = Span(row.start, row.end), _leading_label(row)
        blocks.append(
            Block(BlockKind.TABLE_ROW, span, label=label, header=header if columns else None, columns=columns)
        )
    return blocks


def _times_in_brackets(caption: Line) -> list[Span]:
    """The times that a line tells one after the other: ``(in millions; first quarter 2025, first quarter 2024)``."""
    opening = caption.text.rfind("(")
    if opening < 0 or not caption.text.endswith(")"):
        return []
    begin = max(opening, caption.text.rfind(";")) + 1
    pieces = [
        (match.start(), match.end()) for match in _TIME_PIECE.finditer(caption.text, begin, len(caption.text) - 1)
    ]
    told = [Span(caption.start + first, caption.start + stop) for first, stop in pieces]
    return told if len(told) > 1 and all(TIME.search(caption.text, first, stop) for first, stop in pieces) else []


def _figures_of(row: Line) -> list[Span]:
    """The figures that end a row."""
    whole = _WHOLE_ROW.fullmatch(row.text)
    if whole is None:
        return []
    first = row.start + whole.start("figures")
    return [Span(first + one.start(), first + one.end()) for one in re.finditer(r"\S+", whole["figures"])]


def _is_header(line: Line) -> bool:
    """Whether a line is a row of titles: several begin with a capital, and nothing in it makes a sentence; or several
    tell their units."""
    words = line.words
    told = len(_IN_BRACKETS.findall(line.text)) > 1
    capitals = sum(word.lstrip('(“"')[:1].isupper() or word[:1].isdigit() for word in words)
    return (
        3 <= len(words) <= 24
        and not line.ends_sentence
        and not line.bullet
        and not line.numbered
        and (line.text[0].isupper() or TIME.match(line.text) is not None)
        and line.text[-1] not in ":,;?"
        and ": " not in line.text
        and "\n" not in line.text
        and (capitals >= 3 or capitals == len(words))
        and (capitals >= 0.3 * len(words) or told)
        and not _AMOUNT.search(line.text)
        and not _FIGURE.search(_names_of(line).sub("", TIME.sub("", line.text)))
        and (told or not any(word.lower() in _SENTENCE_WORDS and word != "A" for word in words))
    )


def _names_of(line: Line) -> re.Pattern[str]:
    """What in a line of titles may hold digits: more, where a word such as "Item" says that it is one."""
    return _NAME_BEFORE_NAME if _is_headed(line) else _NUMBERED_NAME


def _is_headed(line: Line) -> bool:
    """Whether a line opens with a word that heads the labels of rows, such as "Item"."""
    return line.words[0].lower() in corners()


@cache
def corners() -> dict[str, str]:
    """The words that head a column of labels ("Item", "Company"), and what such labels are: ``measures``, ``things``,
    ``times`` or ``either``."""
    tables = vocabulary.load("layout")["tables"]
    over = {section.removeprefix("over_"): words for section, words in tables.items() if section.startswith("over_")}
    return {word: kind for kind, words in over.items() for word in words}


def _may_be_row(line: Line) -> bool:
    opens = (
        line.text[0].isupper()
        or line.text.startswith(("of which", "thereof"))
        or line.text[0].isdigit()
        or line.text[0] in '(“"±~<>≥≤€$£¥+-−'
    )
    return (
        not line.above
        and opens
        and not line.bullet
        and not _SECTION.match(line.text)
        and len(line.words) <= 40
        and "?" not in line.text
    )


def _flattened_rows(rows: Sequence[Line], header: Span) -> Iterator[Block]:
    label: Span | None = None
    for at, row in enumerate(rows):
        span = Span(row.start, row.end)
        if label is None and _is_label(row) and at + 1 < len(rows) and not _is_label(rows[at + 1]):
            following = rows[at + 1 : at + 3]
            if all(map(_is_whole_row, following)) and (len(following) > 1 or row.text.endswith(")")):
                yield Block(BlockKind.HEADING, span, level=SECTION_LEVEL)
            else:
                label = span
            continue
        yield Block(
            BlockKind.TABLE_ROW,
            Span(label.start if label else span.start, span.end),
            label=label or _leading_label(row),
            header=header,
        )
        label = None


def _is_whole_row(line: Line, figures: int = 1) -> bool:
    """Whether a line is a row with its label and so many figures or more: "Monte Sereno 58.9 56.2 55.0"."""
    row = _WHOLE_ROW.fullmatch(line.text)
    return row is not None and len(row["figures"].split()) >= figures


def _is_label(line: Line) -> bool:
    """Whether a line is a row's name and no more: a few words, no number of its own."""
    alone = _CODE.sub("", line.text)
    return len(line.words) <= _LONGEST_LABEL and not re.search(r"\d", alone)


def _leading_label(line: Line) -> Span | None:
    """What opens a row up to its first number."""
    without_time = TIME.sub(lambda match: "_" * len(match.group()), line.text)
    number = re.search(r"(?<![A-Za-z\d])(?<![A-Za-z][-–])[~±<>≥≤$€£¥+−-]?\d", without_time)
    end = number.start() if number else len(line.text)
    label = _OPENS_FIGURE.sub("", line.text[:end])
    return Span(line.start, line.start + len(label)) if label else None
