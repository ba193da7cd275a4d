"""The published tables: what the rows of each are, and the order they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.facts import FACT_ORDER, Conflict, Document, Fact
from pipeline.mentions import Mention, Number

# How every file is written. What the bytes depend on is fixed here, whatever pyarrow's defaults become.
PARQUET: Mapping[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "write_page_checksum": True,
}


@dataclass(frozen=True)
class Table:
    """A published table: its record, whose docstring and columns describe it, and its order, which must be total."""

    record: type
    order: str


TABLES: Mapping[str, Table] = {
    "facts": Table(Fact, FACT_ORDER),
    "mentions": Table(Mention, 'doc_id, "start", "end", mention_id'),
    "documents": Table(Document, "doc_id, status, source, error"),
    "numbers": Table(Number, 'doc_id, "start", "end", outcome, reason'),
    "conflicts": Table(Conflict, "lower(subject), lower(metric), period DESC, conflict_id"),
}


def table_path(out: Path, name: str) -> Path:
    """Where a published table stands."""
    return out / f"{name}.parquet"
