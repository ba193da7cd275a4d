"""Grouping: the mentions of one identity become one fact, and with them those that only round its number."""

from __future__ import annotations

import duckdb

from pipeline.facts.identity import IDENTITY, MACROS, TOPIC, parts
from pipeline.facts.records import EXTRACTED
from pipeline.facts.rounding import absorb_roundings

__all__ = ["FACT_ORDER", "merge_mentions"]

# What only a mention's own article can tell: who published it, and whom that counts as (``copies``).
_IDENTIFIED = f"""
CREATE OR REPLACE TEMP TABLE identified AS
WITH articles AS (
    SELECT doc_id, publisher, published, url, origin
    FROM documents JOIN origins USING (doc_id)
    WHERE status = '{EXTRACTED}'
)
SELECT
    id_of('f', {parts(IDENTITY)}) AS fact_id,
    CASE WHEN subject IS NOT NULL AND metric IS NOT NULL THEN {parts(TOPIC)} END AS topic,
    digits(text) AS written,
    *
FROM mentions
JOIN articles USING (doc_id)
"""

# A statement is as precise as the least precise of those who make it.
_STATEMENTS = """
CREATE OR REPLACE TEMP TABLE statements AS
SELECT
    fact_id,
    any_value(topic) AS topic,
    any_value(qualifier) AS qualifier,
    any_value(normal_value) AS v,
    max(coalesce(last_place(written) * scale, 0)) AS last,
    max(coalesce(round_place(written) * scale, 0)) AS round
FROM (SELECT *, scale_of(normal_value, written) AS scale FROM identified)
GROUP BY fact_id
"""

# `best` is the mention that speaks for the fact: of those as precise as any, the first in the unit most of them write.
_MERGED = """
CREATE OR REPLACE TEMP TABLE merged AS
WITH assigned AS (
    SELECT coalesce(into_id, identified.fact_id) AS fact_id, into_id IS NULL AS precise, identified.* EXCLUDE (fact_id)
    FROM identified LEFT JOIN absorbed ON identified.fact_id = absorbed.fact_id
),
ranked AS (
    SELECT *, count(*) OVER (PARTITION BY fact_id, unit) AS of_this_unit
    FROM assigned
),
grouped AS (
    SELECT
        fact_id,
        first(ranked ORDER BY precise DESC, of_this_unit DESC, doc_id, "start", "end", mention_id) AS best,
        count(*) AS n_mentions,
        count(DISTINCT doc_id) AS n_documents,
        count(DISTINCT origin) AS n_sources,
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
    sources,
    best."text" AS stated
FROM grouped
"""


# How facts stand for whoever reads them one after the other: by what they are about, the latest period first.
FACT_ORDER = "lower(subject) NULLS LAST, lower(metric) NULLS LAST, period_start DESC NULLS LAST, period, fact_id"


def merge_mentions(database: duckdb.DuckDBPyConnection) -> None:
    """Group the rows of ``mentions``, with what ``documents`` and ``origins`` know of their articles, into ``merged``.

    The rows are those of ``Fact`` but for ``conflict_id`` and ``duplicate_of``. Nothing depends on the order of the
    input or on the number of threads: every aggregate is either a count, a minimum, a maximum, or ordered by a total
    order.
    """
    for macro in MACROS:
        database.execute(macro)
    database.execute(_IDENTIFIED)
    database.execute(_STATEMENTS)
    absorb_roundings(database)
    database.execute("DROP TABLE statements")
    database.execute(_MERGED)
    database.execute("DROP TABLE identified")
