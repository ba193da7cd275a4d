"""When a quantity holds: the candidates, from its sentence, the layout, the title, and what came before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.language.aboutness.answers import Metric
from pipeline.language.aboutness.candidates import Candidate, bucket, proposers
from pipeline.language.aboutness.case import Case, Setting
from pipeline.language.aboutness.governing import find_period, is_dateline
from pipeline.language.aboutness.relations import relation
from pipeline.language.layout.blocks import Span
from pipeline.language.periods.dates import last_whole, years_later
from pipeline.language.periods.periods import Period
from pipeline.language.periods.years import time_words

__all__ = ["NO_PERIOD", "period_candidates", "period_of"]

NO_PERIOD = "none"
_HEADINGS_READ = 2
_UNPLACED = -1
_REPORT_REACH = 3  # tokens from "said" to the day it was said


@dataclass(frozen=True, slots=True)
class Last:
    """When the statement right before a quantity holds: its period, where it stands, and the tense of its verb."""

    iso: str
    token: int
    tense: str


def last_of(case: Case, period: Period | None) -> Last:
    """What is remembered of the period of one quantity by the next."""
    iso = period.iso if period is not None and period.iso is not None else NO_PERIOD
    return Last(iso, case.quantity.first, _tense(case))


def period_candidates(
    case: Case, recent: Sequence[Period], last: Last | None, metric: Metric | None
) -> list[Candidate]:
    """All periods that may be the quantity's, and that it has none.

    ``recent``: the periods of the statements before it, the latest first; ``last``: when the one right before it holds;
    ``metric``: what it measures.
    """
    by_rule = find_period(case, case.setting.block_periods)
    found = [
        *_of_sentence(case),
        *_of_layout(case),
        *_of_title(case),
        *_of_memory(case, recent),
        *_of_article(case),
        *_of_publication(case),
        _none(case, by_rule),
    ]
    rule = by_rule.iso if by_rule is not None and by_rule.iso else NO_PERIOD
    common = _Common(
        case.dimension_class,
        case.clause_kind,
        _tense(case),
        bucket(len(case.setting.periods), (0, 1, 2)),
        case.setting.once("lengths", _lengths_named),
        _move(case),
        _since(case, last),
        metric.name.split()[-1].lower() if metric is not None else "nothing",
        last.iso if last is not None else "",
    )
    agreeing = proposers(found)
    return [one.with_signals(tuple(_signals(common, one, rule, agreeing[one.name]))) for one in found]


def _none(case: Case, by_rule: Period | None) -> Candidate:
    """That it has no period; with the words of one that nothing dates ("last year" in an article without a date)."""
    first, end = (by_rule.first, by_rule.end) if by_rule is not None and by_rule.iso is None else (_UNPLACED, _UNPLACED)
    return Candidate(NO_PERIOD, None, "none", (f"block=none {case.block.kind}",), first, end)


@dataclass(frozen=True, slots=True)
class _Common:
    """What is the same for all candidates of a quantity."""

    kind: str
    clause: str
    tense: str
    periods: str  # how many the sentence names
    lengths: str  # of the periods that the sentence names without a date: "the quarter"
    move: str  # how the quantity stands in a change from one level to another
    since: str  # how the quantity stands to the one right before it
    metric: str
    last: str  # the period of the one right before it


def _signals(common: _Common, candidate: Candidate, rule: str, agreeing: str) -> Iterator[str]:
    source, grain = candidate.source, _grain(candidate.name)
    same = "rule" if candidate.name == rule else "other"
    yield f"chunk={source} {common.kind}"
    yield f"chunk={source} {same}"
    yield f"vocab={same}"
    yield f"clause={common.clause} {source}"
    yield f"verb={common.tense} {source}"
    yield f"kind={grain} {source}"
    yield f"kind={grain} {common.kind}"
    yield f"others={common.periods} {source}"
    yield f"lex={common.metric} {source}"
    yield f"lex={common.metric} {grain}"
    yield f"same={agreeing}"
    again = "again" if candidate.name == common.last else "none" if candidate.name == NO_PERIOD else "new"
    yield f"memory=right before {again} {common.since}"
    yield f"memory=right before {again} {source} {common.kind}"
    if common.lengths:
        yield f"labelled={common.lengths} {grain} {source}"
    if common.move:
        yield f"clause={common.move} {source}"


def _since(case: Case, last: Last | None) -> str:
    """How a quantity stands to the one right before it: where that is, whether it had a period, the verbs' tenses."""
    if last is None:
        return "first"
    tense, had = _tense(case), "open" if last.iso == NO_PERIOD else "dated"
    return f"{case.nearness_in_layout(last.token)} {had} {'same tense' if tense == last.tense else f'{last.tense} {tense}'}"


