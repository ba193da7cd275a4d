"""Where a run works, and how what it made gets to where it belongs: nothing to do for a folder of this machine.

A run on an object store works in a copy of the folder on this machine, its mirror, by the very same code; only what
differs is fetched and put. Its shards are put as they are made, the finished version when it is made, and last of all
the pointer to it, on condition that nobody else has published meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.storage import Place, cache_of
from pipeline.store import cleaning
from pipeline.store.cleaning import Leftover
from pipeline.store.locking import writing

__all__ = ["Workspace", "folder_of", "working"]


@dataclass(frozen=True)
class Workspace:
    """A folder to work in, which here is the very one that the tables are for."""

    place: Place  # where the tables go
    folder: Path
    waited: bool = False  # whether another run had to be waited for

    def keep(self, paths: Iterable[Path]) -> None:
        """Bring files to where they belong, so that they are not lost with this machine."""

    def publish(self) -> None:
        """Let what is published in the folder be what is published at the place.

        Raises:
            BusyError: another run has published there meanwhile; that stays.
            OSError: a store fails or refuses it; what is published there stays.
        """

    def leftovers(self, until: float) -> list[Leftover]:
        """What nobody needs any more, as ``pipeline.store.leftovers`` tells it."""
        return cleaning.leftovers(self.folder, until)

    def remove(self, found: Iterable[Leftover]) -> None:
        """Remove it."""
        for leftover in found:
            cleaning.remove(leftover, self.folder)


@contextmanager
def working(place: Place, wait: float = 0.0) -> Iterator[Workspace]:
    """Hold a place for one run of this machine, with all that is there at hand.

    Raises:
        BusyError: another run of this machine holds it, and still does after ``wait`` seconds.
        LocationError: the library is not installed that publishing there needs.
        DamagedError: what is published in an object store is damaged.
        OSError: a store fails or refuses it.
    """
    with writing(folder_of(place), wait, place) as waited:
        if isinstance(place, Path):
            yield Workspace(place, place, waited)
        else:
            from pipeline.store.mirror import mirrored  # here, because few runs need it

            yield mirrored(place, folder_of(place), waited)


def folder_of(place: Place) -> Path:
    """The folder of this machine that a run on a place works in."""
    return place if isinstance(place, Path) else cache_of("work", place)
