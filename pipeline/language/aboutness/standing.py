"""How a statement stands: whether it is reported, targeted or forecast, and whether it tells a change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import models
from pipeline import vocabulary
from pipeline.language.aboutness.candidates import Candidate, bucket
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.governing import starts_a_move
from pipeline.language.layout.blocks import BlockKind
from pipeline.language.quantities.qualifiers import bounding_words
from pipeline.language.tokens import PhraseTable

__all__ = ["Stood", "change_candidates", "status_candidates"]

_STATUS_REACH = 24  # tokens before a quantity in which a cue governs it
_CHANGE_REACH = 7
_CHANGE_BEHIND = frozenset(
    [
        "higher",
        "lower",
        "more",
        "fewer",
        "less",
        "increase",
        "decrease",
        "rise",
        "drop",
        "reduction",
        "growth",
        "gain",
        "decline",
        "cut",
        "off",
    ]
)
_ESTIMATED_YEAR = re.compile(r"\b(?:19|20)\d\d ?[EF]\b")  # "2026E": how analysts head the columns of forecasts
_WINDOW = 4  # tokens to either side whose words are signals


@cache
def _status_cues() -> PhraseTable[str]:
    standing = vocabulary.load("standing")
    cues = [(cue, status) for status in ("target", "forecast", "reported") for cue in standing[status]["cues"]]
    return PhraseTable([(phrase, "none") for phrase in standing["forecast"]["not_cues"]] + cues)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rules say of how a quantity stands: the label, where they found it, and the words that tell it."""

    label: str
    source: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Stood:
    """How the statement right before a quantity stands, and where its number is."""

    status: str
    change: str
    token: int


def find_status(case: Case) -> Finding:
    """``target`` or ``forecast`` where a cue governs the quantity, else ``reported``.

    The nearest cue before the quantity in its sentence, then one right behind it, then the label's and the column's.
    """
    if starts_a_move(case):
        return Finding("reported", "start of a move")
    if case.column is not None and (year := _ESTIMATED_YEAR.search(case.column.of(case.page.text))):
        return Finding("forecast", "column", year[0])
    near = _cues(case, "before", max(case.first, case.quantity.first - _STATUS_REACH), case.quantity.first)
    if near:
        return near[-1]
    behind = _cues(case, "behind", case.quantity.end, min(case.stop, case.quantity.end + 3))
    if behind and behind[0].label == "target":
        return behind[0]
    for source, span in (("label", case.block.label), ("column", case.column)):
        if span is not None and (found := _cues(case, source, *case.page.tokens_in(span))):
            return found[-1]
    lead = case.block.lead_in
    if (
        lead is not None
        and case.page.blocks[lead].kind is not BlockKind.HEADING
        and (found := _cues(case, "lead", *case.page.ranges[lead]))
    ):
        return found[-1]
    return Finding("reported", "nothing")


def _cues(case: Case, source: str, first: int, stop: int) -> list[Finding]:
    found: list[Finding] = []
    for begin, end, status in _status_cues().all(case.page.tokens, first, stop):
        between = case.page.tokens[begin : case.quantity.first]
        if status != "none" and not any(token.text == ";" for token in between):
            found.append(Finding(status, source, case.page.written(begin, end)))
    return found


@cache
def _change_cues() -> PhraseTable[str]:
    standing = vocabulary.load("standing")
    return PhraseTable((cue, change) for change in ("increase", "decrease") for cue in standing[change]["cues"])


def find_change(case: Case) -> Finding:
    """``increase`` or ``decrease`` where the quantity is a change or the level it reached, else ``none``."""
    moved = _moved_to(case)
    if moved:
        return Finding(moved, "end of a move")
    if starts_a_move(case):
        return Finding("none", "start of a move")
    tokens, quantity = case.page.tokens, case.quantity
    behind = _change_cues().at(tokens, quantity.end, case.stop)
    if behind is not None and tokens[quantity.end].lower in _CHANGE_BEHIND:
        return Finding(behind[1], "behind", case.page.written(quantity.end, behind[0]))
    reach = max(case.first, quantity.first - _CHANGE_REACH)
    for begin, end, change in reversed(list(_change_cues().all(tokens, reach, quantity.first))):
        if tokens[begin].lower not in ("more", "less", "fewer") and _reaches(case, end):
            return Finding(change, "before", case.page.written(begin, end))
    return Finding("none", "nothing")


