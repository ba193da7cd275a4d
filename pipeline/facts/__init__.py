"""Mentions become facts: identity, merging, sources, conflicts.

A *fact* is a number said of something, once, however many articles repeat it. ``build_facts`` makes them: SQL, run by
DuckDB on disk-backed memory, over tables given by name, ``mentions``, ``documents`` and ``signatures``.

copies       which articles repeat others, and so are no sources of their own
identity     what makes two mentions the same fact: every rule in one place
rounding     rough statements and the precise number they round
merging      mentions grouped into facts
duplicates   facts that leave something open, and the one that says the same and names it
conflicts    facts that cannot all be true
windows      counts said to have been reached within different times
settling     facts with the duplicates and conflicts found of them
"""

from __future__ import annotations

import duckdb

from pipeline.facts.conflicts import find_conflicts
from pipeline.facts.copies import mark_copies
from pipeline.facts.database import open_database
from pipeline.facts.documents import extracted_document, first_of_each_id, refused, unread_document
from pipeline.facts.duplicates import link_duplicates
from pipeline.facts.identity import IDENTITY
from pipeline.facts.merging import FACT_ORDER, merge_mentions
from pipeline.facts.records import EXTRACTED, REFUSED, Claim, Conflict, Document, Fact, Source
from pipeline.facts.settling import settle
from pipeline.facts.windows import REACHED, find_windows
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
    "build_facts",
    "extracted_document",
    "first_of_each_id",
    "number_words",
    "open_database",
    "quantity_words",
    "refused",
    "unit_words",
    "unread_document",
]


def build_facts(database: duckdb.DuckDBPyConnection) -> None:
    """From ``mentions``, ``documents`` and ``signatures``: makes ``facts`` and ``conflicts``.

    It makes ``documents`` anew, with whose copy each is.
    """
    mark_copies(database)
    merge_mentions(database)
    link_duplicates(database)
    find_conflicts(database)
    database.execute(f"CREATE OR REPLACE TEMP TABLE reached AS {REACHED}")
    find_windows(database)
    settle(database)
