"""Shards: what one article yielded, ``DIR/shards/<content hash>-<extractor version>.parquet``.

A shard is never changed, so it is the memory of what need not be done again. Where there are very many, ``packs`` joins
them into larger files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.columns import schema_of, table_of
from pipeline.mentions import Extraction
from pipeline.store.files import replacing, shards_of
from pipeline.store.tables import PARQUET

# One row each: what helps in a large table, statistics, dictionaries and descriptions, would be most of a shard.
_SMALL: Mapping[str, Any] = {
    **PARQUET,
    "write_statistics": False,
    "use_dictionary": False,
    "store_schema": False,
}


@dataclass(frozen=True, slots=True)
class Yield:
    """How much one article yielded."""

    n_words: int
    n_mentions: int
    n_numbers: int


def shard_path(out: Path, content_hash: str, version: str) -> Path:
    """Where the shard of one article stands, as one version of the extractor made it."""
    return shards_of(out) / f"{content_hash}-{version}.parquet"


def shards_made_by(out: Path, version: str) -> list[Path]:
    """The shards that one version of the extractor made, in order."""
    return sorted(shards_of(out).glob(f"*-{version}.parquet"))


def write_shard(path: Path, extraction: Extraction) -> Yield:
    """Store what one article yielded."""
    with replacing(path) as file:
        pq.write_table(table_of(Extraction, [extraction]), file, **_SMALL)
    return Yield(extraction.n_words, len(extraction.mentions), len(extraction.numbers))


def read_shard(path: Path) -> Yield | None:
    """How much the article of a shard yielded; None if there is no shard, or a damaged one, or one of other columns."""
    table = shard_table(path)
    return None if table is None else yields_of(table)[0]


def shard_table(path: Path) -> pa.Table | None:
    """The one row of a shard; None if there is no shard, or a damaged one, or one of other columns."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read()
    except Exception:  # there is no end to what a wrong byte in a file's footer may raise
        return None
    return table if table.num_rows == 1 and table.schema.equals(schema_of(Extraction)) else None


def yields_of(table: pa.Table) -> list[Yield]:
    """How much each article of a table of extractions yielded."""
    counts = (pc.list_value_length(table[name]).to_pylist() for name in ("mentions", "numbers"))
    return [Yield(*each) for each in zip(table["n_words"].to_pylist(), *counts, strict=True)]
