"""What was asked for, a file, a folder or a glob, becomes the files to read."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.storage import Location, LocationError, Place, masked, place_of

from .article import Refusal
from .formats import format_of, reason, suffixes
from .portion import printable
from .remote import Missing, found_at


class SourceError(ValueError):
    """A source that was asked for is not there or is not read: wrong usage, found before any work starts."""

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(masked(source), problem)
        self.source = masked(source)
        self.problem = problem

    def __str__(self) -> str:
        return f"source {self.source!r} {self.problem}"


@dataclass(frozen=True, slots=True)
class Found:
    """Where there is something to read, in the order it was come upon, perhaps more than once."""

    files: tuple[Place, ...] = ()
    folders: tuple[Place, ...] = ()  # those that were asked for
    refusals: tuple[Refusal, ...] = ()  # folders that cannot be searched


def find(sources: Sequence[str | Place]) -> Found:
    """The files that some sources stand for.

    Raises:
        SourceError: a source does not exist, is not read, or leads to no article.
    """
    if not sources:
        raise SourceError("", f"names nothing; {_advice()}")
    return _together(_find_one(str(source)) for source in sources)


def distinct(paths: Iterable[Place]) -> list[Place]:
    """The paths in order, each file once whatever it is called; the name that comes first stays."""
    first: dict[str, Place] = {}
    for path in sorted(set(paths), key=str):
        first.setdefault(str(path) if isinstance(path, Location) else os.path.realpath(path), path)
    return list(first.values())


def mode_of(path: Path) -> int:
    """The mode of a file or folder, 0 where there is none or it cannot be looked at."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):  # a name may be too long, or hold a NUL
        return 0


def _find_one(source: str) -> Found:
    try:
        place = place_of(source)
    except LocationError as error:
        raise SourceError(source, f"cannot be read: {error}") from None
    return _find_remote(source, place) if isinstance(place, Location) else _find_local(source)


def _find_remote(source: str, location: Location) -> Found:
    try:
        folders, files = found_at(location)
    except Missing as error:
        raise SourceError(source, f"{error}; {_advice()}") from None
    except (FileNotFoundError, PermissionError) as error:
        raise SourceError(source, f"cannot be read: {error.strerror} ({error.filename})") from None
    return Found(files, folders)


def _find_local(source: str) -> Found:
    mode = mode_of(Path(source)) if source else 0
    if stat.S_ISDIR(mode):
        return _named_folder(source, Path(source))
    if mode:
        return _named_file(source, Path(source))
    if glob.escape(source) != source:
        return _glob(source)
    raise SourceError(source, f"does not exist, or you may not look at it; {_advice()}")


def _named_file(source: str, path: Path) -> Found:
    if format_of(path) is None:
        raise SourceError(source, f"is a file of type {path.suffix or 'none'}, which is not read; {_advice()}")
    return Found(files=(path,))


def _named_folder(source: str, folder: Path) -> Found:
    found = _search(folder)
    if not found.files and not found.refusals:
        raise SourceError(
            source,
            f"is a folder without articles; it is searched for {suffixes(bulk=False)}, and bulk files "
            f"({suffixes(bulk=True)}) must be named, such as {str(folder / '*.jsonl')!r}",
        )
    return found


def _glob(source: str) -> Found:
    matches = [Path(match) for match in glob.glob(source, recursive=True)]  # noqa: PTH207  Path.glob finds hidden files
    folders = {match for match in matches if stat.S_ISDIR(mode_of(match))}
    files = tuple(match for match in matches if format_of(match) and match not in folders)
    found = _together([Found(files), *(_search(folder) for folder in folders)])
    if not found.files and not found.refusals:
        problem = "matches no file that is read" if matches else "matches nothing"
        raise SourceError(source, f"{problem}; {_advice()}")
    return found


def _search(top: Path) -> Found:
    """All article files below a folder; what is hidden stays so, and a folder linked into itself is searched once."""
    refusals: list[Refusal] = []
    searched: set[str] = set()
    files: list[Path] = []
    for name, folders, names in os.walk(top, onerror=lambda error: refusals.append(_refusal(error)), followlinks=True):
        folder = Path(name)
        searched.add(os.path.realpath(folder))
        folders[:] = [each for each in _visible(folders) if os.path.realpath(folder / each) not in searched]
        files.extend(folder / each for each in _visible(names) if _is_article(folder / each))
    return Found(tuple(files), (top,), tuple(refusals))


def _visible(names: Iterable[str]) -> Iterator[str]:
    return (name for name in sorted(names) if not name.startswith("."))


def _is_article(path: Path) -> bool:
    known = format_of(path)
    return known is not None and not known.bulk


def _refusal(error: OSError) -> Refusal:
    folder = printable(error.filename)
    return Refusal(folder, folder, reason(error))


def _together(parts: Iterable[Found]) -> Found:
    parts = list(parts)
    return Found(
        tuple(file for part in parts for file in part.files),
        tuple(folder for part in parts for folder in part.folders),
        tuple(refusal for part in parts for refusal in part.refusals),
    )


def _advice() -> str:
    valid = f"{suffixes(bulk=False)} {suffixes(bulk=True)}"
    return f"name a file ({valid}), a folder, or a glob such as 'news/*.md'"
