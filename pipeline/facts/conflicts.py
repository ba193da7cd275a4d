"""Facts that cannot all be true: one thing measured, and numbers that leave no room for one another.

Every number is read as the interval it allows. Facts whose intervals all overlap can all be true together, so "over
280 kW" and "288 kW" are no conflict, and neither are "about 300" and "288". A fact that nobody contradicts is no part
of a conflict, though others about the same thing are.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipeline.facts.identity import parts

DIFFERENT_NUMBER = "different number"

# Facts are about the same thing where all of these are equal.
TOPIC: Mapping[str, str] = {
    "kind": f"'{DIFFERENT_NUMBER}'",
    "subject": "lower(subject)",
    "metric": "lower(metric)",
    "dimension": "dimension",
    "unit": "normal_unit",
    "period": "period",
    "status": "status",
    "change": "change",
}

APPROXIMATION = 0.1  # "about 300" allows 270 to 330

# The ends belong to the interval: writers round, and "more than 300" of an exact 300 is no contradiction worth a look.
_INTERVALS = f"""
CREATE OR REPLACE TEMP TABLE intervals AS
SELECT
    fact_id,
    {parts(TOPIC)} AS topic,
    coalesce(normal_low, normal_value) AS lowest,
    coalesce(normal_high, normal_value) AS highest,
    CASE
        WHEN qualifier IN ('less_than', 'at_most') THEN '-infinity'::DOUBLE
        WHEN qualifier = 'approx' THEN lowest - {APPROXIMATION} * abs(lowest)
        ELSE lowest
    END AS allows_from,
    CASE
        WHEN qualifier IN ('more_than', 'at_least') THEN 'infinity'::DOUBLE
        WHEN qualifier = 'approx' THEN highest + {APPROXIMATION} * abs(highest)
        ELSE highest
    END AS allows_to
FROM merged
WHERE subject IS NOT NULL AND metric IS NOT NULL
"""

# Some fact of the topic lies wholly below, or wholly above.
_DISPUTED = """
CREATE OR REPLACE TEMP TABLE disputed AS
SELECT fact_id, stable_id('c', topic) AS conflict_id, lowest, highest
FROM intervals
WINDOW same_topic AS (PARTITION BY topic)
QUALIFY allows_from > min(allows_to) OVER same_topic OR allows_to < max(allows_from) OVER same_topic
"""

_CONFLICTS = f"""
CREATE OR REPLACE TEMP TABLE conflicts AS
SELECT
    conflict_id,
    '{DIFFERENT_NUMBER}' AS kind,
    first(subject ORDER BY n_mentions DESC, fact_id) AS subject,
    first(metric ORDER BY n_mentions DESC, fact_id) AS metric,
    any_value(dimension) AS dimension,
    any_value(period) AS period,
    any_value(status) AS status,
    any_value(change) AS change,
    any_value(normal_unit) AS normal_unit,
    count(*) AS n_facts,
    min(lowest) AS low,
    max(highest) AS high,
    CASE WHEN min(lowest) > 0 THEN max(highest) / min(lowest) - 1
         WHEN max(highest) < 0 THEN min(lowest) / max(highest) - 1 END AS spread,
    list(
        struct_pack(
            fact_id,
            number := sources[1].text,
            sentence := sources[1].sentence,
            doc_id := sources[1].doc_id,
            publisher := sources[1].publisher,
            published := sources[1].published
        )
        ORDER BY lowest, highest, fact_id
    ) AS facts
FROM disputed
JOIN merged USING (fact_id)
GROUP BY conflict_id
"""

_FACTS = """
CREATE OR REPLACE TEMP VIEW facts AS
SELECT merged.*, conflict_id
FROM merged
LEFT JOIN disputed USING (fact_id)
"""


def find_conflicts(database: duckdb.DuckDBPyConnection) -> None:
    """Compare the rows of ``merged``: makes ``conflicts``, and ``facts``, which is ``merged`` with its conflicts."""
    for statement in (_INTERVALS, _DISPUTED, _CONFLICTS, _FACTS):
        database.execute(statement)
