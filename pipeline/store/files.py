"""Files that are there in full or not at all, in a folder that one run holds at a time. POSIX file systems only."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

_TEMPORARY = ".tmp"


class BusyError(RuntimeError):
    """Another run is writing to the same folder."""


@contextmanager
def writing(out: Path) -> Iterator[None]:
    """Hold ``out`` for one run, made if need be, and sweep away what a crashed run left half written.

    Raises:
        BusyError: another run holds it.
    """
    shards_of(out).mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system lets go of it even if we crash
        except BlockingIOError as error:
            raise BusyError(
                f"another run is writing to {out}: wait until it ends, or choose another folder with --out"
            ) from error
        _sweep(out)
        yield


def shards_of(out: Path) -> Path:
    """The folder of the shards."""
    return out / "shards"


def spill_of(out: Path) -> Path:
    """Where the database puts what does not fit its memory."""
    return out / ".spill"


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of ``path`` once it is written in full, and is gone if it is not."""
    temporary = temporary_of(path)
    try:
        with synced(temporary) as file:
            yield file
        replace_all({path: temporary})
    finally:
        temporary.unlink(missing_ok=True)


def replace_all(written: dict[Path, Path]) -> None:
    """Put files, written under temporary names in the folder they belong to, in their places."""
    for path, temporary in written.items():
        temporary.replace(path)
    for folder in {path.parent for path in written}:
        _sync_folder(folder)


@contextmanager
def synced(path: Path) -> Iterator[BinaryIO]:
    """A new file that is on disk, not merely on its way there, when the block ends."""
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def temporary_of(path: Path) -> Path:
    """A name beside ``path`` that no one else uses, and that the next run sweeps away should this one crash."""
    return path.with_name(f".{path.name}.{uuid4().hex}{_TEMPORARY}")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(out: Path) -> None:
    for leftover in _leftovers((out, shards_of(out))):
        leftover.unlink()
    shutil.rmtree(spill_of(out), ignore_errors=True)


def _leftovers(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from folder.glob(f".*{_TEMPORARY}")
