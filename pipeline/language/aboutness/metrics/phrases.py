"""What is measured, from the noun phrases of the sentence: whole, by their vocabulary name, with what completes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline import vocabulary
from pipeline.language.aboutness.candidates import LONGEST_NAME, Candidate
from pipeline.language.aboutness.case import Case, Setting
from pipeline.language.aboutness.measures import fit, past_opening, standard_name
from pipeline.language.aboutness.relations import relation
from pipeline.language.layout.page import Page
from pipeline.language.nouns import singular
from pipeline.language.syntax.phrases import Phrase
from pipeline.language.verbs import base_form

__all__ = [
    "COMPLETING",
    "Measure",
    "folded",
    "from_phrases",
    "measure_name",
    "measuring_part",
    "of_one",
    "whole_phrases",
    "written",
]

COMPLETING = frozenset({"of", "in", "for", "on", "before", "per", "from", "to", "at", "with"})  # "price of copper"


@dataclass(frozen=True, slots=True)
class Measure:
    """Words of a sentence that may say what is measured: tokens ``first`` to ``end``, headed by ``word``."""

    first: int
    end: int
    name: str
    source: str
    word: int
    signals: tuple[str, ...]


def from_phrases(case: Case) -> Iterator[Candidate]:
    """Every noun phrase of the sentence, whole, as its vocabulary name alone, and with the "of" that completes it."""
    kind = case.dimension_class
    related: dict[tuple[int, int, bool], tuple[str, ...]] = {}
    for found in case.setting.once("measures", _measures_of):
        if _is_noun_of(case, found.first, found.end):
            continue
        place = (found.first, found.word, found.source == "and phrase")
        if place not in related:
            related[place] = (*relation(case, found.first, found.end, found.word), *_counted_by_another(case, found))
        own = (*found.signals, *(f"{signal} {kind}" for signal in found.signals), *_linked(case, found))
        text = case.page.written(found.first, found.end)
        yield Candidate(found.name, text, found.source, related[place] + own, found.first, found.end, found.word)
        if case.per_share and fit(found.name, "money") == "fits":  # "earnings of $1.42 a share"
            name, source = standard_name(f"{found.name} per share"), f"{found.source} per share"
            yield Candidate(name, text, source, related[place] + own, found.first, found.end, found.word)


def _linked(case: Case, found: Measure) -> Iterator[str]:
    """Whether a word alone links it to the quantity, and its numbers are of that kind: ``a workforce of 300``, ``its
    fleet is 40 aircraft``."""
    if found.end + 1 == case.quantity.first:
        link = base_form(case.page.tokens[found.end].lower)
        yield f"between={link} {fit(found.name, case.dimension)} {case.dimension_class}"


def whole_phrases(case: Case) -> list[Measure]:
    """The noun phrases of the sentence but for the quantity's own noun, without what completes them."""
    found = case.setting.once("measures", _measures_of)
    return [one for one in found if one.source == "phrase" and not _is_noun_of(case, one.first, one.end)]


def _counted_by_another(case: Case, found: Measure) -> Iterator[str]:
    if any(q.noun and q.noun[0] < found.end and found.first < q.noun[1] for q in case.others):
        yield f"kind=counted by another {case.dimension_class}"


def _is_noun_of(case: Case, first: int, end: int) -> bool:
    """Whether some tokens are the counted noun itself, which is a source of its own."""
    noun = case.quantity.noun
    return noun is not None and noun[0] < end and first < noun[1]


def _measures_of(setting: Setting) -> list[Measure]:
    """The words of a sentence that may say what is measured, whichever of its quantities asks."""
    tree = setting.sentence.tree
    if tree is None:
        return []
    found: list[Measure] = []
    covered: set[int] = set()
    for at, phrase in enumerate(setting.phrases):
        first, end = measuring_part(setting, phrase)
        if first >= end or end - first > LONGEST_NAME:
            continue
        signals = tuple(_phrase_signals(setting, phrase, first, end))
        found.append(Measure(first, end, measure_name(setting, first, end), "phrase", phrase.head, signals))
        for begin, stop, name in setting.measures:
            if first <= begin and stop == end:
                covered.add(begin)
                if begin > first:
                    found.append(Measure(begin, stop, name, "vocabulary", phrase.head, signals))
        found += _joined(setting, at, first, end, signals)
        found += _with_letters(setting, phrase, first, end, signals)
        found += _with_complement(setting, at, first, end, signals)
    for begin, stop, name in setting.measures:  # "assets under management", "net debt/EBITDA": more than a phrase
        word = tree.head_of(begin, stop)
        if begin not in covered and word is not None:
            found.append(Measure(begin, stop, name, "vocabulary alone", word, ("chunk=alone",)))
    return found


