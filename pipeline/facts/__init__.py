"""Mentions become facts: identity, merging, sources, conflicts.

A *fact* is a number said of something, once, however many articles repeat it. What makes two mentions the same fact is
told in ``identity``; ``merging`` groups them, ``conflicts`` finds the facts that cannot all be true. All three are SQL,
run by DuckDB on disk-backed memory, over two tables given by name: ``mentions`` and ``documents``.
"""

from pipeline.facts.conflicts import find_conflicts
from pipeline.facts.database import open_database
from pipeline.facts.documents import extracted_document, first_of_each_id, refused, unread_document
from pipeline.facts.identity import IDENTITY
from pipeline.facts.merging import FACT_ORDER, merge_mentions
from pipeline.facts.records import EXTRACTED, REFUSED, Claim, Conflict, Document, Fact, Source
from pipeline.facts.wording import number_words, quantity_words, unit_words

__all__ = [
    "EXTRACTED",
    "FACT_ORDER",
    "IDENTITY",
    "REFUSED",
    "Claim",
    "Conflict",
    "Document",
    "Fact",
    "Source",
    "extracted_document",
    "find_conflicts",
    "first_of_each_id",
    "merge_mentions",
    "number_words",
    "open_database",
    "quantity_words",
    "refused",
    "unit_words",
    "unread_document",
]
