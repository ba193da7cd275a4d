"""DuckDB as this project uses it: bounded memory, spilling to disk, always closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY_LIMIT = "2GB"


@contextmanager
def open_database(spill: Path, *, memory_limit: str = MEMORY_LIMIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty in-memory database that spills into the folder ``spill`` beyond ``memory_limit``."""
    with duckdb.connect(":memory:", config={"memory_limit": memory_limit, "temp_directory": str(spill)}) as database:
        database.execute("SET enable_progress_bar = false")  # it would print among the output of whoever runs this
        yield database
