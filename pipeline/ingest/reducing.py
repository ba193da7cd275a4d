"""Facts made by a Dask cluster, where there are very many mentions: in buckets (``pipeline.facts.buckets``).

The tables are those that one machine makes, to the byte. What the tasks hand one another lies in the shared folder, in
a subfolder that is gone when the run ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from distributed import get_worker

from pipeline import store
from pipeline.facts import open_database
from pipeline.facts.buckets import join_buckets, reduce_bucket, split_mentions, write_articles
from pipeline.ingest.cluster import cluster
from pipeline.ingest.errors import ClusterError
from pipeline.limits import Limits
from pipeline.store.files import folder_in_the_making, shards_of

__all__ = ["facts_of_cluster"]

A_BUCKET = 1_000_000  # mentions, about: some 300 MB of memory


@contextmanager
def facts_of_cluster(
    address: str,
    out: Path,
    limits: Limits,
    database: duckdb.DuckDBPyConnection,
    places: Mapping[str, Path],
    n_mentions: int,
) -> Iterator[None]:
    """As ``build_facts``, for as long as the block lasts, by the cluster of the scheduler at ``address``.

    Raises:
        ClusterError: the cluster cannot do the work.
    """
    with folder_in_the_making(shards_of(out).absolute() / "facts") as folder:
        with cluster(address, out, limits) as workers:
            code, buckets = store.code_of_tables(), n_mentions // A_BUCKET + 1
            write_articles(database, folder)
            workers.do_all(_split, [(code, folder, part, some, buckets) for part, some in _parts(places)])
            workers.do_all(_reduce, [(code, folder, bucket) for bucket in range(buckets)])
        join_buckets(database, folder)
        yield


def _parts(places: Mapping[str, Path]) -> Iterator[tuple[str, dict[str, Path]]]:
    """The articles of each pack, and those of all the loose shards, which are few."""
    parts: dict[str, dict[str, Path]] = defaultdict(dict)
    for content_hash, path in places.items():
        parts[path.stem if path.parent.name == "packs" else "shards"][content_hash] = path.absolute()
    yield from sorted(parts.items())


def _split(code: str, folder: Path, part: str, places: Mapping[str, Path], buckets: int) -> None:
    """One task: the mentions of a part of the articles, by bucket."""
    with _database(code, folder) as database:
        store.load(database, places, ())
        split_mentions(database, folder, part, buckets)


def _reduce(code: str, folder: Path, bucket: int) -> None:
    """One task: the facts of a bucket."""
    with _database(code, folder) as database:
        reduce_bucket(database, folder, bucket)


@contextmanager
def _database(code: str, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of one thread, since a Dask worker does as many tasks as it may use cores."""
    address = get_worker().address
    if not folder.is_dir():
        raise ClusterError(f"the Dask worker {address} does not share {folder.parent}")
    if store.code_of_tables() != code:
        raise ClusterError(
            f"the Dask worker {address} makes tables with other code, or another duckdb or pyarrow, than this machine: "
            "install the same on both, and start the worker anew"
        )
    with TemporaryDirectory(prefix="factmill-") as spill, open_database(Path(spill)) as database:
        database.execute("SET threads = 1")
        yield database