def _reaches(case: Case, end: int) -> bool:
    """Whether a cue of change governs the number behind it.

    By, to or of follows, or the number itself, blurred or not.
    """
    words = [token.lower for token in case.page.tokens[end : case.quantity.first]]
    if any(word in (",", ";", ".", ":") for word in words) or any(
        end <= other.first < case.quantity.first for other in case.others
    ):
        return False
    if not words:
        return True
    return bool({"by", "to", "of"} & set(words[:1] + words[-4:])) or all(word in _fillers() for word in words)


@cache
def _fillers() -> frozenset[str]:
    return bounding_words() | {"by", "to", "a", "an", "further", "another"}


def _moved_to(case: Case) -> str | None:
    """The direction of "from X to Y" for its Y, told by the two numbers themselves."""
    tokens, quantity = case.page.tokens, case.quantity
    earlier = [q for q in case.others if q.end <= quantity.first and q.unit == quantity.unit]
    if not earlier or quantity.value is None or earlier[-1].value is None:
        return None
    start = earlier[-1]
    between = [token.lower for token in tokens[start.end : quantity.first]]
    before = [token.lower for token in tokens[max(case.first, start.first - 3) : start.first]]
    if "to" not in between or "from" not in before or any(word in (".", ";") for word in between):
        return None
    return "increase" if quantity.value > (start.value or 0) else "decrease"


def status_candidates(case: Case, stood: Stood | None) -> list[Candidate]:
    """``reported``, ``target`` and ``forecast``, each with the signals that speak for it."""
    rule = find_status(case)
    found = [rule]
    signals = [f"vocab=rule {rule.label}", *_common_signals(case)]
    if stood is not None:
        signals += _signals_of_last(case, stood.status, stood.token)
    for begin, end, status in _status_cues().all(case.page.tokens, case.first, case.stop):
        place = "before" if begin < case.quantity.first else "behind"
        apart = abs(case.quantity.first - begin)
        signals += [f"gap={status} cue {place} {bucket(apart)}", f"lex={case.page.tokens[begin].lower} {place}"]
        signals.append(f"role={status} cue {_role_of(case, begin)}")
        found.append(Finding(status, place, case.page.written(begin, end)))
    for at, i in enumerate(reversed(case.headings)):
        for cue in _cues(case, "heading", *case.page.ranges[i])[:1]:
            signals.append(f"layout={cue.label} in heading {min(at, 2)}")
            found.append(cue)
    return _labelled(("reported", "target", "forecast"), signals, found)


