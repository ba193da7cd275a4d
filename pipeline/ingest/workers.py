"""Worker processes that outlive what kills them: each does batches, and one that an article ends or hangs is replaced.

A batch whose process was lost is done again, now article by article; what was stored before is not done again. The
article at which its process ends twice, or which takes longer than it may, is refused, and the batch goes on without
it. Nothing of this costs anything as long as all goes well: a worker tells where it is once in some twenty articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, local

from pipeline.ingest.batches import Batch, BatchResult, Care
from pipeline.ingest.child import Child, Task
from pipeline.limits import LIMITS, Limits
from pipeline.mentions import Settings

__all__ = ["Workers", "worker_processes"]

_STARTS = 3  # processes that may end before they come to an article: somebody may have killed one, not three


class Workers:
    """Some worker processes, started when they are first needed.

    ``folder``: where they work, here if not given; ``idle_seconds``: how long they wait for work before they end, for
    ever if not given.
    """

    def __init__(
        self, count: int, limits: Limits = LIMITS, folder: Path | None = None, idle_seconds: float | None = None
    ) -> None:
        self.count = count
        self._limits = limits
        self._folder = folder
        self._idle_seconds = idle_seconds
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="factmill-worker")
        self._local = local()
        self._children: list[Child] = []
        self._closed = Event()

    def submit(self, batch: Batch, out: Path, settings: Settings, version: str) -> Future[BatchResult]:
        """Have a batch done: what ``ingest_batch`` makes of it.

        The future raises ``BrokenExecutor`` where no process can be started, else what ``ingest_batch`` raises.
        """
        return self._threads.submit(self._do, (batch, out, settings, version))

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        self._closed.set()
        self._threads.shutdown(wait=False, cancel_futures=True)  # first, or each thread goes on with what waits
        for child in list(self._children):
            child.kill()
        self._threads.shutdown()
        for child in self._children:
            child.end()

    def _do(self, task: Task) -> BatchResult:
        child = self._child()
        care, ended_at, new = Care(self._limits), "", frozenset[str]()
        in_vain = 0  # processes one after another that came to no article
        while not self._closed.is_set():
            outcome = child.run(task, care)
            new |= outcome.new
            if isinstance(outcome, BatchResult):
                return replace(outcome, new=new)
            if self._closed.is_set():
                break
            if not outcome.at:
                in_vain += 1
                if in_vain == _STARTS:
                    raise BrokenExecutor(f"no worker process can be started: it {outcome.why}")
                continue
            in_vain = 0
            if care.one_by_one and (outcome.too_long or outcome.at == ended_at):
                care = replace(care, poisoned={**care.poisoned, outcome.at: outcome.why})
            ended_at = outcome.at if care.one_by_one else ""
            care = replace(care, one_by_one=True)
        raise CancelledError

    def _child(self) -> Child:
        """The process of this thread."""
        child: Child | None = getattr(self._local, "child", None)
        if child is None:
            child = self._local.child = Child(self._limits, self._closed, self._folder, self._idle_seconds)
            self._children.append(child)
        return child


@contextmanager
def worker_processes(count: int, limits: Limits = LIMITS) -> Iterator[Workers]:
    """Processes for batches, each of which loads the language pipeline once; ended with the block."""
    workers = Workers(count, limits)
    try:
        yield workers
    finally:
        workers.close()
