"""Whom or what a quantity is about, from the label of its line or row, its column and the headings above."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cache

import models
from pipeline import vocabulary
from pipeline.language.aboutness.candidates import LONGEST_NAME, Candidate, bucket
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.subjects.names import form_of
from pipeline.language.aboutness.subjects.sections import beside
from pipeline.language.layout.blocks import Span
from pipeline.language.nouns import function_words, part_nouns
from pipeline.language.tokens import Kind, Token

__all__ = ["from_headings", "from_run_in", "from_titles"]

_HEADINGS_READ = 3
_LONGEST_RUN_IN = 7  # tokens of the words that open a paragraph as a heading does
_RUN_IN_ENDS = (":", ".", "–", "—", "|", "(")

# Before these the head of a title ends: of "Participation in Industry Standards" it is participation.
_COMPLETING = frozenset("of in for to with on by from and at".split())
# How nouns end that are made of a verb or an adjective: what such a title names is a topic sooner than a thing.
_ABSTRACT = ("tion", "sion", "ment", "ing", "ance", "ence", "ity", "ness", "ysis", "ship")


def _of_span(case: Case, span: Span, source: str, *facts: str) -> Iterator[Candidate]:
    """The names in a label or title, what opens it before what is measured, and the whole of it."""
    tokens = case.page.tokens
    first, stop = case.page.tokens_in(span)
    first = end = _past_number(tokens, first, stop)
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
            (*signals, f"layout={source} {place} name", f"name={form_of(name)} {source}"),
            name.first,
            name.end,
        )
    yield from _openings(case, source, signals, first, end)
    while end > first and tokens[end - 1].text in "*_.":
        end -= 1
    timed = {i for time in times for i in range(time.first, time.end)}
    if first < end and end - first <= LONGEST_NAME and not _is_of_nobody(tokens, first, end, timed, source):
        text = " ".join(case.page.written(first, end).split())
        whole = (*signals, *_signals_of_whole(case, source, first, end))
        yield Candidate(text, text, f"{source} whole", whole, first, end)


def _is_of_nobody(tokens: Sequence[Token], first: int, end: int, timed: Container[int], source: str) -> bool:
    """Whether a title says when or what sort of text follows, and no more: "Third quarter 2025 summary"; or a heading
    of what it treats: "Cost structure"."""
    topics = _topics_of(source)
    return all(
        i in timed
        or tokens[i].kind is not Kind.WORD  # the "26" of "2025-26"
        or tokens[i].lower in topics
        or tokens[i].lower in function_words()
        for i in range(first, end)
    )


@cache
def _topics_of(source: str) -> frozenset[str]:
    titles = vocabulary.load("names")["titles"]
    return frozenset(titles["topics"]) | frozenset(titles["matters"] if source == "heading" else ())


def _past_number(tokens: Sequence[Token], first: int, stop: int) -> int:
    """The first token of a title past its marks and its number: ``(1)``, ``3.2``, ``II.``, ``##``; not the number of
    ``6 months`` or ``1Q26``."""
    i = first
    while i + 1 < stop:
        counts = tokens[i].kind is Kind.NUMBER and (tokens[i + 1].glued or tokens[i + 1].text.islower())
        roman = tokens[i + 1].text == "." and set(tokens[i].text) <= set("IVX")
        if (tokens[i].kind is Kind.WORD or (counts and tokens[i + 1].kind is Kind.WORD)) and not roman:
            break
        i += 1
    return i


def _signals_of_whole(case: Case, source: str, first: int, end: int) -> Iterator[str]:
    """What the words of a title or label say of it: a thing with a number or a part of somebody, or a mere topic."""
    tokens = case.page.tokens[first:end]
    capitals = sum(token.capitalised for token in tokens)
    yield f"layout={source} {'capitals' if capitals == len(tokens) else 'small'}"
    part = tokens[-1].lower in part_nouns()
    numbered = any(token.kind is Kind.NUMBER or token.text in ("I", "II", "III", "IV") for token in tokens)
    yield f"kind={source} {'part' if part else 'no part'} {'numbered' if numbered else 'plain'}"
    yield f"kind={source} {bucket(len(tokens), (1, 2, 3, 5))} words"
    yield f"lex={tokens[-1].lower} {source}"
    if tokens[0].lower in function_words():  # "By region", "What can it do"
        yield f"lex=opens {tokens[0].lower} {source}"
    yield from _signals_of_head(case, source, _head_of(tokens))


def _head_of(title: Sequence[Token]) -> str:
    """The word that tells what a title names, in lower case."""
    end = next((i for i in range(1, len(title)) if title[i].lower in _COMPLETING), len(title))
    return title[end - 1].lower


def _signals_of_head(case: Case, source: str, head: str) -> Iterator[str]:
    """What kind of word a title's head is: a topic ("capacity ramp-up"), or what may own figures ("the plant")."""
    form = next((ending for ending in _ABSTRACT if head.endswith(ending)), "none")
    yield f"kind={source} head {form}"
    yield f"kind={source} head {form} {case.clause_kind}"
    yield f"lex=head {head} {source}"
    yield f"class=title {models.word_class(head) & models.COARSE} {source}"
    yield f"class=title {models.word_class(head)} {source}"


