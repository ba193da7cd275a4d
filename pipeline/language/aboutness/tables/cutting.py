"""Cutting the titles of a table that lost its separators: ``Parameter Ascendia A5 Skylon S2`` over two figures a row.

Of all ways to cut the line of titles into as many columns as the rows have cells, the best makes of the titles the
most times, measures, and words that the article says elsewhere as well. How much each of these counts is set by hand;
a cut is right as long as they agree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from pipeline import units
from pipeline.language.aboutness.measures import fit
from pipeline.language.aboutness.readings import Readings
from pipeline.language.aboutness.tables.titles import is_time, states
from pipeline.language.layout.blocks import Block, Span
from pipeline.language.layout.tables import corners
from pipeline.language.nouns import function_words
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.tokens import HYPHENS, Kind

__all__ = ["Cut", "cut_titles"]

_MOST_COLUMNS = 9
_MOST_WORDS = 40  # of a line of titles
_WORDLESS = 2  # columns without figures, at most
_SEPARATING = frozenset("/|·•")  # between titles: "Q2 25 / Q1 25"
_JOINING = frozenset("/,;()@×")  # within a cell: "180 kW / 300 Nm"

# What a title is worth.
_TIME = 2.0
_MEASURE, _WHOLE_MEASURE, _TIMED = 1.5, 0.5, 0.5  # "Net profit"; and it is all of the title; "Exports 2024"
_STATE = 1.5
_NAME, _SAID, _WORD_SAID = 2.0, 1.5, 0.5  # a name of the article; words that it says elsewhere; one such word
_MODEL = 0.5  # its last word has a digit: "Ascendia A5"
_LAST_SHARED, _FIRST_SHARED = 1.5, 1.0  # every title ends, or opens, with its last or first word
_BRACKET = 1.0  # it ends with a bracket: "Price (EUR)"
_CORNER, _NO_CORNER = 2.0, -0.5  # over the labels: "Item", and anything else
_UNTITLED = -1.0  # the column of labels has no title
_WITHOUT_FIGURES = -1.0
_UNEVEN, _LOOSE = -0.15, -0.3  # a word more or less than the mean; a further word of what nothing tells of
_DANGLING, _NONSENSE = -1.0, -3.0  # it ends with "of"; it opens with it, or its bracket is broken
_SURE = 1.5


@dataclass(frozen=True, slots=True)
class Cut:
    """The titles of a table's columns, that of its labels (``corner``), and the column of the quantity at a token."""

    corner: Span | None
    titles: Sequence[Span]
    column_at: Mapping[int, Span]


Cell = Sequence[Quantity]
Row = Sequence[Cell]
Words = Sequence[tuple[int, int]]  # what white space parts: the first token of each, and one past its last
Pieces = list[tuple[int, int]]  # first word, and one past the last


def cut_titles(readings: Readings, header: Span, rows: Mapping[int, Sequence[Quantity]]) -> Cut:
    """The likeliest cut of a line of titles. ``rows``: those under it by their place in the page, and their quantities.

    There are as many columns as most rows have cells; where these hold words as well, there may be one or two more.
    """
    cells = {i: _cells(readings, quantities) for i, quantities in rows.items()}
    words = _words_of(readings, header)
    if not 1 < len(words) <= _MOST_WORDS:
        return Cut(None, (), {})
    counts = Counter(len(row) for row in cells.values() if row)
    wordy = sum(_holds_words(readings, readings.page.blocks[i], row) for i, row in cells.items())
    wordless = _WORDLESS if 2 * wordy >= len(cells) else 0
    likeliest = sorted((n for n in counts if n <= _MOST_COLUMNS), key=lambda n: (-counts[n], -n))
    for pieces, labelled in filter(None, (_best_cut(readings, words, count, wordless) for count in likeliest)):
        spans = [_span_of(readings, words, piece) for piece in pieces]
        corner, titles = (spans[0], spans[1:]) if labelled else (None, spans)
        placed = {at: title for row in cells.values() for at, title in _placed(readings, row, titles)}
        return Cut(corner, titles, placed)
    return Cut(None, (), {})


def _best_cut(readings: Readings, words: Words, count: int, wordless: int) -> tuple[Pieces, bool] | None:
    """The best cut into so many columns with figures and up to so many without, and whether the labels have a title."""
    scored = [
        (score + _UNTITLED * (not labelled) + _WITHOUT_FIGURES * (columns - count), pieces, labelled)
        for columns in range(count, count + wordless + 1)
        for labelled in (True, False)
        for score, pieces in _best_pieces(_Titles(readings, words, columns, labelled=labelled))
    ]
    return max(scored)[1:] if scored else None