def _lengths_named(setting: Setting) -> str:
    """The lengths of time that a sentence names: ``quarter`` of "in the quarter"."""
    words = {token.lower for token in setting.page.tokens[setting.sentence.first : setting.sentence.stop]}
    return " ".join(sorted(length for length, forms in time_words("lengths").items() if words.intersection(forms)))


def _move(case: Case) -> str:
    """The word right before a quantity that makes it the level a change started from: "from", "against"."""
    before = case.page.tokens[max(case.first, case.quantity.first - 3) : case.quantity.first]
    return next((token.lower for token in reversed(before) if token.lower in _compared_by()), "")


@cache
def _compared_by() -> frozenset[str]:
    return frozenset(time_words("compared_by")["words"])


def _grain(iso: str) -> str:
    """How long a period is: a year, a quarter, a half, a month, a day, a span."""
    if iso == NO_PERIOD or "/" in iso:
        return "none" if iso == NO_PERIOD else "span"
    return {4: "year", 7: "month" if iso[5:].isdigit() else "part of year", 10: "day"}.get(len(iso), "other")


def _tense(case: Case) -> str:
    """The tag of the verb that governs the quantity, with a modal that stands at it."""
    tree, word = case.tree, case.word
    if tree is None or word is None:
        return "no tree"
    verb = next((i for i in (word, *tree.ancestors(word)) if tree.tags[i].startswith("V")), None)
    if verb is None:
        return "no verb"
    helpers = {tree.tags[i] for i in tree.children[verb] if tree.labels[i].startswith("aux")}
    return "modal" if "MD" in helpers else tree.tags[verb]


def _of_sentence(case: Case) -> Iterator[Candidate]:
    quantity = case.quantity
    for at, period in enumerate(case.setting.periods):
        if period.iso is None:
            continue
        word = case.tree.head_of(period.first, period.end) if case.tree is not None else None
        nearer = sum(abs(other.first - period.first) < abs(quantity.first - period.first) for other in case.others)
        signals = [
            *relation(case, period.first, period.end, word),
            f"nearest={bucket(nearer, (0, 1, 2))} quantities nearer",
            f"nearest={'only' if len(case.setting.periods) == 1 else 'first' if at == 0 else 'later'} period",
            f"kind={'relative' if period.relative else 'named'}",
        ]
        if period.since:
            signals.append("kind=since")
        if is_dateline(case, period):
            signals.append("kind=dateline")
        if _is_of_the_report(case, period):
            signals.append("kind=of the report")
        for how, iso in _readings(period):
            more = (f"kind=read {how}", f"kind=read {how} {_tense(case)}")
            yield Candidate(iso, None, "sentence", (*signals, *more), period.first, period.end, word)
        yield _year_back(period.iso, "sentence", (f"nearest={bucket(nearer, (0, 1))} year back",), period)


def _is_of_the_report(case: Case, period: Period) -> bool:
    """Whether a period tells when something was said or published, and not when it holds: "said on Wednesday"."""
    tokens = case.page.tokens[max(case.first, period.first - _REPORT_REACH) : period.first]
    behind = case.page.tokens[period.end].lower if period.end < case.stop else ""
    said = time_words("said")["words"]
    return behind in said or any(token.lower in said for token in tokens)


def _readings(period: Period) -> Iterator[tuple[str, str]]:
    """What a period's words may mean, each with how they are meant."""
    assert period.iso is not None
    yield "told" if period.dated else f"first of {1 + len(period.others)}", period.iso
    yield from period.others


