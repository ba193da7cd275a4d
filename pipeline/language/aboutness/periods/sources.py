"""Where a quantity's period may come from: its sentence, the layout, the title, what came before, the publication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate

from pipeline.language.aboutness.candidates import Candidate, bucket
from pipeline.language.aboutness.case import Case, Setting
from pipeline.language.aboutness.governing import is_dateline
from pipeline.language.aboutness.relations import relation
from pipeline.language.layout.blocks import Span
from pipeline.language.periods.dates import last_whole, moved, to_date, years_later
from pipeline.language.periods.periods import Period
from pipeline.language.periods.years import time_words

__all__ = [
    "NO_PERIOD",
    "comparing_words",
    "from_article",
    "from_layout",
    "from_memory",
    "from_publication",
    "from_sentence",
    "from_title",
    "from_titles",
    "no_period",
    "period_of",
]

NO_PERIOD = "none"
_HEADINGS_READ = 2
_UNPLACED = -1
_YEAR_BACK = "year back"
_READ_BACK = "kind=read back"
_REPORT_REACH = 3  # tokens from "said" to the day it was said


def from_sentence(case: Case, recent: Sequence[Period]) -> Iterator[Candidate]:
    """The periods of its sentence, every reading of each, and the year before each.

    Of words that speak of another period ("the year-ago quarter"), also what they make of those of the statements
    before.
    """
    quantity = case.quantity
    for at, period in enumerate(case.setting.periods):
        if period.iso is None and period.back is None:
            continue
        word = case.tree.head_of(period.first, period.end) if case.tree is not None else None
        nearer = sum(abs(other.first - period.first) < abs(quantity.first - period.first) for other in case.others)
        signals = [
            *relation(case, period.first, period.end, word),
            f"nearest={bucket(nearer, (0, 1, 2))} quantities nearer",
            f"nearest={'only' if len(case.setting.periods) == 1 else 'first' if at == 0 else 'later'} period",
            f"kind={'relative' if period.relative else 'named'}",
        ]
        compared = f"{case.side_of(period.first)} compared {bucket(_comparisons(case, period), (0, 1))}"
        signals += [f"between={compared}", f"between={compared} {'back' if period.back else 'own'}"]
        if period.since:
            signals.append("kind=since")
        if is_dateline(case, period):
            signals.append("kind=dateline")
        if _is_of_the_report(case, period):
            signals.append("kind=of the report")
        for how, iso in (*_readings(period), *_moved(case, period, recent), *_to_date(case, period)):
            more = (f"kind=read {how}", f"kind=read {how} {case.tense}")
            yield Candidate(iso, None, "sentence", (*signals, *more), period.first, period.end, word)
        if period.iso is not None and period.back is None:
            yield _year_back(period.iso, "sentence", (f"nearest={bucket(nearer, (0, 1))} year back",), period)


def _comparisons(case: Case, period: Period) -> int:
    """How many words between a quantity and a period set one thing against another: "from", "compared with"."""
    low, high = sorted((case.quantity.first, period.first))
    counts = case.setting.once("comparing words", _comparing_before)
    return counts[high - case.first] - counts[low - case.first]


@cache
def comparing_words() -> frozenset[str]:
    """Words between two numbers, or a number and a period, that set one against the other: "from", "compared"."""
    return frozenset(time_words("comparing")["words"])


def _comparing_before(setting: Setting) -> Sequence[int]:
    """How many such words stand before each token of a sentence."""
    tokens = setting.page.tokens[setting.sentence.first : setting.sentence.stop]
    return list(accumulate((token.lower in comparing_words() for token in tokens), initial=0))


def _moved(case: Case, period: Period, recent: Sequence[Period]) -> Iterator[tuple[str, str]]:
    """What "a year earlier" makes of the periods that the statements before hold in, and that the article speaks of."""
    if period.back is None:
        return
    spoken = dict.fromkeys([*(str(one.iso) for one in recent[:2]), *case.readings.salient_periods[:1]])
    for rank, iso in enumerate(spoken):
        there = moved(iso, *period.back)
        if there is not None and there != period.iso:
            yield f"back from {rank}", there


def _to_date(case: Case, period: Period) -> Iterator[tuple[str, str]]:
    """What "year to date" means besides the year itself: its months that are over."""
    published = case.page.context.published
    months = to_date(published) if published is not None and period.relative else None
    if months is None:
        return
    words = " ".join(token.lower for token in case.page.tokens[period.first : period.end] if token.text != "-")
    if any(phrase in words for phrase in time_words("to_date")["phrases"]):
        yield "to date", months


def _is_of_the_report(case: Case, period: Period) -> bool:
    """Whether a period tells when something was said or published, and not when it holds: "said on Wednesday"."""
    tokens = case.page.tokens[max(case.first, period.first - _REPORT_REACH) : period.first]
    behind = case.page.tokens[period.end].lower if period.end < case.stop else ""
    said = time_words("said")["words"]
    return behind in said or any(token.lower in said for token in tokens)


def _readings(period: Period) -> Iterator[tuple[str, str]]:
    """What a period's words may mean, each with how they are meant."""
    if period.iso is not None:
        told = "back" if period.back else "told"
        yield told if period.dated else f"first of {1 + len(period.others)}", period.iso
    yield from period.others


