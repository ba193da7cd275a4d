"""What is published, and how to read it as one: the layout of a folder of tables. Nothing heavy is imported here.

    DIR/facts.parquet    a link to current/facts.parquet, and so for every table; never changed
    DIR/current          a link to one of the versions: the next publication replaces it in one step
    DIR/versions/<id>/   the tables of one publication and manifest.json, never changed; the id is the manifest's hash

Whoever opens ``DIR/facts.parquet`` has the old table or the new one. Whoever wants several tables of one publication
reads them within ``open_tables``.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import BinaryIO

from pipeline.storage import Place

CURRENT = "current"
MANIFEST = "manifest.json"
_VERSIONS = "versions"


class DamagedError(RuntimeError):
    """What was published is not there any more, or is not what was published."""

    def __init__(self, path: Place, problem: str, folder: Place) -> None:
        super().__init__(path, problem, folder)
        self.path = path
        self.problem = problem
        self.folder = folder

    def __str__(self) -> str:
        again = f"`factmill ingest SOURCE... --out {self.folder}`"
        return f"{self.path} {self.problem}: run {again} again, which makes it anew"


@dataclass(frozen=True)
class Contents:
    """What a table's file holds."""

    rows: int
    bytes: int
    hash: str


@dataclass(frozen=True)
class Manifest:
    """What belongs together: the tables of one publication, and what they were made from."""

    extractor: str  # its version; empty for tables taken over from a time without manifests
    inputs: str  # a digest of all that the tables are made of
    tables: Mapping[str, Contents]

    @property
    def id(self) -> str:
        """The name of the version: a hash of the manifest, and by that of every byte of the tables."""
        return hash_of(self.to_bytes())

    @property
    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: contents.rows for name, contents in self.tables.items()}

    def to_bytes(self) -> bytes:
        """The manifest as it stands in its file: JSON, the same for the same manifest."""
        return (json.dumps(asdict(self), indent=1) + "\n").encode()

    @classmethod
    def from_bytes(cls, written: bytes) -> Manifest:
        """The manifest that a file holds.

        Raises:
            ValueError: it holds none.
        """
        try:
            known = json.loads(written)
            tables = {name: Contents(**contents) for name, contents in known["tables"].items()}
            return cls(known["extractor"], known["inputs"], tables)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"it is no manifest: {error}") from error


@dataclass(frozen=True)
class Tables:
    """Tables that belong together."""

    folder: Path
    manifest: Manifest | None  # None for plain files from a time without manifests

    def path(self, name: str) -> Path:
        """Where a table stands."""
        return self.folder / f"{name}.parquet"


@contextmanager
def open_tables(folder: Path) -> Iterator[Tables]:
    """The tables of one publication: what is published meanwhile does not change them, nor is it cleaned away.

    In a folder where nothing was ever published the tables' files may be missing.

    Raises:
        DamagedError: a file of the publication is not there, or not of the size it was.
    """
    if current_version(folder) is None:
        yield Tables(folder, None)
        return
    with _held(folder) as version:
        manifest = read_manifest(version, folder)
        for name, contents in manifest.tables.items():
            _check_size(version / f"{name}.parquet", contents, folder)
        yield Tables(version, manifest)


def current_version(folder: Path) -> Path | None:
    """The version that is published, whether or not it is intact; None if there is none."""
    try:
        return folder / (folder / CURRENT).readlink()
    except OSError:
        return None


def versions_of(folder: Path) -> Path:
    """The folder of the versions."""
    return folder / _VERSIONS


def read_manifest(version: Path, folder: Path) -> Manifest:
    """The manifest of a version of ``folder``.

    Raises:
        DamagedError: it is not there, or not what was published.
    """
    try:
        manifest = Manifest.from_bytes((version / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise DamagedError(version / MANIFEST, "is missing", folder) from error
    except ValueError as error:
        raise DamagedError(version / MANIFEST, "is not what was published", folder) from error
    if manifest.id != version.name:
        raise DamagedError(version / MANIFEST, "is not what was published", folder)
    return manifest


def is_intact(path: Path, contents: Contents) -> bool:
    """Whether a table's file holds what its manifest says, to the byte."""
    try:
        return path.stat().st_size == contents.bytes and hash_of_file(path) == contents.hash
    except OSError:
        return False


def hash_of(content: bytes) -> str:
    """The hash of some bytes."""
    return blake2b(content, digest_size=16).hexdigest()


def hash_of_file(path: Path) -> str:
    """The hash of a file's bytes."""
    with path.open("rb") as file:
        return file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()


def is_held(version: Path) -> bool:
    """Whether somebody is reading a version within ``open_tables``."""
    try:
        with (version / MANIFEST).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def _held(folder: Path) -> Iterator[Path]:
    """The current version, locked against cleaning."""
    while True:
        version = current_version(folder)
        try:
            if version is None:
                raise DamagedError(folder / CURRENT, "is missing", folder)
            lock = (version / MANIFEST).open("rb")
        except FileNotFoundError as error:
            if version == current_version(folder):
                raise DamagedError(folder / f"{version}" / MANIFEST, "is missing", folder) from error
            continue  # another was published, and this one cleaned away, since we looked
        with lock:
            locked(lock)
            if os.fstat(lock.fileno()).st_nlink:
                yield version
                return


def locked(file: BinaryIO) -> None:
    """Lock the open manifest of a version against cleaning, until it is closed."""
    with suppress(OSError):  # a file system without locks is one on which nobody should clean while others read
        fcntl.flock(file, fcntl.LOCK_SH)


def _check_size(path: Path, contents: Contents, folder: Path) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise DamagedError(path, "is missing", folder) from error
    if size != contents.bytes:
        raise DamagedError(path, f"has {size:,} bytes and was published with {contents.bytes:,}", folder)
