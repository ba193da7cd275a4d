"""Whom or what a quantity is about, from the noun phrases of its sentence: ``the haul road``, ``diesel``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pipeline import vocabulary
from pipeline.language.aboutness.answers import Metric
from pipeline.language.aboutness.candidates import LONGEST_NAME, Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.measures import weak_words
from pipeline.language.aboutness.relations import relation
from pipeline.language.aboutness.subjects.names import to_metric
from pipeline.language.syntax.phrases import Phrase
from pipeline.language.tokens import Kind

__all__ = ["from_description", "from_phrases"]


def from_phrases(case: Case, metric: Metric | None) -> Iterator[Candidate]:
    """Noun phrases as things: ``the haul road``, ``diesel``; with the name that owns or opens them, or without."""
    tree = case.tree
    if tree is None:
        return
    periods = {i for period in case.setting.periods for i in range(period.first, period.end)}
    for at, phrase in enumerate(case.setting.phrases):
        first, end = tree.words[phrase.first].first, tree.words[phrase.head].end
        while first < end and (
            first in periods
            or case.page.tokens[first].lower in weak_words()
            or case.page.tokens[first].kind is Kind.SYMBOL
        ):
            first += 1
        while end > first and end - 1 in periods:
            end -= 1
        if (
            first >= end
            or end - first > LONGEST_NAME
            or any((n.first, n.end) == (first, end) for n in case.setting.names)
        ):
            continue
        signals = tuple(_phrase_signals(case, phrase, first, end, metric))
        name, begin = _name_of(case, phrase, first, end)
        yield Candidate(name, case.page.written(begin, end), "phrase", signals, begin, end, phrase.head)
        yield from _before_measure(case, phrase, first, end, signals)
        yield from _with_place(case, at, first, end, signals, phrase)


def _name_of(case: Case, phrase: Phrase, first: int, end: int) -> tuple[str, int]:
    """A phrase as a name, and the token it begins at: as written, or with its owner where it is a part of somebody
    that has figures of its own (``Acme's EV business``)."""
    written = " ".join(case.page.written(first, end).split())
    if phrase.owner is None or case.page.tokens[end - 1].lower not in vocabulary.load("names")["parts"]["words"]:
        return written, first
    owner = next((name for name in reversed(case.setting.names) if name.end == first - 1), None)
    return (f"{owner.canonical}'s {written}", owner.first) if owner is not None else (written, first)


def _before_measure(case: Case, phrase: Phrase, first: int, end: int, signals: tuple[str, ...]) -> Iterator[Candidate]:
    """What opens a phrase that ends in what is measured: the "DRAM" of DRAM prices."""
    for begin, stop, _ in case.readings.measures(first, end):
        if stop == end and begin > first:
            text = " ".join(case.page.written(first, begin).split())
            yield Candidate(text, text, "opening", signals, first, begin, phrase.head)


def _with_place(
    case: Case, at: int, first: int, end: int, signals: tuple[str, ...], phrase: Phrase
) -> Iterator[Candidate]:
    """``the expansion at Las Animas``, ``owners of the SU7``: a phrase with the one that completes it."""
    phrases, tokens = case.setting.phrases, case.page.tokens
    if (
        at + 1 >= len(phrases)
        or end >= case.stop
        or tokens[end].lower not in ("of", "at", "in", "for")
        or case.tree is None
    ):
        return
    other = phrases[at + 1]
    begin, stop = case.tree.words[other.first].first, case.tree.words[other.head].end
    if begin - end <= 2 and stop - first <= LONGEST_NAME + 2:
        whole = " ".join(case.page.written(first, stop).split())
        yield Candidate(whole, whole, f"phrase {tokens[end].lower}", signals, first, stop, phrase.head)


def _phrase_signals(case: Case, phrase: Phrase, first: int, end: int, metric: Metric | None) -> Iterator[str]:
    tree = case.tree
    assert tree is not None
    yield from relation(case, first, end, phrase.head)
    yield from to_metric(case, metric, first, end, phrase.head)
    tag = tree.tags[phrase.head]
    yield f"head={tag}"
    yield f"det={'owned' if phrase.owner else 'free'} {tag}"
    holds = "measure" if case.readings.measures(first, end) else "no measure"
    named = "name" if any(n.first < end and first < n.end for n in case.setting.names) else "no name"
    yield f"vocab={holds} {named}"
    head = case.page.tokens[end - 1].lower
    generic = head in company_nouns() and phrase.owner is None
    described = bool(case.setting.entities.described(head))
    yield f"voice={'generic' if generic else 'described elsewhere' if described else 'own'} phrase"
    part = case.page.tokens[end - 1].lower in vocabulary.load("names")["parts"]["words"]
    yield f"vocab={'part' if part else 'no part'} {named}"
    yield f"kind={len(range(first, end)) if end - first < 4 else 'more'} words"
    if any(q.noun and q.noun[0] < end and first < q.noun[1] for q in case.others):
        yield "kind=counted by another"
    noun = case.quantity.noun
    if noun is not None and noun[0] < end and first < noun[1]:
        yield f"kind=counted noun {case.dimension_class}"
    if case.word is not None and tree.heads[case.word] == phrase.head and case.word < phrase.head:
        yield f"path=qualified by it {case.dimension_class}"


def from_description(case: Case) -> Iterator[Candidate]:
    """``the mine``, ``the trial``: the name at which that noun stands elsewhere in the article."""
    tree = case.tree
    if tree is None:
        return
    for phrase in case.setting.phrases:
        first, end = tree.words[phrase.first].first, tree.words[phrase.head].end
        before = case.page.tokens[first - 1].lower if first > case.first else ""
        if before not in ("the", "this", "its", "their", "that") or any(
            n.first < end and first < n.end for n in case.setting.names
        ):
            continue
        for rank, name in enumerate(case.setting.entities.described(case.page.tokens[end - 1].lower)[:2]):
            signals = (*relation(case, first, end, phrase.head), f"voice=described {rank}", f"voice=described {before}")
            yield Candidate(name, case.page.written(first, end), "described", signals, first, end, phrase.head)


@cache
def company_nouns() -> frozenset[str]:
    """The nouns of the phrases that mean the organisation an article is about."""
    phrases = vocabulary.load("names")["companies"]["phrases"]
    return frozenset(phrase.split()[-1] for phrase in phrases if phrase.startswith("the "))
