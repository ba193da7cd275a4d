"""Tables that have a line for every cell: under their titles, or under a caption that says what their figures are.

"Company", "Deliveries", "Change", then "Acme", "70,289", "+84%" on a line each; or "First-quarter figures, in
millions:", then "Revenue", "9,840".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.language.layout.blocks import Block, BlockKind, Span
from pipeline.language.layout.lines import CAPTION, TIME, Line

__all__ = ["captioned_table", "stacked_table"]

_MOST_COLUMNS = 7
_LONGEST_CELL, _LONGEST_CAPTION = 7, 30  # words
_FIGURE_CELL = re.compile(
    r"[(~≈<>≤≥±+−–-]?\s?(?:[A-Z]{0,3}[$€£¥₹]|[A-Z]{3}\s)?\d|(?:n/a|–|—|-|unchanged)$", re.IGNORECASE
)
_FIGURE = re.compile(r"\d")
_SPRINT = re.compile(r"0\s?[-–]\s?\d+\s?(?:km/h|mph|kph)?$")  # "0-100 km/h", the title of what it takes
_NO_TITLE = re.compile(r"in\s")  # "in millions of euros", behind what they are
_BETWEEN_TITLES = (re.compile(r";\s"), re.compile(r",\s(?![^(]*\))"))


def stacked_table(lines: Sequence[Line], i: int) -> tuple[int, list[Block]] | None:
    """The table whose titles begin with line ``i``, two rows or more of it: one past its last line, and its blocks.

    Where the titles are times, the column of labels may have none.
    """
    most = 0
    while i + most < len(lines) and most < _MOST_COLUMNS and _is_title(lines[i + most]):
        if most and lines[i + most].above:
            break
        most += 1
    for count in range(most, 1, -1):
        titles = lines[i : i + count]
        for width in (count, count + 1):
            end = _end_of_rows(lines, i + count, width)
            labelled = width == count
            if end - i - count >= 2 * width and (labelled or all(TIME.search(title.text) for title in titles)):
                header = Span(titles[0].start, titles[-1].end)
                spans = [Span(title.start, title.end) for title in titles[labelled:]]
                rows = _rows(lines[i + count : end], width, header, spans)
                return end, [Block(BlockKind.TABLE_HEADER, header), *rows]
    return None


def captioned_table(lines: Sequence[Line], i: int) -> tuple[int, list[Block]] | None:
    """The table whose first row begins with line ``i``, which has no titles but those that the line above tells: one
    past its last line, and its blocks. Two rows make one; with one figure a row, three of which the line above tells.
    """
    if not _is_row(lines[i : i + 2], 2):
        return None
    caption = lines[i - 1] if i else None
    if caption is not None and (caption.bullet or caption.ends_sentence or len(caption.words) > _LONGEST_CAPTION):
        caption = None
    for width in range(_MOST_COLUMNS, 1, -1):
        end = _end_of_rows(lines, i, width)
        titles = _titles_in(caption, width) if caption is not None else []
        told = caption is not None and (bool(titles) or caption.text.endswith(":"))
        if end - i >= (2 if width > 2 else 3) * width and (width > 2 or told):
            header = Span(caption.start, caption.end) if caption is not None and told else None
            return end, _rows(lines[i:end], width, header, titles)
    return None


def _is_cell(line: Line) -> bool:
    return len(line.words) <= _LONGEST_CELL and not line.ends_sentence and not line.bullet and ": " not in line.text


def _is_figure(line: Line) -> bool:
    return bool(_FIGURE_CELL.match(line.text)) and not line.numbered


def _is_title(line: Line) -> bool:
    return _is_cell(line) and (not _is_figure(line) or bool(TIME.fullmatch(line.text) or _SPRINT.match(line.text)))


def _end_of_rows(lines: Sequence[Line], first: int, width: int) -> int:
    """One past the last of the rows that begin at a line, each a label and its figures."""
    end = first
    while _is_row(lines[end : end + width], width):
        end += width
    return end


def _is_row(row: Sequence[Line], width: int) -> bool:
    if len(row) < width or not all(_is_cell(line) for line in row):
        return False
    if _is_figure(row[0]) and _FIGURE.search(TIME.sub("", row[0].text)):
        return False
    return all(_is_figure(line) and not line.above for line in row[1:])


def _titles_in(caption: Line, width: int) -> list[Span]:
    """The titles of the columns, where a caption tells one for each, with or without that of the labels."""
    marked = CAPTION.match(caption.text)
    first = len(caption.text) - len(caption.text[marked.end() :].lstrip()) if marked else 0
    for mark in _BETWEEN_TITLES:
        cuts = [found.span() for found in mark.finditer(caption.text, first)]
        begins, ends = [first, *(end for _, end in cuts)], [*(begin for begin, _ in cuts), len(caption.text)]
        pieces = [Span(begin, end) for begin, end in zip(begins, ends, strict=True)][1 - width :]
        if (
            len(cuts) in (width - 1, width - 2)
            and cuts
            and not any(_NO_TITLE.match(p.of(caption.text)) for p in pieces)
        ):
            return [Span(caption.start + piece.start, caption.start + piece.end) for piece in pieces]
    return []


def _rows(lines: Sequence[Line], width: int, header: Span | None, titles: Sequence[Span]) -> list[Block]:
    return [_row(lines[at : at + width], header, titles) for at in range(0, len(lines), width)]


def _row(row: Sequence[Line], header: Span | None, titles: Sequence[Span]) -> Block:
    cells = [Span(line.start, line.end) for line in row]
    number = row[0].numbered
    label = Span(cells[0].start + (number.end() if number else 0), cells[0].end)
    columns = tuple(zip(cells[1:], titles, strict=True)) if titles else ()
    return Block(BlockKind.TABLE_ROW, Span(cells[0].start, cells[-1].end), label=label, header=header, columns=columns)
