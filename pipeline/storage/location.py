"""A place by its name: ``news/one.md``, or ``s3://bucket/news/one.md``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

SCHEMES = ("s3", "gs", "abfss")

_URI = re.compile(r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?P<bucket>[^/]*)/*(?P<key>.*)", re.DOTALL)
_USER = re.compile(r"(?<=://)[^/]*:[^/]*@|(?<=s3://)[^/]*@|(?<=gs://)[^/]*@", re.IGNORECASE)


class LocationError(ValueError):
    """A place that cannot be one; the message names it without what is secret in it."""


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """An object of an object store, or all objects whose keys begin with ``key`` and a slash: a folder."""

    scheme: str  # s3, gs or abfss
    bucket: str  # for abfss container@account.dfs.core.windows.net
    key: str  # without a slash at the end; empty for the whole bucket
    size: int | None = field(default=None, compare=False)  # of an object that was listed, in bytes

    def __str__(self) -> str:
        return f"{self.scheme}://{self.bucket}" + (f"/{self.key}" if self.key else "")

    def __truediv__(self, name: str | PurePosixPath) -> Location:
        return Location(self.scheme, self.bucket, f"{self.key}/{name}" if self.key else str(name))

    @property
    def name(self) -> str:
        """The last part of its key."""
        return self.key.rpartition("/")[2]

    @property
    def stem(self) -> str:
        """Its name without the suffix."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """How its name ends, from the last dot on."""
        return PurePosixPath(self.name).suffix

    @property
    def parent(self) -> Location:
        """The folder it stands in."""
        return Location(self.scheme, self.bucket, self.key.rpartition("/")[0])

    @property
    def parts(self) -> tuple[str, ...]:
        """The bucket and the parts of its key."""
        return (self.bucket, *self.key.split("/"))


Place = Path | Location


def place_of(text: str | Path | Location) -> Place:
    """The place that somebody wrote.

    Raises:
        LocationError: it is an URI of another kind, names no bucket, or holds credentials.
    """
    found = _URI.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return Path(text) if isinstance(text, str) else text
    scheme = found["scheme"].lower()
    if scheme not in SCHEMES:
        raise LocationError(
            f"{masked(str(text))!r} is of a kind that is not read; valid are paths and "
            + ", ".join(f"{one}://" for one in SCHEMES)
        )
    if _USER.search(str(text)):
        raise LocationError(
            f"{masked(str(text))!r} holds credentials, which lists of processes and logs would show; leave them out "
            "and set them where the cloud's own tools look, such as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if not found["bucket"] or (scheme == "abfss") != ("@" in found["bucket"]):
        form = "abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/KEY" if scheme == "abfss" else f"{scheme}://BUCKET/KEY"
        raise LocationError(f"{masked(str(text))!r} names no bucket; write {form}")
    return Location(scheme, found["bucket"], found["key"].rstrip("/"))


def masked(text: str) -> str:
    """The text with ``***@`` for the user and the password of every URI in it."""
    return _USER.sub("***@", text)
