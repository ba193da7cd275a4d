"""What is measured, from the noun that is counted, that the quantity qualifies, or that it is a share of."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import vocabulary
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.metrics.phrases import measure_name, measuring_part, written
from pipeline.language.aboutness.metrics.shapes import folded
from pipeline.language.nouns import is_plural
from pipeline.language.syntax.phrases import Phrase

__all__ = ["from_noun", "from_qualified_noun", "from_share"]

_BEFORE_TIMES = frozenset(
    {"at", "by", "in", "on", "since", "until", "the", "end", "start", "of", "from", "up", "down", "during"}
)
_COPULAS = frozenset({"is", "are", "was", "were", "come", "comes", "came", "be", "been", "being"})


def from_noun(case: Case) -> Iterator[Candidate]:
    """From the counted noun: ``680 vehicle-related patents`` are patents."""
    noun = case.quantity.noun
    if noun is None:
        return
    first, end = _without_names(case, *noun)
    place = "own" if case.quantity.first <= first < case.quantity.end else "lent"
    signals = (f"chunk=noun {place}", f"chunk=noun {place} {case.block.kind}", *_noun_relation(case))
    yield Candidate(
        measure_name(case.setting, first, end), case.page.written(first, end), "noun", signals, first, end, case.word
    )
    if end - first > 1:
        yield Candidate(
            measure_name(case.setting, end - 1, end),
            case.page.written(end - 1, end),
            "noun head",
            signals,
            end - 1,
            end,
            case.word,
        )


def _without_names(case: Case, first: int, end: int) -> tuple[int, int]:
    """The counted noun without the name it opens with: of "240,000 YU7 pre-orders" the pre-orders."""
    for name in case.setting.names:
        if name.first == first and name.end < end:
            return name.end, end
    return first, end


def _noun_relation(case: Case) -> Iterator[str]:
    if case.tree is None or case.word is None:
        return
    yield f"label={case.tree.labels[case.word]} noun"
    verb = next((w for w in case.tree.ancestors(case.word) if case.tree.tags[w].startswith("VB")), None)
    if verb is not None:
        yield f"verb={case.tree.words[verb].text.lower()} noun"


def from_qualified_noun(case: Case) -> Iterator[Candidate]:
    """``a $420 million project`` tells of the project's cost, ``a ten-year contract`` of the contract's duration."""
    if case.tree is None or case.word is None:
        return
    word = case.tree.heads[case.word]
    if word == case.word or word < case.word or not case.tree.tags[word].startswith("NN"):
        return
    if case.tree.labels[case.word] not in (
        "nummod",
        "compound",
        "amod",
        "nmod",
        "nmod:unmarked",
        "nmod:npmod",
        "obl:npmod",
    ):
        return
    phrase = next((p for p in case.setting.phrases if p.first <= word < p.end), None)
    if phrase is None:
        return
    first, end = measuring_part(case.setting, phrase)
    first = max(first, case.quantity.end)
    if first >= end:
        return
    noun, head = measure_name(case.setting, first, end), case.page.tokens[end - 1].lower
    text = case.page.written(first, end)
    signals = (f"path=qualifies {case.dimension_class}", f"head={head} qualified")
    for aspect in vocabulary.load("metrics")["aspects"].get(case.dimension, ()):
        yield Candidate(f"{noun} {aspect}", text, f"qualified {aspect}", signals, first, end, phrase.head)


def from_share(case: Case) -> Iterator[Candidate]:
    """``30% of revenue`` is a share of revenue; of ``75% of the parts are self-made`` it is the share self-made."""
    if case.quantity.unit != "%":
        return
    tokens, i = case.page.tokens, case.quantity.end
    if i < case.stop and tokens[i].lower == "of":
        behind = _phrase_behind(case, i)
        if behind is not None and case.tree is not None:
            first, end = measuring_part(case.setting, behind)
            if first >= end:
                return
            name, text = f"share of {written(case.page, first, end)}", case.page.written(first, end)
            signals = ("path=share of", *_noun_relation(case))
            yield Candidate(name, text, "share of", signals, first, end, behind.head)
    yield from _predicated_share(case, i)


def _phrase_behind(case: Case, i: int) -> Phrase | None:
    """The noun phrase behind "of": of "of last year's revenue" and of "of the group's sales" the one that is owned."""
    if case.tree is None:
        return None
    words, found = case.tree.words, None
    for phrase in case.setting.phrases:
        first, end = measuring_part(case.setting, phrase)
        near = words[phrase.first].first in range(i + 1, i + 4) or (found is not None and phrase.owner is found)
        if near and (first < end or found is None):
            found = phrase
    return found


def _predicated_share(case: Case, i: int) -> Iterator[Candidate]:
    tokens = case.page.tokens
    limit = min(case.stop, i + 14)
    if i < limit and tokens[i].lower == "of":
        while i < limit and tokens[i].lower not in _COPULAS and tokens[i].text not in ".,;:":
            i += 1
    if i >= limit or tokens[i].lower not in _COPULAS:
        return
    first = end = i + 1
    times = {period.first for period in case.setting.periods}
    while (
        end < min(case.stop, first + 6)
        and end not in times
        and tokens[end].text not in ".,;:!?()[]"
        and tokens[end].lower not in ("and", "but", "while")
    ):
        end += 1
    while end > first + 1 and tokens[end - 1].lower in _BEFORE_TIMES:  # "let at the end of 2024"
        end -= 1
    if end > first:
        text = case.page.written(first, end)
        link = "of " if is_plural(tokens[end - 1].lower) else ""  # the share of women, but the share self-made
        yield Candidate(f"share {link}{folded(text)}", text, "share predicated", ("path=share predicated",), first, end)
