"""What is counted: gold mentions met, what else was found, and which fields are right.

``quantity`` is number and unit, ``fact`` adds subject and metric, ``full`` every field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.evaluation.gold import Gold
from pipeline.evaluation.matching import FIELDS, is_right, overlap, pair_up
from pipeline.mentions import Mention

__all__ = ["SURE", "Figures", "Sure", "Wrong", "evaluate"]

SURE = (0.9, 0.7, 0.5)  # the confidences at which it is counted how often they are justified


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong: which field (``missed`` and ``extra`` for whole mentions), where, and both readings.

    A whole mention's reading is (value, low, high, unit); what was found at a missed one's place, or what gold has at
    an extra one's, stands beside it.
    """

    field: str
    doc_id: str
    start: int
    text: str
    found: object
    gold: object


@dataclass(frozen=True, slots=True)
class Sure:
    """The mentions of at least some confidence, and how many of them have number, unit, subject and metric right."""

    confidence: float
    mentions: int
    right: int

    @property
    def rate(self) -> float | None:
        """The share that is right; None where there are none."""
        return self.right / self.mentions if self.mentions else None


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
    judged: tuple[tuple[float, bool], ...] = ()  # of each mention found: its confidence, whether the fact is right

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
            self.judged + other.judged,
        )

    def f1(self, correct: int) -> float:
        """The harmonic mean of precision and recall where ``correct`` of the mentions count as found."""
        return 2 * correct / (self.met + self.extra + self.gold) if self.gold else 0.0

    @property
    def rates(self) -> dict[str, float]:
        """Precision and recall of quantity, F1 of quantity, fact and full, and the share right of every field among
        the mentions met."""
        right = dict(self.right)
        return {
            "precision": _share(self.met, self.met + self.extra),
            "recall": _share(self.met, self.gold),
            "quantity": self.f1(self.met),
            **{field: _share(right.get(field, 0), self.met) for field in FIELDS},
            "fact": self.f1(self.fact),
            "full": self.f1(self.full),
        }

    @property
    def calibration(self) -> tuple[Sure, ...]:
        """For each confidence of ``SURE`` how many mentions have at least that, and how many of those are right."""
        return tuple(
            Sure(least, len(sure), sum(sure))
            for least in SURE
            for sure in ([right for confidence, right in self.judged if confidence >= least],)
        )


def evaluate(doc_id: str, gold: Sequence[Gold], found: Sequence[Mention]) -> Figures:
    """The figures of one article."""
    pairs = pair_up(gold, found)
    met = [(g, f) for g, f in pairs if not g.optional]
    missed = [g for g in gold if not g.optional and not any(g is other for other, _ in pairs)]
    extra = [f for f in found if not any(f is other for _, other in pairs) and not _touches_optional(f, gold)]
    fields = [{field: is_right(field, g, f) for field in FIELDS} for g, f in met]
    facts = [right["subject"] and right["metric"] for right in fields]
    judged = [(f.confidence, fact) for (_, f), fact in zip(met, facts, strict=True)]
    return Figures(
        gold=len(met) + len(missed),
        met=len(met),
        extra=len(extra),
        fact=sum(facts),
        full=sum(all(right.values()) for right in fields),
        right=tuple((name, sum(right[name] for right in fields)) for name in FIELDS),
        wrong=(
            *(Wrong("missed", doc_id, g.start, g.fields["text"], _found_at(g, extra), _asked(g)) for g in missed),
            *(Wrong("extra", doc_id, f.start, f.text, _read(f), _gold_at(f, missed)) for f in extra),
            *(
                Wrong(name, doc_id, f.start, f.text, getattr(f, name), g.fields.get(name))
                for (g, f), right in zip(met, fields, strict=True)
                for name in FIELDS
                if not right[name]
            ),
        ),
        judged=(*judged, *((f.confidence, False) for f in extra)),
    )


def _share(count: int, of: int) -> float:
    return count / of if of else 0.0


def _touches_optional(mention: Mention, gold: Iterable[Gold]) -> bool:
    return any(g.optional and overlap(g, mention) > 0 for g in gold)


def _asked(gold: Gold) -> tuple[object, ...]:
    return tuple(gold.fields.get(key) for key in ("value", "low", "high", "unit"))


def _read(mention: Mention) -> tuple[object, ...]:
    return (mention.value, mention.low, mention.high, mention.unit)


def _found_at(gold: Gold, extra: Iterable[Mention]) -> tuple[object, ...] | None:
    return next((_read(mention) for mention in extra if overlap(gold, mention) > 0), None)


def _gold_at(mention: Mention, missed: Iterable[Gold]) -> tuple[object, ...] | None:
    return next((_asked(gold) for gold in missed if overlap(gold, mention) > 0), None)