def _year_back(iso: str, source: str, signals: tuple[str, ...], period: Period) -> Candidate:
    """The same stretch of the year before, with which a number is compared where nothing else is said."""
    return Candidate(years_later(iso, -1), None, f"{source} year back", signals, period.first, period.end)


def from_layout(case: Case) -> Iterator[Candidate]:
    """Of the column, the label, the headings and the line that leads into a list."""
    spans = [("column", case.column), ("label", case.block.label)]
    spans += [(f"heading {position}", block.span) for position, block, _ in case.headings_above(_HEADINGS_READ)]
    for source, span in spans:
        if span is None or (source == "label" and case.start < span.end):
            continue
        found = _periods_in(case, span)
        for at, period in enumerate(found):
            place = "only" if len(found) == 1 else f"{at} of several"
            for how, iso in _readings(period):
                signals = (f"layout={source} {place}", f"kind=read {how}", *(("kind=since",) if period.since else ()))
                yield Candidate(iso, None, source, signals, period.first, period.end)


def from_titles(case: Case) -> Iterator[Candidate]:
    """Of the other columns of its table, for a number whose own has none: ``Change`` beside ``H1 2025``."""
    if case.axes is None or (case.column is not None and _periods_in(case, case.column)):
        return
    found = {str(period.iso): period for title in case.axes.titles for period in _periods_in(case, title)}
    for at, (iso, period) in enumerate(found.items()):
        signals = (f"layout=titles {at} of {bucket(len(found), (1, 2, 3))}", f"layout=titles {at} {case.axes}")
        yield Candidate(iso, None, "titles", signals, period.first, period.end)


def _periods_in(case: Case, span: Span) -> list[Period]:
    return [period for period in case.readings.periods(*case.page.tokens_in(span)) if period.iso is not None]


def from_title(case: Case) -> Iterator[Candidate]:
    """The periods of the article's title."""
    found = case.readings.title_periods
    for at, period in enumerate(found[:2]):
        for how, iso in _readings(period):
            signals = (f"layout=title {at} of {bucket(len(found), (1, 2))}", f"kind=read {how}")
            yield Candidate(iso, None, "title", signals)


def from_memory(case: Case, recent: Sequence[Period]) -> Iterator[Candidate]:
    """The periods of the statements before, and the one spoken of last before the sentence."""
    for position, period in enumerate(recent):
        near = case.nearness_in_layout(period.first)
        signals = (f"memory={position} {near}", f"memory={position} {near} {case.dimension_class}")
        yield Candidate(str(period.iso), None, "memory", signals, period.first, period.end)
    if recent:
        near = case.nearness_in_layout(recent[0].first)
        yield _year_back(str(recent[0].iso), "memory", (f"memory=year back {near}",), recent[0])
        yield from _whole_year(recent[0], near)
    before = [period for period in case.setting.block_periods if period.end <= case.first and period.iso]
    if before:
        period = before[-1]
        back = sum(token.text in ".!?" for token in case.page.tokens[period.end : case.first])
        yield Candidate(
            str(period.iso), None, "block", (f"memory=block {bucket(back, (1, 2))}",), period.first, period.end
        )


def _whole_year(period: Period, near: str) -> Iterator[Candidate]:
    """The year of a quarter, half or month: what a full-year outlook in the report of a quarter is for."""
    iso = str(period.iso)
    if "/" not in iso and len(iso) > len("2025"):
        yield Candidate(iso[:4], None, "memory whole year", (f"memory=whole year {near}",), period.first, period.end)


def from_article(case: Case) -> Iterator[Candidate]:
    """The periods that the article speaks of most."""
    for rank, iso in enumerate(case.readings.salient_periods):
        yield Candidate(iso, None, "salient", (f"memory=salient {rank}",))


def from_publication(case: Case) -> Iterator[Candidate]:
    """The day of publication, and the last stretches before it that articles report on, where it speaks of such."""
    published = case.page.context.published
    if published is None:
        return
    yield Candidate(published.isoformat(), None, "published", ())
    if not case.page.words.isdisjoint(time_words("lengths")["year"]):
        yield Candidate(str(published.year), None, "this year", ())
    for length, forms in time_words("lengths").items():
        if not case.page.words.isdisjoint(forms):
            yield Candidate(last_whole(length, published), None, f"last {length}", ())


def no_period(case: Case, by_rule: Period | None) -> Candidate:
    """That it has no period; with the words of one that nothing dates ("last year" in an article without a date)."""
    first, end = (by_rule.first, by_rule.end) if by_rule is not None and by_rule.iso is None else (_UNPLACED, _UNPLACED)
    return Candidate(NO_PERIOD, None, "none", (f"block=none {case.block.kind}",), first, end)


def period_of(candidate: Candidate) -> Period | None:
    """A candidate as the period it names; of one from the title, which stands in no block, the words are not told."""
    if candidate.name == NO_PERIOD:
        return Period(candidate.first, candidate.end, None) if candidate.first != _UNPLACED else None
    if candidate.first == _UNPLACED:
        return Period(0, 0, candidate.name)
    return Period(candidate.first, candidate.end, candidate.name, back=_moved_by(candidate))


def _moved_by(candidate: Candidate) -> tuple[str, int] | None:
    """By how much the time of another statement was moved to give this one: a year, as far as matters here."""
    moved_back = candidate.source.endswith(_YEAR_BACK) or any(s.startswith(_READ_BACK) for s in candidate.signals)
    return ("year", -1) if moved_back else None
