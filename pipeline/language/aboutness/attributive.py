"""Quantities that stand before a noun as an adjective does: ``800V platforms``, ``a 96.3 kWh battery``."""

from __future__ import annotations

from functools import cache

from pipeline import units, vocabulary
from pipeline.language.aboutness.case import Case
from pipeline.language.layout.blocks import BlockKind
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.tokens import Kind

__all__ = ["is_attributive"]

_NEVER_ATTRIBUTES = frozenset({"count", "money", "ratio", "ratio_difference", "multiple", "number", "time"})


@cache
def _function_words() -> frozenset[str]:
    return frozenset(vocabulary.load("nouns")["stop"]["words"])


def is_attributive(case: Case, quantity: Quantity | None = None) -> bool:
    """Whether a physical quantity, the case's own if no other is named, stands before a noun like an adjective."""
    quantity = quantity or case.quantity
    tokens, i = case.page.tokens, quantity.end
    if units.resolve(quantity.unit).dimension in _NEVER_ATTRIBUTES or i >= case.stop:
        return False
    if case.block.kind is BlockKind.TABLE_ROW or tokens[i].kind is not Kind.WORD or tokens[i].gap != " ":
        return False
    return tokens[i].text.islower() and tokens[i].lower not in _function_words()
