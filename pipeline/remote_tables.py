"""What is published in an object store, and how to read it as one. The layout of such a folder of tables:

    DIR/current.json            the published version: its id, and its manifest; put last, and never overwritten unseen
    DIR/versions/<id>/          the tables of one publication and manifest.json, never changed
    DIR/versions/<id>.replaced  put when another version took its place, so that cleaning knows since when

Readers look at ``current.json`` and fetch the tables they want of that version into the user's cache, where every file
counts only if its bytes are those the manifest tells of. So they read one publication, whole, or an error.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

from pipeline.published import (
    MANIFEST,
    DamagedError,
    Manifest,
    Tables,
    hash_of_file,
    is_held,
    is_intact,
    locked,
    open_tables,
)
from pipeline.storage import Location, Place, cache_of, objects

__all__ = ["POINTER", "current_manifest", "fetch_tables", "open_anywhere", "pointer_bytes", "version_in"]

POINTER = "current.json"
_KEPT = 86_400.0  # seconds that a version stays in the cache after another took its place
_TIMES = 3  # a version may be cleaned away between the look at the pointer and the fetching


@contextmanager
def open_anywhere(place: Place, names: Sequence[str]) -> Iterator[Tables]:
    """The tables of one publication, on this machine or fetched to it; of remote ones those that are named.

    Raises:
        DamagedError: a file of the publication is not there, or not what was published.
        OSError: an object store fails or refuses it, as in ``pipeline.storage.objects``.
    """
    if isinstance(place, Path):
        with open_tables(place) as tables:
            yield tables
        return
    manifest = current_manifest(place)
    if manifest is None:
        yield Tables(cache_of("tables", place), None)
        return
    folder = cache_of("tables", place)
    manifest, version = _fetched(place, manifest, folder, names)
    with (version / MANIFEST).open("rb") as lock:
        locked(lock)
        _forget_others(folder, version)
        yield Tables(version, manifest)


def version_in(folder: Location, manifest: Manifest) -> Location:
    """Where the objects of a version stand."""
    return folder / "versions" / manifest.id


def pointer_bytes(manifest: Manifest) -> bytes:
    """What ``current.json`` holds while a version is published."""
    return (json.dumps({"version": manifest.id, "manifest": asdict(manifest)}, indent=1) + "\n").encode()


def manifest_of(pointer: bytes, folder: Location) -> Manifest:
    """The manifest that ``current.json`` holds.

    Raises:
        DamagedError: it holds none, or not that of the version it names.
    """
    try:
        known = json.loads(pointer)
        manifest = Manifest.from_bytes(json.dumps(known["manifest"]).encode())
        if manifest.id == known["version"]:
            return manifest
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(folder / POINTER, "is not what was published", folder) from error
    raise DamagedError(folder / POINTER, "is not what was published", folder)


def current_manifest(folder: Location) -> Manifest | None:
    """The manifest of the version that is published, None if there is none.

    Raises:
        DamagedError: the pointer to it is damaged.
        OSError: the store fails or refuses it.
    """
    try:
        return manifest_of(objects.read_bytes(folder / POINTER), folder)
    except FileNotFoundError:
        return None


def fetch_tables(place: Location, manifest: Manifest, version: Path, names: Sequence[str]) -> None:
    """Have these tables of a version in the local folder ``version``, each checked against the manifest.

    Raises:
        DamagedError: an object is missing, or not what was published.
        OSError: the store fails or refuses it, or there is no room.
    """
    version.mkdir(parents=True, exist_ok=True)
    wanted = [f"{name}.parquet" for name in names if name in manifest.tables]
    objects.all_at_once(lambda name: _fetch_table(place, manifest, version, name), wanted)
    if not (version / MANIFEST).is_file():
        temporary = version / f".{MANIFEST}.{uuid4().hex}.tmp"
        temporary.write_bytes(manifest.to_bytes())
        temporary.replace(version / MANIFEST)


def _fetch_table(place: Location, manifest: Manifest, version: Path, name: str) -> None:
    contents = manifest.tables[name.removesuffix(".parquet")]
    path = version / name
    with suppress(FileNotFoundError):
        if path.stat().st_size == contents.bytes:  # its bytes were checked before it got its name
            return
    temporary = version / f".{name}.{uuid4().hex}.tmp"
    source = version_in(place, manifest) / name
    try:
        objects.fetch(source, temporary)
        if not is_intact(temporary, contents):
            raise DamagedError(source, _difference(temporary, contents.bytes), place)
        temporary.replace(path)
    except FileNotFoundError as error:
        raise DamagedError(source, "is missing", place) from error
    finally:
        temporary.unlink(missing_ok=True)


def _difference(path: Path, size: int) -> str:
    found = path.stat().st_size
    if found != size:
        return f"has {found:,} bytes and was published with {size:,}"
    return f"is not what was published (its hash is {hash_of_file(path)})"


def _fetched(place: Location, manifest: Manifest, folder: Path, names: Sequence[str]) -> tuple[Manifest, Path]:
    """The tables that are wanted; of a newer version where that has taken the place of the first meanwhile."""
    for _ in range(_TIMES):
        version = folder / manifest.id
        try:
            fetch_tables(place, manifest, version, names)
        except DamagedError:
            now = current_manifest(place)
            if now is None or now.id == manifest.id:
                raise
            manifest = now
        else:
            os.utime(version)
            return manifest, version
    raise DamagedError(place / POINTER, "changes faster than it can be read", place)


def _forget_others(folder: Path, version: Path) -> None:
    for other in folder.iterdir():
        with suppress(OSError):
            if other != version and other.stat().st_mtime < time.time() - _KEPT and not is_held(other):
                shutil.rmtree(other, ignore_errors=True)
