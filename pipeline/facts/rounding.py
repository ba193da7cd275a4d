"""Rounded statements: which of them say less precisely what another statement says precisely.

A statement is absorbed by the one precise number of its topic that it is a rounding of. Where it might be a rounding of
several, or where nothing more precise is said, it stays a fact of its own.
"""

from __future__ import annotations

import duckdb

from pipeline.facts.identity import ROUNDINGS

__all__ = ["absorb_roundings"]


def _interval(end: int) -> str:
    cases = " ".join(f"WHEN '{qualifier}' THEN {ends[end]}" for qualifier, ends in ROUNDINGS.items())
    return f"CASE qualifier {cases} END"


# Only topics with several numbers are looked at. The slack lets a number at the very end of an interval belong to it.
_STATEMENTS = f"""
CREATE OR REPLACE TEMP TABLE rough AS
WITH several AS (
    SELECT topic FROM statements WHERE topic IS NOT NULL AND v IS NOT NULL GROUP BY topic HAVING count(*) > 1
)
SELECT fact_id, topic, qualifier, v, last, {_interval(0)} - slack AS low, {_interval(1)} + slack AS high
FROM (SELECT *, 1e-9 * abs(v) AS slack FROM statements WHERE v IS NOT NULL) SEMI JOIN several USING (topic)
WHERE qualifier IN ({", ".join(f"'{qualifier}'" for qualifier in ROUNDINGS)})
"""

# The precise ones: exact, and a rounding of no other exact one that writes further digits.
_PRECISE = """
CREATE OR REPLACE TEMP TABLE precise AS
SELECT fact_id, topic, v
FROM rough AS coarse
WHERE qualifier = 'exact' AND NOT EXISTS (
    FROM rough AS fine
    WHERE fine.topic = coarse.topic AND fine.qualifier = 'exact' AND fine.v BETWEEN coarse.low AND coarse.high
    AND (fine.last, fine.fact_id) < (coarse.last, coarse.fact_id)
)
"""

_ABSORBED = """
CREATE OR REPLACE TEMP TABLE absorbed AS
SELECT rough.fact_id, any_value(precise.fact_id) AS into_id
FROM rough JOIN precise ON rough.topic = precise.topic AND precise.v BETWEEN rough.low AND rough.high
WHERE rough.fact_id NOT IN (SELECT fact_id FROM precise)
GROUP BY rough.fact_id
HAVING count(*) = 1
"""


def absorb_roundings(database: duckdb.DuckDBPyConnection) -> None:
    """From ``statements`` (fact_id, topic, qualifier, v, last, round): makes ``absorbed`` (fact_id, into_id)."""
    for statement in (_STATEMENTS, _PRECISE, _ABSORBED):
        database.execute(statement)
    database.execute("DROP TABLE rough")
    database.execute("DROP TABLE precise")
