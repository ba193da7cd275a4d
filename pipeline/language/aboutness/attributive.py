"""Quantities that stand before a noun as an adjective does: ``800V platforms``, ``a 96.3 kWh battery``."""

from __future__ import annotations

from pipeline import units
from pipeline.language.aboutness.case import Case
from pipeline.language.layout.blocks import BlockKind
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.syntax.words import stands_before_noun

__all__ = ["is_attributive"]

_NEVER_ATTRIBUTES = frozenset({"count", "money", "ratio", "ratio_difference", "multiple", "number", "time"})


def is_attributive(case: Case, quantity: Quantity | None = None) -> bool:
    """Whether a physical quantity, the case's own if no other is named, stands before a noun like an adjective."""
    quantity = quantity or case.quantity
    if units.resolve(quantity.unit).dimension in _NEVER_ATTRIBUTES or case.block.kind is BlockKind.TABLE_ROW:
        return False
    return stands_before_noun(case.page.tokens, quantity.end, case.stop)
