"""What is measured, from what stands right at a length, a time, a multiple or a rate: ``six weeks late``."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import vocabulary
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case

__all__ = ["from_adjective", "from_capacity", "from_direction", "from_multiple"]

_ABLE = frozenset({"can", "could", "able", "designed", "capable", "rated", "capacity", "room", "space", "good"})


def from_adjective(case: Case) -> Iterator[Candidate]:
    """``12 metres long`` is a length, ``5% dearer`` a price."""
    tokens, quantity = case.page.tokens, case.quantity
    adjectives = vocabulary.load("metrics")["adjectives"]
    for i in range(quantity.end, min(case.stop, quantity.end + 2)):
        name = adjectives.get(tokens[i].lower)
        if name is not None:
            yield Candidate(name, tokens[i].text, "adjective", ("path=adjective",), i, i + 1)
            return
    if case.neighbours[0] == "aged":
        yield Candidate(
            "age", tokens[quantity.first - 1].text, "adjective", ("path=adjective",), quantity.first - 1, quantity.first
        )


def from_direction(case: Case) -> Iterator[Candidate]:
    """``40 km from the coast`` is a distance, ``six weeks late`` a delay, ``the first half`` a reporting period."""
    if case.dimension not in ("length", "time"):
        return
    tokens, quantity = case.page.tokens, case.quantity
    before, behind = case.neighbours
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
        if tokens[i].lower in ("and", "or", "but") or not tokens[i].text[0].isalnum():
            return
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
