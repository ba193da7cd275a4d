"""The same facts and conflicts made in buckets of mentions, none of which knows of the others, for tables of any size.

All that facts are compared with falls into one bucket (``BUCKET``): merging, rounding, duplicates that leave their
subject or period open and three of the four kinds of conflict hold only among facts of one metric, dimension, unit and
status. Whose copy an article is, is settled before; counts reached within different times are compared after
(``windows``).

    write_articles   what a bucket has to know of the articles
    split_mentions   mentions by bucket; and what was ``reached``, as long as whole articles are at hand
    reduce_bucket    each bucket by itself, anywhere: facts, conflicts, and what rounding has absorbed
    join_buckets     all of them: the facts and conflicts that ``build_facts`` makes of everything in one piece

They meet in a folder of Parquet files. Each is there in full or not at all, so that whatever was lost is done again.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

import duckdb

from pipeline.columns import schema_of
from pipeline.facts.conflicts import find_conflicts
from pipeline.facts.copies import mark_copies
from pipeline.facts.duplicates import link_duplicates
from pipeline.facts.identity import MACROS
from pipeline.facts.merging import merge_mentions
from pipeline.facts.settling import CONFLICTS, settle
from pipeline.facts.windows import REACHED, find_windows
from pipeline.mentions import Mention

__all__ = ["BUCKET", "join_buckets", "reduce_bucket", "split_mentions", "write_articles"]

# What leaves its metric open is the same only within an article, and is compared with nothing. MD5, since that is the
# same in every version of the database.
BUCKET = """md5_number_lower(
    CASE WHEN metric IS NULL THEN doc_id ELSE concat_ws(chr(31), lower(metric), dimension, normal_unit, status) END
)"""

_ARTICLES = "SELECT doc_id, publisher, published, url, status, origin FROM documents JOIN origins USING (doc_id)"

_NO_WINDOWS = "CREATE TEMP TABLE windows (fact_id VARCHAR, conflict_id VARCHAR, kind VARCHAR, about VARCHAR)"

_REDUCED = {
    "facts": "SELECT * FROM facts JOIN (SELECT fact_id, stated FROM merged) USING (fact_id)",
    "conflicts": "SELECT * FROM conflicts",
    "absorbed": "SELECT * FROM absorbed",
}

_FACTS = """
CREATE TEMP VIEW facts AS
SELECT found.* EXCLUDE (stated) REPLACE (least(found.conflict_id, late.conflict_id) AS conflict_id)
FROM facts_found AS found
LEFT JOIN (SELECT fact_id, min(conflict_id) AS conflict_id FROM windows GROUP BY fact_id) AS late USING (fact_id)
"""


def write_articles(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """From ``documents`` and ``signatures``: makes ``documents`` anew, with whose copy each is, and writes articles."""
    mark_copies(database)
    _write(database, _ARTICLES, folder / "articles" / "all.parquet")


def split_mentions(database: duckdb.DuckDBPyConnection, folder: Path, part: str, buckets: int) -> None:
    """From the ``mentions`` of some whole articles: writes those of each bucket. ``part`` names what comes of it."""
    _define_macros(database)
    _write(database, REACHED, folder / "reached" / f"{part}.parquet")
    rows = f"SELECT *, {BUCKET} % {buckets} AS bucket FROM mentions"
    _write(database, rows, folder / "mentions" / part, ", PARTITION_BY (bucket)")


def reduce_bucket(database: duckdb.DuckDBPyConnection, folder: Path, bucket: int) -> None:
    """From what was split: writes the facts and conflicts of one bucket."""
    files = sorted(folder.glob(f"mentions/*/bucket={bucket}/*.parquet"))
    if files:
        database.read_parquet([*map(str, files)], hive_partitioning=False).create_view("mentions")
    else:
        database.register("mentions", schema_of(Mention).empty_table())
    _show(database, "documents", folder / "articles", "* EXCLUDE (origin)")
    _show(database, "origins", folder / "articles", "doc_id, origin")
    merge_mentions(database)
    link_duplicates(database)
    find_conflicts(database)
    database.execute(_NO_WINDOWS)
    settle(database)
    for name, rows in _REDUCED.items():
        _write(database, rows, folder / name / f"{bucket}.parquet")


def join_buckets(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """From what all buckets have made: makes ``facts`` and ``conflicts``, as ``build_facts`` does."""
    _define_macros(database)
    for name in ("absorbed", "reached"):
        _show(database, name, folder / name)
    _show(database, "facts_found", folder / "facts")
    _show(database, "conflicts_found", folder / "conflicts")
    database.execute("CREATE TEMP VIEW merged AS SELECT * EXCLUDE (conflict_id, duplicate_of) FROM facts_found")
    find_windows(database)
    database.execute("CREATE TEMP VIEW contradicted AS SELECT * FROM windows")
    database.execute(f"CREATE TEMP TABLE conflicts AS {CONFLICTS}")
    database.execute("INSERT INTO conflicts SELECT * FROM conflicts_found")
    database.execute(_FACTS)


def _define_macros(database: duckdb.DuckDBPyConnection) -> None:
    for macro in MACROS:
        database.execute(macro)


def _show(database: duckdb.DuckDBPyConnection, name: str, folder: Path, columns: str = "*") -> None:
    database.read_parquet(str(folder / "*.parquet")).project(columns).create_view(name)


def _write(database: duckdb.DuckDBPyConnection, rows: str, path: Path, options: str = "") -> None:
    """Write rows to a file, or by a column to the files of a folder, in one step; what is there already stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}")
    place = str(temporary).replace("'", "''")
    try:
        database.execute(f"COPY ({rows}) TO '{place}' (FORMAT parquet, COMPRESSION zstd{options})")
        if temporary.exists() and not path.exists():  # a folder of nothing is none
            temporary.rename(path)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        temporary.unlink(missing_ok=True)
