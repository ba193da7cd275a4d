"""Whom or what a quantity is about: the candidates, from names, phrases, labels, columns, headings and what came before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline import vocabulary
from pipeline.language.aboutness.candidates import Candidate, bucket, proposers
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.entities import SAYS
from pipeline.language.aboutness.measures import fit, weak_words
from pipeline.language.aboutness.metrics import Metric
from pipeline.language.aboutness.names import Name
from pipeline.language.aboutness.relations import relation
from pipeline.language.layout.blocks import BlockKind, Span
from pipeline.language.layout.tables import header_columns
from pipeline.language.syntax.phrases import Phrase
from pipeline.language.tokens import Kind, PhraseTable

__all__ = ["Subject", "subject_candidates"]

_LONGEST_NAME = 7  # words
_HEADINGS_READ = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: its canonical name, the words for it, and how sure it is."""

    name: str
    text: str
    probability: float
    first: int = -1
    kind: str = "name"


def subject_candidates(case: Case, metric: Metric | None, recent: Sequence[Subject]) -> list[Candidate]:
    """All that a quantity may be about, given what it measures. ``recent``: the subjects before it, the latest first."""
    found = [
        *_from_names(case, metric),
        *_from_phrases(case, metric),
        *_from_label(case),
        *_from_columns(case),
        *_from_headings(case),
        *_from_memory(case, recent),
        *_from_before(case),
        *_from_article(case),
        *_from_description(case),
    ]
    found = [candidate for candidate in found if candidate.name]
    names, owner = proposers(found), _owner_of(case, metric)
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    of_source: dict[tuple[str, str], tuple[str, ...]] = {}
    for candidate in found:
        name, source = candidate.name, candidate.source
        if (name, source) in told:
            continue
        form = source if case.setting.entities.get(name) is None else "entity"
        if (source, form) not in of_source:
            of_source[source, form] = tuple(_signals_of_source(case, source, form, metric, owner))
        told[name, source] = (*of_source[source, form], *_signals_of_name(case, candidate, names[name], recent))
    return [candidate.with_signals(told[candidate.name, candidate.source]) for candidate in found]


def _signals_of_source(case: Case, source: str, form: str, metric: Metric | None, owner: str) -> Iterator[str]:
    """The signals that are the same for all answers from one source."""
    yield f"chunk={source} {case.dimension_class}"
    yield f"clause={case.clause_kind} {source}"
    yield f"clause=metric {owner} {source}"
    yield f"clause=metric {owner} {case.clause_kind} {form}"
    if metric is not None:
        yield f"lex=of {metric.name} {form}"
        yield f"lex=of {metric.name.split()[-1]} {form}"
        yield f"vocab={fit(metric.name, case.dimension)} {form}"


def _signals_of_name(case: Case, candidate: Candidate, proposed: str, recent: Sequence[Subject]) -> Iterator[str]:
    """The signals of the name itself, whoever proposed it."""
    name, source = candidate.name, candidate.source
    yield f"same={proposed}"
    yield f"same={bucket(proposed.count('+'), (0, 1, 2))} more"
    if source.startswith(("phrase", "opening")):
        yield f"lex={name.split()[-1].lower()}"
    yield from case.setting.entities.signals(name, source)
    if recent and recent[0].name == name:
        yield f"memory=subject {source}"


def _owner_of(case: Case, metric: Metric | None) -> str:
    """What owns the metric in its phrase: a pronoun ("its revenue"), a name ("Acme's revenue"), an article, nothing."""
    if metric is None or not case.first <= metric.first < case.stop:
        return "elsewhere"
    tokens, i = case.page.tokens, metric.first - 1
    while (
        i > case.first
        and metric.first - i < 5
        and tokens[i].text.islower()
        and tokens[i].lower not in _function_words()
    ):
        i -= 1
    word = tokens[i].lower if i >= case.first else "^"
    if word in ("its", "their", "his", "her", "our", "my", "whose"):
        return "its"
    if word in ("'s", "’s", "'", "’"):
        return "'s"
    return word if word in ("the", "a", "an") else "none"


@cache
def _function_words() -> frozenset[str]:
    return frozenset(vocabulary.load("nouns")["stop"]["words"])


# -- names and phrases of the sentence --------------------------------------------------------------------------------


