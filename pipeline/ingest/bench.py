"""What a Dask worker has for the batches of one run: worker processes, and where the run's folders are."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, CancelledError
from dataclasses import replace
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from pipeline.ingest.batches import Batch, BatchResult
from pipeline.ingest.child import Task
from pipeline.ingest.errors import ClusterError
from pipeline.ingest.workers import Workers
from pipeline.limits import Limits
from pipeline.mentions import Settings, extractor_version
from pipeline.storage import place_of

__all__ = ["Bench", "do_batch"]

_IDLE_SECONDS = 300.0  # after which a process ends: whoever gave it work may have been killed


def do_batch(bench: str, batch: Batch, out: Path, settings: Settings, version: str) -> BatchResult:
    """One task: a batch, by a worker process of the Dask worker that this runs in; ``bench`` names its plugin."""
    worker = get_worker()
    plugin = worker.plugins.get(bench)
    if not isinstance(plugin, Bench):
        raise CancelledError("the run has ended")
    return plugin.do((batch, out, settings, version))


class Bench(WorkerPlugin):
    """The worker processes of a Dask worker, as many as it has threads.

    ``folder``: where the run was started, from which relative paths count; ``probe``: a file in the folder of the
    shards, which whoever shares it sees.
    """

    def __init__(self, folder: Path, probe: Path, limits: Limits) -> None:
        self._folder = folder
        self._probe = probe
        self._limits = limits
        self._version: str | None = None

    def setup(self, worker: Worker) -> None:
        """In the Dask worker, once."""
        self._address = worker.address
        self._workers = Workers(worker.state.nthreads, self._limits, self._folder, idle_seconds=_IDLE_SECONDS)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002  it is Dask's
        """End the processes, whatever they are doing."""
        self._workers.close()

    def do(self, task: Task) -> BatchResult:
        """Have a batch done.

        Raises:
            ClusterError: this worker has another extractor, does not share the folders, or can start no process.
        """
        batch, _, settings, version = task
        self._check_folders(batch, settings)
        self._check_version(settings, version)
        try:
            return self._workers.submit(*task).result()
        except BrokenExecutor as error:
            raise ClusterError(
                f"on the Dask worker {self._address} {error}: most likely for want of memory; "
                "give it fewer threads (`dask worker --nthreads 1`), and run it again to go on"
            ) from error

    def _check_folders(self, batch: Batch, settings: Settings) -> None:
        """The files of articles may come and go; the folders they are in were there when the run began.

        An object store is asked by whoever reads from it, and its credentials are the worker's own.
        """
        articles = (place for portion in batch if isinstance(place := place_of(portion.path), Path))
        needed = [self._folder, *(self._folder / path.parent for path in articles)]
        files = [self._probe, *(self._folder / name for name in settings.names)]
        for path in [*needed, *files]:
            if not path.exists():
                folder = path.parent if path in files else path
                raise ClusterError(
                    f"the Dask worker {self._address} does not share {folder}: "
                    "articles and tables have to lie where all machines see them by the same paths; tables for an "
                    "object store are made in the cache of the machine of the command, which XDG_CACHE_HOME moves"
                )

    def _check_version(self, settings: Settings, version: str) -> None:
        if self._version is None:
            names = tuple(str(self._folder / name) for name in settings.names)
            self._version = extractor_version(replace(settings, names=names))
        if self._version != version:
            raise ClusterError(
                f"the Dask worker {self._address} has another extractor ({self._version}) than this machine "
                f"({version}): install the same code, vocabulary and model on both, and start the worker anew"
            )