def _cells(readings: Readings, quantities: Sequence[Quantity]) -> list[list[Quantity]]:
    """The quantities of a row by its cells."""
    cells: list[list[Quantity]] = []
    for quantity in quantities:
        between = readings.page.tokens[cells[-1][-1].end : quantity.first] if cells else ()
        if any(token.text in _JOINING for token in between):
            cells[-1].append(quantity)
        else:
            cells.append([quantity])
    return cells


def _holds_words(readings: Readings, block: Block, row: Row) -> bool:
    """Whether a row has words behind its first figure ("Drum 24% Stable")."""
    if not row:
        return False
    _, stop = readings.page.tokens_in(block.span)
    inside = {i for cell in row for quantity in cell for i in range(quantity.first, quantity.end)}
    behind = set(range(row[0][0].end, stop)) - inside
    return any(readings.page.tokens[i].kind is Kind.WORD for i in behind)


def _words_of(readings: Readings, header: Span) -> Words:
    first, stop = readings.page.tokens_in(header)
    starts = [i for i in range(first, stop) if i == first or not readings.page.tokens[i].glued]
    words = zip(starts, [*starts[1:], stop], strict=True)
    return [(begin, end) for begin, end in words if readings.page.written(begin, end) not in _SEPARATING]


def _span_of(readings: Readings, words: Words, piece: tuple[int, int]) -> Span:
    tokens = readings.page.tokens
    return Span(tokens[words[piece[0]][0]].start, tokens[words[piece[1] - 1][1] - 1].end)


@dataclass(frozen=True)
class _Titles:
    """How likely some words of a header are one of its titles: of its columns, and of its labels if ``labelled``."""

    readings: Readings
    words: Words
    columns: int
    labelled: bool

    @cached_property
    def mean(self) -> float:
        """How many words a title has, those in brackets left out."""
        depth, count = 0, 0
        for first, stop in self.words:
            text = self.readings.page.written(first, stop)
            depth += text.count("(") + text.count("[")
            count += not depth
            depth -= text.count(")") + text.count("]")
        return (count - self.labelled) / self.columns

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each word stands in the header, compounds taken as one."""
        return Counter(self.readings.page.written(*word).lower() for word in self.words)

    def score(self, begin: int, end: int) -> float:
        """For words ``begin`` to ``end`` as one title; where that is the first of a labelled header, as its corner."""
        page, corner = self.readings.page, self.labelled and begin == 0
        first, stop = self.words[begin][0], self.words[end - 1][1]
        bare = next((i for i in range(first, stop) if page.tokens[i].text in "(["), stop)  # before a bracket
        if bare == first or page.written(*self.words[begin]).lower() in function_words():
            return _NONSENSE
        length = sum(word < bare for word, _ in self.words[begin:end])
        if self._cuts_time(stop):
            return _NONSENSE
        score = _UNEVEN * abs(length - (1 if corner else self.mean))
        if page.lower(bare - 1) in function_words():
            score += _DANGLING
        if bare < stop:
            closing = [i for i in range(bare, stop) if page.tokens[i].text in ")]"]
            score += _BRACKET if closing == [stop - 1] else _NONSENSE
        # The same whatever the number of columns.
        known, said = self.readings.once(("title", first, bare), lambda: self._evidence(first, bare))
        if max(known, said) < _SURE:
            score += _LOOSE * (length - 1)
        if corner:
            return score + (_CORNER if page.lower(bare - 1) in corners() else _NO_CORNER - 0.5 * said)
        return score + max(known, said) + 0.5 * min(known, said) + self._shared(self.words[begin][0], bare)

    def _cuts_time(self, end: int) -> bool:
        """Whether a title would end within a time: "Feb" of "Feb 2025"."""
        times = self.readings.periods(self.words[0][0], self.words[-1][1])
        return any(time.first < end < time.end for time in times)

    def _evidence(self, first: int, end: int) -> tuple[float, float]:
        return self._known(first, end), self._said(first, end)

    def _known(self, first: int, end: int) -> float:
        """Whether it is a time, a state, a measure, or a measure and its time."""
        if is_time(self.readings, first, end):
            return _TIME
        if self.readings.page.lower(end - 1) in states():
            return _STATE
        times = {i for period in self.readings.periods(first, end) for i in range(period.first, period.end)}
        plain = next((i + 1 for i in range(end - 1, first - 1, -1) if i not in times), end)
        begins = [begin for begin, stop, _ in self.readings.measures(first, end) if stop == plain]
        return max((_MEASURE + _WHOLE_MEASURE * (i == first) + _TIMED * (plain < end) for i in begins), default=0.0)

    def _said(self, first: int, end: int) -> float:
        """Whether the article says it elsewhere, and whether its last word is the number of a model."""
        page = self.readings.page
        text = " ".join(page.written(first, end).split())
        if text in self.readings.once("names as written", lambda: {name.text for name in self.readings.finder.all}):
            return _NAME
        model = page.tokens[first].capitalised and any(character.isdigit() for character in page.tokens[end - 1].text)
        said = _is_said(self.readings, first, end, (self.words[0][0], self.words[-1][1]))
        return (_SAID if " " in text else _WORD_SAID) * said + _MODEL * model

    def _shared(self, first: int, end: int) -> float:
        """Whether there are as many of its last or its first word as there are columns, one of them in it, with others:
        that word alone is what is left of a title cut in two."""
        own = [self.readings.page.written(*word).lower() for word in self.words if first <= word[0] < end]

        def shared(word: str) -> bool:
            return 1 < self.columns == self.counts[word] and own.count(word) == 1 < len(own)

        return _LAST_SHARED * shared(own[-1]) + _FIRST_SHARED * shared(own[0])


def _is_said(readings: Readings, first: int, end: int, header: tuple[int, int]) -> bool:
    """Whether some words of a header stand elsewhere in the page, hyphens aside."""
    words, at = readings.once("plain words", lambda: _plain_words(readings))
    wanted = [readings.page.lower(i) for i in range(first, end) if readings.page.tokens[i].text not in HYPHENS]
    return any(
        not header[0] <= words[i][0] < header[1] and [word for _, word in words[i : i + len(wanted)]] == wanted
        for i in at.get(wanted[0] if wanted else "", ())
    )


def _plain_words(readings: Readings) -> tuple[list[tuple[int, str]], dict[str, list[int]]]:
    """The page's tokens without hyphens, as (token, text in lower case), and where among them each text stands."""
    words = [(i, token.lower) for i, token in enumerate(readings.page.tokens) if token.text not in HYPHENS]
    at: defaultdict[str, list[int]] = defaultdict(list)
    for place, (_, word) in enumerate(words):
        at[word].append(place)
    return words, at


