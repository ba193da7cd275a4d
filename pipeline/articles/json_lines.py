"""JSON Lines: one record to a line, cut at line ends without being parsed."""

from __future__ import annotations

import codecs
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from gzip import BadGzipFile
from pathlib import Path
from typing import BinaryIO

from pipeline.storage import Place, copy_made, local_copy, place_of, unpacked_copy, unpacked_copy_made

from .article import Article, Refusal, Unreadable
from .content import MAX_ARTICLE_BYTES, check_size
from .files import regular_size
from .portion import Format, Portion, printable
from .records import COLUMNS, article_of

_NAME, _GZ_NAME = "json lines", "json lines, gzip"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    size: int
    content: bytes  # no more of it than one article may be long, and a byte


def cut(
    path: Place, portion_bytes: int, name: str = _NAME, copy_of: Callable[[Place], Path] = local_copy
) -> Iterator[Portion]:
    """Stretches of whole lines, each as long as asked for or as its last line makes it.

    Raises:
        Unreadable: the file holds nothing, or is in UTF-16, whose lines end differently.
    """
    regular_size(path)
    offset, line, blank = 0, 1, True
    with copy_of(path).open("rb") as file:
        while block := file.read(portion_bytes):
            if not offset:
                _check_encoding(block)
            blank = blank and block.isspace()
            size = len(block) + (0 if block.endswith(b"\n") else _skip_line(file))
            yield Portion(str(path), name, size, offset=offset, first_line=line)
            offset += size
            line += block.count(b"\n") + (not block.endswith(b"\n"))
    if blank:
        raise Unreadable("it holds no records; put one JSON object on each line or leave it out")


def read(portion: Portion, copy_of: Callable[[Place], Path] = copy_made) -> Iterator[Article | Refusal]:
    """The article of every line of a stretch, or why there is none; blank lines are passed over."""
    path = printable(portion.path)
    copy = copy_of(place_of(portion.path))
    regular_size(copy)
    with copy.open("rb") as file:
        for line in _lines(file, portion):
            if _record_bytes(line).strip():
                yield _article(line, f"{path}:{line.number}")


def _unpacked(place: Place, copy_of: Callable[[Place], Path] = unpacked_copy) -> Path:
    """The lines of a compressed file, as a file that can be cut: compressed, it could only be read from its start."""
    try:
        return copy_of(place)
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise Unreadable(f"it is not a whole gzip file: {error}; compress it again") from error


def _check_encoding(block: bytes) -> None:
    if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("it is in UTF-16, and JSON Lines are UTF-8; save it as UTF-8")


def _skip_line(file: BinaryIO) -> int:
    """Go to the end of the line, and say how many bytes it took."""
    skipped = 0
    while piece := file.readline(_BLOCK):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped


def _lines(file: BinaryIO, portion: Portion) -> Iterator[_Line]:
    file.seek(portion.offset)
    number = portion.first_line
    end = portion.offset + portion.size
    while file.tell() < end:
        content = file.readline(MAX_ARTICLE_BYTES + 1)
        if not content:
            raise Unreadable("it has become shorter since it was planned; run again")
        rest = 0 if content.endswith(b"\n") else _skip_line(file)
        yield _Line(number, len(content) + rest, content)
        number += 1


def _record_bytes(line: _Line) -> bytes:
    """What a line holds, without its end or the file's byte order mark."""
    content = line.content.rstrip(b"\r\n")
    return content.removeprefix(codecs.BOM_UTF8) if line.number == 1 else content


def _article(line: _Line, source: str) -> Article | Refusal:
    try:
        check_size(line.size)
        return article_of(_record(_record_bytes(line)), source)
    except Unreadable as error:
        return Refusal(source, source, str(error))


def _record(line: bytes) -> dict[str, object]:
    pairs = _parse(line)
    if not isinstance(pairs, tuple):
        raise Unreadable('it is not a JSON object; write it as {"id": "...", "text": "..."}')
    keys = [key for key, _ in pairs if key in COLUMNS]
    for key in keys:
        if keys.count(key) > 1:
            raise Unreadable(f"it has the key {key} more than once; keep one")
    return dict(pairs)


def _parse(line: bytes) -> object:
    """The value of a line; objects become tuples of pairs, so that a key given twice can be seen."""
    try:
        return json.loads(line.decode("utf-8"), object_pairs_hook=tuple, parse_constant=lambda _: None)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"it is not UTF-8: byte {error.start} of the line is 0x{line[error.start]:02X}; save the file as UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"it is not valid JSON: {error.msg}, column {error.colno}; correct the line") from error
    except RecursionError as error:
        raise Unreadable("it is nested too deeply to be read as JSON; correct the line") from error
    except ValueError as error:
        raise Unreadable("it has a number of too many digits; correct the line") from error


JSON_LINES = Format(_NAME, (".jsonl", ".ndjson"), bulk=True, cut=cut, read=read)
JSON_LINES_GZ = Format(
    _GZ_NAME,
    (".jsonl.gz", ".ndjson.gz"),
    bulk=True,
    cut=partial(cut, name=_GZ_NAME, copy_of=_unpacked),
    read=partial(read, copy_of=partial(_unpacked, copy_of=unpacked_copy_made)),
)
