"""Tables: what their columns and rows stand for, and in which column each number stands.

A table that lost its separators (``Parameter Ascendia A5 Skylon S2`` over ``Range 160 km 195 km``) is cut anew: of all
ways to cut its titles into as many columns as its rows have figures, that one is taken which makes of the titles the
most times, measures, and words that the article says elsewhere as well.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline import units, vocabulary
from pipeline.language.aboutness.measures import fit
from pipeline.language.aboutness.readings import Readings
from pipeline.language.layout.blocks import Block, Span
from pipeline.language.nouns import function_words
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.tokens import Kind

__all__ = ["Axes", "read_axes"]

_MOST_COLUMNS = 9
_MOST_TITLE_TOKENS = 40
_HEADED = re.compile(r"(?:19|20)\d\d ?[AEFBP]|[1-4]Q ?\d\d|Q[1-4]|[12]H ?\d\d|H[12]|FY ?\d\d(?:\d\d)?[AEFBP]?")

# What a column or a label may stand for.
TIMES, MEASURES, STATES, THINGS = "times", "measures", "states", "things"


@dataclass(frozen=True, slots=True)
class Axes:
    """How a table is to be read.

    ``column_at`` gives the title of the column in which the quantity at a token stands; ``corner`` is the title of the
    column of labels, where it is more than a word such as "Item". ``columns`` and ``rows`` are what they stand for:
    ``times``, ``measures``, ``states`` (targets, changes) or ``things``.
    """

    column_at: Mapping[int, Span]
    corner: Span | None
    columns: str
    rows: str

    def __str__(self) -> str:
        return f"{self.columns} by {self.rows}"


def read_axes(readings: Readings, rows: Mapping[int, Sequence[Quantity]]) -> Axes:
    """The axes of a table. ``rows``: its rows by their place in the page, each with its quantities."""
    blocks = [readings.page.blocks[i] for i in rows]
    header = blocks[0].header
    assert header is not None
    if any(block.columns for block in blocks):
        titles = list(dict.fromkeys(title for block in blocks for _, title in block.columns))
        column_at = dict(_by_cell(zip(blocks, rows.values(), strict=True), readings))
        corner = Span(header.start, titles[0].start)
    else:
        cells = [_cells(readings, quantities) for quantities in rows.values()]
        wordy = [_holds_words(readings, block, row) for block, row in zip(blocks, cells, strict=True)]
        cut = _best_cut(readings, header, cells, wordy=2 * sum(wordy) >= len(wordy))
        titles, corner = list(cut[1]), cut[0]
        column_at = {
            quantity.first: titles[at]
            for row in cells
            for at, cell in zip(_aligned(readings, row, titles), row, strict=True)
            if at is not None
            for quantity in cell
        }
    labels = [block.label for block in blocks if block.label is not None]
    columns = _kind(readings, titles)
    told = _rows_kind(readings, labels, corner, columns)
    by_units = _kind_by_units(rows.values(), column_at)
    told = MEASURES if by_units == MEASURES else THINGS if by_units == THINGS and told == MEASURES else told
    if columns in (MEASURES, THINGS):
        columns = THINGS if told == MEASURES else MEASURES
    return Axes(column_at, _told(readings, corner, told), columns, told)


def _rows_kind(readings: Readings, labels: Sequence[Span], corner: Span | None, columns: str) -> str:
    """What labels stand for, by the title over them where most are no measures that the vocabulary knows."""
    kind = _kind(readings, labels)
    heading = _corner_kind(readings, corner)
    return kind if kind == MEASURES or heading in (None, columns) else heading  # "Year 2023 2024" titles the columns


def _by_cell(rows: Iterator[tuple[Block, Sequence[Quantity]]], readings: Readings) -> Iterator[tuple[int, Span]]:
    """The quantities of a table that kept its separators, each with the title over its cell."""
    for block, quantities in rows:
        for quantity in quantities:
            start = readings.page.tokens[quantity.first].start
            title = next((title for cell, title in block.columns if cell.start <= start < cell.end), None)
            if title is not None:
                yield quantity.first, title


# Cutting the titles of a table that lost its separators.

Cell = Sequence[Quantity]  # "180 kW / 300 Nm" is one
Cut = tuple[Span | None, Sequence[Span]]  # the title of the labels, and those of the columns


def _cells(readings: Readings, quantities: Sequence[Quantity]) -> list[list[Quantity]]:
    """The quantities of a row by its cells: what marks join ("180 kW / 300 Nm") stands in one."""
    cells: list[list[Quantity]] = []
    tokens = readings.page.tokens
    for quantity in quantities:
        between = tokens[cells[-1][-1].end : quantity.first] if cells else ()
        if cells and any(token.kind is Kind.SYMBOL and token.text in "/,;()@×" for token in between):
            cells[-1].append(quantity)
        else:
            cells.append([quantity])
    return cells


def _holds_words(readings: Readings, block: Block, row: Sequence[Cell]) -> bool:
    """Whether a row has words behind its first figure ("Drum 24% Stable")."""
    if not row:
        return False
    _, stop = readings.page.tokens_in(block.span)
    inside = {i for cell in row for quantity in cell for i in range(quantity.first, quantity.end)}
    behind = range(row[0][0].end, stop)
    return any(readings.page.tokens[i].kind is Kind.WORD for i in behind if i not in inside)


def _best_cut(readings: Readings, header: Span, rows: Sequence[Sequence[Cell]], *, wordy: bool) -> Cut:
    """The likeliest cut of a header over rows that have so many cells.

    It has as many columns as most rows have cells; where these hold words as well, it may be one or two more.
    """
    counts = Counter(len(row) for row in rows if row)
    words = _words(readings, header)
    if not counts or not 1 < len(words) <= _MOST_TITLE_TOKENS:
        return None, ()
    count = max(counts, key=lambda n: (counts[n], n))
    most = min(count + (2 if wordy else 0), _MOST_COLUMNS)
    found = [
        cut
        for columns in range(count, most + 1)
        for labelled in (True, False)
        if (cut := _cut(readings, words, columns, labelled=labelled, extra=columns - count)) is not None
    ]
    if not found:
        return None, ()
    _, pieces, labelled = max(found, key=lambda one: one[0])
    spans = [_span_of(readings, words, *piece) for piece in pieces]
    return (spans[0], spans[1:]) if labelled else (None, spans)


Words = Sequence[tuple[int, int]]  # what white space parts: the first token of each, and one past its last
Piece = tuple[int, int]  # of words


def _words(readings: Readings, header: Span) -> Words:
    tokens = readings.page.tokens
    first, stop = readings.page.tokens_in(header)
    starts = [i for i in range(first, stop) if i == first or not tokens[i].glued]
    return list(zip(starts, [*starts[1:], stop], strict=True))


def _length(readings: Readings, words: Words) -> int:
    """How many words stand outside brackets."""
    length, inside = 0, False
    for first, stop in words:
        text = readings.page.written(first, stop)
        inside = inside or text[0] in "(["
        length += not inside
        inside = inside and text[-1] not in ")]"
    return length


def _span_of(readings: Readings, words: Words, begin: int, end: int) -> Span:
    tokens = readings.page.tokens
    return Span(tokens[words[begin][0]].start, tokens[words[end - 1][1] - 1].end)


def _cut(
    readings: Readings, words: Words, columns: int, *, labelled: bool, extra: int
) -> tuple[float, list[Piece], bool] | None:
    """The best cut into so many columns, with its score; ``labelled``: the column of labels has a title too."""
    pieces = columns + labelled
    if pieces > len(words):
        return None
    if not labelled and readings.page.lower(words[0][0]) in _corners():
        return None
    titles = _Titles(readings, words, columns, (_length(readings, words) - labelled) / columns)
    # The best score of a cut of the first words into so many pieces, and where the last of these begins.
    best: dict[tuple[int, int], tuple[float, int]] = {(0, 0): (0.0, 0)}
    for piece in range(1, pieces + 1):
        for end in range(piece, len(words) + 1):
            starts = [begin for begin in range(piece - 1, end) if (piece - 1, begin) in best]
            if not starts:
                continue
            scored = [
                (best[piece - 1, begin][0] + titles.score(begin, end, labels=labelled and piece == 1), begin)
                for begin in starts
            ]
            best[piece, end] = max(scored)
    end, found = len(words), []
    for piece in range(pieces, 0, -1):
        begin = best[piece, end][1]
        found.append((begin, end))
        end = begin
    return best[pieces, len(words)][0] - _UNTITLED * (not labelled) - _EXTRA * extra, found[::-1], labelled


_UNTITLED = 1.0  # that the column of labels has no title
_EXTRA = 1.0  # for every column without figures
_NONSENSE = -3.0
_SURE = 1.5


@dataclass(frozen=True, slots=True)
class _Titles:
    """How likely some words of a header are the title of one of its ``columns``. ``mean``: words of a title."""

    readings: Readings
    words: Words
    columns: int
    mean: float

    def score(self, begin: int, end: int, *, labels: bool) -> float:
        """For words ``begin`` to ``end`` as one title; ``labels``: as that of the column of labels."""
        page = self.readings.page
        first, stop = self.words[begin][0], self.words[end - 1][1]
        bare = next((i for i in range(first, stop) if page.tokens[i].text in "(["), stop)  # before a bracket
        length = sum(word < bare for word, _ in self.words[begin:end])
        opening = page.written(*self.words[begin]).lower()
        if bare == first or opening in function_words():
            return _NONSENSE
        score = -0.15 * abs(length - (1 if labels else self.mean)) - (page.lower(bare - 1) in function_words())
        if bare < stop:
            closed = [i for i in range(bare, stop) if page.tokens[i].text in ")]"]
            score += 1.0 if closed == [stop - 1] else _NONSENSE
        known, spoken = self._known(first, bare), self._spoken(first, bare)
        loose = 0.3 * (length - 1) * (max(known, spoken) < _SURE)
        if labels:
            return score - loose + (2.0 if page.lower(bare - 1) in _corners() else -0.5 - 0.5 * spoken)
        return score - loose + max(known, spoken) + 0.5 * min(known, spoken) + self._parallel(begin, bare)

    def _known(self, first: int, end: int) -> float:
        """Whether it is a time, a measure, both ("Exports 2024"), or a state such as "Target"."""
        page = self.readings.page
        if _is_time(self.readings, first, end):
            return 2.0
        if page.lower(end - 1) in _words_for("states"):
            return 1.5
        times = {i for period in self.readings.periods(first, end) for i in range(period.first, period.end)}
        plain = next((i + 1 for i in range(end - 1, first - 1, -1) if i not in times), end)
        measures = [begin for begin, stop, _ in self.readings.measures(first, end) if stop == plain]
        return max((1.5 + 0.5 * (begin == first) + 0.5 * (plain < end) for begin in measures), default=0.0)

    def _spoken(self, first: int, end: int) -> float:
        """Whether the article says it elsewhere, as a name or in passing, and whether it ends in a model's number."""
        tokens, written = self.readings.page.tokens, self.readings.page.written
        text = " ".join(written(first, end).split())
        modelled = tokens[first].capitalised and any(character.isdigit() for character in tokens[end - 1].text)
        if any(name.text == text for name in self.readings.finder.all):
            return 2.0
        elsewhere = _said(_plain(self.readings.page.text), text) > _said(
            _plain(written(self.words[0][0], self.words[-1][1])), text
        )
        return (1.5 if " " in text else 0.5) * elsewhere + 0.5 * modelled

    def _parallel(self, begin: int, bare: int) -> float:
        """Whether every column's title ends with its last word, or opens with its first."""
        page = self.readings.page
        first, stop = self.words[0][0], self.words[-1][1]
        last, opening = page.lower(bare - 1), page.lower(self.words[begin][0])
        inside = [page.lower(i) for i in range(self.words[begin][0], bare)]
        words = [page.lower(i) for i in range(first, stop)]
        return 1.5 * (self.columns > 1 and words.count(last) == self.columns and inside.count(last) == 1) + 1.0 * (
            self.columns > 1 and words.count(opening) == self.columns and inside.count(opening) == 1
        )


