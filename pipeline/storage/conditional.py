"""The one write that must not overwrite what somebody else wrote in between. pyarrow has none, so obstore does it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.storage.errors import retried
from pipeline.storage.location import Location, LocationError
from pipeline.storage.objects import endpoint, region

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

    if location.scheme != "s3":
        return from_url(str(Location(location.scheme, location.bucket, "")))
    address = endpoint()
    options: dict[str, Any] = {"client_options": {"allow_http": True}} if (address or "").startswith("http:") else {}
    if address:
        options["endpoint"] = address
    if named := region(location.bucket):
        options["region"] = named
    return from_url(f"s3://{location.bucket}", conditional_put="etag", **options, **_profile())


def _profile() -> dict[str, Any]:
    """The credentials of a profile, which obstore does not look for by itself as pyarrow does."""
    files = (os.environ.get("AWS_SHARED_CREDENTIALS_FILE"), os.environ.get("AWS_CONFIG_FILE"))
    there = [Path(file or default).expanduser() for file, default in zip(files, _PROFILES, strict=True)]
    if "AWS_ACCESS_KEY_ID" in os.environ or not any(path.is_file() for path in there):
        return {}
    from obstore.auth.boto3 import Boto3CredentialProvider

    return {"credential_provider": Boto3CredentialProvider()}


_PROFILES = ("~/.aws/credentials", "~/.aws/config")
