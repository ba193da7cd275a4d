"""What was found put together: ``conflicts``, and ``facts`` with the conflicts and duplicates they are part of."""

from __future__ import annotations

import duckdb

__all__ = ["CONFLICTS", "settle"]

_CONTRADICTED = """
SELECT * FROM disputed UNION ALL SELECT * FROM periods UNION ALL SELECT * FROM windows
"""

CONFLICTS = """
SELECT
    conflict_id,
    any_value(kind) AS kind,
    first(subject ORDER BY n_mentions DESC, fact_id) AS subject,
    coalesce(min(about), first(metric ORDER BY n_mentions DESC, fact_id)) AS metric,
    any_value(dimension) AS dimension,
    CASE WHEN count(DISTINCT coalesce(period, '')) = 1 THEN any_value(period) END AS period,
    first(status ORDER BY fact_id) AS status,
    CASE WHEN bool_or(change = 'none') THEN 'none' ELSE min(change) END AS change,
    any_value(normal_unit) AS normal_unit,
    count(*) AS n_facts,
    min(lowest) AS low,
    max(highest) AS high,
    CASE WHEN min(lowest) > 0 THEN max(highest) / min(lowest) - 1
         WHEN max(highest) < 0 THEN min(lowest) / max(highest) - 1 END AS spread,
    list(
        struct_pack(
            fact_id,
            number := stated,
            sentence := said.sentence,
            doc_id := said.doc_id,
            publisher := said.publisher,
            published := said.published,
            period
        )
        ORDER BY lowest, highest, period, fact_id
    ) AS facts
FROM contradicted
JOIN (
    SELECT
        *,
        coalesce(normal_low, normal_value) AS lowest,
        coalesce(normal_high, normal_value) AS highest,
        list_filter(sources, lambda source: source."text" = stated)[1] AS said
    FROM merged
) USING (fact_id)
GROUP BY conflict_id
"""

_FACTS = """
CREATE OR REPLACE TEMP VIEW facts AS
SELECT merged.* EXCLUDE (stated), conflict_id, duplicate_of
FROM merged
LEFT JOIN (SELECT fact_id, min(conflict_id) AS conflict_id FROM contradicted GROUP BY fact_id) USING (fact_id)
LEFT JOIN duplicates USING (fact_id)
"""


def settle(database: duckdb.DuckDBPyConnection) -> None:
    """From ``merged``, ``duplicates``, ``disputed``, ``periods`` and ``windows``: makes ``conflicts`` and ``facts``."""
    database.execute(f"CREATE OR REPLACE TEMP TABLE contradicted AS {_CONTRADICTED}")
    database.execute(f"CREATE OR REPLACE TEMP TABLE conflicts AS {CONFLICTS}")
    database.execute(_FACTS)
