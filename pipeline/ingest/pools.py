"""Who does the batches of a run: processes of this machine, or those of a Dask cluster."""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from pipeline.ingest import workers as processes
from pipeline.ingest.batches import Batch, BatchResult
from pipeline.ingest.errors import ClusterError
from pipeline.limits import Limits
from pipeline.mentions import Settings

__all__ = ["Pool", "check", "pool_of"]


class Pool(Protocol):
    """Whoever does batches."""

    count: int  # that are worth having under way at a time

    def submit(self, batch: Batch, out: Path, settings: Settings, version: str) -> Future[BatchResult]:
        """Have a batch done: what ``ingest_batch`` makes of it."""
        ...


def pool_of(folder: Path, workers: int, limits: Limits, dask: str | None = None) -> AbstractContextManager[Pool]:
    """So many processes for batches whose shards go to ``folder``, or the Dask cluster of the scheduler at ``dask``.

    Raises:
        ClusterError: on entering, the cluster cannot do the work.
    """
    if dask is None:
        return processes.worker_processes(workers, limits)
    _require_distributed()
    from pipeline.ingest.cluster import cluster  # here, because Dask is an extra

    return cluster(dask, folder, limits)


def check(dask: str) -> None:
    """See whether a Dask scheduler answers.

    Raises:
        ClusterError: none does, or Dask is not installed here.
    """
    _require_distributed()
    from pipeline.ingest.cluster import connected

    with connected(dask):
        pass


def _require_distributed() -> None:
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise ClusterError(f"a Dask cluster needs Dask here ({error}): pip install 'factmill[dask]'") from error