def _from_names(case: Case, metric: Metric | None) -> Iterator[Candidate]:
    before = [name for name in case.setting.names if name.end <= case.quantity.first]
    for name in case.setting.names:
        word = case.tree.head_of(name.first, name.end) if case.tree is not None else None
        signals = [
            *relation(case, name.first, name.end, word),
            *_to_metric(case, metric, name.first, name.end, word),
            f"name={_form(name)}",
            f"name={_form(name)} {case.dimension_class}",
            f"det={'possessive' if name.possessive else 'plain'}",
            f"chunk={(held := _place_in_phrase(case, name))}",
            f"chunk={held} {case.dimension_class}",
            f"nearest={bool(before) and name is before[-1]}",
            f"nearest=first {bool(before) and name is before[0]} of {bucket(len(before), (1, 2, 3))}",
        ]
        if _speaks(case, name):
            signals.append("verb=says")
        if name.filed:
            signals.append("name=filed")
        yield Candidate(name.canonical, name.text, "name", tuple(signals), name.first, name.end, word)


def _place_in_phrase(case: Case, name: Name) -> str:
    """Whether a name is a noun phrase by itself, owns one, or only modifies what it is about ("a Madrid fund")."""
    if name.possessive:
        return "owner"
    tree = case.tree
    if tree is None:
        return "no phrase"
    for phrase in case.setting.phrases:
        first, end = tree.words[phrase.first].first, tree.words[phrase.head].end
        if first <= name.first and name.end <= end:
            if name.end == end:
                return "head" if first == name.first else "modified head"
            measure = any(stop == end for _, stop, _ in case.setting.measures)
            return f"modifies {'measure' if measure else 'noun'}"
    return "no phrase"


def _form(name: Name) -> str:
    """What a name looks like: a product's (digits), an abbreviation, a company's (its legal form), one word or several."""
    text = name.text
    if any(character.isdigit() for character in text):
        return "digits"
    if name.listed:
        return "listed"
    if text.isupper():
        return "capitals"
    return bucket(len(text.split()), (1, 2, 3)) + " words"


def _speaks(case: Case, name: Name) -> bool:
    tokens = case.page.tokens
    behind = tokens[name.end].lower if name.end < len(tokens) else ""
    before = tokens[name.first - 1].lower if name.first > case.first else ""
    before2 = tokens[name.first - 2].lower if name.first - 1 > case.first else ""
    return behind in SAYS or before in SAYS or (before == "to" and before2 == "according")


def _to_metric(case: Case, metric: Metric | None, first: int, end: int, word: int | None) -> Iterator[str]:
    """How some words stand to what is measured: its owner, in its phrase, its "of", up and down the tree."""
    if metric is None or metric.first < 0 or not case.first <= metric.first < case.stop:
        yield "mpath=no metric here"
        return
    tokens = case.page.tokens
    if first >= metric.first and end <= metric.end:
        place = "whole" if (first, end) == (metric.first, metric.end) else "end" if end == metric.end else "within"
        yield f"mpath={place}"
        return
    if first < metric.end and metric.first < end:
        yield f"mpath={'around, opens with' if end > metric.end or first == metric.first else 'around, ends with'}"
        return
    gap = tokens[end : metric.first] if end <= metric.first else tokens[metric.end : first]
    side = "before" if end <= metric.first else "behind"
    link = " ".join(token.lower for token in gap) if len(gap) <= 2 else bucket(len(gap), (4, 8))
    yield f"mpath={side} {link}"
    if case.tree is not None and word is not None and metric.word is not None:
        yield f"path={case.tree.path(metric.word, word)} from metric"
        yield f"role={case.tree.role(metric.word, word)} from metric"


def _from_phrases(case: Case, metric: Metric | None) -> Iterator[Candidate]:
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
            or end - first > _LONGEST_NAME
            or any((n.first, n.end) == (first, end) for n in case.setting.names)
        ):
            continue
        signals = tuple(_phrase_signals(case, phrase, first, end, metric))
        text = " ".join(case.page.written(first, end).split())
        yield Candidate(text, text, "phrase", signals, first, end, phrase.head)
        yield from _before_measure(case, phrase, first, end, signals)
        yield from _with_place(case, at, first, end, text, signals, phrase)


def _before_measure(case: Case, phrase: Phrase, first: int, end: int, signals: tuple[str, ...]) -> Iterator[Candidate]:
    """What opens a phrase that ends in what is measured: the "motor procurement" of its cost, the "DRAM" of DRAM prices."""
    for begin, stop, _ in case.readings.measures(first, end):
        if stop == end and begin > first:
            text = " ".join(case.page.written(first, begin).split())
            yield Candidate(text, text, "opening", signals, first, begin, phrase.head)


