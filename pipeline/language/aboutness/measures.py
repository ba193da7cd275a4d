"""The vocabulary of what is measured: its names where they stand in a text, and which units fit them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from pipeline import vocabulary
from pipeline.language.layout.page import Page
from pipeline.language.tokens import HYPHENS, Kind, PhraseTable, Token, end_of_compound
from pipeline.language.verbs import measuring_verbs

__all__ = [
    "Fit",
    "fit",
    "implied_by",
    "measures_in",
    "measures_of_verb",
    "metric_names",
    "owner",
    "past_opening",
    "standard_name",
]

Fit = str  # "fits", "misfits", "any" (a name that fits most units) or "unknown"

# Dimensions that say by themselves what is measured; a name that fits anything does not fit them.
_SELF_TOLD = frozenset(
    {
        "rotational_speed",
        "torque",
        "power",
        "voltage",
        "current",
        "frequency",
        "specific_power",
        "temperature",
        "energy",
    }
)
# What else numbers of a kind may be told in: a change of money in percent, an index without a unit.
_ALSO = {
    "ratio": frozenset({"ratio_difference", "multiple", "number"}),
    "money": frozenset({"ratio", "ratio_difference", "number", "multiple"}),
    "count": frozenset({"ratio", "ratio_difference", "number", "multiple"}),
    "multiple": frozenset({"number", "ratio"}),
}


@cache
def metric_names() -> PhraseTable[str]:
    """Every written form of every metric, with its standard name."""
    sections = vocabulary.load("metrics")["names"]
    return PhraseTable(
        (form, name) for section in sections.values() for name, forms in section.items() for form in (name, *forms)
    )


@cache
def _kinds() -> dict[str, str]:
    return {name: kind for kind, section in vocabulary.load("metrics")["names"].items() for name in section}


@cache
def _modifiers() -> frozenset[str]:
    return frozenset(vocabulary.load("metrics")["modifiers"]["words"])


@cache
def _weak_words() -> frozenset[str]:
    return frozenset(vocabulary.load("metrics")["weak"]["words"])


def past_opening(tokens: Sequence[Token], first: int, end: int, left_out: Callable[[int], bool]) -> int:
    """One past the tokens a phrase opens with that are no part of what it names: marks, weak adjectives, ``left_out``.

    Weak are "record", "new", "ultra-high"; a compound is one word: of "highest-priced" no "highest" is left out.
    """
    while first < end:
        stop = end_of_compound(tokens, first, end)
        if "".join(token.lower for token in tokens[first:stop]) in _weak_words():
            first = stop
        elif tokens[first].kind is Kind.SYMBOL or left_out(first):
            first += 1
        else:
            break
    return first


def measures_of_verb(verb: str, dimension: str) -> Sequence[str]:
    """The standard names of what a verb tells of a number, that of its dimension first.

    "delivered" tells a count of deliveries; a change in percent may be one of anything the verb measures.
    """
    by_dimension = measuring_verbs().get(verb, {})
    own = by_dimension.get(dimension)
    return [own] if own is not None else sorted(set(by_dimension.values()))


@cache
def standard_name(name: str) -> str:
    """A metric's name with the longest vocabulary form it ends with replaced by the standard name for it."""
    words = name.split()
    for i in range(len(words)):
        known = _standard_names().get(" ".join(words[i:]).casefold())
        if known is not None:
            return " ".join([*words[:i], known])
    return name


@cache
def _standard_names() -> dict[str, str]:
    sections = vocabulary.load("metrics")["names"].values()
    return {form.casefold(): name for section in sections for name, forms in section.items() for form in (name, *forms)}


def implied_by(dimension: str) -> str | None:
    """The standard name of what a unit of that dimension measures where nothing else tells."""
    name: str | None = vocabulary.load("metrics")["implied"].get(dimension)
    return name


def measures_in(page: Page, first: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """The metric names among some tokens with the modifiers before them, as (first, end, standard name)."""
    tokens = page.tokens
    for begin, end, head in metric_names().all(tokens, first, stop):
        start = begin
        while start > first and tokens[start - 1].lower in _modifiers() and not tokens[start].gap.count("\n\n"):
            start -= 1
        if start > first and tokens[start].glued and tokens[start - 1].text in HYPHENS:
            continue  # part of a compound: "high-voltage platforms"
        yield start, end, _standard_name(page, start, begin, end, head)


def _standard_name(page: Page, start: int, begin: int, end: int, head: str) -> str:
    if start == begin:
        return head
    whole = metric_names().at(page.tokens, start, end)
    if whole is not None and whole[0] == end:
        return whole[1]
    return f"{' '.join(page.written(start, begin).lower().split())} {head}"


@cache
def _kind_of(name: str) -> str | None:
    """The kind of the longest vocabulary name that a metric's name ends with."""
    words = name.split()
    return next((kind for i in range(len(words)) if (kind := _kinds().get(" ".join(words[i:])))), None)


@cache
def owner(name: str) -> str:
    """Of whom a metric of that name is told: ``somebody`` (a revenue), ``something`` (a weight) or ``either``."""
    owners = vocabulary.load("metrics")["owners"]
    words = name.lower().split()
    found = {sort for sort, told in owners.items() if any(word in told for word in words[-1:])}
    found = found or {sort for sort, told in owners.items() if any(word in told for word in words)}
    return found.pop() if len(found) == 1 else "either"


@cache
def fit(name: str, dimension: str) -> Fit:
    """Whether a metric of that name may have numbers of that dimension."""
    kind = _kind_of(name)
    if kind is None:
        return "unknown"
    if kind == "any":
        return "misfits" if dimension in _SELF_TOLD else "any"
    return "fits" if kind == dimension or dimension in _ALSO.get(kind, frozenset()) else "misfits"