_MODALS = frozenset("will would can could may might shall should must".split())


def measuring_part(setting: Setting, phrase: Phrase) -> tuple[int, int]:
    """The tokens of a phrase without the names, quantities, words of time and weak adjectives that it opens with.

    Nor a verb that the parser took for one of these: "will narrow operating losses".
    """
    assert setting.sentence.tree is not None
    tokens, words = setting.page.tokens, setting.sentence.tree.words
    first, end = words[phrase.first].first, words[phrase.head].end
    if first + 1 < end and first > setting.sentence.first and tokens[first - 1].lower in _MODALS:
        first += 1
    skipped = setting.times | {i for name in setting.names if name.end < end for i in range(name.first, name.end)}
    first = past_opening(
        tokens,
        first,
        end,
        lambda i: i in skipped or setting.inside_quantity(i, end) or tokens[i].lower in ("'s", "’s"),
    )
    while end > first and end - 1 in skipped:
        end -= 1
    return first, end


def _phrase_signals(setting: Setting, phrase: Phrase, first: int, end: int) -> Iterator[str]:
    tree = setting.sentence.tree
    assert tree is not None
    yield f"head={tree.tags[phrase.head]}"
    yield f"det={'owned' if phrase.owner else 'free'}"
    named = any(name.first < end and first < name.end for name in setting.names)
    yield f"kind={'name' if named else 'noun'}"
    children = {tree.labels[i] for i in tree.children[phrase.head]}
    yield f"clause={'relative' if 'acl:relcl' in children else 'plain'}"


def _joined(setting: Setting, at: int, first: int, end: int, signals: tuple[str, ...]) -> Iterator[Measure]:
    """``freight and mail``: a phrase and the one that an "and" joins to it, the two alone."""
    joined = setting.joined_to(at, first, end)
    if joined is not None:
        yield Measure(
            first, joined, written(setting.page, first, joined), "and phrase", setting.phrases[at].head, signals
        )


def _with_letters(
    setting: Setting, phrase: Phrase, first: int, end: int, signals: tuple[str, ...]
) -> Iterator[Measure]:
    """``NEET rate``: a noun that says nothing by itself with the letters before it, though these look like a name."""
    assert setting.sentence.tree is not None
    tokens, opening = setting.page.tokens, setting.sentence.tree.words[phrase.first].first
    bare = end == first + 1 and tokens[first].lower in vocabulary.load("metrics")["bare"]["words"]
    if bare and first > opening and len(tokens[first - 1].text) > 1 and tokens[first - 1].text.isupper():
        yield Measure(first - 1, end, written(setting.page, first - 1, end), "lettered phrase", phrase.head, signals)


def _with_complement(setting: Setting, at: int, first: int, end: int, signals: tuple[str, ...]) -> Iterator[Measure]:
    """``number of users``, ``price of copper``, ``rise in sales``: a phrase with the one its preposition brings in."""
    phrases, tokens = setting.phrases, setting.page.tokens
    if at + 1 >= len(phrases) or end >= setting.sentence.stop or tokens[end].lower not in COMPLETING:
        return
    other_first, other_end = measuring_part(setting, phrases[at + 1])
    if other_first >= other_end or other_first - end > 3 or other_end - first > LONGEST_NAME + 2:
        return
    if any(end <= q.first < other_end for q in setting.sentence.quantities):
        return
    link = tokens[end].lower
    name = f"{measure_name(setting, first, end)} {link} {written(setting.page, other_first, other_end)}"
    yield Measure(first, other_end, name, f"{link} phrase", phrases[at].head, signals)


def measure_name(setting: Setting, first: int, end: int) -> str:
    """Some words as a metric's name: as written, but what they end with by the vocabulary's name for it.

    A longer name for one that is told apart already stays out: "throughput capacity" is no throughput production one.
    """
    page, head = setting.page, ""
    for begin, stop, name in setting.readings.measures(first, end):
        if stop == end and (begin == first or len(name.split()) <= stop - begin):
            head, end = name, begin
    return f"{written(page, first, end)} {head}".strip()


def written(page: Page, first: int, end: int) -> str:
    """Some words in lower case but for abbreviations, white space folded."""
    written = ""
    for token in page.tokens[first:end]:
        word = token.text if sum(character.isupper() for character in token.text) > 1 else token.lower
        written += ("" if token.glued or not written else " ") + word
    return written


def of_one(name: str, aspect: str) -> str:
    """What is measured of a thing, told of one of it: of "batteries" and "capacity", battery capacity."""
    *before, last = name.split()
    return " ".join([*before, singular(last), aspect])


def folded(text: str) -> str:
    """Some words in lower case, white space folded."""
    return " ".join(text.lower().split())
