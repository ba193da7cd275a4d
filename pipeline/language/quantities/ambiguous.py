"""Written forms that are two units, settled by the words around: pounds of weight or of money, yen or yuan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline import vocabulary
from pipeline.language.tokens import Token

__all__ = ["Settled", "settle"]

_LONGEST_SYMBOL = 2  # letters
_NEAR = 12  # tokens to either side in which a word speaks for a unit


@dataclass(frozen=True, slots=True)
class Settled:
    """The unit a form was read as, and why."""

    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Form:
    usual: str
    cues: dict[str, tuple[str, ...]]  # word -> units it speaks for


def settle(form: Token, tokens: Sequence[Token], place: int, words: frozenset[str]) -> Settled | None:
    """What an ambiguous form at token ``place`` means; ``None`` where it is not one.

    The nearest word that speaks for a unit decides; else the words of the whole article, ``words``; else what is usual.
    """
    symbol = len(form.text) <= _LONGEST_SYMBOL  # whose capitals tell: "Nm" is no "nm"
    entry = _forms().get(form.text) or (None if symbol else _forms().get(form.lower))
    if entry is None:
        return None
    for distance in range(1, _NEAR + 1):
        for i in (place - distance, place + distance):
            if 0 <= i < len(tokens) and tokens[i].lower in entry.cues:
                return Settled(entry.cues[tokens[i].lower][0], f"{form.text!r} beside {tokens[i].text!r}")
    found = sorted({(unit, word) for word in words & entry.cues.keys() for unit in entry.cues[word]})
    units = {unit for unit, _ in found}
    if len(units) == 1:
        return Settled(found[0][0], f"{form.text!r} in an article that says {found[0][1]!r}")
    return Settled(entry.usual, f"{form.text!r} as usual")


@cache
def _forms() -> dict[str, _Form]:
    forms: dict[str, _Form] = {}
    for section in vocabulary.load("ambiguous").values():
        cues: dict[str, tuple[str, ...]] = {}
        for unit, words in section.items():
            if unit not in ("forms", "usual"):
                cues |= dict.fromkeys(words, (unit,))
        forms |= dict.fromkeys(section["forms"], _Form(section["usual"], cues))
    return forms