def _openings(case: Case, source: str, signals: tuple[str, ...], first: int, end: int) -> Iterator[Candidate]:
    for begin, _, _ in case.readings.measures(first, end):
        if begin > first:
            text = " ".join(case.page.written(first, begin).split())
            yield Candidate(text, text, f"{source} opening", signals, first, begin)
            return


def from_titles(case: Case) -> Iterator[Candidate]:
    """From the label of a line or row, the title of the quantity's column, and that over the labels of its table."""
    for source, title in case.titles:
        yield from _of_span(case, title, source, str(case.axes))


def from_headings(case: Case) -> Iterator[Candidate]:
    """From the headings above, the nearest first, and the line that leads into a list."""
    tree = "sentence" if case.tree is not None else "no sentence"
    for position, block, above in case.headings_above(_HEADINGS_READ):
        section = f"section {beside(case, case.headings[-1 - position])}"
        yield from _of_span(case, block.span, "heading", f"{above} {position} {tree}", f"level {block.level}", section)


def from_run_in(case: Case) -> Iterator[Candidate]:
    """What opens its paragraph as a heading does: ``Climate Solutions: Net sales were``, ``Networks. Revenue rose``."""
    tokens = case.page.tokens
    first, stop = case.page.ranges[case.setting.sentence.block]
    if case.block.label is not None:
        return
    first = _past_number(tokens, first, stop)
    end = first
    while end < stop and end - first < _LONGEST_RUN_IN and not _ends_run_in(tokens, end):
        end += 1
    if not (first < end < min(stop, case.quantity.first)) or not _ends_run_in(tokens, end):
        return
    numbered = case.readings.quantities_of(case.setting.sentence.block)[0].first < end
    if numbered or not tokens[first].capitalised or any(token.text == "," for token in tokens[first:end]):
        return
    while end > first and tokens[end - 1].text in "*_":
        end -= 1
    text = " ".join(case.page.written(first, end).split())
    if first == end or not any(character.isalnum() for character in text):
        return
    name = next((name for name in case.names.within(first, end) if name.first == first and name.end == end), None)
    if name is not None and name.filed:  # "FRANKFURT —"
        return
    words, mark = end - first, next(t.text for t in tokens[end:stop] if t.text not in "*_")
    near = "here" if case.first <= first < case.stop else "before"
    holds = "name" if name is not None else "measure" if case.readings.measures(first, end) else "words"
    signals = (
        f"layout=run-in {mark} {holds}", f"layout=run-in {mark} {near} {bucket(words, (1, 2, 3))}",
        f"layout=run-in {holds} {near}", f"clause={case.clause_kind} run-in {mark} {holds}",
        f"layout=run-in {mark} {case.block.kind}", f"lex={tokens[end - 1].lower} run-in",
        *_signals_of_head(case, "run-in", _head_of(tokens[first:end])),
    )  # fmt: skip
    yield Candidate(name.canonical if name is not None else text, text, "run-in", signals, first, end)


def _ends_run_in(tokens: Sequence[Token], i: int) -> bool:
    """Whether the words that open a paragraph end at token ``i``: at a mark with a blank behind it or before it."""
    behind = tokens[i + 1] if i + 1 < len(tokens) else None
    if tokens[i].text not in _RUN_IN_ENDS or behind is None:
        return False
    return bool(behind.gap) if tokens[i].text in ":." else not tokens[i].glued or tokens[i].text == "("
