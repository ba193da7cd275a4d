"""Files that are there in full or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from pipeline.published import versions_of

_TEMPORARY = ".tmp"


def shards_of(out: Path) -> Path:
    """The folder of the shards."""
    return out / "shards"


def packs_folder(out: Path) -> Path:
    """The folder of the packs, into which shards are joined."""
    return shards_of(out) / "packs"


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
        temporary.replace(path)
        sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def synced(path: Path) -> Iterator[BinaryIO]:
    """A new file that is on disk, not merely on its way there, when the block ends."""
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def folder_in_the_making(path: Path) -> Iterator[Path]:
    """A new folder beside ``path``, that is gone after the block, whatever of it was not moved elsewhere."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = temporary_of(path)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def link(path: Path, target: str) -> None:
    """Make ``path`` a link to ``target``, in one step, whatever it was before; a folder is no such thing."""
    if path.is_symlink() and str(path.readlink()) == target:
        return
    temporary = temporary_of(path)
    try:
        temporary.symlink_to(target)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def temporary_of(path: Path) -> Path:
    """A name beside ``path`` that no one else uses, and that the next run sweeps away should this one crash."""
    return path.with_name(f".{path.name}.{uuid4().hex}{_TEMPORARY}")


def sync_folder(folder: Path) -> None:
    """Have what a folder's entries are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all it holds: under its own name it is there in full or not at all."""
    leaving = temporary_of(folder)
    folder.rename(leaving)
    shutil.rmtree(leaving, ignore_errors=True)  # what stays is swept away by the next run


def sweep(out: Path) -> None:
    """Remove what a crashed run left half written."""
    for folder in (out, shards_of(out), packs_folder(out), versions_of(out)):
        for leftover in folder.glob(f".*{_TEMPORARY}"):
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover)
            else:
                leftover.unlink(missing_ok=True)  # a worker of the crashed run may be about to remove it itself
    shutil.rmtree(spill_of(out), ignore_errors=True)
