"""The axes of a table: what its columns and its rows stand for, told from all its titles, labels and units at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.language.aboutness.readings import Readings
from pipeline.language.aboutness.tables.cutting import Cut, cut_titles
from pipeline.language.aboutness.tables.titles import EITHER, MEASURES, THINGS, bare_title, kind_of_most
from pipeline.language.layout.blocks import Span
from pipeline.language.layout.tables import corners
from pipeline.language.quantities.quantities import Quantity

__all__ = ["Axes", "axes_of"]


@dataclass(frozen=True, slots=True)
class Axes:
    """How a table is to be read.

    ``titles`` are those of its columns, that of the labels first where they have one; ``column_at`` gives the title of
    the column in which the quantity at a token stands. ``corner`` is the title over the labels, where it is more than a
    word such as "Item". ``columns`` and ``rows`` are what they are: ``times``, ``measures``, ``states`` (targets,
    changes) or ``things``.
    """

    titles: Sequence[Span]
    column_at: Mapping[int, Span]
    corner: Span | None
    columns: str
    rows: str

    def __str__(self) -> str:
        return f"{self.columns} by {self.rows}"


def axes_of(readings: Readings, header: Span) -> Axes:
    """The axes of the table with that header, read once."""
    return readings.once(("axes", header), lambda: _read(readings, header))


def _read(readings: Readings, header: Span) -> Axes:
    rows = readings.rows_under(header)
    cut = _cut_by_cells(readings, header, rows) or cut_titles(readings, header, rows)
    columns = kind_of_most(readings, cut.titles)
    kind = _kind_of_rows(readings, rows, cut, columns)
    if columns in (MEASURES, THINGS):
        columns = THINGS if kind == MEASURES else MEASURES
    titles = [*([cut.corner] if cut.corner is not None else []), *cut.titles]
    return Axes(titles, cut.column_at, _told(readings, cut.corner, kind), columns, kind)


def _cut_by_cells(readings: Readings, header: Span, rows: Mapping[int, Sequence[Quantity]]) -> Cut | None:
    """The columns of a table that kept its separators."""
    titles = list(dict.fromkeys(title for i in rows for _, title in readings.page.blocks[i].columns))
    if not titles:
        return None
    return Cut(Span(header.start, titles[0].start), titles, dict(_by_cell(readings, rows)))


def _by_cell(readings: Readings, rows: Mapping[int, Sequence[Quantity]]) -> Iterator[tuple[int, Span]]:
    for i, quantities in rows.items():
        for quantity in quantities:
            start = readings.page.tokens[quantity.first].start
            for cell, title in readings.page.blocks[i].columns:
                if cell.start <= start < cell.end:
                    yield quantity.first, title


def _kind_of_rows(readings: Readings, rows: Mapping[int, Sequence[Quantity]], cut: Cut, columns: str) -> str:
    """What the rows stand for: by the units, by the measures that the vocabulary knows, by the title over them."""
    labels = [label for i in rows if (label := readings.page.blocks[i].label) is not None]
    kind, by_units = kind_of_most(readings, labels), _kind_by_units(rows.values(), cut.column_at)
    if MEASURES in (kind, by_units):
        return by_units or kind
    heading = _heading_of(readings, cut.corner)
    if heading in (EITHER, columns):  # "Year 2023 2024" titles the columns
        return kind
    return THINGS if by_units == THINGS and heading == MEASURES else heading


def _heading_of(readings: Readings, corner: Span | None) -> str:
    """What the labels are by the title over them; ``either`` where it does not tell."""
    first, end = bare_title(readings, corner) if corner is not None else (0, 0)
    return corners().get(readings.page.lower(end - 1), EITHER) if first < end else EITHER


def _kind_by_units(rows: Iterable[Sequence[Quantity]], column_at: Mapping[int, Span]) -> str | None:
    """What the rows are by the units: measures where every row has its own, things where every column has."""
    by_row: list[set[str]] = []
    by_column: defaultdict[Span, set[str]] = defaultdict(set)
    for row in rows:
        placed = [(column_at[quantity.first], quantity.unit) for quantity in row if quantity.first in column_at]
        for title, unit in placed:
            by_column[title].add(unit)
        if len(placed) > 1:
            by_row.append({unit for _, unit in placed})
    rows_agree, columns_agree = _all_agree(by_row), _all_agree(by_column.values())
    if len(by_row) == 1 or rows_agree == columns_agree:  # of one row nothing can be told
        return None
    return MEASURES if rows_agree else THINGS


def _all_agree(found: Iterable[set[str]]) -> bool:
    return all(len(units) == 1 for units in found)


def _told(readings: Readings, corner: Span | None, rows: str) -> Span | None:
    """The title over the labels without marks; ``None`` where it tells what kind of thing they are ("Item", "Ship
    Type"). Over measures it tells whose they are ("Smart EV segment")."""
    if corner is None:
        return None
    first, end = bare_title(readings, corner)
    tokens = readings.page.tokens
    if first == end or (tokens[end - 1].lower in corners() and (end - first == 1 or rows != MEASURES)):
        return None
    return Span(tokens[first].start, tokens[end - 1].end)
