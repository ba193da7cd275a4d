"""Counts said to have been reached within different times: "240,000 pre-orders in 18 hours", elsewhere in 24.

The fact is that of the time, and what is said of it stands in another mention, of the count. So ``reached`` is taken
from the mentions of whole articles, whatever facts these become, and only then are the times compared.
"""

from __future__ import annotations

import duckdb

from pipeline.facts.identity import IDENTITY, parts

__all__ = ["DIFFERENT_WINDOW", "REACHED", "find_windows"]

DIFFERENT_WINDOW = "different window"

_WITHIN = r"(?i)\b(in|within|inside)\s+(its first |the first |just |only |under )?"
_REACH = 60  # characters from a count to the time it was reached in

REACHED = f"""
SELECT
    found.fact_id,
    concat_ws(chr(31), lower(counted.subject), lower(counted.metric), canonical(counted.normal_value)) AS said,
    counted.metric AS about,
    canonical(found.normal_value) AS reached_in,
    found.doc_id
FROM (SELECT id_of('f', {parts(IDENTITY)}) AS fact_id, * FROM mentions WHERE dimension = 'time') AS found
JOIN mentions AS counted
    ON counted.doc_id = found.doc_id AND found."start" - counted."end" BETWEEN 0 AND {_REACH}
    AND counted.sentence = found.sentence
WHERE counted.dimension = 'count' AND counted.subject IS NOT NULL AND counted.metric IS NOT NULL
    AND regexp_matches(found.sentence, '{_WITHIN}' || regexp_escape(found."text"))
"""

_WINDOWS = f"""
CREATE OR REPLACE TEMP TABLE windows AS
WITH disputed AS (
    SELECT said FROM reached GROUP BY said
    HAVING count(DISTINCT reached_in) > 1 AND count(DISTINCT doc_id) > 1
)
SELECT DISTINCT
    coalesce(into_id, fact_id) AS fact_id,
    id_of('c', concat_ws(chr(31), '{DIFFERENT_WINDOW}', said)) AS conflict_id,
    '{DIFFERENT_WINDOW}' AS kind,
    min(about) OVER (PARTITION BY said) AS about
FROM reached JOIN disputed USING (said) LEFT JOIN absorbed USING (fact_id)
"""


def find_windows(database: duckdb.DuckDBPyConnection) -> None:
    """From ``reached`` (the rows of ``REACHED``) and ``absorbed``: makes ``windows``, like ``find_conflicts``."""
    database.execute(_WINDOWS)
