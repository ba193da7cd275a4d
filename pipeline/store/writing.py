"""Parquet files of which every byte is decided by their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.store.files import synced
from pipeline.store.tables import PARQUET


def write_groups(path: Path, schema: pa.Schema, groups: Iterable[pa.Table]) -> int:
    """Write a new file, each table a row group, and return how many rows it has."""
    rows = 0
    with synced(path) as file, pq.ParquetWriter(file, schema, **PARQUET) as writer:
        for group in groups:
            writer.write_table(group, row_group_size=max(1, group.num_rows))
            rows += group.num_rows
    return rows


def in_groups(tables: Iterable[pa.Table], schema: pa.Schema, size: int) -> Iterator[pa.Table]:
    """The same rows in groups of one size, the last perhaps smaller: how they happened to be cut must not show."""
    held: list[pa.Table] = []
    rows = 0
    for table in tables:
        held.append(table.cast(schema))
        rows += table.num_rows
        if rows >= size:
            *full, rest = _cut(held, size)
            yield from full
            held, rows = [rest], rest.num_rows
    if rows:
        yield pa.concat_tables(held).combine_chunks()


def _cut(tables: list[pa.Table], size: int) -> Iterator[pa.Table]:
    """Groups of the full size, and what is left, which may be nothing."""
    whole = pa.concat_tables(tables)
    for start in range(0, whole.num_rows + 1, size):
        yield whole.slice(start, size).combine_chunks()
