"""A Dask cluster that does the batches: each is one task, and what comes back is small; shards go to a shared folder.

A Dask worker does its batches in worker processes of its own, as many as it has threads, just as one machine does: an
article that crashes is refused by name, and the Dask worker never learns of it. So where Dask workers die of a batch,
that is never the batch's fault, and it is done again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from distributed import Client, KilledWorker
from distributed.comm.addressing import get_address_host_port
from distributed.comm.core import CommClosedError

from pipeline.ingest.batches import Batch, BatchResult
from pipeline.ingest.bench import Bench, do_batch
from pipeline.ingest.errors import ClusterError
from pipeline.limits import Limits
from pipeline.logs import log
from pipeline.mentions import Settings
from pipeline.store.files import shards_of, temporary_of

T = TypeVar("T")

__all__ = ["Cluster", "cluster", "connected"]

_ANSWER_SECONDS = 10  # for the scheduler
_WORKER_SECONDS = 120  # for the first worker: a cluster that grows with its work may have none yet
_AT_LEAST = 64  # batches under way, so that a cluster that grows with its work has a reason to
_TRIES = 10  # of a batch whose Dask workers died, each after as many deaths as the scheduler allows

_INSTALL = "install it where Dask's workers run, and start them anew"


@contextmanager
def connected(address: str) -> Iterator[Client]:
    """A client of the scheduler at ``address``.

    Raises:
        ClusterError: it is no address, or none answers there.
    """
    try:
        get_address_host_port(address)
    except ValueError as error:
        raise ClusterError(
            f"{address!r} is no address of a Dask scheduler ({error}); valid is one such as tcp://scheduler:8786"
        ) from error
    try:
        client = Client(address, timeout=_ANSWER_SECONDS, set_as_default=False)
    except OSError as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({_first_line(error)}): "
            "start one with `dask scheduler`, and give the address it prints"
        ) from error
    try:
        yield client
    finally:
        with suppress(OSError, TimeoutError):  # the scheduler may be gone
            client.close()


@contextmanager
def cluster(address: str, out: Path, limits: Limits) -> Iterator[Cluster]:
    """The cluster of the scheduler at ``address``, whose workers have to see this folder and ``out`` by the same paths.

    Raises:
        ClusterError: no scheduler answers there, it has no worker, or a worker has not this version of factmill.
    """
    probe = temporary_of(shards_of(out) / "cluster").absolute()  # a worker that sees it shares the folder
    with connected(address) as client:
        _check_versions(client, address)
        probe.touch()
        name = f"factmill-{uuid4().hex}"
        try:
            client.register_plugin(Bench(Path.cwd(), probe, limits), name)
            pool = Cluster(client, address, name)
            try:
                yield pool
            finally:
                pool.close()
        finally:
            probe.unlink(missing_ok=True)


class Cluster:
    """The workers of a Dask cluster."""

    def __init__(self, client: Client, address: str, bench: str) -> None:
        self.count = max(_AT_LEAST, 2 * sum(client.nthreads().values()))
        self._client = client
        self._address = address
        self._bench = bench
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="factmill-dask")  # they only wait
        self._closed = False

    def submit(self, batch: Batch, out: Path, settings: Settings, version: str) -> Future[BatchResult]:
        """Have a batch done by some Dask worker: what ``ingest_batch`` makes of it.

        The future raises ``ClusterError`` where the cluster cannot do it, else what ``ingest_batch`` raises.
        """
        return self._threads.submit(self._do, do_batch, (self._bench, batch, out, settings, version))

    def do_all(self, function: Callable[..., None], calls: Iterable[tuple[Any, ...]]) -> None:
        """Have a function called with each of these arguments, by whichever Dask workers.

        Raises:
            ClusterError: the cluster cannot do it.
        """
        for future in as_completed([self._threads.submit(self._do, function, call) for call in calls]):
            future.result()

    def close(self) -> None:
        """End all batches, and the processes that do them."""
        self._closed = True
        with suppress(OSError, TimeoutError, RuntimeError, CancelledError):  # the scheduler may be gone
            self._client.unregister_worker_plugin(self._bench)
        self._client.close()
        self._threads.shutdown(cancel_futures=True)

    def _do(self, function: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        for _ in range(_TRIES):
            if self._closed:
                raise CancelledError
            try:
                result: T = self._client.submit(function, *arguments, pure=False).result()
                return result
            except KilledWorker as error:
                log.warning("done again: %s", _first_line(error))
            except (CancelledError, CommClosedError) as error:
                if self._closed:
                    raise CancelledError from error
                raise ClusterError(
                    f"the Dask scheduler at {self._address} has gone or given up the run: run it again to go on"
                ) from error
            except ModuleNotFoundError as error:
                raise ClusterError(f"a Dask worker of {self._address} has no {error.name}: {_INSTALL}") from error
        raise ClusterError(
            f"the Dask workers of {self._address} die again and again, most likely for want of memory: "
            "give each fewer threads (`dask worker --nthreads 1`), and run it again to go on"
        )


def _check_versions(client: Client, address: str) -> None:
    """Raises ``ClusterError`` unless there are workers and all have this version of factmill."""
    wanted = metadata.version("factmill")
    versions = _versions(client, address)
    others = {worker: version for worker, version in sorted(versions.items()) if version != wanted}
    if others:
        worker, version = next(iter(others.items()))
        has = version if isinstance(version, str) else "none"
        raise ClusterError(
            f"{len(others)} of {len(versions)} Dask workers of {address} have not factmill {wanted}, "
            f"first {worker}, which has {has}: {_INSTALL}"
        )


def _versions(client: Client, address: str) -> Mapping[str, str | BaseException]:
    """Of every worker the version of factmill, or why it tells none. What runs there is Python's own, so any can."""
    if not client.nthreads():
        with suppress(metadata.PackageNotFoundError, ModuleNotFoundError):
            try:
                client.submit(metadata.version, "factmill", pure=False).result(_WORKER_SECONDS)
            except TimeoutError as error:
                raise ClusterError(
                    f"the Dask scheduler at {address} has no worker: start some with `dask worker {address}`"
                ) from error
    found: Mapping[str, str | BaseException] = client.run(metadata.version, "factmill", on_error="return")
    return found


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
