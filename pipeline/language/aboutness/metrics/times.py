"""What a time measures: how long something took, lasted or was away: ``took 188 days to build``."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.metrics.phrases import folded, of_one, whole_phrases
from pipeline.language.aboutness.relations import relation
from pipeline.language.nouns import singular
from pipeline.language.verbs import gerund

__all__ = ["from_time"]

_TAKING = frozenset("took takes take needed needs need".split())
_LEADS = _TAKING | {"in", "within", "for", "after", "over"}
_LEAD_REACH = 5  # tokens
_REACHING = frozenset("reached reach achieved achieve hit attained turned".split())
_REACHING_REACH = 7
_LIGHT = frozenset("be have do take last need require run go come".split())  # tell nothing of what was done
_MARKS = frozenset(".,;:!?()")
_ARTICLES = frozenset({"the", "a", "an", "its", "their"})
_TASK = 5  # words behind "took 188 days to", but for these


def from_time(case: Case) -> Iterator[Candidate]:
    """``reached profitability in under two years``, ``took 188 days to build``, ``240,000 orders in 24 hours``."""
    if case.dimension != "time":
        return
    at = _lead(case)
    lead = case.page.tokens[at].lower if at is not None else "none"
    if at is not None and lead not in _TAKING:
        yield from _before_lead(case, at)
    elif at is not None:
        yield from _behind_took(case)
    yield from _of_verb(case, lead)
    yield from _of_phrases(case, lead)


def _lead(case: Case) -> int | None:
    """The token before a time that tells how it stands: "in", "took"."""
    tokens, first = case.page.tokens, case.quantity.first
    places = range(first - 1, max(case.first, first - _LEAD_REACH) - 1, -1)
    return next((i for i in places if tokens[i].lower in _LEADS), None)


def _before_lead(case: Case, i: int) -> Iterator[Candidate]:
    """What was reached in that time, or counted in it."""
    tokens = case.page.tokens
    for j in range(i - 1, max(case.first, i - _REACHING_REACH) - 1, -1):
        if tokens[j].lower in _REACHING and j + 1 < i:
            text = case.page.written(j + 1, i)
            yield Candidate(f"time to {folded(text)}", text, "time to", ("path=time reached",), j + 1, i)
            return
    counted = [q for q in case.others if q.noun is not None and i - _REACHING_REACH <= q.end <= i]
    if counted:
        end = counted[-1].end
        head = tokens[end - 1]
        yield Candidate(f"{singular(head.lower)} period", head.text, "counted in", ("path=counted in",), end - 1, end)


def _behind_took(case: Case) -> Iterator[Candidate]:
    tokens, i = case.page.tokens, case.quantity.end
    if i + 1 >= case.stop or tokens[i].lower != "to":
        return
    end, words = i + 1, 0
    while end < case.stop and tokens[end].text not in _MARKS:
        words += not tokens[end].glued and tokens[end].lower not in _ARTICLES
        if words > _TASK:
            break
        end += 1
    text = case.page.written(i + 1, end)
    yield Candidate(f"time to {folded(text)}", text, "time to", ("path=time to",), i, end)


def _of_verb(case: Case, lead: str) -> Iterator[Candidate]:
    """``lasted``, ``re-profile an axle in 45 minutes``: the verb's own time, with its object or without."""
    verb, base = case.verb, case.verb_base
    if verb is None:
        return
    text, signals = case.page.tokens[verb].text, (f"path=time {lead}", f"verb={base} time", f"verb={base} time {lead}")
    yield Candidate("duration", None, "duration", signals)
    if base in _LIGHT:
        return
    yield Candidate(f"time to {base}", text, "time to verb", signals, verb, verb + 1)
    yield Candidate(f"{gerund(case.page.tokens[verb].lower)} time", text, "verb time", signals, verb, verb + 1)
    if (done := _object(case)) is not None:
        yield Candidate(f"time to {base} {done}", text, "time to verb object", signals, verb, verb + 1)


def _object(case: Case) -> str | None:
    """The noun that the verb acts on: its object, or the subject of one in the passive."""
    tree = case.tree
    word = tree.word_of(case.verb) if tree is not None and case.verb is not None else None
    if tree is None or word is None:
        return None
    acted_on = (i for i in tree.children[word] if tree.labels[i] in ("obj", "nsubj:pass") and i != case.word)
    return next((tree.words[i].text.lower() for i in acted_on if tree.tags[i].startswith("NN")), None)


def _of_phrases(case: Case, lead: str) -> Iterator[Candidate]:
    """``stops of 10 minutes``, ``the crossing takes 50 minutes``: the time of a thing that the sentence speaks of."""
    for found in whole_phrases(case):
        signals = (
            *relation(case, found.first, found.end, found.word), *found.signals, f"path=time {lead}",
            f"path=time {lead} {'before' if found.end <= case.quantity.first else 'behind'}",
        )  # fmt: skip
        text = case.page.written(found.first, found.end)
        name = of_one(found.name, "duration")
        yield Candidate(name, text, "phrase duration", signals, found.first, found.end, found.word)
