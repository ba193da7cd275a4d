"""What a percentage is a share of, and of which: ``30% of revenue``, ``half of the parts are made in-house``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.language.aboutness.answers import Metric
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.metrics.phrases import measuring_part, written
from pipeline.language.aboutness.metrics.predicates import participle, predicate_of, predicate_signals
from pipeline.language.aboutness.relations import government, role_of
from pipeline.language.syntax.phrases import Phrase
from pipeline.language.tokens import end_of_compound

__all__ = ["from_share", "from_share_of_last"]

_DIRECTIONS = frozenset("higher lower more less up down above below off".split())
_RECALLED = 2  # metrics of earlier statements


def from_share(case: Case) -> Iterator[Candidate]:
    """``30% of revenue`` is a share of revenue, ``75% of the parts are self-made`` the share of parts self-made,
    ``half of its staff have left`` that of staff left, ``repaid 40% of the loan`` that of the loan repaid."""
    if case.quantity.unit != "%" or case.tree is None:
        return
    whole = _whole(case)
    if whole is not None:
        signals = ("path=share of", *government(case, "share"))
        yield Candidate(f"share of {whole.name}", whole.text, "share of", signals, whole.first, whole.end, whole.word)
        yield from _acted_on(case, whole)
    yield from _predicated(case, whole)
    yield from _described(case)


def from_share_of_last(case: Case, recent: Sequence[Metric]) -> Iterator[Candidate]:
    """``52% of that``, ``of which a third came from Asia``: a share of what was measured before."""
    if case.quantity.unit != "%":
        return
    tokens, quantity = case.page.tokens, case.quantity
    behind = " ".join(token.lower for token in tokens[quantity.end : min(case.stop, quantity.end + 2)])
    before = " ".join(token.lower for token in tokens[max(case.first, quantity.first - 2) : quantity.first])
    for position, last in enumerate(recent[:_RECALLED]):
        if last.name.startswith("share "):
            continue
        near = f"{position} {'sentence' if case.first <= last.first < case.stop else 'before'}"
        signals = (
            f"memory=share {near}", f"memory=share {near} {last.dimension}", f"next=share {behind}",
            f"prep=share {before}",
        )  # fmt: skip
        yield Candidate(f"share of {last.name}", last.text, "share of last", signals)


@dataclass(frozen=True, slots=True)
class _Whole:
    """What a share is taken of, ``revenue``: tokens ``first`` to ``end``, headed by ``word``."""

    name: str
    text: str
    first: int
    end: int
    word: int


def _whole(case: Case) -> _Whole | None:
    tokens, i = case.page.tokens, case.quantity.end
    behind = _phrase_behind(case, i) if i < case.stop and tokens[i].lower == "of" else None
    if behind is None:
        return None
    first, end = measuring_part(case.setting, behind)
    if first >= end:
        return None
    return _Whole(written(case.page, first, end), case.page.written(first, end), first, end, behind.head)


def _phrase_behind(case: Case, i: int) -> Phrase | None:
    """The noun phrase behind "of": of "of last year's revenue" and of "of the group's sales" the one that is owned."""
    assert case.tree is not None
    words, found = case.tree.words, None
    for phrase in case.setting.phrases:
        owned = found is not None and phrase.owner is found
        if owned or (found is None and words[phrase.first].first in range(i + 1, i + 4)):
            found = phrase
    return found


def _acted_on(case: Case, whole: _Whole) -> Iterator[Candidate]:
    """From the verb whose object the share is: ``repaid 40% of the loan``."""
    done = participle(case)
    if done is None:
        return
    signals = (f"path=share acted {role_of(case, case.verb)}", f"verb=share acted {case.verb_base}")
    place = (whole.first, whole.end, whole.word)
    yield Candidate(f"share of {whole.name} {done}", whole.text, "share acted on", signals, *place)


def _predicated(case: Case, whole: _Whole | None) -> Iterator[Candidate]:
    """From what the share does or is: ``63% used it daily``, ``a third of them were on strike``."""
    predicate = predicate_of(case)
    if predicate is None:
        return
    place = (predicate.first, predicate.end, case.tree.word_of(predicate.first) if case.tree is not None else None)
    signals = (*predicate_signals(case, predicate, "share"), f"det=share {'of' if whole is not None else 'alone'}")
    text, link = case.page.written(predicate.first, predicate.end), "of " if predicate.nominal else ""
    for length, told in predicate.variants:
        yield Candidate(f"share {link}{told}", text, f"share predicated {length}", signals, *place)
        if whole is not None and not link:
            yield Candidate(f"share of {whole.name} {told}", text, f"share of predicated {length}", signals, *place)


def _described(case: Case) -> Iterator[Candidate]:
    """From the adjective right behind: ``65% debt-funded``."""
    i, tree = case.quantity.end, case.tree
    end = end_of_compound(case.page.tokens, i, case.stop)
    word = tree.word_of(end - 1) if tree is not None and i < end else None
    if tree is None or word is None or tree.tags[word] not in ("JJ", "VBN"):
        return
    told, text = written(case.page, i, end), case.page.written(i, end)
    if told in _DIRECTIONS:
        return
    signals = (f"next={told} share", f"next=share {tree.tags[word]}", f"label=share {tree.labels[word]}")
    yield Candidate(f"share {told}", text, "share described", signals, i, end, word)
