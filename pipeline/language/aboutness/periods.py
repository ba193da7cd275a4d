"""When a quantity holds: the candidates, from its sentence, the layout, the title, and what came before."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.language.aboutness.candidates import Candidate, bucket
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.governing import find_period, is_dateline, starts_a_move
from pipeline.language.aboutness.relations import relation
from pipeline.language.layout.blocks import Span
from pipeline.language.periods.periods import Period

__all__ = ["NO_PERIOD", "period_candidates", "period_of"]

NO_PERIOD = "none"
_HEADINGS_READ = 2
_UNPLACED = -1


def period_candidates(case: Case, last: Period | None) -> list[Candidate]:
    """All periods that may be the quantity's, and that it has none. ``last``: the period of the statement before it."""
    by_rule = find_period(case, case.setting.block_periods)
    found = [
        *_of_sentence(case),
        *_of_layout(case),
        *_of_title(case),
        *_of_memory(case, last),
        _none(case, by_rule),
    ]
    rule = by_rule.iso if by_rule is not None and by_rule.iso else NO_PERIOD
    tense, moves = _tense(case), starts_a_move(case)
    return [one.with_signals(tuple(_signals(case, one, rule, tense, moves=moves))) for one in found]


def _none(case: Case, by_rule: Period | None) -> Candidate:
    """That it has no period; with the words of one that nothing dates ("last year" in an article without a date)."""
    first, end = (by_rule.first, by_rule.end) if by_rule is not None and by_rule.iso is None else (_UNPLACED, _UNPLACED)
    return Candidate(NO_PERIOD, None, "none", (f"block=none {case.block.kind}",), first, end)


def _signals(case: Case, candidate: Candidate, rule: str, tense: str, *, moves: bool) -> Iterator[str]:
    kind = case.dimension_class
    same = "rule" if candidate.name == rule else "other"
    yield f"chunk={candidate.source} {kind}"
    yield f"chunk={candidate.source} {same}"
    yield f"vocab={same}"
    yield f"clause={case.clause_kind} {candidate.source}"
    yield f"verb={tense} {candidate.source}"
    yield f"kind={_grain(candidate.name)} {candidate.source}"
    yield f"others={bucket(len(case.setting.periods), (0, 1, 2))} {candidate.source}"
    if moves:
        yield f"clause=starts a move {candidate.source}"


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
        yield Candidate(period.iso, None, "sentence", tuple(signals), period.first, period.end, word)


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
            yield Candidate(str(period.iso), None, source, (f"layout={source} {place}",), period.first, period.end)
    if case.block.header is not None and case.column is None:
        found, row = _periods_in(case, case.block.header), case.row_quantities
        for i, period in enumerate(found):
            matched = ("own" if i == case.place_in_row else "another's") if len(found) == len(row) else "some"
            yield Candidate(str(period.iso), None, "header", (f"layout=header {matched}",), period.first, period.end)


def _periods_in(case: Case, span: Span) -> list[Period]:
    return [period for period in case.readings.periods(*case.page.tokens_in(span)) if period.iso is not None]


def _of_title(case: Case) -> Iterator[Candidate]:
    found = case.readings.title_periods
    for at, period in enumerate(found[:2]):
        yield Candidate(str(period.iso), None, "title", (f"layout=title {at} of {bucket(len(found), (1, 2))}",))


def _of_memory(case: Case, last: Period | None) -> Iterator[Candidate]:
    """The period of the statement before, and the one spoken of last before the sentence."""
    if last is not None and last.iso is not None:
        near = case.nearness(last.first)
        yield Candidate(
            last.iso, None, "memory", (f"memory={near}", f"memory={near} {case.dimension_class}"), last.first, last.end
        )
    before = [period for period in case.setting.block_periods if period.end <= case.first and period.iso]
    if before:
        period = before[-1]
        back = sum(token.text in ".!?" for token in case.page.tokens[period.end : case.first])
        yield Candidate(
            str(period.iso), None, "block", (f"memory=block {bucket(back, (1, 2))}",), period.first, period.end
        )


def period_of(candidate: Candidate) -> Period | None:
    """A candidate as the period it names; of one from the title, which stands in no block, the words are not told."""
    if candidate.name == NO_PERIOD:
        return Period(candidate.first, candidate.end, None) if candidate.first != _UNPLACED else None
    if candidate.first == _UNPLACED:
        return Period(0, 0, candidate.name)
    return Period(candidate.first, candidate.end, candidate.name)
