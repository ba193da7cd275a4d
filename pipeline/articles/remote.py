"""What was asked for of an object store: an object, a folder or a glob becomes the objects to read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.storage import Location, objects

from .formats import format_of, suffixes

__all__ = ["Missing", "found_at"]

_MAGIC = re.compile(r"[*?\[]")
_PIECES = re.compile(r"\[!?\]?[^\]]*\]|.", re.DOTALL)


class Missing(ValueError):  # noqa: N818  it becomes a SourceError
    """Why a place leads to no article."""


def found_at(location: Location) -> tuple[tuple[Location, ...], tuple[Location, ...]]:
    """The folders that were named, and the objects to read, each with its size.

    Raises:
        Missing: it leads to no article.
        OSError: the store fails or refuses it, as in ``pipeline.storage.objects``.
    """
    named = objects.find(location) if location.key else None
    if named is not None:
        if format_of(location) is None:
            raise Missing(f"is an object of type {location.suffix or 'none'}, which is not read")
        return (), (named.location,)
    if _MAGIC.search(location.key):
        return (), _matches(location)
    return (location,), _below(location)


def _below(folder: Location) -> tuple[Location, ...]:
    found = [one.location for one in objects.listed(folder)]
    files = tuple(one for one in _visible(folder, found) if _is_article(one))
    if not files:
        problem = "is a folder without articles" if found else "does not exist, or is an empty folder"
        raise Missing(
            f"{problem}; a folder is searched for {suffixes(bulk=False)}, and bulk files ({suffixes(bulk=True)}) must "
            f"be named, such as {str(folder / '*.jsonl')!r}"
        )
    return files


def _matches(pattern: Location) -> tuple[Location, ...]:
    """The objects that a glob matches, and those below folders that it matches."""
    parts = pattern.key.split("/")
    first = next(number for number, part in enumerate(parts) if _MAGIC.search(part))
    top = Location(pattern.scheme, pattern.bucket, "/".join(parts[:first]))
    matching = re.compile(_expression(parts))
    found = [one.location for one in objects.listed(top)]
    files = {one for one in found if format_of(one) and matching.fullmatch(one.key)}
    files |= {one for one in found if _is_article(one) and _folder_matches(matching, one)}
    if not files:
        raise Missing("matches no object that is read" if found else "matches nothing")
    return tuple(sorted(files))


def _folder_matches(matching: re.Pattern[str], article: Location) -> bool:
    """Whether a folder above the article matches, between which and the article nothing is hidden."""
    parts = article.key.split("/")
    for end in range(len(parts) - 1, 0, -1):
        if parts[end].startswith("."):
            return False
        if matching.fullmatch("/".join(parts[:end])):
            return True
    return False


def _expression(parts: Iterable[str]) -> str:
    """A glob as a regular expression: as in a shell, ``*`` stops at a slash, ``**`` does not, neither is for dots."""
    *folders, last = parts
    written = "".join(r"(?:(?!\.)[^/]+/)*" if part == "**" else f"{_part(part)}/" for part in folders)
    return written + (r"(?:(?!\.)[^/]+/)*(?!\.)[^/]+" if last == "**" else _part(last))


def _part(part: str) -> str:
    """One name of a glob; its pieces are ``*``, ``?``, sets in brackets and plain characters."""
    hidden = "" if part.startswith(".") or not _MAGIC.search(part) else r"(?!\.)"
    return hidden + "".join(_piece(piece[0]) for piece in _PIECES.finditer(part))


def _piece(piece: str) -> str:
    if piece == "*":
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if len(piece) == 1:
        return re.escape(piece)
    inside = piece[1:-1].replace("\\", r"\\")
    return f"[^/{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"


def _visible(folder: Location, found: Iterable[Location]) -> Iterator[Location]:
    """Those whose names, and whose folders' below the one searched, do not begin with a dot."""
    start = len(folder.key) + 1 if folder.key else 0
    return (one for one in found if not any(part.startswith(".") for part in one.key[start:].split("/")))


def _is_article(location: Location) -> bool:
    known = format_of(location)
    return known is not None and not known.bulk
