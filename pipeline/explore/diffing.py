"""Two folders of tables compared: the facts added, gone and changed from the one to the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.explore.tables import TablesError, first_lines, opened, published, rows_of, show
from pipeline.storage import Place

__all__ = ["Differences", "differences"]

# A number can only have become another where this is the same; of what has no subject or no metric nothing is known.
_TOPIC = """
CASE WHEN subject IS NOT NULL AND metric IS NOT NULL
     THEN [lower(subject), lower(metric), dimension, coalesce(period, ''), status, change] END
"""
_READ = f"""
CREATE TEMP TABLE {{name}}_facts AS
SELECT
    fact_id, subject, metric, dimension, period, status, change, normal_unit,
    coalesce(normal_value, normal_low) AS number,
    {_TOPIC} AS topic,
    list_sort(list_distinct(list_transform(sources, lambda source: [source.doc_id, source.publisher]))) AS said_by,
    struct_pack(
        fact_id, value, low, high, unit, qualifier,
        articles := list_sort(list_distinct(list_transform(sources, lambda source: source.doc_id)))
    ) AS side
FROM {{name}}
"""
# The facts of one side that the other has not. Of several numbers of a topic the first becomes the first, and so on.
_ALONE = """
CREATE TEMP TABLE {name}_alone AS
SELECT *, row_number() OVER (PARTITION BY topic ORDER BY normal_unit, number, fact_id) AS nth
FROM {name}_facts ANTI JOIN {other}_facts USING (fact_id)
"""
_ABOUT = ", ".join(
    f"coalesce(after.{column}, before.{column}) AS {column}"
    for column in ("subject", "metric", "dimension", "period", "status", "change")
)
_DIFFERENCES = f"""
CREATE TEMP TABLE differences AS
SELECT 'changed' AS kind, 'sources' AS what, {_ABOUT}, before.side AS before, after.side AS after
FROM old_facts AS before JOIN new_facts AS after USING (fact_id)
WHERE before.said_by IS DISTINCT FROM after.said_by
UNION ALL
SELECT
    CASE WHEN before.fact_id IS NULL THEN 'added' WHEN after.fact_id IS NULL THEN 'gone' ELSE 'changed' END,
    CASE WHEN before.fact_id IS NOT NULL AND after.fact_id IS NOT NULL THEN 'number' END,
    {_ABOUT}, before.side, after.side
FROM old_alone AS before FULL JOIN new_alone AS after ON before.topic = after.topic AND before.nth = after.nth
"""
_ORDER = (
    "lower(subject) NULLS LAST, lower(metric) NULLS LAST, period DESC NULLS LAST, kind, "
    "coalesce(after.fact_id, before.fact_id)"
)


@dataclass(frozen=True)
class Differences:
    """What differs between two folders; to be read while the block that made it lasts."""

    database: duckdb.DuckDBPyConnection

    def counts(self) -> Mapping[tuple[str, str | None], int]:
        """How many facts were ``added`` or are ``gone``, and how many ``changed`` in ``number`` or ``sources``."""
        rows = self.database.execute("SELECT kind, what, count(*) FROM differences GROUP BY kind, what").fetchall()
        return {(kind, what): count for kind, what, count in rows}

    def rows(self, limit: int = 0) -> Iterator[dict[str, Any]]:
        """Each as ``kind``, ``what`` changed, the columns the two have in common, the fact ``before`` and ``after``."""
        return rows_of(
            self.database, f"SELECT * FROM differences ORDER BY {_ORDER}" + (f" LIMIT {limit}" if limit else "")
        )


@contextmanager
def differences(old: Place, new: Place) -> Iterator[Differences]:
    """What differs between the facts of two folders of tables.

    Changed is a fact that other articles or publishers state, and a number of the same subject, metric, dimension,
    period, status and change that is now another.

    Raises:
        TablesError: a folder has no facts, or they cannot be read.
    """
    with opened(new, "facts") as database, published(old, "facts") as before:
        database.execute("ALTER VIEW facts RENAME TO new")
        show(database, "old", before.path("facts"))
        try:
            for name in ("old", "new"):
                database.execute(_READ.format(name=name))
            for name, other in (("old", "new"), ("new", "old")):
                database.execute(_ALONE.format(name=name, other=other))
            database.execute(_DIFFERENCES)
        except duckdb.Error as error:
            raise TablesError(
                f"the tables of {old} or {new} are of another version ({first_lines(error)}): "
                "make them anew with `factmill ingest SOURCE...`"
            ) from error
        yield Differences(database)
