"""Whom or what a quantity is about, from the names of its sentence."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.language.aboutness.answers import Metric
from pipeline.language.aboutness.candidates import Candidate, bucket
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.names import Name
from pipeline.language.aboutness.relations import relation
from pipeline.language.aboutness.treatment import SAYS
from pipeline.language.layout.blocks import BlockKind

__all__ = ["form_of", "from_names", "to_metric"]


def from_names(case: Case, metric: Metric | None) -> Iterator[Candidate]:
    """Every name of the sentence."""
    before = [name for name in case.setting.names if name.end <= case.quantity.first]
    for name in case.setting.names:
        if _is_in_label(case, name):
            continue
        word = case.tree.head_of(name.first, name.end) if case.tree is not None else None
        signals = [
            *relation(case, name.first, name.end, word),
            *to_metric(case, metric, name.first, name.end, word),
            f"name={form_of(name)}",
            f"name={form_of(name)} {case.dimension_class}",
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


def _is_in_label(case: Case, name: Name) -> bool:
    """Whether a name stands in the label of a table's row, which is a source of its own."""
    if case.block.kind is not BlockKind.TABLE_ROW or case.block.label is None:
        return False
    return case.page.tokens[name.first].start < case.block.label.end


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


def form_of(name: Name) -> str:
    """What a name looks like: one with digits, of a names file, in capitals, of one word or several."""
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


def to_metric(case: Case, metric: Metric | None, first: int, end: int, word: int | None) -> Iterator[str]:
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
