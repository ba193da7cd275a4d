"""What pyarrow cannot do and obstore does: the one write that must not overwrite what somebody else wrote in between,
and removing many objects with few requests.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline.storage import azure, objects
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

    options: dict[str, Any]
    retries: Any = {"max_retries": objects.TRIES_OF_THE_LIBRARY - 1}
    patience: dict[str, Any] = {
        "timeout": timedelta(seconds=objects.REQUEST_SECONDS),
        "connect_timeout": timedelta(seconds=objects.CONNECT_SECONDS),
    }
    root = str(Location(location.scheme, location.bucket, ""))
    if location.scheme == "abfss":
        plain = {"allow_http": (azure.endpoint() or "").startswith("http:")}
        options = {"retry_config": retries, "client_options": {**patience, **plain}, **azure.for_obstore()}
        return from_url(root, **options)
    if location.scheme == "gs":
        return from_url(root, retry_config=retries, client_options=cast("Any", patience))
    address, named = objects.endpoint(), objects.region(location.bucket)
    options = {"endpoint": address, "region": named, "conditional_put": "etag"}
    return from_url(
        root,
        retry_config=retries,
        client_options=cast("Any", {**patience, "allow_http": (address or "").startswith("http:")}),
        **{name: value for name, value in options.items() if value},
        **_profile(),
    )


def _profile() -> dict[str, Any]:
    """The credentials of a profile, which obstore does not look for by itself as pyarrow does."""
    files = (os.environ.get("AWS_SHARED_CREDENTIALS_FILE"), os.environ.get("AWS_CONFIG_FILE"))
    there = [Path(file or default).expanduser() for file, default in zip(files, _PROFILES, strict=True)]
    if "AWS_ACCESS_KEY_ID" in os.environ or not any(path.is_file() for path in there):
        return {}
    from obstore.auth.boto3 import Boto3CredentialProvider

    return {"credential_provider": Boto3CredentialProvider()}


_PROFILES = ("~/.aws/credentials", "~/.aws/config")
