"""DuckDB as this project uses it: bounded memory, spilling to disk, always closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb.func import PythonUDFType

from pipeline.columns import stable_id

MEMORY_LIMIT = "2GB"


@contextmanager
def open_database(spill: Path, *, memory_limit: str = MEMORY_LIMIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty in-memory database that spills into the folder ``spill`` beyond ``memory_limit``.

    It knows one function of ours, ``stable_id(prefix, parts)``, so that SQL gives the ids that Python gives.
    """
    # Closed at the end, not left to the interpreter: a Python function in an open database is reported as a leak.
    with duckdb.connect(":memory:", config={"memory_limit": memory_limit, "temp_directory": str(spill)}) as database:
        database.create_function(
            "stable_id", _stable_ids, ["VARCHAR", "VARCHAR[]"], "VARCHAR", type=PythonUDFType.ARROW
        )
        yield database


def _stable_ids(prefixes: pa.ChunkedArray, parts: pa.ChunkedArray) -> pa.Array:
    pairs = zip(prefixes.to_pylist(), parts.to_pylist(), strict=True)
    return pa.array([stable_id(prefix, *of) for prefix, of in pairs], pa.string())
