"""The mirror of a folder of tables in an object store: what a run on it works in.

The mirror's shards are made those of the store when a run begins, so that nothing is read twice by whichever machine,
and its current version that of the store, so that all that compares with it holds. What is safe rests on one thing: the
pointer is put only if it is as it was seen when the run began.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.logs import log
from pipeline.published import CURRENT, MANIFEST, DamagedError, Manifest, current_version, read_manifest, versions_of
from pipeline.remote_tables import POINTER, fetch_tables, manifest_of, pointer_bytes, version_in
from pipeline.storage import Location, objects, obstored
from pipeline.storage.obstored import ChangedError, Seen
from pipeline.store import cleaning
from pipeline.store.cleaning import OLD_VERSION, Leftover, NothingPublishedError
from pipeline.store.files import remove_folder, shards_of
from pipeline.store.locking import BusyError
from pipeline.store.tables import TABLES
from pipeline.store.versions import make_current
from pipeline.store.workspace import Workspace

__all__ = ["Mirror", "mirrored"]

_REPLACED = ".replaced"
_KEPT = (".parquet", ".json")  # below shards/: what was extracted, and what was refused
_IN_THE_MAKING = 3_600.0  # seconds that objects of a version stay at least: a run may be about to point to them


Stamp = tuple[int, int]  # size, time of change in nanoseconds


@dataclass(frozen=True)
class Mirror(Workspace):
    """A folder to work in that mirrors one of an object store."""

    place: Location
    seen: Seen | None = None  # the pointer when the run began
    whole: bool = True  # whether all it led to was there then
    known: dict[str, Stamp] = field(default_factory=dict)  # the files below shards/ that the store has, as they are

    def keep(self, paths: Iterable[Path]) -> None:
        """Put files, as the objects that they mirror."""
        objects.all_at_once(self._keep_one, [path for path in paths if path.is_file()])

    def publish(self) -> None:
        """Put what is new, the version before the pointer to it; where that fails, the mirror is as the store is."""
        try:
            self._put_shards()
            manifest = _current(self.folder)
            if manifest is not None and not (self.whole and self.seen and pointer_bytes(manifest) == self.seen.content):
                self._publish(manifest)
            self._remove_shards()
        except BaseException:
            with suppress(OSError, DamagedError):
                _show(self.place, self.folder, self.seen)
            raise

    def leftovers(self, until: float) -> list[Leftover]:
        """What nobody needs any more of the store; what the mirror alone has of old versions does not count."""
        if self.seen is None:
            raise NothingPublishedError(f"nothing is published in {self.place}: there is nothing to clean")
        if not self.whole:
            raise DamagedError(self.place / POINTER, "leads to what is not what was published", self.place)
        here = [one for one in cleaning.leftovers(self.folder, until) if one.kind != OLD_VERSION]
        return [*_old_versions(self.place, self.seen, until), *here]

    def remove(self, found: Iterable[Leftover]) -> None:
        """Remove it from the store."""
        for leftover in found:
            if leftover.kind == OLD_VERSION:
                _remove_version(self.place / leftover.path.as_posix())
            else:
                cleaning.remove(leftover, self.folder)
        self._put_shards()
        self._remove_shards()

    def _keep_one(self, path: Path) -> None:
        name = path.relative_to(self.folder).as_posix()
        stamp = _stamp(path)
        objects.put_file(path, self.place / name)
        if path.is_relative_to(shards_of(self.folder)):
            self.known[name] = stamp

    def _put_shards(self) -> None:
        here = _shards(self.folder)
        self.keep(self.folder / name for name, stamp in here.items() if self.known.get(name) != stamp)

    def _remove_shards(self) -> None:
        gone = self.known.keys() - _shards(self.folder).keys()
        obstored.remove_all([self.place / name for name in sorted(gone)])
        for name in gone:
            del self.known[name]

    def _publish(self, manifest: Manifest) -> None:
        place = self.place
        version = version_in(place, manifest)
        folder = versions_of(self.folder) / manifest.id
        objects.all_at_once(lambda name: objects.put_file(folder / name, version / name), [*_files(manifest), MANIFEST])
        _check_whole(version, manifest)
        try:
            obstored.put(place / POINTER, pointer_bytes(manifest), self.seen)
        except ChangedError:
            raise BusyError(
                f"another run has published into {place} since this one began: nothing of it was overwritten; "
                "run it again"
            ) from None
        if self.seen is not None:
            with suppress(OSError, DamagedError):  # without it, cleaning takes the old version to be younger than it is
                replaced = manifest_of(self.seen.content, place)
                objects.put_bytes(b"", place / "versions" / f"{replaced.id}{_REPLACED}")


def mirrored(place: Location, folder: Path, waited: bool) -> Mirror:
    """The mirror of a place, made as the place is.

    Raises:
        LocationError: the library is not installed that publishing needs.
        DamagedError: what is published there is damaged.
        OSError: the store fails or refuses it.
    """
    obstored.require(place)
    seen = obstored.look(place / POINTER)
    _fetch_shards(place, folder)
    whole = _show(place, folder, seen)
    _forget_old_versions(folder)
    return Mirror(place, folder, waited, seen, whole, _shards(folder))


def _fetch_shards(place: Location, folder: Path) -> None:
    """Make the mirror's shards those of the store: nothing else would tell what another machine has cleaned away."""
    start = len(f"{place.key}/") if place.key else 0
    there = {one.location.key[start:]: one for one in objects.listed(place / "shards")}
    there = {name: one for name, one in there.items() if name.endswith(_KEPT)}
    here = _shards(folder)
    for name in here.keys() - there.keys():
        (folder / name).unlink(missing_ok=True)
    missing = [name for name, one in there.items() if name not in here or here[name][0] != one.size]
    for parent in {(folder / name).parent for name in missing}:
        parent.mkdir(parents=True, exist_ok=True)

    def fetch(name: str) -> None:
        with suppress(FileNotFoundError):  # another run has just joined it with others
            objects.fetch(there[name].location, folder / name)
            os.utime(folder / name, (there[name].modified, there[name].modified))

    objects.all_at_once(fetch, missing)


