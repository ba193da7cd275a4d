"""What is measured: the candidates, from the phrases of the sentence, its verbs, the layout, the noun and the unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import models
from pipeline.language.aboutness.answers import Metric
from pipeline.language.aboutness.candidates import Candidate, bucket, proposers
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.measures import fit
from pipeline.language.aboutness.metrics.layout import from_article, from_headings, from_titles, from_unit
from pipeline.language.aboutness.metrics.nouns import from_counted, from_noun, from_placed, from_qualified_noun
from pipeline.language.aboutness.metrics.phrases import from_phrases
from pipeline.language.aboutness.metrics.shapes import (
    from_adjective,
    from_capacity,
    from_direction,
    from_multiple,
)
from pipeline.language.aboutness.metrics.shares import from_share, from_share_of_last
from pipeline.language.aboutness.metrics.times import from_time
from pipeline.language.aboutness.metrics.usual import from_usual
from pipeline.language.aboutness.metrics.verbs import from_verb
from pipeline.language.aboutness.tally import EMPTY, Tally

__all__ = ["metric_candidates"]

_OF_THE_UNIT = 2  # candidates
_KEPT = 1 << 14  # names of which the signals are kept, some kilobytes each
_MIDDLING = 255  # the bits of a word class that tell one of some two hundred


def metric_candidates(case: Case, recent: Sequence[Metric], measured: Tally = EMPTY) -> list[Candidate]:
    """All that a quantity may measure. ``recent``: what those before it in the same part of the page measured, the
    latest first; ``measured``: what all the statements of the page in its unit measured, and how many of them."""
    sources: tuple[Callable[[Case], Iterator[Candidate]], ...] = (
        from_phrases, from_verb, from_noun, from_placed, from_counted, from_qualified_noun, from_share, from_time,
        from_adjective, from_direction, from_multiple, from_capacity, from_titles, from_headings,
        from_unit, from_article,
    )  # fmt: skip
    found = [candidate for source in sources for candidate in source(case)]
    found += [_remembered(case, metric, position) for position, metric in enumerate(recent)]
    found += from_share_of_last(case, recent)
    found += _of_the_unit(measured)
    last = recent[0] if recent else None
    found = [candidate for candidate in found if any(character.isalnum() for character in candidate.name)]
    names = proposers(found)
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    of_source: dict[str, tuple[str, ...]] = {}
    for candidate in found:
        name, source = candidate.name, candidate.source
        if (name, source) in told:
            continue
        if source not in of_source:
            of_source[source] = tuple(_signals_of_source(case, source))
        told[name, source] = (*of_source[source], *_signals_of_name(case, candidate, names, last))
    known = [candidate.with_signals(told[candidate.name, candidate.source]) for candidate in found]
    return [*known, *from_usual(case, names)]


def _of_the_unit(measured: Tally) -> Iterator[Candidate]:
    """What most statements of the page in the quantity's unit measured: of amounts in $/ounce, the cost of gold."""
    for position, name in enumerate(sorted(measured.counts, key=lambda name: -measured.counts[name])[:_OF_THE_UNIT]):
        signals = (
            f"memory=of the unit {position}",
            f"memory=of the unit {position} of {bucket(len(measured.counts), (1, 2, 4))}",
        )
        yield Candidate(name, None, "of the unit", signals)


def _signals_of_source(case: Case, source: str) -> Iterator[str]:
    """The signals that are the same for all names from one source."""
    before, behind = case.neighbours
    yield f"prep={before} before {source}"
    yield f"prep={behind} behind {source}"
    yield f"label={case.label} {before} {source}"
    yield f"chunk={case.quantity.unit} {source}"
    yield f"clause={case.clause_kind} {source}"
    yield f"verb={case.verb_base} {source}"
    if case.label_kind:
        yield f"layout=labels {case.label_kind} {source}"
        yield f"layout=labels {case.label_kind} {source} {case.dimension_class}"


def _signals_of_name(case: Case, candidate: Candidate, names: Mapping[str, str], last: Metric | None) -> Iterator[str]:
    """The signals of the name itself, whoever proposed it."""
    name, source, kind, proposed = candidate.name, candidate.source, case.dimension_class, names[candidate.name]
    word = name.split()[-1]
    before, behind = case.neighbours
    yield f"prep={before} before {word.lower()}"
    yield f"prep={behind} behind {word.lower()}"
    yield f"lex={case.quantity.unit} {word.lower()}"
    yield from _constant_signals(name, source, case.dimension, kind, case.per_share)
    yield f"verb={case.verb_base} {word.lower()}"
    yield f"same={proposed}"
    yield f"same={bucket(proposed.count('+'), (0, 1, 2))} more"
    if number := models.word_class(word):
        yield f"class={number & models.COARSE} coarse {kind} {proposed}"
    if last is not None and last.name == name:
        yield f"memory=metric {source}"


@lru_cache(maxsize=_KEPT)
def _constant_signals(name: str, source: str, dimension: str, kind: str, per_share: bool) -> tuple[str, ...]:
    """Those that are the same wherever a name comes from that source for a quantity of that dimension."""
    fitting, words = fit(name, dimension), name.split()
    named = name.endswith("per share") or name == "dividend"
    return (
        *((f"vocab=per share {per_share} {named}",) if per_share or named else ()),
        f"vocab={fitting}", f"vocab={fitting} {source}", f"vocab={fitting} {kind}",
        f"head={'plural' if words[-1].endswith('s') else 'singular'} {kind}",
        f"chunk={source} {kind}", f"chunk={bucket(len(words), (1, 2, 3, 4))}",
        f"lex={words[-1].lower()} {kind}", f"lex={words[-1].lower()} {source}",
        *_classes_of(words[-1], source, dimension, kind),
    )  # fmt: skip


def _classes_of(word: str, source: str, dimension: str, kind: str) -> Iterator[str]:
    """What kind of word a metric's last one is: "slide" and "drop" are of one class, "mine" and "plant"."""
    number = models.word_class(word)
    if number:
        yield f"class={number} {kind}"
        yield f"class={number & _MIDDLING} {dimension}"
        yield f"class={number & models.COARSE} coarse {source}"


def _remembered(case: Case, last: Metric, position: int) -> Candidate:
    near = f"{position} {'sentence' if case.first <= last.first < case.stop else 'before'}"
    moved = last.dimension == case.dimension
    before, behind = case.neighbours
    signals = (
        f"memory={near}", f"memory={near} {case.dimension_class}",
        f"memory={near} {'same' if moved else 'other'} dimension", f"memory={near} behind {before}",
        f"memory={near} before {behind}", f"clause={case.clause_kind} memory {near}",
    )  # fmt: skip
    return Candidate(last.name, last.text, "memory", signals)
