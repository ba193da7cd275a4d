"""Words that may be units which the vocabulary does not have, ranked by how many articles use them.

They are of two kinds: ``45 kvarh``, which nothing could be made of, and ``3 petaelectronvolts``, which are counted like
people or cars. Words that are common or seen in the news are left out of the second, and so nearly all nouns are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline import units
from pipeline.facts import open_database
from pipeline.language.quantities.unit_like import NO_UNIT, is_unfamiliar

__all__ = ["UnknownUnit", "unknown_units"]

_MOST = 50
_SUSPECTS = pa.schema([("unit", pa.string()), ("word", pa.string())])

_COUNTED = "SELECT DISTINCT unit FROM mentions WHERE contains(dimension, 'count')"
_RANKED = """
SELECT word, count(*), count(DISTINCT doc_id)
FROM (
    SELECT word, doc_id FROM mentions JOIN suspects USING (unit)
    UNION ALL
    SELECT substr(reason, length($prefix) + 1), doc_id FROM numbers WHERE starts_with(reason, $prefix)
) AS stated(word, doc_id)
GROUP BY word ORDER BY 3 DESC, 2 DESC, word LIMIT $most
"""


@dataclass(frozen=True)
class UnknownUnit:
    """A word that may be a unit."""

    word: str
    numbers: int  # that stand before it
    articles: int


def unknown_units(version: Path, spill: Path) -> tuple[UnknownUnit, ...]:
    """Those of the published tables of a folder, the most used first, no more than a maintainer looks at.

    What does not fit the database's memory is put into the folder ``spill``.

    Raises:
        duckdb.Error: the tables are not there, or of another version.
    """
    with open_database(spill) as database:
        for table in ("numbers", "mentions"):
            database.read_parquet(str(version / f"{table}.parquet")).create_view(table)
        counted = [unit for (unit,) in database.sql(_COUNTED).fetchall()]
        rows = [(unit, word) for unit in counted for word in sorted(set(_words(unit)))]
        suspects = pa.table({"unit": [unit for unit, _ in rows], "word": [word for _, word in rows]}, schema=_SUSPECTS)
        database.register("suspects", suspects)
        ranked = database.execute(_RANKED, {"prefix": NO_UNIT, "most": _MOST}).fetchall()
    return tuple(UnknownUnit(*row) for row in ranked)


def _words(unit: str) -> Iterator[str]:
    """The counted nouns of a canonical unit that are no word anybody knows: ``EUR/gwh`` has ``gwh``."""
    for part in unit.split("/"):
        word = part.split(" ")[-1]
        if word.isalpha() and is_unfamiliar(word) and units.resolve(word).dimension == "count":
            yield word
