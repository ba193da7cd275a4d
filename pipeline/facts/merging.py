"""Grouping: the mentions of one identity become one fact."""

from __future__ import annotations

import duckdb

from pipeline.facts.identity import CANONICAL, IDENTITY, parts
from pipeline.facts.records import EXTRACTED

_IDENTIFIED = f"""
CREATE OR REPLACE TEMP TABLE identified AS
WITH articles AS (
    SELECT doc_id, publisher, published, url
    FROM documents
    WHERE status = '{EXTRACTED}'
)
SELECT stable_id('f', {parts(IDENTITY)}) AS fact_id, *
FROM mentions
JOIN articles USING (doc_id)
"""

# `best` is the mention that speaks for the fact: the first of those in the unit most of them write.
_MERGED = """
CREATE OR REPLACE TEMP TABLE merged AS
WITH ranked AS (
    SELECT *, count(*) OVER (PARTITION BY fact_id, unit) AS of_this_unit
    FROM identified
),
grouped AS (
    SELECT
        fact_id,
        first(ranked ORDER BY of_this_unit DESC, doc_id, "start", "end", mention_id) AS best,
        count(*) AS n_mentions,
        count(DISTINCT doc_id) AS n_documents,
        count(DISTINCT coalesce('publisher ' || lower(publisher), 'article ' || doc_id)) AS n_sources,
        min(published) AS first_published,
        max(published) AS last_published,
        max(confidence) AS confidence,
        list(
            struct_pack(doc_id, "start", "end", "text", sentence, publisher, published, url)
            ORDER BY doc_id, "start", "end", mention_id
        ) AS sources
    FROM ranked
    GROUP BY fact_id
)
SELECT
    fact_id,
    best.subject, best.metric,
    best.value, best.low, best.high, best.unit,
    best.dimension,
    canonical(best.normal_value)::DOUBLE AS normal_value,
    canonical(best.normal_low)::DOUBLE AS normal_low,
    canonical(best.normal_high)::DOUBLE AS normal_high,
    best.normal_unit,
    best.qualifier, best.change, best.status,
    best.period, best.period_start, best.period_end,
    n_mentions, n_documents, n_sources,
    first_published, last_published,
    confidence,
    sources
FROM grouped
"""


# How facts stand for whoever reads them one after the other: by what they are about, the latest period first.
FACT_ORDER = "lower(subject) NULLS LAST, lower(metric) NULLS LAST, period_start DESC NULLS LAST, period, fact_id"


def merge_mentions(database: duckdb.DuckDBPyConnection) -> None:
    """Group the rows of ``mentions``, with what ``documents`` knows of their articles, into the table ``merged``.

    The rows are those of ``Fact`` but for ``conflict_id``. Nothing depends on the order of the input or on the number
    of threads: every aggregate is either a count, a minimum, a maximum, or ordered by a total order.
    """
    database.execute(CANONICAL)
    database.execute(_IDENTIFIED)
    database.execute(_MERGED)
    database.execute("DROP TABLE identified")
