"""Objects listed, read, written and removed, by pyarrow's file systems, which find credentials by themselves.

Every function tries again what may pass, and raises ``FileNotFoundError``, ``PermissionError`` or
``UnreachableError``, each of which names the place.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from pipeline.storage import providers
from pipeline.storage.errors import retried
from pipeline.storage.location import Location

R = TypeVar("R")
T = TypeVar("T")

_THREADS = 16  # requests at a time: each waits for the network nearly all of its time
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Object:
    """An object as the store lists it."""

    location: Location
    size: int
    modified: float  # seconds since 1970


def listed(folder: Location) -> list[Object]:
    """All objects below a folder, in the order of their keys; none if there is no such folder in its bucket."""
    return retried(_list, folder, folder)


def find(location: Location) -> Object | None:
    """The object of just this key, None if there is none."""
    return retried(_find, location, location)


def read_bytes(location: Location) -> bytes:
    """What an object holds."""
    return retried(_read, location, location)


def fetch(location: Location, path: Path) -> None:
    """Make a file of an object, whole or not at all."""
    retried(_fetch, location, location, path)


def put_file(path: Path, location: Location) -> None:
    """Make an object of a file. An object is there in full or not at all: that is what the store promises."""
    retried(_put, location, path, location)


def put_bytes(content: bytes, location: Location) -> None:
    """Make an object that holds these bytes."""
    retried(_write, location, content, location)


def remove(location: Location) -> None:
    """Remove an object; one that is gone already is no error."""
    with suppress(FileNotFoundError):
        retried(_remove, location, location)


def all_at_once(work: Callable[[T], R], many: Iterable[T]) -> list[R]:
    """What it returns for each of many, in their order, several at a time; the first error ends it."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(_THREADS) as pool:
        futures = [pool.submit(work, one) for one in many]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _list(folder: Location) -> list[Object]:
    from pyarrow import fs

    system, path = _opened(folder)
    found = system.get_file_info(fs.FileSelector(path, allow_not_found=True, recursive=True))
    if not found:
        _check_bucket(folder)
    return sorted(_objects(folder, path, found), key=lambda one: one.location.key)


def _check_bucket(location: Location) -> None:
    from pyarrow import fs

    bucket = Location(location.scheme, location.bucket, "")
    system, path = _opened(bucket)
    if system.get_file_info(path).type == fs.FileType.NotFound:
        raise FileNotFoundError(errno.ENOENT, "there is no such bucket: make it, or mend its name", str(bucket))


def _objects(folder: Location, path: str, found: Iterable[Any]) -> Iterator[Object]:
    from pyarrow import fs

    for info in found:
        if info.type == fs.FileType.File:
            key = (folder / info.path[len(path) :].lstrip("/")).key
            location = Location(folder.scheme, folder.bucket, key, info.size)
            yield Object(location, info.size, (info.mtime_ns or 0) / 1e9)


def _find(location: Location) -> Object | None:
    from pyarrow import fs

    system, path = _opened(location)
    info = system.get_file_info(path)
    if info.type != fs.FileType.File:
        return None
    found = Location(location.scheme, location.bucket, location.key, info.size)
    return Object(found, info.size, (info.mtime_ns or 0) / 1e9)


def _read(location: Location) -> bytes:
    system, path = _opened(location)
    with system.open_input_file(path) as file:
        content: bytes = file.read()
        _check_length(len(content), file.size())
        return content


def _fetch(location: Location, path: Path) -> None:
    system, source = _opened(location)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        with system.open_input_file(source) as file, temporary.open("wb") as copy:
            while block := file.read(_BLOCK):
                copy.write(block)
            _check_length(copy.tell(), file.size())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _check_length(read: int, size: int) -> None:
    if read != size:
        raise OSError(f"the answer was cut off after {read:,} of {size:,} bytes")


def _put(path: Path, location: Location) -> None:
    import pyarrow as pa

    if not path.stat().st_size:
        _write(b"", location)
        return
    with pa.memory_map(str(path)) as file:
        _write(file.read_buffer(), location)


def _write(content: Any, location: Location) -> None:
    # In one call: were the stream closed by an error of ours half way, the half would become the object.
    system, path = _opened(location)
    with system.open_output_stream(path, compression=None) as stream:  # by itself it compresses what is named .gz
        stream.write(content)


def _remove(location: Location) -> None:
    system, path = _opened(location)
    system.delete_file(path)


def _opened(location: Location) -> tuple[Any, str]:
    """The file system of a bucket, and a key as that names it."""
    system, root = _system(location.scheme, location.bucket, providers.endpoint(location.scheme))
    return system, f"{root}/{location.key}" if location.key else root


@lru_cache(maxsize=32)
def _system(scheme: str, bucket: str, _address: str | None) -> tuple[Any, str]:
    return providers.file_system(scheme, bucket)
