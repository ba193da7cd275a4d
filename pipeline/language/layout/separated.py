"""Tables whose titles keep what sets them apart: pipes, tabs, runs of spaces, strokes or semicolons.

The cells of a row may be set apart otherwise, or by nothing any more: ``Country | Capacity, GW | Change, %`` over
``Norland 187.4 18.9``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.language.layout.blocks import Block, BlockKind, Span
from pipeline.language.layout.lines import TIME, Line

__all__ = ["separated_table"]

_PIPE_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")
_GAP = re.compile(r"\t+| {3,}")
_STROKE = re.compile(r" [/·] ")
_DASH = re.compile(r" [—–] ")
_SEMICOLON = re.compile(r"; ")
_FEWEST_STROKES = 2  # of a row whose cells strokes set apart
_LONGEST_ROW = 60  # words of a row that is not set as its titles are
_LONGEST_CELL = 8  # words of a title or cell where strokes set them apart
_CELL = r"(?:[(~+−–-]?(?:[A-Z]{0,3}[$€£¥₹])?\d[\d.,]*%?\)?|n/a|n\.a\.|\.\.|[–—-])"
_FIGURE_CELL = re.compile(_CELL + r"(?:\s?(?:[^\W\d]|[%°²³/])+){0,2}", re.IGNORECASE)  # "41.6", "-3.5%", "n/a", "39 kg"
_FIGURES_BEHIND = re.compile(rf"(?P<label>[^\W\d_].*?)(?P<figures>(?:\s{_CELL})+)", re.IGNORECASE)

Cutter = Callable[[Line], list[Span]]  # the cells of a line, none where it is no row


def separated_table(lines: Sequence[Line], i: int) -> tuple[int, list[Block]] | None:
    """The table whose titles line ``i`` holds: one past its last line, and its blocks.

    Rows set as the titles are may hold anything. Those that are not, and those behind a blank line, must have a figure
    for most titles.
    """
    cutter = next((cutter for cutter in _CUTTERS if len(cutter(lines[i])) > 1), None)
    if cutter is None:
        return None
    header = cutter(lines[i])
    blocks = [Block(BlockKind.TABLE_HEADER, Span(lines[i].start, lines[i].end))]
    end = i + 1
    while end < len(lines):
        if not _PIPE_RULE.match(lines[end].text):
            cells = _cells_under(lines[end], header, cutter)
            if len(cells) < 2:
                break
            blocks.append(_row(lines[end], cells, header, blocks[0].span))
        end += 1
    return (end, blocks) if len(blocks) > 1 else None


def _cells_under(line: Line, titles: Sequence[Span], cutter: Cutter) -> list[Span]:
    """The cells of a row under titles that are set apart in a way; none of what is no row."""
    if not line.above and cutter in _LOOSE:
        cells = cutter(line)
        if len(cells) > 1:
            return _behind_colon(line, cells) if len(cells) <= len(titles) else cells
    if line.ends_sentence or line.bullet or len(line.words) > _LONGEST_ROW:
        return []
    cuts = [*(cut(line) for cut in _CUTTERS), _figures_behind(line, titles)]
    for cut in cuts:
        cells = _behind_colon(line, cut) if len(cut) <= len(titles) else cut
        if len(cells) in (len(titles), len(titles) + 1) and _is_of_figures(line, cells):
            return cells
    return []


def _is_of_figures(line: Line, cells: Sequence[Span]) -> bool:
    """Whether a row has a name and, in most of its cells, a figure; times are the titles of another table."""
    texts = [line.text[cell.start - line.start : cell.end - line.start] for cell in cells]
    figures = sum(_FIGURE_CELL.fullmatch(text) is not None and not TIME.fullmatch(text) for text in texts[1:])
    named = any(character.isalpha() for character in texts[0]) or TIME.fullmatch(texts[0]) is not None
    return named and 2 * figures > len(texts) - 1 and len(texts[0].split()) <= _LONGEST_CELL


def _behind_colon(line: Line, cells: list[Span]) -> list[Span]:
    """With the first cell cut in two where a colon ends the label in it: ``Net loss: 455 / 502 / 411``."""
    opening = line.text[: cells[0].end - line.start] if cells else ""
    label, colon, cell = opening.partition(": ")
    if not colon or not _FIGURE_CELL.fullmatch(cell.strip()):
        return cells
    begin = cells[0].end - len(cell.lstrip())
    return [Span(cells[0].start, cells[0].start + len(label)), Span(begin, cells[0].end), *cells[1:]]


def _figures_behind(line: Line, titles: Sequence[Span]) -> list[Span]:
    """The cells of a row that nothing sets apart: its name, and as many figures as there are titles for."""
    row = _FIGURES_BEHIND.fullmatch(line.text)
    if row is None:
        return []
    figures = [match.span() for match in re.finditer(r"\S+", row["figures"])]
    wanted = len(titles) if len(figures) == len(titles) else len(titles) - 1
    if len(figures) < wanted or wanted < 1:
        return []
    first = line.start + row.start("figures")
    cells = [Span(first + begin, first + end) for begin, end in figures[-wanted:]]
    return [Span(line.start, line.start + len(line.text[: cells[0].start - line.start].rstrip())), *cells]


def _row(line: Line, cells: Sequence[Span], header: Sequence[Span], header_span: Span) -> Block:
    titles = header if len(header) == len(cells) - 1 else header[1:]  # the column of labels often has no title
    columns = tuple(zip(cells[1:], titles, strict=False))
    number = line.numbered
    label = Span(line.start + number.end(), cells[0].end) if number and cells[0].start == line.start else cells[0]
    return Block(BlockKind.TABLE_ROW, Span(line.start, line.end), label=label, header=header_span, columns=columns)


def _pipe_cells(line: Line) -> list[Span]:
    if line.text.count("|") < 2 and not line.text.startswith("|"):
        return []
    inner = line.text.strip("|")
    offset = line.start + line.text.index(inner)
    cells, start = [], 0
    for part in inner.split("|"):
        stripped = part.strip(" *_`")
        begin = start + part.index(stripped) if stripped else start
        cells.append(Span(offset + begin, offset + begin + len(stripped)))
        start += len(part) + 1
    return cells


def _gap_cells(line: Line) -> list[Span]:
    if line.bullet or not _GAP.search(line.text):
        return []  # a tab behind a bullet makes no column
    return _cut_at(line, _GAP)


def _stroke_cells(line: Line) -> list[Span]:
    return [] if line.ends_sentence or ": " in line.text else _between(line, _STROKE)


def _marked_cells(line: Line) -> list[Span]:
    """The cells between dashes or semicolons, which stand in sentences too."""
    for mark in (_DASH, _SEMICOLON, _STROKE):
        cells = [] if line.ends_sentence else _between(line, mark)
        if cells and all(
            0 < len(line.text[c.start - line.start : c.end - line.start].split()) <= _LONGEST_CELL for c in cells
        ):
            return cells
    return []


def _between(line: Line, mark: re.Pattern[str]) -> list[Span]:
    enough = not line.bullet and len(mark.findall(line.text)) >= _FEWEST_STROKES
    return _cut_at(line, mark) if enough else []


def _cut_at(line: Line, mark: re.Pattern[str]) -> list[Span]:
    """The cells of a line between marks; none of a line that is broken."""
    if "\n" in line.text:
        return []
    cells, start = [], 0
    for gap in [*mark.finditer(line.text), None]:
        end = gap.start() if gap else len(line.text)
        cells.append(Span(line.start + start, line.start + end))
        start = gap.end() if gap else end
    return cells


_LOOSE: tuple[Cutter, ...] = (_pipe_cells, _gap_cells, _stroke_cells)
_CUTTERS: tuple[Cutter, ...] = (*_LOOSE, _marked_cells)
