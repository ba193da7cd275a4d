"""When a quantity holds: the candidates, each with the signals that speak for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.language.aboutness.answers import Metric
from pipeline.language.aboutness.candidates import Candidate, bucket, proposers
from pipeline.language.aboutness.case import Case, Setting
from pipeline.language.aboutness.governing import find_period
from pipeline.language.aboutness.periods.sources import (
    NO_PERIOD,
    comparing_words,
    from_article,
    from_layout,
    from_memory,
    from_publication,
    from_sentence,
    from_title,
    from_titles,
    no_period,
    period_of,
)
from pipeline.language.aboutness.tally import EMPTY, Tally, in_words
from pipeline.language.nouns import function_words
from pipeline.language.periods.periods import Period
from pipeline.language.periods.years import time_words
from pipeline.language.tokens import Kind, Token

__all__ = ["NO_PERIOD", "Last", "last_of", "period_candidates", "period_of"]


_MOVE_REACH = 3  # tokens before a quantity in which a word sets it against another


@dataclass(frozen=True, slots=True)
class Last:
    """When the statement right before a quantity holds: its period, where it stands, and the tense of its verb.

    ``compared``: another is compared with it, as with "$3 million a year earlier".
    """

    iso: str
    token: int
    tense: str
    compared: bool = False


def last_of(case: Case, period: Period | None, before: Last | None) -> Last:
    """What is remembered of the period of one quantity by the next. ``before``: what it remembered itself."""
    iso = period.iso if period is not None and period.iso is not None else NO_PERIOD
    return Last(iso, case.quantity.first, case.tense, _is_compared(case, period, before))


def _is_compared(case: Case, period: Period | None, before: Last | None) -> bool:
    """Whether another number is compared with it: it stands behind "from", or tells of a year ago; or it is the same
    in other units, "or 65 cents a share"."""
    if before is not None and before.compared and _joint(case) in ("or", "("):
        return True
    words = case.page.tokens[max(case.first, case.quantity.first - _MOVE_REACH) : case.quantity.first]
    return any(token.lower in comparing_words() for token in words) or (period is not None and period.back is not None)


def period_candidates(
    case: Case, recent: Sequence[Period], last: Last | None, metric: Metric | None, held: Tally = EMPTY
) -> list[Candidate]:
    """All periods that may be the quantity's, and that it has none.

    ``recent``: the periods of the statements before it, the latest first; ``last``: when the one right before it holds;
    ``metric``: what it measures; ``held``: when the page's statements before it held, and how many of them.
    """
    by_rule = find_period(case, case.setting.block_periods)
    found = [
        *from_sentence(case, recent),
        *from_layout(case),
        *from_titles(case),
        *from_title(case),
        *from_memory(case, recent),
        *from_article(case),
        *from_publication(case),
        no_period(case, by_rule),
    ]
    rule = by_rule.iso if by_rule is not None and by_rule.iso else NO_PERIOD
    common = _Common(
        case.dimension_class,
        case.clause_kind,
        case.tense,
        bucket(len(case.setting.periods), (0, 1, 2)),
        case.setting.once("lengths", _lengths_named),
        _move(case),
        _since(case, last),
        metric.name.split()[-1].lower() if metric is not None else "nothing",
        last.iso if last is not None else "",
        _joint(case),
        _share_dated(held),
        bucket(len(case.readings.spoken_periods), (0, 1, 2, 4, 8)),
    )
    agreeing = proposers(found)
    return [
        one.with_signals(
            (
                *_signals(common, one, rule, agreeing[one.name]),
                *_signals_of_counts(common, one, held),
                *_to_metric(case, metric, one),
            )
        )
        for one in found
    ]


def _to_metric(case: Case, metric: Metric | None, candidate: Candidate) -> Iterator[str]:
    """How a period of the sentence stands to what is measured: ``2024 revenue``, ``the target for 2026``."""
    if metric is None or candidate.source != "sentence" or not case.first <= metric.first < case.stop:
        return
    if candidate.end <= metric.first:
        side, between = "before", case.page.tokens[candidate.end : metric.first]
    elif metric.end <= candidate.first:
        side, between = "behind", case.page.tokens[metric.end : candidate.first]
    else:
        side, between = "within", ()
    low, high = sorted((candidate.first, metric.first))
    others = sum(low <= q.first < high for q in case.others)
    yield f"mpath={side} {bucket(len(between), (0, 1, 2, 4, 8))} {min(others, 1)}"
    if 0 < len(between) <= 2:
        yield f"mpath={side} {' '.join(token.lower for token in between)}"


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
    joint: str  # the word right before the quantity: "or", "from"
    dated: str  # how many of the statements before it had a period
    spoken: str  # how many periods the page speaks of


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
    yield f"memory=dated {common.dated} {source}"
    yield f"memory=dated {common.dated} {source} {common.kind}"
    yield f"count=periods {common.spoken} {source}"
    yield f"count=periods {common.spoken} {common.dated} {source}"
    if common.joint:
        yield f"memory=right before {again} behind {common.joint}"
    if common.lengths:
        yield f"labelled={common.lengths} {grain} {source}"
    if common.move:
        yield f"clause={common.move} {source}"


def _signals_of_counts(common: _Common, candidate: Candidate, held: Tally) -> Iterator[str]:
    """How many of the statements of the page so far held then."""
    if share := held.share(candidate.name):
        source = "sentence" if candidate.source.startswith("sentence") else "elsewhere"
        yield f"memory=so far {share}"
        yield f"memory=so far {share} {candidate.source}"
        yield f"memory=so far {share} {common.kind}"
        yield f"memory=so far {share} {common.clause}"
        yield f"memory=so far {share} {common.periods} {source}"


def _share_dated(held: Tally) -> str:
    """How many of the statements before had a period: a report of a quarter dates all, a data sheet none."""
    if not held.total:
        return "first"
    dated = 1 - held.counts.get(NO_PERIOD, 0) / held.total
    return in_words(dated, ((0.0, "none"), (0.34, "few"), (0.67, "half"), (0.99, "most"), (1.0, "all")))


def _since(case: Case, last: Last | None) -> str:
    """How a quantity stands to the one right before it: where that is, whether it had a period, the verbs' tenses."""
    if last is None:
        return "first"
    had = "open" if last.iso == NO_PERIOD else "dated"
    tenses = "same tense" if case.tense == last.tense else f"{last.tense} {case.tense}"
    return f"{case.nearness_in_layout(last.token)} {had} {tenses}"


