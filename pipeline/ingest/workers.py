"""Worker processes that outlive what kills them: each does batches, and one that an article ends or hangs is replaced.

A batch whose process was lost is done again, now article by article; what was stored before is not done again. The
article at which its process ends twice, or which takes longer than it may, is refused, and the batch goes on without
it. Nothing of this costs anything as long as all goes well: a worker tells where it is once in some twenty articles.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import connection, get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event, Thread, local
from typing import Any

from pipeline.ingest.batches import NO_CARE, OUT_OF_MEMORY, Batch, BatchResult, Care, ingest_batch
from pipeline.limits import LIMITS, Limits
from pipeline.mentions import Settings

__all__ = ["Workers", "worker_processes"]

_OUT_OF_MEMORY = 77  # exit code
_START_SECONDS = 120.0  # to start a process and load the language pipeline, on a busy machine
_spawn = get_context("spawn")  # forking a process with threads may hang


Task = tuple[Batch, Path, Settings, str]


@dataclass(frozen=True)
class _Lost:
    """A process that ended or was ended at some article or portion (``at``; empty if at none), and why.

    ``new``: the articles of its batch that had not been extracted before.
    """

    at: str
    new: frozenset[str]
    why: str
    too_long: bool


class Workers:
    """Some worker processes, started when they are first needed."""

    def __init__(self, count: int, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="factmill-worker")
        self._local = local()
        self._children: list[_Child] = []
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
        if self._closed.is_set():
            raise CancelledError
        child = self._child()
        care, ended_at, new = NO_CARE, "", frozenset[str]()
        while True:
            outcome = child.run(task, care)
            new |= outcome.new
            if isinstance(outcome, BatchResult):
                return replace(outcome, new=new)
            if self._closed.is_set():
                raise CancelledError
            if care.one_by_one and not outcome.at:
                raise BrokenExecutor(f"no worker process can be started: it {outcome.why}")
            if care.one_by_one and (outcome.too_long or outcome.at == ended_at):
                care = replace(care, poisoned={**care.poisoned, outcome.at: outcome.why})
            ended_at = outcome.at if care.one_by_one else ""
            care = replace(care, one_by_one=True)

    def _child(self) -> _Child:
        """The process of this thread."""
        child: _Child | None = getattr(self._local, "child", None)
        if child is None:
            child = self._local.child = _Child(self._limits, self._closed)
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


class _Child:
    """One process and the pipe to it, of one thread; another takes its place once it has ended."""

    def __init__(self, limits: Limits, closed: Event) -> None:
        self._limits = limits
        self._closed = closed
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def run(self, task: Task, care: Care) -> BatchResult | _Lost:
        """Have a batch done, and watch how it goes."""
        at: str | None = ""
        new = frozenset[str]()
        try:
            self._started().send((task, care))
        except OSError:
            return _Lost("", new, self._ending(), too_long=False)
        while True:
            try:
                told = self._next(self._patience(at))
            except TimeoutError:
                self.end()
                return _Lost(at or "", new, f"took longer than {self._limits.seconds:g} seconds", too_long=True)
            if told is None:
                return _Lost(at or "", new, self._ending(), too_long=False)
            what, value = told
            if what == "failed":
                raise value
            if what == "done":
                assert isinstance(value, BatchResult)
                return value
            at, new = (value, new) if what == "at" else (at, value)

    def _patience(self, at: str | None) -> float | None:
        """How many seconds to wait for the process to tell more; without end while a store is asked, which has one."""
        if at is None:
            return None
        return self._limits.seconds if at else max(_START_SECONDS, self._limits.seconds)

    def _next(self, patience: float | None) -> tuple[str, Any] | None:
        """What the process tells next; nothing where it has ended.

        Raises:
            TimeoutError: it tells nothing for so many seconds.
        """
        if self._pipe is None:
            return None
        try:
            if self._pipe.poll(patience):
                told: tuple[str, Any] = self._pipe.recv()
                return told
        except (EOFError, OSError):
            return None
        raise TimeoutError

    def kill(self) -> None:
        """Kill the process, if there is one; its own thread sees it end. This alone any thread may do."""
        process = self._process
        if process is not None:
            process.kill()

    def end(self) -> None:
        """End the process, if there is one."""
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if process is not None:
            process.kill()
            process.join()
        if pipe is not None:
            pipe.close()

    def _started(self) -> Connection:
        if self._pipe is None:
            self._pipe, theirs = _spawn.Pipe()
            process = _spawn.Process(target=_serve, args=(theirs, self._limits.megabytes), daemon=True)
            process.start()
            self._process = process
            theirs.close()
        if self._closed.is_set():  # asked after it was started: whoever closed before may not have seen it
            self.end()
            raise CancelledError
        return self._pipe

    def _ending(self) -> str:
        """How the process ended, as its refusal tells it."""
        process, code = self._process, None
        if process is not None:
            process.join(10)
            code = process.exitcode
        self.end()
        if code == _OUT_OF_MEMORY:
            return OUT_OF_MEMORY
        if code is not None and code < 0:
            return f"ended its process ({signal.Signals(-code).name})"
        return f"ended its process (exit code {code})"


def _serve(pipe: Connection, megabytes: int) -> None:
    """What a worker process does: batches, until nobody is left who asks for one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts a run interrupts its main process
    Thread(target=_end_with_parent, daemon=True).start()
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    asked = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (asked if most == resource.RLIM_INFINITY else min(asked, most), most))
    while True:
        try:
            (batch, out, settings, version), care = pipe.recv()
        except EOFError:
            return
        try:
            result = ingest_batch(batch, out, settings, version, care, lambda *told: pipe.send(told))
        except MemoryError:  # who is short of memory here can do nothing more: another process begins afresh
            os._exit(_OUT_OF_MEMORY)
        except Exception as error:
            _send_failure(pipe, error)
        else:
            pipe.send(("done", result))


def _send_failure(pipe: Connection, error: Exception) -> None:
    try:
        pipe.send(("failed", error))
    except Exception:
        pipe.send(("failed", RuntimeError(f"{type(error).__name__}: {error}")))


def _end_with_parent() -> None:
    """Let this process not outlive the run that started it, not even one that was killed."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