def _plain(text: str) -> str:
    """A text by which to look for words: in lower case, no line breaks, no hyphens."""
    return re.sub(r"[\s-]+", " ", text.lower())


def _said(text: str, words: str) -> int:
    return len(re.findall(rf"\b{re.escape(_plain(words))}\b", text))


def _aligned(readings: Readings, row: Sequence[Cell], titles: Sequence[Span]) -> list[int | None]:
    """The column of each cell of a row: as many as there are columns, in order; of fewer those that fit them best; of
    more the last, as the label holds the others ("Range at 120 km/h 218 km 251 km")."""
    extra = len(row) - len(titles)
    if extra >= 0:
        return [*[None] * extra, *range(len(titles))]
    # The best fit of the first cells to the first columns: its score, and the columns.
    best: list[tuple[float, list[int | None]]] = [(0.0, []), *((float("-inf"), []) for _ in row)]
    for at, title in enumerate(titles):
        for i in range(len(row), 0, -1):
            score, places = best[i - 1]
            fitting = score + _fit_of_title(readings, row[i - 1], title) - 0.01 * at
            if fitting > best[i][0]:
                best[i] = (fitting, [*places, at])
    return best[len(row)][1]


def _fit_of_title(readings: Readings, cell: Cell, title: Span) -> float:
    dimension = units.resolve(cell[0].unit).dimension.split("/")[0]
    fits = {fit(name, dimension) for _, _, name in readings.measures(*readings.page.tokens_in(title))}
    return 1.0 if "fits" in fits else -1.0 if "misfits" in fits else 0.0