def _lengths_named(setting: Setting) -> str:
    """The lengths of time that a sentence names, ``told`` where it says that something holds then: ``quarter`` of "a
    quarterly dividend", ``quarter told`` of "in the quarter"."""
    tokens = setting.page.tokens[setting.sentence.first : setting.sentence.stop]
    found = []
    for length, forms in time_words("lengths").items():
        places = [i for i, token in enumerate(tokens) if token.lower in forms]
        if places:
            found.append(f"{length} told" if any(_is_told(tokens, i) for i in places) else length)
    return " ".join(sorted(found))


def _is_told(tokens: Sequence[Token], i: int) -> bool:
    """Whether the length at token ``i`` is when something holds: "in the quarter", "during the full year"."""
    told, i = time_words("lengths_told"), i - 1
    while i > 1 and tokens[i].lower in told["whole"]:
        i -= 1
    return i > 0 and tokens[i].lower in ("the", "that") and tokens[i - 1].lower in told["words"]


def _joint(case: Case) -> str:
    """The word or mark that joins a quantity to what is said before it: "or", "and", "from", "("."""
    before = case.page.tokens[case.quantity.first - 1] if case.quantity.first > case.first else None
    if before is None or (before.kind is Kind.WORD and before.lower not in function_words()):
        return ""
    return before.lower


def _move(case: Case) -> str:
    """The word right before a quantity that makes it the level a change started from: "from", "against"."""
    before = case.page.tokens[max(case.first, case.quantity.first - _MOVE_REACH) : case.quantity.first]
    return next((token.lower for token in reversed(before) if token.lower in _compared_by()), "")


@cache
def _compared_by() -> frozenset[str]:
    return frozenset(time_words("compared_by")["words"])


def _grain(iso: str) -> str:
    """How long a period is: a year, a quarter, a half, a month, a day, a span."""
    if iso == NO_PERIOD or "/" in iso:
        return "none" if iso == NO_PERIOD else "span"
    return {4: "year", 7: "month" if iso[5:].isdigit() else "part of year", 10: "day"}.get(len(iso), "other")
