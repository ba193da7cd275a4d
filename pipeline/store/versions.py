"""Versions: a finished folder of tables takes the place of the one before it, in one step.

Everything is on disk before the link ``current`` moves; ``pipeline.published`` tells what stands where.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.published import (
    CURRENT,
    MANIFEST,
    Contents,
    DamagedError,
    Manifest,
    current_version,
    hash_of_file,
    is_intact,
    read_manifest,
    versions_of,
)
from pipeline.store.files import folder_in_the_making, link, sync_folder, synced, temporary_of
from pipeline.store.tables import TABLES, table_path


def contents_of(path: Path, rows: int) -> Contents:
    """What a table's file of so many rows holds, for the manifest."""
    return Contents(rows, path.stat().st_size, hash_of_file(path))


def sealed(folder: Path, manifest: Manifest) -> Manifest:
    """Finish a folder of tables with its manifest, and see that all of it is on disk."""
    with synced(folder / MANIFEST) as file:
        file.write(manifest.to_bytes())
    sync_folder(folder)
    return manifest


def put_in_place(folder: Path, version: Path, manifest: Manifest) -> None:
    """Let a finished folder be a version; where that is there already, mend it, file by file, without a gap."""
    try:
        folder.rename(version)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        for name, contents in manifest.tables.items():
            if not is_intact(table_path(version, name), contents):
                table_path(folder, name).replace(table_path(version, name))
        if not _has_manifest(version, manifest):
            (folder / MANIFEST).replace(version / MANIFEST)
        sync_folder(version)
    sync_folder(version.parent)


def make_current(out: Path, manifest: Manifest) -> None:
    """Let a version be what is published. The tables' links come first, so that all tables appear at once."""
    for name in TABLES:
        _link_table(out, name)
    last = current_version(out)
    if last is not None and last.name != manifest.id:
        with suppress(OSError):  # it may have been deleted
            os.utime(last)  # from now on it is an old one: cleaning counts from here
    link(out / CURRENT, f"{versions_of(Path()).name}/{manifest.id}")
    sync_folder(out)


def take_over(out: Path) -> None:
    """Make a version of tables that are plain files, and links of those, without a moment in which one is not there.

    So factmill left them before it had versions, and so a copy has them that was made without links.
    """
    plain = _plain_tables(out)
    if current_version(out) is not None or not plain:
        return
    with folder_in_the_making(versions_of(out) / "version") as folder:
        for name in plain:
            _link_or_copy(table_path(out, name), table_path(folder, name))
        tables = {name: contents_of(table_path(folder, name), rows) for name, rows in plain.items()}
        manifest = sealed(folder, Manifest("", "", tables))
        put_in_place(folder, versions_of(out) / manifest.id, manifest)
    if (out / CURRENT).is_dir():
        (out / CURRENT).rename(temporary_of(out / CURRENT))
    link(out / CURRENT, f"{versions_of(Path()).name}/{manifest.id}")
    for name in plain:
        _link_table(out, name)
    sync_folder(out)


def unchanged(out: Path, inputs: str) -> dict[str, int] | None:
    """How many rows each table has if what is published was made of the same inputs and is intact, else None."""
    version = current_version(out)
    if version is None:
        return None
    try:
        manifest = read_manifest(version, out)
    except DamagedError:
        return None
    if manifest.inputs != inputs or not _is_whole(version, manifest):
        return None
    make_current(out, manifest)  # somebody may have removed a table's link
    return manifest.rows


def _is_whole(version: Path, manifest: Manifest) -> bool:
    tables = all(is_intact(table_path(version, name), contents) for name, contents in manifest.tables.items())
    return tables and _has_manifest(version, manifest)


def _has_manifest(version: Path, manifest: Manifest) -> bool:
    try:
        return (version / MANIFEST).read_bytes() == manifest.to_bytes()
    except OSError:
        return False


def _link_table(out: Path, name: str) -> None:
    link(table_path(out, name), str(table_path(Path(CURRENT), name)))


def _plain_tables(out: Path) -> dict[str, int]:
    """The tables that are plain files and can be read, with the rows of each."""
    rows: dict[str, int] = {}
    for name in TABLES:
        path = table_path(out, name)
        if path.is_file() and not path.is_symlink():
            with suppress(pa.ArrowInvalid, OSError):
                rows[name] = pq.read_metadata(path).num_rows
    return rows


def _link_or_copy(path: Path, other: Path) -> None:
    try:
        other.hardlink_to(path)
    except OSError:  # a file system without hard links
        shutil.copyfile(path, other)
    with path.open("rb") as file:
        os.fsync(file.fileno())
