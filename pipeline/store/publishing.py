"""Publishing: the current articles' rows become the tables of one version, which then takes the place of the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.columns import schema_of, table_of
from pipeline.facts import Document
from pipeline.mentions import Extraction
from pipeline.published import Contents, Manifest, versions_of
from pipeline.store.files import folder_in_the_making
from pipeline.store.tables import TABLES, table_path
from pipeline.store.versions import contents_of, make_current, put_in_place, sealed, take_over
from pipeline.store.writing import in_groups, write_groups

ROWS_A_GROUP = 65_536


def load(database: duckdb.DuckDBPyConnection, places: Mapping[str, Path], documents: Iterable[Document]) -> None:
    """Make ``documents``, ``mentions``, ``numbers`` and ``signatures`` known to the database.

    All but the first are read from ``places``, which has for every article, by its content hash, the one file whose row
    counts: a folder may hold those of articles long removed and of older versions, and a pack those of many.
    """
    database.register("documents", table_of(Document, documents))
    if places:
        named = {"content_hash": list(places), "filename": [str(path) for path in places.values()]}
        database.register("places", pa.table(named))
        database.read_parquet(sorted(set(named["filename"])), filename=True).create_view("files")
        database.execute("CREATE VIEW shards AS SELECT * FROM files SEMI JOIN places USING (content_hash, filename)")
    else:
        database.register("shards", schema_of(Extraction).empty_table())
    for name in ("mentions", "numbers"):
        database.execute(f"CREATE VIEW {name} AS SELECT each.* FROM (SELECT unnest({name}) AS each FROM shards)")
    database.execute("CREATE VIEW signatures AS SELECT doc_id, signature FROM shards")


def publish(database: duckdb.DuckDBPyConnection, out: Path, extractor: str = "", inputs: str = "") -> dict[str, int]:
    """Write the tables of ``TABLES`` from the database, let them be the current version, and return the rows of each.

    ``extractor`` and ``inputs`` are for the manifest, and for ``unchanged`` to compare with.
    """
    with folder_in_the_making(versions_of(out) / "version") as folder:
        tables = {name: _write(database, name, table_path(folder, name)) for name in TABLES}
        manifest = sealed(folder, Manifest(extractor, inputs, tables))
        put_in_place(folder, versions_of(out) / manifest.id, manifest)
    take_over(out)
    make_current(out, manifest)
    return manifest.rows


def _write(database: duckdb.DuckDBPyConnection, name: str, path: Path) -> Contents:
    schema = schema_of(TABLES[name].record)
    columns = ", ".join(f'"{column}"' for column in schema.names)
    batches = database.sql(f"SELECT {columns} FROM {name} ORDER BY {TABLES[name].order}").to_arrow_reader(ROWS_A_GROUP)
    tables = (pa.Table.from_batches([batch]) for batch in batches)
    rows = write_groups(path, schema, in_groups(tables, schema, ROWS_A_GROUP))
    return contents_of(path, rows)
