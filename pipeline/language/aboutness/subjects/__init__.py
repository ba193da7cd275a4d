"""Whom or what a quantity is about: the candidates, from names, phrases, layout and what came before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import models
from pipeline.language.aboutness.answers import Metric, Subject
from pipeline.language.aboutness.candidates import Candidate, bucket, proposers
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.measures import fit, owner
from pipeline.language.aboutness.name_bounds import is_possessive
from pipeline.language.aboutness.subjects.layout import from_headings, from_run_in, from_titles
from pipeline.language.aboutness.subjects.memory import from_article, from_before, from_memory, voice_of
from pipeline.language.aboutness.subjects.names import from_names
from pipeline.language.aboutness.subjects.phrases import from_description, from_fuller, from_phrases
from pipeline.language.aboutness.tally import EMPTY, Tally
from pipeline.language.nouns import POSSESSIVE_PRONOUNS, function_words
from pipeline.language.tokens import Token

__all__ = ["subject_candidates"]

_LAID_OUT = ("label", "column", "corner", "heading", "run-in")  # how the sources of the layout begin
_KEPT = 1 << 14  # kinds of things that are kept, some kilobytes each


def subject_candidates(
    case: Case,
    metric: Metric | None,
    recent: Sequence[Subject],
    said: int | None = None,
    about: Tally = EMPTY,
) -> list[Candidate]:
    """All that a quantity may be about, given what it measures. ``recent``: earlier subjects, the latest first;
    ``said``: where the quantity right before it stands; ``about``: whom all the statements before it were about, and
    how many of them."""
    voice = voice_of(case)
    found = [
        *from_names(case, metric),
        *from_phrases(case, metric),
        *from_titles(case),
        *from_headings(case),
        *from_run_in(case),
        *from_memory(case, recent, voice),
        *from_before(case, voice),
        *from_article(case, voice),
        *from_description(case),
        *from_fuller(case, metric),
    ]
    found = [candidate for candidate in found if any(character.isalnum() for character in candidate.name)]
    names, owner = proposers(found), _owner_of(case, metric)
    last = f"{recent[0].source} {case.nearness_in_layout(said)}" if recent and said is not None else ""
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    of_source: dict[tuple[str, str], tuple[str, ...]] = {}
    for candidate in found:
        name, source = candidate.name, candidate.source
        if (name, source) in told:
            continue
        form = source if case.setting.entities.get(name) is None else "entity"
        if (source, form) not in of_source:
            of_source[source, form] = tuple(_signals_of_source(case, source, form, metric, owner, last))
        told[name, source] = (
            *of_source[source, form],
            *_signals_of_overlap(candidate, metric),
            *_signals_of_name(case, candidate, names[name], recent, metric),
            *_signals_of_counts(case, name, source, about),
        )
    return [candidate.with_signals(told[candidate.name, candidate.source]) for candidate in found]


def _signals_of_overlap(candidate: Candidate, metric: Metric | None) -> Iterator[str]:
    """Whether an answer from the layout is the very words for what is measured: the label of ``Churn: 4%``."""
    if metric is None or candidate.first < 0 or not candidate.source.startswith(_LAID_OUT):
        return
    if metric.first < candidate.end and candidate.first < metric.end:
        whole = "same" if (metric.first, metric.end) == (candidate.first, candidate.end) else "part"
        yield f"mpath={whole} words {candidate.source}"
        yield f"mpath={whole} words {candidate.source} {metric.source}"


def _signals_of_counts(case: Case, name: str, source: str, about: Tally) -> Iterator[str]:
    """How many of the statements of the page so far were about a name."""
    if share := about.share(name):
        yield f"memory=so far {share}"
        yield f"memory=so far {share} {source}"
        yield f"memory=so far {share} {case.clause_kind}"
        yield f"memory=so far {share} {bucket(len(about.counts), (1, 2, 4))} names"


def _signals_of_source(
    case: Case, source: str, form: str, metric: Metric | None, owner: str, last: str
) -> Iterator[str]:
    """The signals that are the same for all answers from one source. ``last``: whence the subject of the one right
    before came, and where that stands."""
    if last:
        yield f"memory=source {last} {source}"
    before, behind = case.neighbours
    yield f"chunk={source} {case.dimension_class}"
    yield f"prep={before} before {source}"
    yield f"prep={behind} behind {source}"
    yield f"clause={case.clause_kind} {source}"
    if case.label_kind:
        yield f"layout=labels {case.label_kind} {source}"
        yield f"layout=labels {case.label_kind} {metric.source if metric is not None else 'no metric'} {source}"
    yield f"clause=metric {owner} {source}"
    yield f"clause=metric {owner} {case.clause_kind} {form}"
    yield from _signals_of_measure(case, metric, form)


def _signals_of_measure(case: Case, metric: Metric | None, form: str) -> Iterator[str]:
    """Whether what is measured is measured of subjects of that form."""
    if metric is not None:
        yield f"lex=of {metric.name} {form}"
        yield f"lex=of {metric.name.split()[-1]} {form}"
        yield f"vocab={fit(metric.name, case.dimension)} {form}"


def _signals_of_name(
    case: Case, candidate: Candidate, proposed: str, recent: Sequence[Subject], metric: Metric | None
) -> Iterator[str]:
    """The signals of the name itself, whoever proposed it."""
    name, source = candidate.name, candidate.source
    yield f"same={proposed}"
    yield f"same={bucket(proposed.count('+'), (0, 1, 2))} more"
    if source.startswith(("phrase", "opening")):
        yield f"lex={name.split()[-1].lower()}"
    yield from case.setting.entities.signals(name, source)
    if recent and recent[0].name == name:
        yield f"memory=subject {source}"
    entity = case.setting.entities.get(name)
    if entity is None:
        yield from _classes_of(case, name, metric)
    else:
        yield from _signals_of_measure(case, metric, entity.shape)
        yield from _signals_of_sort(case, entity.sort, source, metric)
        measured = metric.name.split()[-1].lower() if metric is not None else None
        yield from _kinds_of(entity.nouns, case.dimension_class, measured)


def _signals_of_sort(case: Case, sort: str, source: str, metric: Metric | None) -> Iterator[str]:
    """Whether it is somebody or something, and whether what is measured is measured of such."""
    yield f"kind=sort {sort} {source}"
    if metric is not None:
        of = owner(metric.name)
        yield f"vocab=owned by {of} {sort}"
        yield f"vocab=owned by {of} {sort} {case.dimension_class}"


def _classes_of(case: Case, phrase: str, metric: Metric | None) -> Iterator[str]:
    """What kind of thing a phrase means, by the class of its last word, and whether such things are so measured."""
    number = models.word_class(phrase.split()[-1])
    measured = metric.name.split()[-1].lower() if metric is not None else "nothing"
    for found in (f"{number & models.COARSE} coarse", f"{number}"):
        yield f"class={found} {case.dimension_class}"
        yield f"class={found} of {measured}"
        yield f"class={found} of {models.word_class(measured) & models.COARSE} coarse"


@lru_cache(maxsize=_KEPT)
def _kinds_of(nouns: frozenset[str], dimension: str, measured: str | None) -> tuple[str, ...]:
    """What kind of thing a name means, by the nouns that stand at it, and whether such things are so measured."""
    of = models.word_class(measured) & models.COARSE if measured is not None else 0
    kinds = sorted({models.word_class(noun) & models.COARSE for noun in nouns} - {0})
    return tuple(
        signal
        for kind in kinds
        for signal in (f"class=named {kind} coarse {dimension}", f"class=named {kind} coarse of {of} coarse")
    )


def _owner_of(case: Case, metric: Metric | None) -> str:
    """What owns the metric in its phrase: a pronoun ("its revenue"), ``bound its`` where a name of the sentence stands
    before that, a name ("Acme's revenue"), an article, nothing."""
    if metric is None or not case.first <= metric.first < case.stop:
        return "elsewhere"
    tokens, i = case.page.tokens, metric.first - 1
    while i > case.first and metric.first - i < 5 and _modifies(tokens, i, case.stop):
        i -= 1
    word = tokens[i].lower if i >= case.first else "^"
    if word in POSSESSIVE_PRONOUNS or word == "whose":
        return "bound its" if any(name.end <= i for name in case.setting.names) else "its"
    if is_possessive(tokens, i, case.stop):
        return "'s"
    return word if word in ("the", "a", "an") else "none"


def _modifies(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether the word at token ``i`` before a metric belongs to its phrase: the "record" of "its record revenue"."""
    word = tokens[i]
    return word.text.islower() and word.lower not in function_words() and not is_possessive(tokens, i, stop)
