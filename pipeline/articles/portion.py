"""What travels to workers instead of text: where some articles stand, in a few bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.storage import Location, Place

from .article import Article, Refusal

PORTION_BYTES = 4_000_000
"""How much of a bulk file goes into one portion, give or take a record or a row group."""


@dataclass(frozen=True, slots=True)
class Portion:
    """A file that is one article, or the part of a bulk file that one worker reads at a time."""

    path: str  # or an URI
    format: str  # name of the format that reads it
    size: int  # in bytes; for a stretch of JSON Lines it is the stretch's length
    doc_id: str | None = None  # None for a bulk file, whose records carry their own
    offset: int = 0  # JSON Lines: the byte the stretch begins at
    first_line: int = 1  # JSON Lines: the number of the line it begins with
    row_groups: tuple[int, int] | None = None  # Parquet: the first row group, and one past the last
    content: bytes | None = field(default=None, repr=False)  # of a remote article that was fetched with others

    @property
    def source(self) -> str:
        """Where it begins, for people; no two portions of a plan share it."""
        if self.offset:
            return f"{printable(self.path)}:{self.first_line}"
        if self.row_groups and self.row_groups[0]:
            return f"{printable(self.path)} row group {self.row_groups[0] + 1}"
        return printable(self.path)

    def refusal(self, error: str) -> Refusal:
        """The refusal of all of it."""
        return Refusal(self.doc_id or self.source, self.source, error)


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: the names its files bear, how a file is cut into portions, how a portion is read.

    Both functions raise `Unreadable` or `OSError` where the whole of what they were given cannot be read.
    """

    name: str
    suffixes: tuple[str, ...]  # lower case, with the dot
    bulk: bool  # many articles to a file: read only when named, never found in a folder
    cut: Callable[[Place, int], Iterator[Portion]]
    read: Callable[[Portion], Iterator[Article | Refusal]]


@dataclass(frozen=True, slots=True)
class Plan:
    """All there is to read, in the order of its paths, whatever order it was asked for in."""

    portions: tuple[Portion, ...]
    refusals: tuple[Refusal, ...]  # files that were found, and that cannot be read
    names: tuple[Path, ...]  # the names.toml files that lie beside the articles


def printable(path: str | Path | Location) -> str:
    """A path or an URI that can be written as UTF-8, even where the file's name is not Unicode."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")
