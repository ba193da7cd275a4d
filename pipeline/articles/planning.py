"""A plan: what there is to read, cut into portions that workers share."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from pipeline.storage import Location, Place, UnreachableError, local_copy, objects

from .article import Refusal, Unreadable
from .formats import format_of, reason
from .naming import name_files
from .portion import PORTION_BYTES, Format, Plan, Portion, printable
from .sources import Found, distinct, find, mode_of

_NAMES = "names.toml"


def plan(sources: Sequence[str | Place], *, portion_bytes: int = PORTION_BYTES) -> Plan:
    """What there is to read in some files, folders and globs; the order they come in does not matter.

    Raises:
        SourceError: a source does not exist, is not read, or leads to no article.
        UnreachableError: an object store fails, which may pass.
        ValueError: a portion is to have no bytes.
    """
    if portion_bytes < 1:
        raise ValueError(f"portion_bytes is {portion_bytes}; it must be at least 1")
    found = find(sources)
    files = {path: known for path in distinct(found.files) if (known := format_of(path))}
    doc_ids = name_files(path for path, known in files.items() if not known.bulk)
    parts = [part for path, known in files.items() for part in _parts(path, known, doc_ids.get(path), portion_bytes)]
    return Plan(
        portions=tuple(part for part in parts if isinstance(part, Portion)),
        refusals=_sorted(found.refusals, (part for part in parts if isinstance(part, Refusal))),
        names=tuple(_names(found)),
    )


def _parts(path: Place, known: Format, doc_id: str | None, portion_bytes: int) -> list[Portion | Refusal]:
    try:
        return [replace(portion, doc_id=doc_id) for portion in known.cut(path, portion_bytes)]
    except UnreachableError:
        raise
    except (Unreadable, OSError) as error:
        return [Refusal(doc_id or printable(path), printable(path), reason(error))]


def _names(found: Found) -> list[Path]:
    """The files of names beside the articles, of remote ones their copies."""
    beside = {file.parent / _NAMES for file in found.files} | {folder / _NAMES for folder in found.folders}
    near = [path for path in beside if isinstance(path, Path) and stat.S_ISREG(mode_of(path))]
    looked = objects.all_at_once(objects.find, [path for path in beside if isinstance(path, Location)])
    return [local_copy(path) for path in distinct([*near, *(one.location for one in looked if one is not None)])]


def _sorted(*refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
    return tuple(sorted(set(chain(*refusals)), key=lambda refusal: refusal.source))
