"""What runs in a worker process, batches until nobody asks: ``python -m pipeline.ingest.serving PIPE MEGABYTES IDLE``.

PIPE is the number of an open file; IDLE the seconds to wait for work before it ends, or empty.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from multiprocessing.connection import Connection
from threading import Thread

from pipeline.ingest.batches import ingest_batch
from pipeline.ingest.child import EXIT_OUT_OF_MEMORY


def serve(pipe: Connection, megabytes: int, idle_seconds: float | None) -> None:
    """Do batches, until nobody is left who asks for one, or nobody has for so long."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts a run interrupts its main process
    Thread(target=_end_with_parent, daemon=True).start()
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    asked = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (asked if most == resource.RLIM_INFINITY else min(asked, most), most))
    while pipe.poll(idle_seconds):
        try:
            (batch, out, settings, version), care = pipe.recv()
        except EOFError:
            return
        try:
            result = ingest_batch(batch, out, settings, version, care, lambda *told: pipe.send(told))
        except MemoryError:  # who is short of memory here can do nothing more: another process begins afresh
            os._exit(EXIT_OUT_OF_MEMORY)
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
    os.read(0, 1)  # not sys.stdin: this thread would hold its lock, and Python abort, when the process ends otherwise
    os._exit(1)


if __name__ == "__main__":
    pipe, megabytes, idle = sys.argv[1:]
    serve(Connection(int(pipe)), int(megabytes), float(idle) if idle else None)
