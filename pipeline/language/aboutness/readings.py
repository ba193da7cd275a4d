"""What stands in a stretch of a page: its measures, periods and names, read once however many quantities ask."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

from pipeline.language.aboutness.entities import Entities
from pipeline.language.aboutness.measures import measures_in, metric_names
from pipeline.language.aboutness.names import Name, NameFinder
from pipeline.language.layout.blocks import BlockKind, Span
from pipeline.language.layout.page import SILENT, Page
from pipeline.language.periods.periods import Period, find_periods
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.tokens import Token, tokenize

__all__ = ["Readings"]

T = TypeVar("T")

_SALIENT = 2
_SALIENT_MEASURES = 3
Stretch = tuple[int, int]  # tokens: first, and one past the last
Measure = tuple[int, int, str]  # first token, one past the last, standard name


class Readings:
    """The readings of one page."""

    def __init__(
        self,
        page: Page,
        names: NameFinder,
        periods: Mapping[int, Sequence[Period]],
        quantities: Mapping[int, Sequence[Quantity]],
    ) -> None:
        self.page = page
        self._of_blocks = periods
        self._quantities = quantities
        self.finder = names
        self.entities = Entities(page, names)
        self._measures: dict[Stretch, Sequence[Measure]] = {}
        self._periods: dict[Stretch, Sequence[Period]] = {}
        self._names: dict[Stretch, Sequence[Name]] = {}
        self._made: dict[Hashable, object] = {}

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` makes of the page, made once however many quantities ask."""
        if what not in self._made:
            self._made[what] = make()
        return cast("T", self._made[what])

    def measures(self, first: int, stop: int) -> Sequence[Measure]:
        """The metric names among some tokens, as ``measures_in`` gives them."""
        if (first, stop) not in self._measures:
            self._measures[first, stop] = tuple(measures_in(self.page, first, stop))
        return self._measures[first, stop]

    def periods(self, first: int, stop: int) -> Sequence[Period]:
        """The periods among some tokens, read apart from the text around them."""
        if (first, stop) not in self._periods:
            found = find_periods(self.page.tokens, first, stop, self.page.context.published)
            self._periods[first, stop] = tuple(found)
        return self._periods[first, stop]

    def names(self, first: int, stop: int) -> Sequence[Name]:
        """The names among the tokens of a title, label or column, whose capitals tell little."""
        if (first, stop) not in self._names:
            self._names[first, stop] = tuple(self.finder.among(first, stop, titled=True))
        return self._names[first, stop]

    def quantities_of(self, place: int) -> Sequence[Quantity]:
        """The quantities of the block at that place in the page."""
        return self._quantities.get(place, ())

    def rows_under(self, header: Span) -> Mapping[int, Sequence[Quantity]]:
        """The rows of the table with that header by their place in the page, each with its quantities."""
        return {i: self.quantities_of(i) for i in self._rows.get(header, ())}

    @cached_property
    def _rows(self) -> Mapping[Span, Sequence[int]]:
        """The rows of every table, by its header."""
        found: defaultdict[Span, list[int]] = defaultdict(list)
        for i, block in enumerate(self.page.blocks):
            if block.header is not None and block.kind is BlockKind.TABLE_ROW:
                found[block.header].append(i)
        return found

    @cached_property
    def salient_periods(self) -> Sequence[str]:
        """The periods that the page speaks of most, those spoken of first before others; no single days, and none that
        lies a step back from another ("a year earlier")."""
        spoken = self._spoken(lambda period: period.back is None)
        counts = {iso: count for iso, count in spoken.items() if len(iso) < len("2025-07-31")}
        return tuple(iso for iso, _ in Counter(counts).most_common(_SALIENT))

    @cached_property
    def spoken_periods(self) -> Mapping[str, int]:
        """Every period that the page speaks of, and how often."""
        return self._spoken(lambda _: True)

    def _spoken(self, counts: Callable[[Period], bool]) -> Counter[str]:
        spoken = (period for block in sorted(self._of_blocks) for period in self._of_blocks[block])
        return Counter(period.iso for period in spoken if period.iso is not None and counts(period))

    @cached_property
    def salient_measures(self) -> Sequence[str]:
        """The measures that the page speaks of most, those spoken of first before others."""
        spoken: Counter[str] = Counter()
        for block, stretch in zip(self.page.blocks, self.page.ranges, strict=True):
            if block.kind not in SILENT:
                spoken.update(name for _, _, name in self.measures(*stretch))
        return tuple(name for name, _ in spoken.most_common(_SALIENT_MEASURES))

    @cached_property
    def _title_tokens(self) -> Sequence[Token]:
        """The tokens of the article's title; their places are in the title and not in the page."""
        return tokenize(self.finder.title.text)

    @cached_property
    def title_measures(self) -> Sequence[str]:
        """The measures that the article's title names."""
        tokens = self._title_tokens
        return tuple(dict.fromkeys(name for _, _, name in metric_names().all(tokens, 0, len(tokens))))

    @cached_property
    def title_periods(self) -> Sequence[Period]:
        """The periods in the article's title. Their places are in the title and not in the page."""
        tokens = self._title_tokens
        return tuple(p for p in find_periods(tokens, 0, len(tokens), self.page.context.published) if p.iso is not None)