# What titles and labels stand for.


@cache
def _words_for(what: str) -> frozenset[str]:
    return frozenset(vocabulary.load("layout")["tables"][what])


@cache
def _corners() -> dict[str, str]:
    """The words that head a column of labels, and what such labels are."""
    kinds = {"over_measures": MEASURES, "over_things": THINGS, "over_times": TIMES, "over_either": ""}
    return {word: kind for section, kind in kinds.items() for word in _words_for(section)}


def _is_time(readings: Readings, first: int, end: int) -> bool:
    if _HEADED.fullmatch(readings.page.written(first, end)):
        return True
    covered = {i for period in readings.periods(first, end) for i in range(period.first, period.end)}
    return covered.issuperset(range(first, end))


def _without_bracket(readings: Readings, first: int, end: int) -> Piece:
    """Some tokens up to the first bracket, but for one that they open with; no marks of tables around them."""
    tokens = readings.page.tokens
    end = next((i for i in range(first + 1, end) if tokens[i].text in "(["), end)
    while first < end and tokens[first].text in "|*_":
        first += 1
    while first < end and tokens[end - 1].text in "|*_":
        end -= 1
    return first, end


def _told(readings: Readings, corner: Span | None, rows: str) -> Span | None:
    """The title of the column of labels without marks; ``None`` where it tells what kind of thing they are ("Item",
    "Ship Type"). Over measures it tells whose they are ("Smart EV segment")."""
    if corner is None:
        return None
    tokens = readings.page.tokens
    first, end = _without_bracket(readings, *readings.page.tokens_in(corner))
    if first == end or (tokens[end - 1].lower in _corners() and (end - first == 1 or rows != MEASURES)):
        return None
    return Span(tokens[first].start, tokens[end - 1].end)