def _show(place: Location, folder: Path, seen: Seen | None) -> bool:
    """Let the mirror's current version be the store's; one that is damaged counts as none, so that it is made anew.

    The value is whether it is whole.
    """
    try:
        if seen is not None:
            manifest = manifest_of(seen.content, place)
            _check_whole(version_in(place, manifest), manifest)
            fetch_tables(place, manifest, versions_of(folder) / manifest.id, list(TABLES))
            make_current(folder, manifest)
            return True
    except DamagedError as error:
        log.warning("%s %s: the tables are made anew", error.path, error.problem)
    (folder / CURRENT).unlink(missing_ok=True)
    return seen is None


def _forget_old_versions(folder: Path) -> None:
    current = current_version(folder)
    for version in versions_of(folder).glob("*"):
        if current is None or version.name != current.name:
            remove_folder(version)


def _check_whole(version: Location, manifest: Manifest) -> None:
    """See that a version's objects are there, with the sizes they must have."""
    sizes = {one.location.name: one.size for one in objects.listed(version)}
    expected = {**_files(manifest), MANIFEST: len(manifest.to_bytes())}
    for name, size in expected.items():
        if sizes.get(name) != size:
            problem = "is missing" if name not in sizes else f"has {sizes[name]:,} bytes and not {size:,}"
            raise DamagedError(version / name, problem, version.parent.parent)


def _files(manifest: Manifest) -> Mapping[str, int]:
    return {f"{name}.parquet": contents.bytes for name, contents in manifest.tables.items()}


def _current(folder: Path) -> Manifest | None:
    version = current_version(folder)
    return None if version is None else read_manifest(version, folder)


def _shards(folder: Path) -> dict[str, Stamp]:
    """The shards, packs and refusals of a mirror, by their names below it."""
    found = (path for path in shards_of(folder).rglob("*") if path.name.endswith(_KEPT))
    return {path.relative_to(folder).as_posix(): _stamp(path) for path in found if not path.name.startswith(".")}


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _old_versions(place: Location, seen: Seen | None, until: float) -> Iterator[Leftover]:
    """Versions that have not been current since ``until``, and that no run is about to publish."""
    current = manifest_of(seen.content, place).id if seen is not None else ""
    pointer = objects.find(place / POINTER)
    since = pointer.modified if pointer is not None else time.time()
    found: dict[str, list[objects.Object]] = {}
    replaced: dict[str, float] = {}
    for one in objects.listed(place / "versions"):
        if one.location.name.endswith(_REPLACED):
            replaced[one.location.name.removesuffix(_REPLACED)] = one.modified
        else:
            found.setdefault(one.location.parent.name, []).append(one)
    for name, members in sorted(found.items()):
        put = max(one.modified for one in members)
        old = replaced.get(name, since) < until and put < min(until, time.time() - _IN_THE_MAKING)
        if name != current and old:
            yield Leftover(Path("versions") / name, OLD_VERSION, 1, sum(one.size for one in members))


def _remove_version(version: Location) -> None:
    obstored.remove_all([one.location for one in objects.listed(version)])
    objects.remove(version.parent / f"{version.name}{_REPLACED}")
