"""Grouping: the mentions of one identity become one fact, and with them those that only round its number."""

from __future__ import annotations

import duckdb

from pipeline.facts.identity import IDENTITY, MACROS, TOPIC, parts
from pipeline.facts.records import EXTRACTED
from pipeline.facts.rounding import absorb_roundings

__all__ = ["FACT_ORDER", "merge_mentions"]

# What only a mention's own article can tell: who published it, and whom that counts as (``copies``). A view, since to
# set very many mentions aside takes longer than to work out again which fact each is of.
_IDENTIFIED = f"""
CREATE OR REPLACE TEMP VIEW identified AS
WITH articles AS (
    SELECT doc_id, publisher, published, url, origin
    FROM documents JOIN origins USING (doc_id)
    WHERE status = '{EXTRACTED}'
)
SELECT
    id_of('f', {parts(IDENTITY)}) AS fact_id,
    CASE WHEN subject IS NOT NULL AND metric IS NOT NULL THEN hash({parts(TOPIC)}) END AS topic,
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
    max(coalesce(round_place(written) * scale, 0)) AS round,
    count(*) AS n_mentions
FROM (SELECT *, scale_of(normal_value, written) AS scale FROM identified)
GROUP BY fact_id
"""

_ASSIGNED = """
CREATE OR REPLACE TEMP VIEW assigned AS
SELECT coalesce(into_id, identified.fact_id) AS fact_id, into_id IS NULL AS precise, identified.* EXCLUDE (fact_id)
FROM identified LEFT JOIN absorbed ON identified.fact_id = absorbed.fact_id
"""

# Most facts are said once: what is grouped and sorted is only what is said again.
_AGAIN = """
CREATE OR REPLACE TEMP TABLE again AS
SELECT fact_id FROM statements WHERE n_mentions > 1 UNION ALL SELECT into_id FROM absorbed
"""

_SPOKEN = "CREATE OR REPLACE TEMP TABLE spoken AS SELECT * FROM assigned SEMI JOIN again USING (fact_id)"

_WORDED = """
    subject, metric, value, low, high, unit, normal_value, normal_low, normal_high, qualifier, "text" AS stated
"""

_SOURCE = 'struct_pack(doc_id, "start", "end", "text", sentence, publisher, published, url)'

# The mention that speaks for a fact: of those as precise as any, the first in the unit most of them write.
_SPEAKERS = f"""
CREATE OR REPLACE TEMP TABLE speakers AS
WITH counted AS (SELECT fact_id, unit, count(*) AS of_this_unit FROM spoken GROUP BY fact_id, unit)
SELECT fact_id, {_WORDED}
FROM spoken JOIN counted USING (fact_id, unit)
QUALIFY row_number() OVER (
    PARTITION BY fact_id ORDER BY precise DESC, of_this_unit DESC, doc_id, "start", "end", mention_id
) = 1
"""

# Sources are sorted by where they stand: sorting each list takes two thirds of an ordered aggregate.
_OFTEN = f"""
SELECT
    fact_id, speakers.* EXCLUDE (fact_id),
    dimension, normal_unit, change, status, period, period_start, period_end,
    n_mentions, n_documents, n_sources, first_published, last_published, confidence, sources
FROM speakers JOIN (
    SELECT
        fact_id,
        any_value(dimension) AS dimension, any_value(normal_unit) AS normal_unit,
        any_value(change) AS change, any_value(status) AS status,
        any_value(period) AS period, any_value(period_start) AS period_start, any_value(period_end) AS period_end,
        count(*) AS n_mentions,
        count(DISTINCT doc_id) AS n_documents,
        count(DISTINCT origin) AS n_sources,
        min(published) AS first_published,
        max(published) AS last_published,
        max(confidence) AS confidence,
        list_sort(list({_SOURCE})) AS sources
    FROM spoken
    GROUP BY fact_id
) USING (fact_id)
"""

_ONCE = f"""
SELECT
    fact_id, {_WORDED}, dimension, normal_unit, change, status, period, period_start, period_end,
    1 AS n_mentions, 1 AS n_documents, 1 AS n_sources,
    published AS first_published, published AS last_published, confidence, [{_SOURCE}] AS sources
FROM assigned ANTI JOIN again USING (fact_id)
"""


def _canonical(rows: str) -> str:
    """Numbers as identity compares them, so that it does not matter whose conversion is taken."""
    numbers = ("normal_value", "normal_low", "normal_high")
    written = ", ".join(f"canonical({number})::DOUBLE AS {number}" for number in numbers)
    return f"SELECT * REPLACE ({written}) FROM ({rows})"


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
    database.execute(_AGAIN)
    database.execute("DROP TABLE statements")
    for statement in (_ASSIGNED, _SPOKEN, _SPEAKERS):
        database.execute(statement)
    database.execute(f"CREATE OR REPLACE TEMP TABLE merged AS {_canonical(_OFTEN)}")
    for table in ("spoken", "speakers"):
        database.execute(f"DROP TABLE {table}")
    database.execute(f"INSERT INTO merged {_canonical(_ONCE)}")
    database.execute("DROP TABLE again")
    for view in ("assigned", "identified"):
        database.execute(f"DROP VIEW {view}")
