"""What is measured, from the label of a line or row, its column, the headings above, and from the unit by itself."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.language.aboutness.candidates import LONGEST_NAME, Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.measures import implied_by
from pipeline.language.aboutness.metrics.phrases import measure_name, written
from pipeline.language.layout.blocks import Span
from pipeline.language.tokens import Kind
from pipeline.language.written_units import currency_after, unit_at

__all__ = ["from_article", "from_headings", "from_titles", "from_unit"]

_HEADINGS_READ = 2
# Before a name or a word of time that is left out at the end: "Change on Q1 2024", "Exports to Norvia".
_BEFORE_TIMES = frozenset("in of for at by on from since to vs versus against over with than".split())


def _of_span(case: Case, span: Span, source: str, *facts: str) -> Iterator[Candidate]:
    """The metric names in a label or title, and the whole of it without brackets, names and words of time."""
    kind = case.dimension_class
    first, end = _without_notes(case, span)
    names = case.readings.names(first, end)
    measures = case.readings.measures(*case.page.tokens_in(span))
    holds = f"{'name' if names else ''}{'measure' if measures else ''}" or "words"
    signals = tuple(f"layout={source} {fact}" for fact in (kind, holds, case.block.kind, *facts))
    for at, (begin, stop, name) in enumerate(measures):
        place = f"layout={source} {'last' if at == len(measures) - 1 else 'inner'} measure"
        yield Candidate(name, case.page.written(begin, stop), f"{source} measure", (*signals, place), begin, stop)
    begin, stop = _plain_part(case, first, end)
    if begin < stop and stop - begin <= LONGEST_NAME:
        yield Candidate(
            measure_name(case.setting, begin, stop),
            case.page.written(begin, stop),
            f"{source} whole",
            signals,
            begin,
            stop,
        )
    if (begin, stop) != (first, end) and 0 < end - first <= LONGEST_NAME:  # "Takt time": its capital names nobody
        yield Candidate(
            written(case.page, first, end), case.page.written(first, end), f"{source} full", signals, first, end
        )


def _without_notes(case: Case, span: Span) -> tuple[int, int]:
    """The tokens of a label or title up to its first bracket or comma, marks of Markdown left out."""
    tokens = case.page.tokens
    first, stop = case.page.tokens_in(span)
    while first < stop and (tokens[first].kind is Kind.SYMBOL or _is_list_number(case, first, stop)):
        first += 1
    end = first
    while end < stop and tokens[end].text not in "(,[|:;–—?":
        end += 1
    while end > first and tokens[end - 1].text in "*_.":
        end -= 1
    return first, end


def _is_list_number(case: Case, i: int, stop: int) -> bool:
    tokens = case.page.tokens
    return tokens[i].kind is Kind.NUMBER and i + 1 < stop and tokens[i + 1].text in ".)"


def _plain_part(case: Case, first: int, end: int) -> tuple[int, int]:
    """Some tokens without the names and words of time at either end."""
    tokens = case.page.tokens
    skipped = {i for name in case.readings.names(first, end) for i in range(name.first, name.end)}
    skipped |= {
        i for period in case.readings.periods(first, end)
        for i in range(period.first, period.end)
    }  # fmt: skip
    while first < end and (
        first in skipped
        or tokens[first].lower in ("'s", "’s", "the", "a", "in", "of", "for")
        or tokens[first].text in "-–"
    ):
        first += 1
    while end > first and (end - 1 in skipped or tokens[end - 1].lower in _BEFORE_TIMES):
        end -= 1
    return first, end


def from_titles(case: Case) -> Iterator[Candidate]:
    """From the label of a line or row, the title of the quantity's column, and that over the labels of its table."""
    for source, title in case.titles:
        first, stop = case.page.tokens_in(title)
        unit = unit_at(case.page.tokens, first, stop) or currency_after(case.page.tokens, first, stop)
        if unit is None or unit.end < stop:  # "GWh" and "EUR" name no measure
            yield from _of_span(case, title, source, str(case.axes))


def from_headings(case: Case) -> Iterator[Candidate]:
    """From the headings above, the nearest first, and the line that leads into a list."""
    for position, block, above in case.headings_above(_HEADINGS_READ):
        yield from _of_span(case, block.span, "heading", f"{above} {position}")


def from_article(case: Case) -> Iterator[Candidate]:
    """What the title names and what the article speaks of most: of a ranking of phone makers, their shipments."""
    titled = case.readings.title_measures
    for position, name in enumerate(titled):
        yield Candidate(name, None, "title", (f"main=title {position} of {len(titled)}",))
    for position, name in enumerate(case.readings.salient_measures):
        told = "titled" if name in titled else "untitled"
        yield Candidate(name, None, "salient", (f"main=salient {position}", f"main=salient {position} {told}"))


def from_unit(case: Case) -> Iterator[Candidate]:
    """What the unit says by itself: a number of rpm is a rotational speed."""
    name = implied_by(case.dimension)
    if name is not None:
        yield Candidate(name, None, "unit", (f"implied={case.dimension}",))