def _year_back(iso: str, source: str, signals: tuple[str, ...], period: Period) -> Candidate:
    """The same stretch of the year before, with which a number is compared where nothing else is said."""
    return Candidate(years_later(iso, -1), None, f"{source} year back", signals, period.first, period.end)


def _of_layout(case: Case) -> Iterator[Candidate]:
    """Of the column, the header, the label, the headings and the line that leads into a list."""
    spans = [("column", case.column), ("label", case.block.label)]
    spans += [(f"heading {position}", block.span) for position, block, _ in case.headings_above(_HEADINGS_READ)]
    for source, span in spans:
        if span is None or (source == "label" and case.start < span.end):
            continue
        found = _periods_in(case, span)
        for at, period in enumerate(found):
            place = "only" if len(found) == 1 else f"{at} of several"
            for how, iso in _readings(period):
                signals = (f"layout={source} {place}", f"kind=read {how}")
                yield Candidate(iso, None, source, signals, period.first, period.end)
    if case.block.header is not None and case.column is None:
        found, row = _periods_in(case, case.block.header), case.row_quantities
        for i, period in enumerate(found):
            matched = "own" if i == case.place_in_row else "another's"
            counts = "as many" if len(found) == len(row) else f"{bucket(len(found), (1, 2, 3))} of {len(row)}"
            signals = (f"layout=header {matched} {counts}", f"layout=header {i} {case.place_in_row} {counts}")
            yield Candidate(str(period.iso), None, "header", signals, period.first, period.end)


def _periods_in(case: Case, span: Span) -> list[Period]:
    return [period for period in case.readings.periods(*case.page.tokens_in(span)) if period.iso is not None]


def _of_title(case: Case) -> Iterator[Candidate]:
    found = case.readings.title_periods
    for at, period in enumerate(found[:2]):
        for how, iso in _readings(period):
            signals = (f"layout=title {at} of {bucket(len(found), (1, 2))}", f"kind=read {how}")
            yield Candidate(iso, None, "title", signals)


def _of_memory(case: Case, recent: Sequence[Period]) -> Iterator[Candidate]:
    """The periods of the statements before, and the one spoken of last before the sentence."""
    for position, period in enumerate(recent):
        near = case.nearness_in_layout(period.first)
        signals = (f"memory={position} {near}", f"memory={position} {near} {case.dimension_class}")
        yield Candidate(str(period.iso), None, "memory", signals, period.first, period.end)
    if recent:
        near = case.nearness_in_layout(recent[0].first)
        yield _year_back(str(recent[0].iso), "memory", (f"memory=year back {near}",), recent[0])
    before = [period for period in case.setting.block_periods if period.end <= case.first and period.iso]
    if before:
        period = before[-1]
        back = sum(token.text in ".!?" for token in case.page.tokens[period.end : case.first])
        yield Candidate(
            str(period.iso), None, "block", (f"memory=block {bucket(back, (1, 2))}",), period.first, period.end
        )


def _of_article(case: Case) -> Iterator[Candidate]:
    """The periods that the article speaks of most."""
    for rank, iso in enumerate(case.readings.salient_periods):
        yield Candidate(iso, None, "salient", (f"memory=salient {rank}",))


def _of_publication(case: Case) -> Iterator[Candidate]:
    """The day of publication, and the last stretches before it that articles report on, where it speaks of such."""
    published = case.page.context.published
    if published is None:
        return
    yield Candidate(published.isoformat(), None, "published", ())
    for length, forms in time_words("lengths").items():
        if not case.page.words.isdisjoint(forms):
            yield Candidate(last_whole(length, published), None, f"last {length}", ())


def period_of(candidate: Candidate) -> Period | None:
    """A candidate as the period it names; of one from the title, which stands in no block, the words are not told."""
    if candidate.name == NO_PERIOD:
        return Period(candidate.first, candidate.end, None) if candidate.first != _UNPLACED else None
    if candidate.first == _UNPLACED:
        return Period(0, 0, candidate.name)
    return Period(candidate.first, candidate.end, candidate.name)
