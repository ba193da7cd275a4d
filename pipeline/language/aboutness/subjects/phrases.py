"""Whom or what a quantity is about, from the noun phrases of its sentence: ``the haul road``, ``diesel``."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.language.aboutness.answers import Metric
from pipeline.language.aboutness.candidates import LONGEST_NAME, Candidate
from pipeline.language.aboutness.case import Case, Setting
from pipeline.language.aboutness.measures import past_opening
from pipeline.language.aboutness.readings import Readings
from pipeline.language.aboutness.relations import relation
from pipeline.language.aboutness.subjects.names import to_metric
from pipeline.language.layout.page import SILENT
from pipeline.language.nouns import company_nouns, function_words, part_nouns, singular
from pipeline.language.periods.years import time_words
from pipeline.language.syntax.phrases import Phrase
from pipeline.language.tokens import HYPHENS, Kind, Token

__all__ = ["from_description", "from_fuller", "from_phrases"]


@dataclass(frozen=True, slots=True)
class _Thing:
    """Words of a sentence that may be a thing, whichever of its quantities asks: tokens ``first`` to ``end``.

    ``answers``: what is proposed for it, as (name, text, source, first token, end). ``signals`` are those that are the
    same for every quantity.
    """

    first: int
    end: int
    head: int
    answers: tuple[tuple[str, str, str, int, int], ...]
    signals: tuple[str, ...]


def from_phrases(case: Case, metric: Metric | None) -> Iterator[Candidate]:
    """Noun phrases as things: ``the haul road``, ``diesel``; with the name that owns or opens them, or without."""
    for thing in case.setting.once("things", _things_of):
        signals = (
            *relation(case, thing.first, thing.end, thing.head),
            *to_metric(case, metric, thing.first, thing.end, thing.head),
            *thing.signals,
            *_counting_signals(case, thing),
        )
        for name, text, source, begin, end in thing.answers:
            yield Candidate(name, text, source, signals, begin, end, thing.head)


def _counting_signals(case: Case, thing: _Thing) -> Iterator[str]:
    """Whether the thing is what is counted, by this quantity or another, or what this one stands before."""
    first, end, noun, tree = thing.first, thing.end, case.quantity.noun, case.tree
    if any(q.noun and q.noun[0] < end and first < q.noun[1] for q in case.others):
        yield "kind=counted by another"
    if noun is not None and noun[0] < end and first < noun[1]:
        yield f"kind=counted noun {case.dimension_class}"
    if tree is not None and case.word is not None and tree.heads[case.word] == thing.head and case.word < thing.head:
        yield f"path=qualified by it {case.dimension_class}"


def _things_of(setting: Setting) -> list[_Thing]:
    tree = setting.sentence.tree
    if tree is None:
        return []
    found: list[_Thing] = []
    for at, phrase in enumerate(setting.phrases):
        first, end = _without_numbers(setting, phrase)
        if first >= end or end - first > LONGEST_NAME:
            continue
        joined = setting.joined_to(at, first, end)
        if joined is not None:  # "freight and mail"
            whole = " ".join(setting.page.written(first, joined).split())
            signals = tuple(_phrase_signals(setting, phrase, first, joined))
            found.append(_Thing(first, joined, phrase.head, ((whole, whole, "phrase and", first, joined),), signals))
        if any(name.first <= first and end <= name.end for name in setting.names) or _is_name(setting, first, end):
            continue
        if all(token.lower in _stretches() for token in setting.page.tokens[first:end]):
            continue
        name, begin = _name_of(setting, phrase, first, end)
        answers = (
            (name, setting.page.written(begin, end), "phrase", begin, end),
            *_before_measure(setting, first, end),
            *_with_place(setting, at, first, end),
        )
        signals = tuple(_phrase_signals(setting, phrase, first, end))
        found.append(_Thing(first, end, phrase.head, answers, signals))
    return found


def _is_name(setting: Setting, first: int, end: int) -> bool:
    """Whether a phrase is a name with words of its kind before it: "axial-flux AF4" is the AF4."""
    begin = next((name.first for name in setting.names if name.end == end), first)
    return begin > first and not any(token.capitalised for token in setting.page.tokens[first:begin])


@cache
def _stretches() -> frozenset[str]:
    """Words of time, which no number is about: the "quarter" of "in the quarter", the "full year"."""
    whole = time_words("lengths_told")["whole"]
    return frozenset(time_words("lengths")) | frozenset(time_words("stretches")["words"]) | frozenset(whole) | HYPHENS


def _without_numbers(setting: Setting, phrase: Phrase) -> tuple[int, int]:
    """The tokens of a phrase without the words of time, the quantities and the weak adjectives around it."""
    assert setting.sentence.tree is not None
    tokens, words = setting.page.tokens, setting.sentence.tree.words
    first, end = words[phrase.first].first, words[phrase.head].end
    first = past_opening(tokens, first, end, lambda i: i in setting.times or setting.inside_quantity(i, end))
    while end > first and end - 1 in setting.times:
        end -= 1
    return first, end


def _name_of(setting: Setting, phrase: Phrase, first: int, end: int) -> tuple[str, int]:
    """A phrase as a name, and the token it begins at: as written, or with its owner where it is a part of somebody
    that has figures of its own (``Acme's EV business``)."""
    written = " ".join(setting.page.written(first, end).split())
    if phrase.owner is None or setting.page.tokens[end - 1].lower not in part_nouns():
        return written, first
    owner = next((name for name in reversed(setting.names) if name.end == first - 1), None)
    return (f"{owner.canonical}'s {written}", owner.first) if owner is not None else (written, first)


Answers = Iterator[tuple[str, str, str, int, int]]


def _before_measure(setting: Setting, first: int, end: int) -> Answers:
    """What opens a phrase that ends in what is measured: the "DRAM" of DRAM prices."""
    for begin, stop, _ in setting.readings.measures(first, end):
        if stop == end and begin > first:
            text = " ".join(setting.page.written(first, begin).split())
            yield text, text, "opening", first, begin


def _with_place(setting: Setting, at: int, first: int, end: int) -> Answers:
    """``the expansion at Las Animas``, ``owners of the SU7``: a phrase with the one that completes it."""
    phrases, tokens, tree = setting.phrases, setting.page.tokens, setting.sentence.tree
    if at + 1 >= len(phrases) or end >= setting.sentence.stop or tokens[end].lower not in ("of", "at", "in", "for"):
        return
    assert tree is not None
    other = phrases[at + 1]
    begin, stop = tree.words[other.first].first, tree.words[other.head].end
    if begin - end <= 2 and stop - first <= LONGEST_NAME + 2:
        whole = " ".join(setting.page.written(first, stop).split())
        yield whole, whole, f"phrase {tokens[end].lower}", first, stop


def _phrase_signals(setting: Setting, phrase: Phrase, first: int, end: int) -> Iterator[str]:
    assert setting.sentence.tree is not None
    tag, head = setting.sentence.tree.tags[phrase.head], setting.page.tokens[end - 1].lower
    yield f"head={tag}"
    yield f"det={'owned' if phrase.owner else 'free'} {tag}"
    holds = "measure" if setting.readings.measures(first, end) else "no measure"
    named = "name" if any(n.first < end and first < n.end for n in setting.names) else "no name"
    yield f"vocab={holds} {named}"
    generic = head in company_nouns() and phrase.owner is None
    described = bool(setting.entities.described(head))
    yield f"voice={'generic' if generic else 'described elsewhere' if described else 'own'} phrase"
    part = head in part_nouns()
    yield f"vocab={'part' if part else 'no part'} {named}"
    if part and phrase.owner:  # "its electric vehicle business"
        yield f"vocab=owned part {'told apart' if end - first > 1 else 'bare'}"
    yield f"kind={end - first if end - first < 4 else 'more'} words"
    yield from setting.entities.treatment_of(head)


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


_POINTING = frozenset("the this that these those".split())
_MODIFIERS = 3  # words that tell apart what a noun means: "industrial labels market"


def from_fuller(case: Case, metric: Metric | None) -> Iterator[Candidate]:
    """``the market``, ``the trial``: what the text called it in more words before, ``industrial labels market``."""
    tree, tokens = case.tree, case.page.tokens
    if tree is None:
        return
    for phrase in case.setting.phrases:
        first, end = tree.words[phrase.first].first, tree.words[phrase.head].end
        while first < end and tokens[first].lower in _POINTING:
            first += 1
        pointed = first > case.first and tokens[first - 1].lower in _POINTING
        if not pointed or end - first != 1 or not tokens[first].text.islower():
            continue
        noun = singular(tokens[first].lower)
        told = _fuller_names(case.readings).get(noun, ())
        earlier = bisect_right(told, first, key=lambda tokens: tokens[1])
        if not earlier:
            continue
        names = dict.fromkeys(case.page.written(*one) for one in (told[0], told[earlier - 1]))
        for rank, name in enumerate(" ".join(name.split()) for name in names):
            signals = (
                *relation(case, first, end, phrase.head),
                *to_metric(case, metric, first, end, phrase.head),
                f"voice=fuller {rank} of {len(names)}", f"voice=fuller {tokens[first - 1].lower}",
            )  # fmt: skip
            yield Candidate(name, name, "fuller phrase", signals, first, end, phrase.head)


def _fuller_names(readings: Readings) -> Mapping[str, Sequence[tuple[int, int]]]:
    """Of every noun of the page, where it stands with words that tell it apart, as (first token, end), in order."""
    return readings.once("fuller names", lambda: _find_fuller_names(readings))


def _find_fuller_names(readings: Readings) -> Mapping[str, Sequence[tuple[int, int]]]:
    tokens = readings.page.tokens
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for block, (start, stop) in zip(readings.page.blocks, readings.page.ranges, strict=True):
        if block.kind in SILENT:
            continue
        run = start  # where the words without a break or function word between them begin
        for i in range(start, stop):
            if tokens[i].text in HYPHENS and tokens[i].glued and i > run:
                continue
            if not _tells_apart(tokens[i]):
                run = i + 1
                continue
            if i > run and tokens[i].gap != " " and tokens[i - 1].text not in HYPHENS:
                run = i
            if i > run and not _carries_on(tokens, i + 1, stop):
                found[singular(tokens[i].lower)].append((_first_modifier(tokens, run, i), i + 1))
    return found


def _carries_on(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether the word at token ``i`` or a hyphen carries a run of such words on."""
    if i >= stop:
        return False
    return (tokens[i].gap == " " and _tells_apart(tokens[i])) or (tokens[i].text in HYPHENS and tokens[i].glued)


def _first_modifier(tokens: Sequence[Token], run: int, noun: int) -> int:
    """Where the last few words before a noun begin, compounds whole."""
    first = max(run, noun - _MODIFIERS)
    while first > run and (tokens[first].glued or tokens[first].text in HYPHENS):
        first -= 1
    return first


def _tells_apart(token: Token) -> bool:
    """Whether a word may stand before a noun to tell which is meant, or be such a noun."""
    return token.kind is Kind.WORD and len(token.text) > 1 and token.lower not in function_words()