def _corner_kind(readings: Readings, corner: Span | None) -> str | None:
    """What the labels are by the title of their column; ``None`` where it does not tell."""
    if corner is None:
        return None
    first, end = _without_bracket(readings, *readings.page.tokens_in(corner))
    return (_corners().get(readings.page.lower(end - 1)) if first < end else None) or None


def _kind_by_units(rows: Iterable[Sequence[Quantity]], column_at: Mapping[int, Span]) -> str | None:
    """What the labels are by the units: measures where every row has its own, things where every column has."""
    by_row = [{quantity.unit for quantity in row if quantity.first in column_at} for row in rows if len(row) > 1]
    by_column: defaultdict[Span, set[str]] = defaultdict(set)
    for row in rows:
        for quantity in row:
            if quantity.first in column_at:
                by_column[column_at[quantity.first]].add(quantity.unit)
    if len(by_row) == 1:  # of which nothing can be told
        return None
    rows_agree, columns_agree = _all_agree(by_row), _all_agree(by_column.values())
    return None if rows_agree == columns_agree else MEASURES if rows_agree else THINGS


def _all_agree(units_found: Iterable[set[str]]) -> bool:
    return all(len(found) <= 1 for found in units_found)


def _kind(readings: Readings, spans: Sequence[Span]) -> str:
    """What most of some titles or labels stand for."""
    kinds = Counter(_kind_of(readings, *readings.page.tokens_in(span)) for span in spans)
    return next((kind for kind, count in kinds.most_common(1) if 2 * count > len(spans)), THINGS)


def _kind_of(readings: Readings, first: int, end: int) -> str:
    page = readings.page
    _, bare = _without_bracket(readings, first, end)
    if first < end and _is_time(readings, first, bare):
        return TIMES
    if page.lower(bare - 1) in _words_for("states"):
        return STATES
    if any(True for _ in readings.measures(first, end)):
        return MEASURES
    return TIMES if any(True for _ in readings.periods(first, end)) else THINGS