def _best_pieces(titles: _Titles) -> list[tuple[float, Pieces]]:
    """The best cut into as many titles as there are, and its score; nothing where there are too few words."""
    count, words = titles.columns + titles.labelled, titles.words
    opens_with_corner = titles.readings.page.lower(words[0][0]) in corners()
    if count > len(words) or (opens_with_corner and not titles.labelled):
        return []
    score_of = cache(titles.score)
    best: dict[int, tuple[float, Pieces]] = {0: (0.0, [])}  # of the words up to each, into the pieces so far
    for piece in range(1, count + 1):
        best = {
            end: max(
                (score + score_of(begin, end), [*pieces, (begin, end)])
                for begin, (score, pieces) in best.items()
                if begin < end
            )
            for end in range(piece, len(words) + 1)
        }
    return [best[len(words)]]


def _placed(readings: Readings, row: Row, titles: Sequence[Span]) -> list[tuple[int, Span]]:
    """The quantities of a row, each with its title. Of more cells than there are columns the first stand in the label
    ("Range at 120 km/h 218 km 251 km"); of fewer, each is in the column that it fits best."""
    row = row[max(0, len(row) - len(titles)) :]
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}  # of so many cells: how well they fit which columns
    for at, title in enumerate(titles):
        for count in range(min(len(row), at + 1), 0, -1):
            if count - 1 in best:
                score, places = best[count - 1]
                fitting = score + _fit(readings, row[count - 1], title) - 0.01 * at
                if count not in best or fitting > best[count][0]:
                    best[count] = (fitting, [*places, at])
    columns = best[len(row)][1]
    return [(quantity.first, titles[at]) for at, cell in zip(columns, row, strict=True) for quantity in cell]


def _fit(readings: Readings, cell: Cell, title: Span) -> float:
    dimension = units.resolve(cell[0].unit).dimension.split("/")[0]
    fits = {fit(name, dimension) for _, _, name in readings.measures(*readings.page.tokens_in(title))}
    return 1.0 if "fits" in fits else -1.0 if "misfits" in fits else 0.0
