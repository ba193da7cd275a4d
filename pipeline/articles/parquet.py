"""Parquet: one record to a row, cut by row groups with only the file's footer read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.storage import Place, copy_made, local_copy, place_of

from .article import Article, Refusal, Unreadable
from .files import regular_size
from .portion import Format, Portion, printable
from .records import COLUMNS, REQUIRED, article_of

_NAME = "parquet"
_ROWS_AT_A_TIME = 256
_NAMES_SHOWN = 20


def cut(path: Place, portion_bytes: int) -> Iterator[Portion]:
    """Runs of row groups, each as large as asked for or as its last row group makes it.

    Raises:
        Unreadable: the file is not Parquet, lacks a column, or holds nothing.
    """
    regular_size(path)
    with _open(local_copy(path)) as file:
        metadata = file.metadata
    if not metadata.num_rows:
        raise Unreadable("it holds no rows; put one article in each or leave it out")
    first = size = 0
    for group in range(metadata.num_row_groups):
        size += metadata.row_group(group).total_byte_size
        if size >= portion_bytes or group == metadata.num_row_groups - 1:
            yield Portion(str(path), _NAME, size, row_groups=(first, group + 1))
            first, size = group + 1, 0


def read(portion: Portion) -> Iterator[Article | Refusal]:
    """The article of every row of some row groups, or why there is none."""
    path = copy_made(place_of(portion.path))
    regular_size(path)
    with _open(path) as file:
        counts = [file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)]
        first, last = portion.row_groups or (0, len(counts))
        if last > len(counts):
            raise Unreadable("it has become shorter since it was planned; run again")
        for group in range(first, last):
            yield from _row_group(file, group, sum(counts[:group]), f"{printable(portion.path)} row")


def _open(path: Path) -> pq.ParquetFile:
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise Unreadable(f"it is not a Parquet file: {_first_line(error)}; write it again") from error
    names = file.schema_arrow.names
    for column in COLUMNS:
        if names.count(column) > 1 or (column in REQUIRED and column not in names):
            file.close()
            raise Unreadable(
                f"it has {'two columns' if column in names else 'no column'} {column}; "
                f"it needs one id and one text, and has {_listed(names)}"
            )
    return file


def _row_group(file: pq.ParquetFile, group: int, row: int, source: str) -> Iterator[Article | Refusal]:
    columns = [name for name in COLUMNS if name in file.schema_arrow.names]
    try:
        for batch in file.iter_batches(_ROWS_AT_A_TIME, row_groups=[group], columns=columns):
            for index in range(batch.num_rows):
                row += 1
                yield _article(batch, index, f"{source} {row}")
    except (pa.ArrowException, OSError) as error:
        place = f"{source} {row + 1}"
        yield Refusal(
            place, place, f"from here its row group cannot be read: {_first_line(error)}; write the file again"
        )


def _article(batch: pa.RecordBatch, index: int, source: str) -> Article | Refusal:
    try:
        return article_of({name: _cell(batch, name, index) for name in batch.schema.names}, source)
    except Unreadable as error:
        return Refusal(source, source, str(error))


def _cell(batch: pa.RecordBatch, name: str, index: int) -> object:
    try:
        return batch.column(name)[index].as_py()
    except (ValueError, OverflowError, pa.ArrowException) as error:  # text that is no UTF-8, a date beyond the calendar
        raise Unreadable(f"its {name} cannot be read: {_first_line(error)}; correct it") from error


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_NAMES_SHOWN]) + (", ..." if len(names) > _NAMES_SHOWN else "")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")


PARQUET = Format(_NAME, (".parquet",), bulk=True, cut=cut, read=read)
