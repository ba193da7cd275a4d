"""What pyarrow cannot do and obstore does: the one write that must not overwrite what somebody else wrote in between,
and removing many objects with few requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from pipeline.storage import errors, providers
from pipeline.storage.errors import retried
from pipeline.storage.location import Location, LocationError

if TYPE_CHECKING:
    from obstore.store import ObjectStore


class ChangedError(RuntimeError):
    """Somebody else has written the object since it was seen."""


@dataclass(frozen=True)
class Seen:
    """What an object held, and the tags by which the store tells whether it still does."""

    content: bytes
    tags: Mapping[str, str]


def require(location: Location) -> None:
    """See that objects can be written conditionally.

    Raises:
        LocationError: the library for it is not installed.
    """
    try:
        import obstore  # noqa: F401
    except ImportError as error:
        raise LocationError(
            f"to publish into {location} the library obstore is needed: pip install 'factmill[cloud]'"
        ) from error


def look(location: Location) -> Seen | None:
    """What an object holds now, None if there is none.

    Raises:
        OSError: it cannot be read, as in ``pipeline.storage.objects``.
    """
    try:
        return retried(_look, location, location)
    except FileNotFoundError:
        return None


def put(location: Location, content: bytes, seen: Seen | None) -> None:
    """Write an object if it is as it was ``seen``, or, where that is None, if there is none.

    Raises:
        ChangedError: it is not: nothing was written.
        OSError: it cannot be written, as in ``pipeline.storage.objects``.
    """
    try:
        retried(_put, location, location, content, seen)
    except ChangedError:
        # An attempt whose answer was lost may have succeeded, and then it is our own write that we see.
        now = look(location)
        if now is None or now.content != content:
            raise


def remove_all(found: Sequence[Location]) -> None:
    """Remove objects of one bucket, a thousand with each request where the store can; those gone already are no error.

    Raises:
        OSError: some cannot be removed, as in ``pipeline.storage.objects``.
    """
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        retried(_remove, some[0], some)


_AT_ONCE = 1_000


def _remove(some: Sequence[Location]) -> None:
    import obstore

    with suppress(FileNotFoundError):
        obstore.delete(_store(some[0]), [one.key for one in some])


def _look(location: Location) -> Seen:
    import obstore

    found = obstore.get(_store(location), location.key)
    tags = {name: value for name in ("e_tag", "version") if (value := found.meta[name])}
    return Seen(bytes(found.bytes()), tags)


def _put(location: Location, content: bytes, seen: Seen | None) -> None:
    import obstore
    from obstore.exceptions import AlreadyExistsError, PreconditionError

    mode: Any = dict(seen.tags) if seen is not None else "create"
    try:
        obstore.put(_store(location), location.key, content, mode=mode)
    except (AlreadyExistsError, PreconditionError):
        raise ChangedError(str(location)) from None


def _store(location: Location) -> ObjectStore:
    from obstore.store import from_url

    address = providers.endpoint(location.scheme) or ""
    client: dict[str, Any] = {
        "timeout": timedelta(seconds=errors.REQUEST_SECONDS),
        "connect_timeout": timedelta(seconds=errors.CONNECT_SECONDS),
        "allow_http": address.startswith("http:"),
    }
    return from_url(
        str(Location(location.scheme, location.bucket, "")),
        retry_config=cast("Any", {"max_retries": errors.TRIES_OF_THE_LIBRARY - 1}),
        client_options=cast("Any", client),
        **providers.obstore_options(location.scheme, location.bucket),
    )
