"""Ids for files: a file is called by its stem, and by as much more of its path as tells it from the others."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from pipeline.storage import Location, Place

from .portion import printable

Folders = tuple[str, ...]


def name_files(paths: Iterable[Place]) -> dict[Place, str]:
    """An id for every file, all of them different.

    Two files of one stem are told apart by their folders, ``2024/report`` and ``2025/report``; where those are the
    same too by their suffixes, ``report.md`` and ``report.txt``.
    """
    names = _without_suffix(paths)
    in_full: set[Place] = set()
    while True:
        ids = {path: name + path.suffix if path in in_full else name for path, name in names.items()}
        times = Counter(ids.values())
        clashing = {path for path, doc_id in ids.items() if times[doc_id] > 1}
        if clashing <= in_full:
            return ids
        in_full |= clashing


def _without_suffix(paths: Iterable[Place]) -> dict[Place, str]:
    """For every file the end of its path that no file of the same stem in another folder shares."""
    by_stem: dict[str, dict[Place, Folders]] = defaultdict(dict)
    for path in paths:
        by_stem[path.stem][path] = _folders(path)
    return {
        path: printable("/".join((*ends[folders], stem)))
        for stem, group in by_stem.items()
        for ends in (_shortest_ends(set(group.values())),)
        for path, folders in group.items()
    }


def _folders(path: Place) -> Folders:
    if isinstance(path, Location):
        return path.parts[:-1]
    return Path(os.path.normpath(path.absolute())).parts[1:-1]


def _shortest_ends(folders: set[Folders]) -> dict[Folders, Folders]:
    """For every folder the shortest end of its path that no other folder has."""
    ends: dict[Folders, Folders] = {}
    length = 0
    while len(ends) < len(folders):
        times = Counter(_end(folder, length) for folder in folders)
        for folder in folders - ends.keys():
            if times[_end(folder, length)] == 1:
                ends[folder] = _end(folder, length)
        length += 1
    return ends


def _end(folder: Folders, length: int) -> Folders:
    return folder[-length:] if length else ()
