"""The tables on disk: immutable per-article shards, and the published Parquet made of them."""

from pipeline.store.dictionary import data_dictionary
from pipeline.store.files import BusyError, spill_of, writing
from pipeline.store.publishing import load, publish
from pipeline.store.shards import Yield, read_shard, shard_path, write_shard
from pipeline.store.tables import TABLES, Table, table_path

__all__ = [
    "TABLES",
    "BusyError",
    "Table",
    "Yield",
    "data_dictionary",
    "load",
    "publish",
    "read_shard",
    "shard_path",
    "spill_of",
    "table_path",
    "write_shard",
    "writing",
]
