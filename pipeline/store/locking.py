"""A folder that one run holds at a time. POSIX file systems only."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from pipeline.logs import log
from pipeline.storage import Place
from pipeline.store.files import shards_of, sweep

_EVERY = 0.1  # seconds between two looks


class BusyError(RuntimeError):
    """Another run is writing to the same folder."""


@contextmanager
def writing(out: Path, wait: float = 0.0, place: Place | None = None) -> Iterator[bool]:
    """Hold ``out`` for one run, made if need be, and sweep away what a crashed run left half written.

    The value is whether another run had to be waited for. ``place``: what to call the folder, if not by its own name.

    Raises:
        BusyError: another run holds it, and still does after ``wait`` seconds.
    """
    shards_of(out).mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("a+", encoding="utf-8") as lock:
        waited = _acquire(lock, place or out, wait)
        _sign(lock, {"process": os.getpid(), "host": socket.gethostname(), "since": _now()})
        try:
            sweep(out)
            yield waited
        finally:
            _sign(lock, {})


def _acquire(lock: TextIO, out: Place, wait: float) -> bool:
    deadline, waited = time.monotonic() + wait, False
    while not _try(lock):
        if time.monotonic() >= deadline:
            raise BusyError(
                f"another run{_holder(lock)} is writing to {out}: wait for it with --wait SECONDS, "
                "or choose another folder with --out"
            )
        if not waited:
            log.info("waiting for another run%s that is writing to %s", _holder(lock), out)
        waited = True
        time.sleep(_EVERY)
    return waited


def _try(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system lets go of it even if we crash
    except BlockingIOError:
        return False
    return True


def _sign(lock: TextIO, holder: dict[str, object]) -> None:
    """Say who holds the lock: for people alone, so that a full disk is no reason to stop here."""
    with suppress(OSError):
        lock.truncate(0)
        lock.write(json.dumps(holder))
        lock.flush()


def _holder(lock: TextIO) -> str:
    try:
        lock.seek(0)
        holder = json.loads(lock.read())
        return f" (process {holder['process']} on {holder['host']}, since {holder['since']})"
    except (ValueError, KeyError, OSError):  # it is just about to sign
        return ""


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
