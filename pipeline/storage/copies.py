"""A remote file as a file of this machine, so that whoever reads files need not know where they stand."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from pipeline.storage.location import Location, Place


def cache_of(kind: str, location: Location) -> Path:
    """The folder in the user's cache for one kind of copies of a place; it need not be there."""
    from platformdirs import user_cache_path

    return user_cache_path("factmill") / kind / blake2b(str(location).encode(), digest_size=12).hexdigest()


def local_copy(place: Place) -> Path:
    """A file of this machine that holds what stands at a place: a path itself, of an object the copy as it is now.

    Raises:
        FileNotFoundError: there is no such object.
        PermissionError: the store refuses it.
        UnreachableError: the store does not answer, however often it is asked.
    """
    if isinstance(place, Path):
        return place
    from pipeline.storage import objects

    found = objects.find(place)
    if found is None:
        raise FileNotFoundError(2, "there is no such object", str(place))
    folder = cache_of("sources", place)
    copy = folder / f"{found.size}-{found.modified:.6f}-{place.name}"
    if not copy.is_file() or copy.stat().st_size != found.size:
        folder.mkdir(parents=True, exist_ok=True)
        for older in folder.iterdir():
            older.unlink(missing_ok=True)
        objects.fetch(place, copy)
    return copy


def stamp_of(place: Place) -> str:
    """The size and the time of change of what stands at a place: it is read again when they differ.

    Raises:
        OSError: there is nothing, or it cannot be looked at.
    """
    if isinstance(place, Path):
        status = place.stat()
        return f"{status.st_size} {status.st_mtime_ns}"
    from pipeline.storage import objects

    found = objects.find(place)
    if found is None:
        raise FileNotFoundError(2, "there is no such object", str(place))
    return f"{found.size} {found.modified:.6f}"
