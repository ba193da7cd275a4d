"""One worker process, seen from the process that started it: what it is given to do, and how it ended if it did.

It is a plain process of the operating system, talked to through a pipe, and not one of ``multiprocessing``: that allows
a Dask worker no children, and would run the script anew that has called us. ``serving`` is what runs in it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import CancelledError
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event
from typing import Any

from pipeline.ingest.batches import OUT_OF_MEMORY, Batch, BatchResult, Care
from pipeline.limits import Limits
from pipeline.mentions import Settings

__all__ = ["EXIT_OUT_OF_MEMORY", "Child", "Lost", "Task"]

EXIT_OUT_OF_MEMORY = 77
_START_SECONDS = 120.0  # to start a process and load the language pipeline, on a busy machine

Task = tuple[Batch, Path, Settings, str]


@dataclass(frozen=True)
class Lost:
    """A process that ended or was ended at some article or portion (``at``; empty if at none), and why.

    ``new``: the articles of its batch that had not been extracted before.
    """

    at: str
    new: frozenset[str]
    why: str
    too_long: bool


class Child:
    """One process and the pipe to it, of one thread; another takes its place once it has ended.

    ``closed``: set once no more is to be done; ``folder``: where it works, from which relative paths count, here if not
    given; ``idle_seconds``: how long it waits for work before it ends, for ever if not given.
    """

    def __init__(
        self, limits: Limits, closed: Event, folder: Path | None = None, idle_seconds: float | None = None
    ) -> None:
        self._limits = limits
        self._closed = closed
        self._folder = folder
        self._idle_seconds = idle_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: Connection | None = None

    def run(self, task: Task, care: Care) -> BatchResult | Lost:
        """Have a batch done, and watch how it goes."""
        at: str | None = ""
        new = frozenset[str]()
        try:
            self._started().send((task, care))
        except OSError:
            return Lost("", new, self._ending(), too_long=False)
        while True:
            try:
                told = self._next(self._patience(at))
            except TimeoutError:
                self.end()
                return Lost(at or "", new, f"took longer than {self._limits.seconds:g} seconds", too_long=True)
            if told is None:
                return Lost(at or "", new, self._ending(), too_long=False)
            what, value = told
            if what == "failed":
                raise value
            if what == "done":
                assert isinstance(value, BatchResult)
                return value
            at, new = (value, new) if what == "at" else (at, value)

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
            process.wait()
            assert process.stdin is not None
            process.stdin.close()
        if pipe is not None:
            pipe.close()

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

    def _started(self) -> Connection:
        if self._process is not None and self._process.poll() is not None:  # it had nothing to do
            self.end()
        if self._pipe is None:
            self._pipe, theirs = Pipe()
            command = [sys.executable, "-P", "-m", "pipeline.ingest.serving"]
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), str(self._limits.megabytes), str(self._idle_seconds or "")],
                stdin=subprocess.PIPE,  # nothing is ever written: it ends when we do, and so tells the process
                pass_fds=[theirs.fileno()],
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": _python_path()},
            )
            theirs.close()
        if self._closed.is_set():  # asked after it was started: whoever closed before may not have seen it
            self.end()
            raise CancelledError
        return self._pipe

    def _ending(self) -> str:
        """How the process ended, as its refusal tells it."""
        code = None
        if self._process is not None:
            try:
                code = self._process.wait(10)
            except subprocess.TimeoutExpired:  # it has only closed its pipe
                code = None
        self.end()
        if code == EXIT_OUT_OF_MEMORY:
            return OUT_OF_MEMORY
        if code is not None and code < 0:
            return f"ended its process ({signal.Signals(-code).name})"
        return f"ended its process (exit code {code})"


def _python_path() -> str:
    """Where the process finds what this one has found, wherever it works; what the environment says comes first."""
    environment = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    return os.pathsep.join(os.path.abspath(path) for path in dict.fromkeys((*environment, *sys.path)))  # noqa: PTH100
