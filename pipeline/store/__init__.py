"""The tables on disk: immutable shards of what each article yielded, and the published Parquet made of them."""

from pipeline.published import DamagedError, open_tables
from pipeline.store.cleaning import Leftover, NothingPublishedError, leftovers, remove
from pipeline.store.dictionary import data_dictionary
from pipeline.store.digest import code_of_tables, digest_of
from pipeline.store.files import spill_of
from pipeline.store.locking import BusyError, writing
from pipeline.store.memory import forget, known_yields, places_of
from pipeline.store.packs import drop_damaged, join_shards
from pipeline.store.publishing import load, publish
from pipeline.store.refusals import known_refusals, write_refusal
from pipeline.store.shards import Yield, read_shard, shard_path, write_shard
from pipeline.store.tables import TABLES, Table, table_path
from pipeline.store.versions import unchanged
from pipeline.store.workspace import Workspace, folder_of, working

__all__ = [
    "TABLES",
    "BusyError",
    "DamagedError",
    "Leftover",
    "NothingPublishedError",
    "Table",
    "Workspace",
    "Yield",
    "code_of_tables",
    "data_dictionary",
    "digest_of",
    "drop_damaged",
    "folder_of",
    "forget",
    "join_shards",
    "known_refusals",
    "known_yields",
    "leftovers",
    "load",
    "open_tables",
    "places_of",
    "publish",
    "read_shard",
    "remove",
    "shard_path",
    "spill_of",
    "table_path",
    "unchanged",
    "working",
    "write_refusal",
    "write_shard",
    "writing",
]
