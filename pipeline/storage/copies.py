"""A remote file as a file of this machine, so that whoever reads files need not know where they stand."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

from pipeline.storage import objects
from pipeline.storage.location import Location, Place
from pipeline.storage.objects import Object


def cache_of(kind: str, place: Place) -> Path:
    """The folder in the user's cache for one kind of copies of a place; it need not be there."""
    from platformdirs import user_cache_path

    name = str(place.absolute() if isinstance(place, Path) else place).encode(errors="surrogateescape")
    return user_cache_path("factmill") / kind / blake2b(name, digest_size=12).hexdigest()


def local_copy(place: Place) -> Path:
    """A file of this machine that holds what stands at a place: a path itself, of an object the copy as it is now.

    Raises:
        FileNotFoundError: there is no such object.
        PermissionError: the store refuses it.
        UnreachableError: the store does not answer, however often it is asked.
    """
    if isinstance(place, Path):
        return place
    found = _existing(place)
    copy = cache_of("sources", place) / _stamp(found)
    if not copy.is_file() or copy.stat().st_size != found.size:
        copy.parent.mkdir(parents=True, exist_ok=True)
        objects.fetch(place, copy)
        _only(copy)
    return copy


def unpacked_copy(place: Place) -> Path:
    """A file of this machine that holds, unpacked, what stands at a place compressed by gzip.

    Raises:
        gzip.BadGzipFile, EOFError, zlib.error: it is not gzip, or not all of it.
        OSError: it cannot be read, as in ``local_copy``, or there is no room for it.
    """
    import gzip

    copy = cache_of("unpacked", place) / stamp_of(place).replace(" ", "-")
    if not copy.is_file():
        copy.parent.mkdir(parents=True, exist_ok=True)
        temporary = copy.with_name(f".{uuid4().hex}.tmp")
        try:
            with gzip.open(local_copy(place)) as packed, temporary.open("wb") as file:
                shutil.copyfileobj(packed, file)
            temporary.replace(copy)
        finally:
            temporary.unlink(missing_ok=True)
        _only(copy)
    return copy


def copy_made(place: Place) -> Path:
    """As ``local_copy``, but a copy that was made before will do, and so the store is not asked."""
    return (_last("sources", place) or local_copy(place)) if isinstance(place, Location) else place


def unpacked_copy_made(place: Place) -> Path:
    """As ``unpacked_copy``, but of an object a copy that was made before will do, and so the store is not asked."""
    return (_last("unpacked", place) if isinstance(place, Location) else None) or unpacked_copy(place)


def _last(kind: str, location: Location) -> Path | None:
    return next(cache_of(kind, location).glob("[0-9]*"), None)  # ``_only`` leaves one


def _only(copy: Path) -> None:
    """Remove copies of the same place as it was before; what is being written has a name that begins with a dot."""
    for older in copy.parent.glob("[0-9]*"):
        if older != copy:
            older.unlink(missing_ok=True)


def content_of(place: Place, at_most: int) -> bytes:
    """What a file or an object holds, as much of it as asked for.

    Raises:
        OSError: it cannot be read, as in ``local_copy``.
    """
    if isinstance(place, Path):
        with place.open("rb") as file:
            return file.read(at_most)
    return objects.read_bytes(place)[:at_most]


def size_of_object(location: Location) -> int:
    """The size of an object in bytes, without a request if it was listed.

    Raises:
        OSError: there is none, or it cannot be looked at, as in ``local_copy``.
    """
    return location.size if location.size is not None else _existing(location).size


def stamp_of(place: Place) -> str:
    """The size and the time of change of what stands at a place: it is read again when they differ.

    Raises:
        OSError: there is nothing, or it cannot be looked at.
    """
    if isinstance(place, Path):
        status = place.stat()
        return f"{status.st_size} {status.st_mtime_ns}"
    return _stamp(_existing(place)).replace("-", " ")


def stamps_of(places: Sequence[Place]) -> list[str]:
    """The stamps of several places, ``gone`` for those that are not there any more.

    Raises:
        OSError: one of them cannot be looked at.
    """
    if any(isinstance(place, Location) for place in places):
        return objects.all_at_once(_stamp_or_gone, places)
    return [_stamp_or_gone(place) for place in places]


def _stamp_or_gone(place: Place) -> str:
    try:
        return stamp_of(place)
    except OSError as error:
        if isinstance(place, Location) and not isinstance(error, FileNotFoundError):
            raise
        return "gone"


def _stamp(found: Object) -> str:
    return f"{found.size}-{found.modified:.6f}"


def _existing(location: Location) -> Object:
    found = objects.find(location)
    if found is None:
        raise FileNotFoundError(2, "there is no such object", str(location))
    return found