def change_candidates(case: Case, stood: Stood | None) -> list[Candidate]:
    """``none``, ``increase`` and ``decrease``, each with the signals that speak for it."""
    rule = find_change(case)
    found = [rule]
    tokens, quantity = case.page.tokens, case.quantity
    signals = [f"vocab=rule {rule.label}", f"vocab=rule {rule.label} {case.dimension_class}", *_common_signals(case)]
    if stood is not None:
        signals += _signals_of_last(case, stood.change, stood.token)
    low, high = max(case.first, quantity.first - 12), min(case.stop, quantity.end + 6)
    for begin, end, change in _change_cues().all(tokens, low, high):
        before = end <= quantity.first
        between = tokens[end : quantity.first] if before else tokens[quantity.end : begin]
        link = " ".join(token.lower for token in between[-2:])
        crossed = sum(end <= q.first < quantity.first for q in case.others) if before else 0
        side = "before" if before else "behind"
        place = f"{side} {bucket(len(between), (0, 1, 2, 4, 8))} {min(crossed, 1)}"
        signals += [f"gap={change} cue {place}", f"between={change} {side} {link} {min(crossed, 1)}"]
        signals += [f"role={change} cue {_role_of(case, begin)}", f"lex={tokens[begin].lower} {side}"]
        found.append(Finding(change, side, case.page.written(begin, end)))
    if case.quantity.first > case.first and tokens[quantity.first - 1].text in "+-−–":
        signals.append(f"lex=sign {tokens[quantity.first - 1].text}")
    if case.page.text[tokens[quantity.first].start] in "+-−–":
        signals.append(f"lex=sign {case.page.text[tokens[quantity.first].start]}")
    if starts_a_move(case):
        signals.append("clause=starts a move")
    for span, where in ((case.block.label, "label"), (case.column, "column")):
        if span is not None:
            for begin, end, change in _change_cues().all(tokens, *case.page.tokens_in(span)):
                signals.append(f"layout={change} in {where}")
                found.append(Finding(change, where, case.page.written(begin, end)))
    return _labelled(("none", "increase", "decrease"), signals, found)


def _labelled(labels: Sequence[str], signals: Sequence[str], found: Iterable[Finding]) -> list[Candidate]:
    """Each label as an answer, its source the first finding of it, or ``wording`` where no rule and no cue names it.

    The signals are told as they speak for that label: what is one for "target" may be one against "reported".
    """
    pairs = [signal.partition("=") for signal in dict.fromkeys(signals)]
    first: dict[str, Finding] = {}
    for finding in found:
        first.setdefault(finding.label, finding)
    told = [first.get(label) or Finding(label, "wording") for label in labels]
    return [
        Candidate(
            one.label, one.text, one.source,
            (f"chunk={one.label}", *(f"{kind}={one.label} < {rest}" for kind, _, rest in pairs)),
        )
        for one in told
    ]  # fmt: skip


def _signals_of_last(case: Case, label: str, token: int) -> Iterator[str]:
    """How the statement right before stands, where that is, and what joins the two."""
    near, (before, _) = case.nearness_in_layout(token), case.neighbours
    yield f"memory={label} {near}"
    yield f"memory={label} {near} {case.dimension_class}"
    yield f"memory={label} {near} {case.tense}"
    if near == "sentence":
        yield f"memory={label} behind {before}"


def _common_signals(case: Case) -> Iterator[str]:
    """The words right around the quantity, the verb that governs it, its dimension and block."""
    tokens, quantity = case.page.tokens, case.quantity
    yield f"block={case.block.kind}"
    yield f"kind={case.dimension_class}"
    yield f"kind={quantity.qualifier}"
    before = [token.lower for token in tokens[max(case.first, quantity.first - _WINDOW) : quantity.first]]
    behind = [token.lower for token in tokens[quantity.end : min(case.stop, quantity.end + _WINDOW)]]
    yield f"prep={' '.join(before[-1:])}"
    yield f"prep={' '.join(before[-2:])}"
    yield f"next={' '.join(behind[:1])}"
    yield f"next={' '.join(behind[:2])}"
    tree, word = case.tree, case.word
    if tree is None or word is None:
        return
    above = [i for i in (word, *tree.ancestors(word)) if tree.tags[i].startswith("V")][:2]
    for depth, i in enumerate(above):
        helpers = sorted(tree.words[j].text.lower() for j in tree.children[i] if tree.labels[j].startswith("aux"))
        verb = tree.words[i].text.lower()
        yield f"verb={depth} {verb}"
        if number := models.word_class(verb):
            yield f"class={depth} {number}"
            yield f"class={depth} {number & models.COARSE} coarse {case.dimension_class}"
        yield f"verb={depth} {tree.tags[i]} {' '.join(helpers)}"
    yield f"label={tree.labels[word]}"


def _role_of(case: Case, token: int) -> str:
    if case.tree is None or case.word is None or (word := case.tree.word_of(token)) is None:
        return "no tree"
    return case.tree.role(case.word, word)
