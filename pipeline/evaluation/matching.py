"""Which found mention is which gold one, and which of its fields are right.

A found mention meets a gold one where their characters overlap and their numbers agree in the normal unit; every pair
is one to one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pipeline import units
from pipeline.evaluation.gold import Gold
from pipeline.language.nouns import canonical_noun
from pipeline.language.periods.dates import period_bounds
from pipeline.language.tokens import Kind, Token, tokenize
from pipeline.language.written_units import unit_at
from pipeline.mentions import Mention

__all__ = ["FIELDS", "is_right", "likeness", "names_match", "overlap", "pair_up"]

FIELDS = ("qualifier", "subject", "metric", "period", "status", "change")
_SMALL = frozenset("the a an of 's s its their in for per".split())
_MODEL_WORDS = frozenset("plus pro max mini ultra standard i ii iii iv".split())
_ALIKE = {"subject": 0.7, "metric": 0.6}  # share of words two names must have in common
_SAME_NUMBER = 1e-4


def pair_up(gold: Sequence[Gold], found: Sequence[Mention]) -> list[tuple[Gold, Mention]]:
    """One-to-one pairs that overlap and agree in number and unit, those that overlap most first."""
    options = [
        (-overlap(g, f), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
        if overlap(g, f) > 0 and _agree(g.fields, f)
    ]
    taken_gold: set[int] = set()
    taken_found: set[int] = set()
    pairs = []
    for _, i, j in sorted(options):
        if i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            pairs.append((gold[i], found[j]))
    return pairs


def overlap(gold: Gold, mention: Mention) -> int:
    """How many characters they share; 0 or less where they do not touch."""
    return min(gold.end, mention.end) - max(gold.start, mention.start)


def _agree(gold: dict[str, Any], mention: Mention) -> bool:
    unit = _unit(gold["unit"])
    if (unit.dimension, unit.normal) != (mention.dimension, mention.normal_unit):
        same_count = (
            unit.dimension == mention.dimension == "count" and unit.normal.split()[-1] == mention.unit.split()[-1]
        )
        if not same_count and {gold["unit"], mention.unit} != {"x", "1"}:
            return False
    if gold.get("low") is not None and gold.get("high") is not None:
        return _close(unit.normalise(gold["low"]), mention.normal_low) and _close(
            unit.normalise(gold["high"]), mention.normal_high
        )
    return _close(unit.normalise(gold["value"]), mention.normal_value)


def _unit(written: str) -> units.Unit:
    """The unit of a gold mention, which may be written in any form that articles use: ``mph``, ``litre/second``."""
    return units.resolve("/".join(_canonical(part) for part in written.split("/")))


def _canonical(part: str) -> str:
    if units.resolve(part).dimension != "count":
        return part
    tokens = tokenize(part)
    form = unit_at([Token(0, 0, "1", "1", Kind.NUMBER, ""), *tokens], 1, len(tokens) + 1) if tokens else None
    return form.name if form is not None and form.end == len(tokens) + 1 else canonical_noun(part)


def _close(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= _SAME_NUMBER * max(abs(a), abs(b), 1e-12)


def is_right(field: str, gold: Gold, mention: Mention) -> bool:
    """Whether a field of a found mention is what gold says."""
    want: Any = gold.fields.get(field)
    got: Any = getattr(mention, field)
    if field in _ALIKE:
        return names_match(field, want, got)
    if field == "period":
        return (period_bounds(want) if want else None) == (period_bounds(got) if got else None)
    return bool((want or "none") == (got or "none"))


def names_match(field: str, alternatives: Sequence[str], found: str | None) -> bool:
    """Whether a subject or metric is one of the right ones.

    Enough words in common, and the same of those that tell names apart.
    """
    if not alternatives or not found:
        return not alternatives and not found
    return likeness(field, alternatives, found) > 0


def likeness(field: str, alternatives: Sequence[str], found: str) -> float:
    """The share of its words that a subject or metric has in common with the right one it is most alike.

    1 where it has all of them and no other; 0 where it is not alike enough to be right.
    """
    got = list(_words(found))
    shares = (_share_in_common(list(_words(alternative)), got) for alternative in alternatives)
    return max((share for share in shares if share >= _ALIKE[field]), default=0.0)


def _share_in_common(want: Sequence[str], got: Sequence[str]) -> float:
    """Dice's coefficient of the words of two names; 0 where one lacks a word that tells it apart."""
    common = sum((Counter(want) & Counter(got)).values())
    if (len(got) == 1 and len(want) > 1) or _telling(want) != _telling(got):
        return 0.0
    return 2 * common / (len(want) + len(got)) if common else 0.0


def _words(name: str) -> Iterator[str]:
    for word in re.findall(r"[\w&+.]+", name.lower().replace("’", "'")):
        if word not in _SMALL:
            yield canonical_noun(word)


def _telling(words: Iterable[str]) -> set[str]:
    return {word for word in words if word in _MODEL_WORDS or any(character.isdigit() for character in word)}
