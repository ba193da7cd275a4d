"""Packs: many shards joined into one file, ``DIR/shards/packs/<hash of its bytes>-<extractor version>.parquet``.

A pack is a shard of more than one row: opening twenty thousand files takes longer than reading what they hold. It is
its own index, by its column ``content_hash``, so there is none to keep in step; and it tells by its name whether it is
whole. A pack is written before what it is made of is removed, and an article that stands in two files counts once, so
a crash between the two does no harm.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.columns import schema_of
from pipeline.logs import log
from pipeline.mentions import Extraction
from pipeline.published import hash_of_file
from pipeline.store.files import packs_folder, sync_folder, temporary_of
from pipeline.store.shards import Yield, shard_table, shards_made_by, yields_of
from pipeline.store.writing import in_groups, write_groups

SHARDS_AT_MOST = 1_000  # loose ones: opening so many takes half a second
_PACK_AT_MOST = 10_000  # articles: what is smaller is joined with what comes next
_ROWS_A_GROUP = 500


def packs_made_by(out: Path, version: str) -> list[Path]:
    """The packs that one version of the extractor made, in order."""
    return sorted(packs_folder(out).glob(f"*-{version}.parquet"))


@lru_cache(maxsize=4096)
def index_of(pack: Path) -> dict[str, Yield]:
    """The articles of a pack by content hash, and how much each yielded. A pack's name is a hash of what it holds."""
    with pq.ParquetFile(pack) as file:
        # Of the lists one column is enough: only how long they are is asked.
        table = file.read(
            columns=["content_hash", "n_words", "mentions.list.element.start", "numbers.list.element.start"]
        )
    return dict(zip(table["content_hash"].to_pylist(), yields_of(table), strict=True))


def drop_damaged(out: Path, version: str) -> None:
    """Remove packs that do not hold what their names say: their articles are read again."""
    for pack in packs_made_by(out, version):
        if not is_whole(pack):
            log.warning("%s is damaged: its articles are read again", pack)
            pack.unlink()


def is_whole(pack: Path) -> bool:
    """Whether a pack holds what its name says, to the byte."""
    return pack.name.startswith(f"{hash_of_file(pack)}-")


def join_shards(out: Path, version: str) -> None:
    """Where there are many shards, join them, together with packs that are still small, into packs."""
    shards = shards_made_by(out, version)
    if len(shards) <= SHARDS_AT_MOST:
        return
    packs = packs_made_by(out, version)
    small = [pack for pack in packs if len(index_of(pack)) < _PACK_AT_MOST]
    done = {content_hash for pack in packs if pack not in small for content_hash in index_of(pack)}
    tables = chain(_tables_of_packs(small), filter(None, map(shard_table, shards)))
    written = set(write_packs(out, version, _unseen(tables, done)))
    for path in (*shards, *small):
        if path not in written:
            path.unlink()


def write_packs(out: Path, version: str, tables: Iterable[pa.Table]) -> Iterator[Path]:
    """Write extractions into packs, each on disk by the time its path is given."""
    packs_folder(out).mkdir(exist_ok=True)
    groups = in_groups(tables, schema_of(Extraction), _ROWS_A_GROUP)
    for first in groups:
        yield _write_pack(out, version, chain([first], islice(groups, _PACK_AT_MOST // _ROWS_A_GROUP - 1)))


def tables_of_pack(pack: Path) -> Iterator[pa.Table]:
    """What a pack holds, a row group at a time."""
    with pq.ParquetFile(pack, page_checksum_verification=True) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group)


def _write_pack(out: Path, version: str, groups: Iterable[pa.Table]) -> Path:
    temporary = temporary_of(packs_folder(out) / "pack")
    try:
        write_groups(temporary, schema_of(Extraction), groups)
        pack = packs_folder(out) / f"{hash_of_file(temporary)}-{version}.parquet"
        temporary.replace(pack)
        sync_folder(pack.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return pack


def _tables_of_packs(packs: Sequence[Path]) -> Iterator[pa.Table]:
    for pack in packs:
        yield from tables_of_pack(pack)


def _unseen(tables: Iterable[pa.Table], seen: set[str]) -> Iterator[pa.Table]:
    """The rows of articles that were not there before."""
    for table in tables:
        hashes = table["content_hash"].to_pylist()  # each once: that is how files of several rows are written
        yield table.filter(pa.array([one not in seen for one in hashes], pa.bool_()))
        seen.update(hashes)
