"""Publishing: the current articles' shards become the tables, all of them replaced together.

A reader sees the old file or the new one, never half of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.columns import schema_of, table_of
from pipeline.facts import Document
from pipeline.mentions import Extraction
from pipeline.store.files import replace_all, synced, temporary_of
from pipeline.store.tables import PARQUET, TABLES, table_path

ROWS_A_GROUP = 65_536


def load(database: duckdb.DuckDBPyConnection, shards: Sequence[Path], documents: Iterable[Document]) -> None:
    """Make ``documents``, ``mentions``, ``numbers`` and ``signatures`` known to the database, from ``shards``.

    The shards are named one by one: a folder may hold those of articles long removed, and of older versions.
    """
    database.register("documents", table_of(Document, documents))
    if shards:
        database.read_parquet([str(path) for path in shards]).create_view("shards")
    else:
        database.register("shards", schema_of(Extraction).empty_table())
    for name in ("mentions", "numbers"):
        database.execute(f"CREATE VIEW {name} AS SELECT each.* FROM (SELECT unnest({name}) AS each FROM shards)")
    database.execute("CREATE VIEW signatures AS SELECT doc_id, signature FROM shards")


def publish(database: duckdb.DuckDBPyConnection, out: Path) -> dict[str, int]:
    """Write every table of ``TABLES`` from the database, put all in place, and return how many rows each has."""
    temporaries = {name: temporary_of(table_path(out, name)) for name in TABLES}
    rows = {name: _write(database, name, path) for name, path in temporaries.items()}
    replace_all({table_path(out, name): path for name, path in temporaries.items()})
    return rows


def _write(database: duckdb.DuckDBPyConnection, name: str, path: Path) -> int:
    schema = schema_of(TABLES[name].record)
    columns = ", ".join(f'"{column}"' for column in schema.names)
    batches = database.sql(f"SELECT {columns} FROM {name} ORDER BY {TABLES[name].order}").to_arrow_reader(ROWS_A_GROUP)
    rows = 0
    with synced(path) as file, pq.ParquetWriter(file, schema, **PARQUET) as writer:
        for group in _row_groups(batches, schema):
            writer.write_table(group, row_group_size=ROWS_A_GROUP)
            rows += group.num_rows
    return rows


def _row_groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows in groups of one size: how the database happens to cut them must not show in the file."""
    held = schema.empty_table()
    for batch in batches:
        held = pa.concat_tables([held, pa.Table.from_batches([batch]).cast(schema)])
        while held.num_rows >= ROWS_A_GROUP:
            yield held.slice(0, ROWS_A_GROUP).combine_chunks()
            held = held.slice(ROWS_A_GROUP)
    if held.num_rows:
        yield held.combine_chunks()
