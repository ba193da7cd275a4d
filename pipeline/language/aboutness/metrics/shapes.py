"""What is measured, from what stands right at a length, a time, a multiple or a rate: ``six weeks late``."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import vocabulary
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.metrics.phrases import measure_name, measuring_part
from pipeline.language.nouns import singular
from pipeline.language.verbs import base_form

__all__ = ["folded", "from_adjective", "from_capacity", "from_direction", "from_multiple", "from_time"]

_ABLE = frozenset({"can", "could", "able", "designed", "capable", "rated", "capacity", "room", "space", "good"})


def from_time(case: Case) -> Iterator[Candidate]:
    """``reached profitability in under two years``, ``took 188 days to build``, ``240,000 orders in 24 hours``."""
    if case.dimension != "time":
        return
    tokens, quantity = case.page.tokens, case.quantity
    i = quantity.first - 1
    while i > max(case.first, quantity.first - 5) and tokens[i].lower not in (
        "in",
        "within",
        "took",
        "takes",
        "take",
        "for",
        "after",
        "over",
    ):
        i -= 1
    if i < case.first:
        return
    lead = tokens[i].lower
    if lead in ("in", "within", "for", "after", "over"):
        yield from _time_before(case, i)
    elif lead in ("took", "takes", "take") and quantity.end + 1 < case.stop and tokens[quantity.end].lower == "to":
        end = min(case.stop, quantity.end + 5)
        text = case.page.written(quantity.end + 1, end)
        yield Candidate(f"time to {folded(text)}", text, "time to", ("path=time to",), quantity.end, end)
    if case.tree is not None and (verb := case.verb) is not None:
        stem = tokens[verb].lower
        signals = (f"path=time {lead}", f"verb={stem} time")
        yield Candidate("duration", None, "duration", signals)
        yield Candidate(f"time to {base_form(stem)}", tokens[verb].text, "time to verb", signals, verb, verb + 1)
        phrase = next(
            (p for p in reversed(case.setting.phrases) if case.tree.words[p.head].end <= quantity.first), None
        )
        if phrase is not None:
            first, end = measuring_part(case.setting, phrase)
            if first < end:
                yield Candidate(
                    f"{measure_name(case.setting, first, end)} duration",
                    case.page.written(first, end),
                    "phrase duration",
                    signals,
                    first,
                    end,
                    phrase.head,
                )


def _time_before(case: Case, i: int) -> Iterator[Candidate]:
    """What was reached in that time, or counted in it."""
    tokens = case.page.tokens
    reaching = ("reached", "reach", "achieved", "achieve", "hit", "attained", "turned")
    for j in range(i - 1, max(case.first, i - 7) - 1, -1):
        if tokens[j].lower in reaching and j + 1 < i:
            text = case.page.written(j + 1, i)
            yield Candidate(f"time to {folded(text)}", text, "time to", ("path=time reached",), j + 1, i)
            return
    counted = [q for q in case.others if q.noun is not None and i - 7 <= q.end <= i]
    if counted:
        head = tokens[counted[-1].end - 1]
        yield Candidate(
            f"{singular(head.lower)} period",
            head.text,
            "counted in",
            ("path=counted in",),
            counted[-1].end - 1,
            counted[-1].end,
        )


def from_adjective(case: Case) -> Iterator[Candidate]:
    """``12 metres long`` is a length, ``5% dearer`` a price."""
    tokens, quantity = case.page.tokens, case.quantity
    adjectives = vocabulary.load("metrics")["adjectives"]
    for i in range(quantity.end, min(case.stop, quantity.end + 2)):
        name = adjectives.get(tokens[i].lower)
        if name is not None:
            yield Candidate(name, tokens[i].text, "adjective", ("path=adjective",), i, i + 1)
            return
    aged = tokens[quantity.first - 1].lower if quantity.first > case.first else ""
    if aged == "aged":
        yield Candidate(
            "age", tokens[quantity.first - 1].text, "adjective", ("path=adjective",), quantity.first - 1, quantity.first
        )


def from_direction(case: Case) -> Iterator[Candidate]:
    """``40 km from the coast`` is a distance, ``six weeks late`` a delay, ``the first half`` a reporting period."""
    if case.dimension not in ("length", "time"):
        return
    tokens, quantity = case.page.tokens, case.quantity
    before = tokens[quantity.first - 1].lower if quantity.first > case.first else "^"
    behind = tokens[quantity.end].lower if quantity.end < case.stop else "$"
    for name in vocabulary.load("metrics")["directions"].get(behind, ()):
        signals = (f"path=direction {case.dimension}", f"path=direction {behind}", f"path=direction {behind} {name}")
        yield Candidate(
            name, tokens[quantity.end].text, f"direction {case.dimension}", signals, quantity.end, quantity.end + 1
        )
    if case.dimension == "time":
        signals = (f"path=window {before}", f"path=window {before} {behind}", f"path=window before {behind}")
        for name in ("reporting period", "comparison period", "interval", "age"):
            yield Candidate(name, None, name, (*signals, *(f"{signal} {name}" for signal in signals)))


def from_multiple(case: Case) -> Iterator[Candidate]:
    """``27 times earnings`` is a price-earnings ratio."""
    if case.dimension != "multiple":
        return
    tokens, names = case.page.tokens, vocabulary.load("metrics")["multiples"]
    for i in range(case.quantity.end, min(case.stop, case.quantity.end + 4)):
        if tokens[i].lower in names:
            signals = ("path=multiple of", f"path=multiple of {i - case.quantity.end}")
            yield Candidate(names[tokens[i].lower], tokens[i].text, "multiple of", signals, i, i + 1)
            yield Candidate(f"{tokens[i].lower} multiple", tokens[i].text, "multiple of noun", signals, i, i + 1)
            return


def from_capacity(case: Case) -> Iterator[Candidate]:
    """``can build 150,000 cars a year``, ``designed for 9,000 wafers a month``: what could be done is a capacity."""
    unit, per = case.quantity.unit.partition("/")[::2]
    tokens = case.page.tokens
    able = [token.lower for token in tokens[case.first : case.quantity.first] if token.lower in _ABLE]
    if not able or unit in ("%", "pp") or case.dimension == "time":
        return
    signals = (f"verb={able[-1]} capacity", f"verb=able {'rate' if per else 'amount'} {case.dimension_class}")
    yield Candidate("capacity", None, "capacity", signals)
    rate = {"year": "annual", "month": "monthly", "day": "daily", "hour": "hourly", "week": "weekly"}.get(per)
    if rate is not None:
        yield Candidate(f"{rate} capacity", None, "rated capacity", signals)


def folded(text: str) -> str:
    """Some words in lower case, white space folded."""
    return " ".join(text.lower().split())
