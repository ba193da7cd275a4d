"""How right the mentions are: extracted mentions against gold ones, figure by figure.

Gold stands in ``<stem>.jsonl``, one mention a line, in the keys of the mention table; ``subject`` and ``metric``
list every right name, ``nth`` says which occurrence of ``text`` is meant, and an ``optional`` mention neither helps
nor hurts.

A found mention meets a gold one where their characters overlap and their numbers agree in the normal unit; every pair
is one to one. ``quantity`` is number and unit, ``fact`` adds subject and metric, ``full`` every field.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import units
from pipeline.language.nouns import canonical_noun
from pipeline.language.periods.dates import period_bounds
from pipeline.language.tokens import Kind, Token, tokenize
from pipeline.language.written_units import unit_at
from pipeline.mentions import Mention

__all__ = ["FIELDS", "Figures", "Gold", "GoldError", "Wrong", "evaluate", "names_match", "pair_up", "read_gold"]

FIELDS = ("qualifier", "subject", "metric", "period", "status", "change")
_KEYS = frozenset(
    {"text", "value", "low", "high", "unit", "qualifier", "subject", "metric", "period", "status", "change"}
)
_SMALL = frozenset("the a an of 's s its their in for per".split())
_MODEL_WORDS = frozenset("plus pro max mini ultra standard i ii iii iv".split())
_ALIKE = {"subject": 0.7, "metric": 0.6}  # share of words two names must have in common
_SAME_NUMBER = 1e-4


class GoldError(ValueError):
    """A gold file does not follow its format, or does not fit its article."""


@dataclass(frozen=True, slots=True)
class Gold:
    """One gold mention, its place worked out."""

    start: int
    end: int
    fields: dict[str, Any]

    @property
    def optional(self) -> bool:
        """Whether finding it is a matter of taste."""
        return bool(self.fields.get("optional"))


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: which field (``missed`` and ``extra`` for whole mentions), where, and both readings."""

    field: str
    doc_id: str
    start: int
    text: str
    found: object
    gold: object


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of one evaluation, and the rates they give."""

    gold: int = 0
    met: int = 0
    extra: int = 0
    fact: int = 0
    full: int = 0
    right: tuple[tuple[str, int], ...] = ()
    wrong: tuple[Wrong, ...] = ()

    def __add__(self, other: Figures) -> Figures:
        right = Counter(dict(self.right)) + Counter(dict(other.right))
        return Figures(
            self.gold + other.gold,
            self.met + other.met,
            self.extra + other.extra,
            self.fact + other.fact,
            self.full + other.full,
            tuple((field, right[field]) for field in FIELDS),
            self.wrong + other.wrong,
        )

    def f1(self, correct: int) -> float:
        """The harmonic mean of precision and recall where ``correct`` of the mentions count as found."""
        return 2 * correct / (self.met + self.extra + self.gold) if self.gold else 0.0

    @property
    def rates(self) -> dict[str, float]:
        """F1 of quantity, fact and full, and the share right of every field among the mentions met."""
        fields = {field: count / self.met if self.met else 0.0 for field, count in self.right}
        return {"quantity": self.f1(self.met), **fields, "fact": self.f1(self.fact), "full": self.f1(self.full)}


def read_gold(path: Path, text: str) -> list[Gold]:
    """The gold mentions of one article.

    Raises:
        GoldError: a line is no JSON object, lacks a key, or its text does not stand in the article.
    """
    return [_gold(f"{path}:{number}", line, text) for number, line in enumerate(_lines(path), 1) if line.strip()]


def evaluate(doc_id: str, gold: Sequence[Gold], found: Sequence[Mention]) -> Figures:
    """The figures of one article."""
    pairs = pair_up(gold, found)
    met = [(g, f) for g, f in pairs if not g.optional]
    missed = [g for g in gold if not g.optional and not any(g is other for other, _ in pairs)]
    extra = [f for f in found if not any(f is other for _, other in pairs) and not _touches_optional(f, gold)]
    wrong = [Wrong("missed", doc_id, g.start, g.fields["text"], None, _number(g.fields)) for g in missed]
    wrong += [Wrong("extra", doc_id, f.start, f.text, (f.value, f.low, f.high, f.unit), None) for f in extra]
    fields = [{field: _is_right(field, g, f) for field in FIELDS} for g, f in met]
    for (g, f), right in zip(met, fields, strict=True):
        wrong += [
            Wrong(name, doc_id, f.start, f.text, getattr(f, name), g.fields.get(name))
            for name in FIELDS
            if not right[name]
        ]
    return Figures(
        gold=len(met) + len(missed),
        met=len(met),
        extra=len(extra),
        fact=sum(right["subject"] and right["metric"] for right in fields),
        full=sum(all(right.values()) for right in fields),
        right=tuple((name, sum(right[name] for right in fields)) for name in FIELDS),
        wrong=tuple(wrong),
    )


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _gold(where: str, line: str, text: str) -> Gold:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldError(f"{where}: no JSON: {error}") from error
    missing = _KEYS - set(fields)
    if missing:
        raise GoldError(f"{where}: lacks {', '.join(sorted(missing))}")
    start = -1
    for _ in range(fields.get("nth", 0) + 1):
        start = text.find(fields["text"], start + 1)
    if start < 0:
        raise GoldError(f"{where}: {fields['text']!r}, occurrence {fields.get('nth', 0)}, is not in the article")
    return Gold(start, start + len(fields["text"]), fields)


def _number(fields: dict[str, Any]) -> tuple[object, ...]:
    return tuple(fields.get(key) for key in ("value", "low", "high", "unit"))


def _touches_optional(mention: Mention, gold: Iterable[Gold]) -> bool:
    return any(g.optional and _overlap(g, mention) > 0 for g in gold)


def _overlap(gold: Gold, mention: Mention) -> int:
    return min(gold.end, mention.end) - max(gold.start, mention.start)


def pair_up(gold: Sequence[Gold], found: Sequence[Mention]) -> list[tuple[Gold, Mention]]:
    """One-to-one pairs that overlap and agree in number and unit, those that overlap most first."""
    options = [
        (-_overlap(g, f), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
        if _overlap(g, f) > 0 and _agree(g.fields, f)
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


def _is_right(field: str, gold: Gold, mention: Mention) -> bool:
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
    alike = _ALIKE[field]
    if not alternatives or not found:
        return not alternatives and not found
    got = list(_words(found))
    return any(_same_name(list(_words(alternative)), got, alike) for alternative in alternatives)


def _same_name(want: Sequence[str], got: Sequence[str], alike: float) -> bool:
    common = sum((Counter(want) & Counter(got)).values())
    if not common or (len(got) == 1 and len(want) > 1):
        return False
    return _telling(want) == _telling(got) and 2 * common / (len(want) + len(got)) >= alike


def _words(name: str) -> Iterator[str]:
    for word in re.findall(r"[\w&+.]+", name.lower().replace("’", "'")):
        if word not in _SMALL:
            yield canonical_noun(word)


def _telling(words: Iterable[str]) -> set[str]:
    return {word for word in words if word in _MODEL_WORDS or any(character.isdigit() for character in word)}