def _with_place(
    case: Case, at: int, first: int, end: int, text: str, signals: tuple[str, ...], phrase: Phrase
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
    if begin - end <= 2 and stop - first <= _LONGEST_NAME + 2:
        whole = " ".join(case.page.written(first, stop).split())
        yield Candidate(whole, whole, f"phrase {tokens[end].lower}", signals, first, stop, phrase.head)


def _phrase_signals(case: Case, phrase: Phrase, first: int, end: int, metric: Metric | None) -> Iterator[str]:
    tree = case.tree
    assert tree is not None
    yield from relation(case, first, end, phrase.head)
    yield from _to_metric(case, metric, first, end, phrase.head)
    tag = tree.tags[phrase.head]
    yield f"head={tag}"
    yield f"det={'owned' if phrase.owner else 'free'} {tag}"
    holds = "measure" if case.readings.measures(first, end) else "no measure"
    named = "name" if any(n.first < end and first < n.end for n in case.setting.names) else "no name"
    yield f"vocab={holds} {named}"
    head = case.page.tokens[end - 1].lower
    generic = head in _company_nouns()
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


# -- layout -----------------------------------------------------------------------------------------------------------


def _of_span(case: Case, span: Span, source: str, *facts: str) -> Iterator[Candidate]:
    """The names in a label or title, what opens it before what is measured, and the whole of it."""
    tokens = case.page.tokens
    first, stop = case.page.tokens_in(span)
    while first < stop and (
        tokens[first].kind is Kind.SYMBOL
        or (tokens[first].kind is Kind.NUMBER and first + 1 < stop and tokens[first + 1].text in ".)")
    ):
        first += 1
    end = first
    while end < stop and tokens[end].text not in "(,[|:;–—?":
        end += 1
    names = case.readings.names(first, stop)
    measures = case.readings.measures(first, stop)
    times = case.readings.periods(first, stop)
    holds = (
        " ".join(word for word, there in (("name", names), ("measure", measures), ("time", times)) if there) or "words"
    )
    signals = tuple(
        f"layout={source} {fact}"
        for fact in (holds, case.dimension_class, str(case.block.kind), *facts, *(f"{fact} {holds}" for fact in facts))
    )
    for at, name in enumerate(names):
        place = "only" if len(names) == 1 else "first" if at == 0 else "last" if at == len(names) - 1 else "inner"
        yield Candidate(
            name.canonical,
            name.text,
            f"{source} name",
            (*signals, f"layout={source} {place} name", f"name={_form(name)} {source}"),
            name.first,
            name.end,
        )
    yield from _openings(case, source, signals, first, end)
    while end > first and tokens[end - 1].text in "*_.":
        end -= 1
    if first < end and end - first <= _LONGEST_NAME:
        text = " ".join(case.page.written(first, end).split())
        capitals = sum(token.capitalised for token in tokens[first:end]) == end - first
        yield Candidate(
            text,
            text,
            f"{source} whole",
            (*signals, f"layout={source} {'capitals' if capitals else 'small'}"),
            first,
            end,
        )


def _openings(case: Case, source: str, signals: tuple[str, ...], first: int, end: int) -> Iterator[Candidate]:
    for begin, _, _ in case.readings.measures(first, end):
        if begin > first:
            text = " ".join(case.page.written(first, begin).split())
            yield Candidate(text, text, f"{source} opening", signals, first, begin)
            return


def _from_label(case: Case) -> Iterator[Candidate]:
    label = case.block.label
    if label is not None and case.follows(label):
        yield from _of_span(case, label, "label", f"columns {case.readings.columns_hold(case.block)}")


def _from_columns(case: Case) -> Iterator[Candidate]:
    if case.column is not None:
        yield from _of_span(case, case.column, "column", case.readings.columns_hold(case.block))
        return
    row = case.row_quantities
    if case.block.header is None or len(row) < 2:
        return
    columns = header_columns(case.block.header.of(case.page.text), len(row))
    at = next((i for i, q in enumerate(row) if q is case.quantity), -1)
    names = case.readings.names(*case.page.tokens_in(case.block.header))
    if len(names) == len(row) and at >= 0:
        yield Candidate(names[at].canonical, names[at].text, "header name", ("layout=header name",))
    if columns and 0 <= at < len(columns):
        yield Candidate(
            columns[at],
            columns[at],
            "header column",
            (f"layout=header column {case.readings.columns_hold(case.block)}",),
        )


def _from_headings(case: Case) -> Iterator[Candidate]:
    """From the headings above, the nearest first, and the line that leads into a list."""
    tree = "sentence" if case.tree is not None else "no sentence"
    for position, i in enumerate(reversed(case.headings)):
        if position >= _HEADINGS_READ:
            return
        block = case.page.blocks[i]
        above = "lead" if i == case.block.lead_in and block.kind is not BlockKind.HEADING else str(block.kind)
        yield from _of_span(case, block.span, "heading", f"{above} {position} {tree}", f"level {block.level}")


# -- what came before -------------------------------------------------------------------------------------------------


@cache
def _phrases(section: str) -> PhraseTable[bool]:
    return PhraseTable((phrase, True) for phrase in vocabulary.load("names")[section]["phrases"])


@cache
def _company_nouns() -> frozenset[str]:
    """The nouns of the phrases that mean the organisation an article is about."""
    phrases = vocabulary.load("names")["companies"]["phrases"]
    return frozenset(phrase.split()[-1] for phrase in phrases if phrase.startswith("the "))


def _voice(case: Case) -> str:
    """Which words of the sentence before the quantity stand for somebody named before: "it", "the company"."""
    tokens, first, last = case.page.tokens, case.first, case.quantity.first
    found = [
        section
        for section in ("stand_ins", "companies")
        if any(True for _ in _phrases(section).all(tokens, first, last))
    ]
    named = "named" if any(name.end <= last for name in case.setting.names) else "nameless"
    return " ".join([*found, named, "sentence" if case.tree is not None else "no sentence"])


def _from_memory(case: Case, recent: Sequence[Subject]) -> Iterator[Candidate]:
    voice = _voice(case)
    for position, subject in enumerate(recent[:3]):
        start = case.page.ranges[case.setting.sentence.block][0]
        near = (
            "sentence" if case.first <= subject.first < case.stop else "block" if subject.first >= start else "before"
        )
        signals = (
            f"memory={position} {near}", f"memory={position} {near} {voice}", f"memory={position} {near} {subject.kind}",
            f"voice=memory {position} {voice}", f"clause={case.clause_kind} memory {position} {near}",
            f"clause={case.clause_kind} memory {subject.kind}", f"memory={position} {case.dimension_class} {subject.kind}",
        )  # fmt: skip
        yield Candidate(subject.name, subject.text, "memory", signals)


def _from_before(case: Case) -> Iterator[Candidate]:
    """The names spoken of last before the sentence, in the text right before it."""
    seen = {name.canonical for name in case.setting.names}
    latest: list[Name] = []
    for name in reversed(case.setting.names_before):
        if name.canonical not in seen:
            seen.add(name.canonical)
            latest.append(name)
    for position, name in enumerate(latest[:3]):
        tokens, start = case.page.tokens, case.page.ranges[case.setting.sentence.block][0]
        opens = name.first == 0 or tokens[name.first - 1].text in ".!?" or "\n" in tokens[name.first].gap
        back = sum(token.text in ".!?" for token in tokens[name.end : case.first])
        place = (
            f"{'opens' if opens else 'inner'} {'same' if name.first >= start else 'other'} block {bucket(back, (1, 2))}"
        )
        signals = (
            f"memory=named {position} {place}", f"memory=named {place} {case.clause_kind}",
            f"memory=named {position}", f"memory=named {position} {_form(name)}", f"clause={case.clause_kind} named {position}",
            f"voice=named {position} {_voice(case)}",
        )  # fmt: skip
        yield Candidate(name.canonical, name.text, "named before", signals)


def _from_article(case: Case) -> Iterator[Candidate]:
    """The names the article is most about."""
    voice = _voice(case)
    for rank, name in enumerate(case.setting.entities.salient):
        signals = (
            f"voice=salient {bucket(rank, (0, 1, 2))} {voice}", f"clause={case.clause_kind} salient {bucket(rank, (0, 1, 2))}",
            f"block=salient {bucket(rank, (0, 1, 2))} {case.block.kind}",
        )  # fmt: skip
        yield Candidate(name, name, "salient", signals)


def _from_description(case: Case) -> Iterator[Candidate]:
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
