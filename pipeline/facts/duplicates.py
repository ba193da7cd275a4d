"""Likely duplicates: facts that leave their period or subject open, and the one fact that says the same and names it.

They are never merged by guess. ``duplicate_of`` points from the one to the other; who trusts it may follow it.
"""

from __future__ import annotations

import duckdb

from pipeline.facts.identity import IDENTITY, parts

__all__ = ["link_duplicates"]

_OPEN = ("period", "subject")  # what may be left open; of a fact that lacks both, nothing is guessed


def _links(field: str) -> str:
    """The facts that lack only ``field``, each with the one fact that is like it in all else; of several, none."""
    same = parts({name: rule for name, rule in IDENTITY.items() if name not in (field, "unknown in")})
    stated = " AND ".join(f"{name} IS NOT NULL" for name in ("metric", *_OPEN) if name != field)
    return f"""
    (WITH open AS (SELECT fact_id, hash({same}) AS same FROM merged WHERE {field} IS NULL AND {stated}),
    named AS (SELECT fact_id, hash({same}) AS same FROM merged WHERE {field} IS NOT NULL AND {stated})
    SELECT fact_id, duplicate_of
    FROM open
    JOIN (
        SELECT same, any_value(fact_id) AS duplicate_of
        FROM named SEMI JOIN open USING (same)
        GROUP BY same HAVING count(*) = 1
    ) USING (same))
    """


def link_duplicates(database: duckdb.DuckDBPyConnection) -> None:
    """From the table ``merged``: makes ``duplicates`` (fact_id, duplicate_of)."""
    database.execute(f"CREATE OR REPLACE TEMP TABLE duplicates AS {' UNION ALL '.join(map(_links, _OPEN))}")
