"""Cleaning: what nobody needs any more, old versions of the tables, and shards that nothing published is made of.

Nothing goes that is current, that somebody reads within ``open_tables``, or that is younger than asked for: whoever
opened an old version without saying so has that long to read it. A version is as old as it has not been current.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.published import DamagedError, current_version, is_held, read_manifest, versions_of
from pipeline.store.files import packs_folder, remove_folder, shards_of
from pipeline.store.packs import index_of, is_whole, tables_of_pack, write_packs
from pipeline.store.refusals import refusals_folder
from pipeline.store.tables import table_path

OLD_VERSION = "old versions of the tables"
OTHER_EXTRACTOR = "shards of another extractor"
REMOVED_ARTICLE = "shards of articles that are gone"
IN_PACK = "articles that are gone, in packs"
DAMAGED = "damaged packs"


class NothingPublishedError(RuntimeError):
    """There is nothing to tell what is needed by."""


@dataclass(frozen=True)
class Leftover:
    """Something that nobody needs any more."""

    path: Path
    kind: str
    number: int  # of versions, files or articles
    bytes: int  # how much its removal frees, of a part of a pack about so much
    needed: frozenset[str] = frozenset()  # content hashes of the articles of a pack that stay


def leftovers(out: Path, until: float) -> list[Leftover]:
    """What nobody needs any more of the folder ``out``, as far as it is older than ``until``, in seconds since 1970.

    Raises:
        NothingPublishedError: nothing was ever published there.
        DamagedError: what is published is damaged.
    """
    version = current_version(out)
    if version is None:
        raise NothingPublishedError(f"nothing is published in {out}: there is nothing to clean")
    extractor = read_manifest(version, out).extractor
    needed = _published_articles(version, out)
    found = [*_old_versions(out, version), *_shards(out, extractor, needed), *_packs(out, extractor, needed)]
    return [leftover for leftover in found if leftover.path.stat().st_mtime < until]


def remove(leftover: Leftover, out: Path) -> None:
    """Remove it; who reads its files already goes on reading them."""
    if leftover.kind == OLD_VERSION:
        remove_folder(leftover.path)
        return
    if leftover.needed:
        _rewrite(leftover, out)
    leftover.path.unlink()


def _published_articles(version: Path, out: Path) -> frozenset[str]:
    path = table_path(version, "documents")
    try:
        column = pq.read_table(path, columns=["content_hash"])["content_hash"]
    except (OSError, pa.ArrowInvalid) as error:
        raise DamagedError(path, "cannot be read", out) from error
    return frozenset(column.drop_null().to_pylist())


def _old_versions(out: Path, current: Path) -> Iterator[Leftover]:
    for version in sorted(versions_of(out).iterdir()):
        if version.name != current.name and not is_held(version):
            yield Leftover(version, OLD_VERSION, 1, sum(path.stat().st_size for path in version.iterdir()))


def _shards(out: Path, extractor: str, needed: frozenset[str]) -> Iterator[Leftover]:
    for path in sorted([*shards_of(out).glob("*-*.parquet"), *refusals_folder(out).glob("*-*.json")]):
        content_hash, made_by = path.stem.split("-", 1)
        if made_by != extractor:
            yield Leftover(path, OTHER_EXTRACTOR, 1, path.stat().st_size)
        elif content_hash not in needed:
            yield Leftover(path, REMOVED_ARTICLE, 1, path.stat().st_size)


def _packs(out: Path, extractor: str, needed: frozenset[str]) -> Iterator[Leftover]:
    for path in sorted(packs_folder(out).glob("*-*.parquet")):
        size = path.stat().st_size
        if not path.stem.endswith(f"-{extractor}"):
            yield Leftover(path, OTHER_EXTRACTOR, 1, size)
        elif not is_whole(path):
            yield Leftover(path, DAMAGED, 1, size)
        elif gone := index_of(path).keys() - needed:
            held = index_of(path).keys()
            yield Leftover(path, IN_PACK, len(gone), size * len(gone) // len(held), needed & held)


def _rewrite(leftover: Leftover, out: Path) -> None:
    extractor = leftover.path.stem.split("-", 1)[1]
    for _ in write_packs(out, extractor, _only(tables_of_pack(leftover.path), leftover.needed)):
        pass


def _only(tables: Iterable[pa.Table], needed: frozenset[str]) -> Iterator[pa.Table]:
    for table in tables:
        yield table.filter(pa.array([one in needed for one in table["content_hash"].to_pylist()], pa.bool_()))
