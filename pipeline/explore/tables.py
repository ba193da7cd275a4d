"""Published tables opened for reading, as views of a database in memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from pipeline.published import DamagedError, Tables
from pipeline.remote_tables import open_anywhere
from pipeline.storage import Place

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

__all__ = [
    *("NAMES", "TablesError", "columns_of", "distinct", "first_lines"),
    *("opened", "published", "rows_of", "sealed", "show", "sql_problem", "table_path"),
]

# What ``pipeline.store`` publishes, and where. Named anew here: that room knows mentions, and so loads all of language.
NAMES = ("facts", "mentions", "documents", "numbers", "conflicts")
_AT_ONCE = 1_000


def table_path(folder: Place, name: str) -> Place:
    """Where a published table stands, for people."""
    return folder / f"{name}.parquet"


class TablesError(ValueError):
    """Tables that are not there or cannot be read, or a question that they have no answer to."""


@contextmanager
def opened(folder: Place, *names: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that knows these tables of a folder by their names.

    All are of one publication, which stays as long as it is read, whatever is published meanwhile.

    Raises:
        TablesError: a table is missing, or is no Parquet.
    """
    with published(folder, *names) as tables, duckdb.connect() as database:
        for name in names:
            show(database, name, tables.path(name))
        yield database


@contextmanager
def published(folder: Place, *names: str) -> Iterator[Tables]:
    """The tables of one publication as files, which stay as long as they are read.

    Raises:
        TablesError: one of those named is missing, or what is published is damaged or cannot be reached.
    """
    with ExitStack() as stack:
        yield _entered(stack, folder, names)


def _entered(stack: ExitStack, folder: Place, names: Sequence[str]) -> Tables:
    try:
        tables = stack.enter_context(open_anywhere(folder, names or NAMES))
    except DamagedError as error:
        raise TablesError(str(error)) from error
    except OSError as error:
        if isinstance(folder, Path):
            raise
        raise TablesError(f"{error.filename or folder} cannot be read: {error.strerror or error}") from None
    for name in names:
        if not tables.path(name).is_file():
            _must_exist(table_path(folder, name))
    return tables


@contextmanager
def sealed(folder: Place) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that knows all tables a folder has by their names, and that reaches no file: for anybody's SQL.

    To refuse what is no SELECT is not enough: a SELECT may hold a COPY. The tables are read by Arrow, from outside.

    Raises:
        TablesError: there are no tables, or one is no Parquet.
    """
    with published(folder) as tables, duckdb.connect() as database:
        there = [name for name in NAMES if tables.path(name).is_file()]
        if not there:
            _must_exist(table_path(folder, "facts"))
        for name in there:
            database.register(name, _dataset(tables.path(name)))
        database.execute("SET enable_external_access = false; SET lock_configuration = true")
        yield database


def _dataset(path: Path) -> Dataset:
    from pyarrow.dataset import dataset

    _must_exist(path)
    try:
        return dataset(path)
    except pa.ArrowInvalid as error:
        raise TablesError(_broken(path, str(error))) from error


def show(database: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Let the database know a Parquet file by a name.

    Raises:
        TablesError: there is no such file, or it is no Parquet.
    """
    _must_exist(path)
    try:
        database.read_parquet(str(path)).create_view(name)
    except duckdb.Error as error:
        raise TablesError(_broken(path, first_lines(error))) from error


def _must_exist(path: Place) -> None:
    if not isinstance(path, Path) or not path.is_file():
        raise TablesError(f"there is no {path}: make it with `factmill ingest SOURCE... --out {path.parent}`")


def _broken(path: Path, problem: str) -> str:
    return f"{path} cannot be read: make it anew with `factmill ingest SOURCE...` ({problem})"


def rows_of(
    database: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, Any] | None = None
) -> Iterator[dict[str, Any]]:
    """The rows of a query as dicts, a thousand at a time, whatever their number."""
    cursor = database.execute(query, dict(parameters or {}))
    names = distinct([column[0] for column in cursor.description or ()])
    while rows := cursor.fetchmany(_AT_ONCE):
        yield from (dict(zip(names, row, strict=True)) for row in rows)


def distinct(names: list[str]) -> list[str]:
    """Column names as keys: of several that are the same, the later ones are numbered."""
    return [f"{name}_{names[:i].count(name)}" if name in names[:i] else name for i, name in enumerate(names)]


def columns_of(database: duckdb.DuckDBPyConnection) -> Mapping[str, list[str]]:
    """The columns of every table the database knows."""
    rows = database.execute(
        "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() "
        "WHERE NOT internal GROUP BY table_name"
    ).fetchall()
    found = dict(rows)
    return {name: found[name] for name in NAMES if name in found}


def sql_problem(database: duckdb.DuckDBPyConnection, error: duckdb.Error, sql: str) -> TablesError:
    """What is wrong with somebody's SQL, in one line: the database's message, and the columns there are."""
    columns = columns_of(database)
    spoken_of = [name for name in columns if re.search(rf"\b{name}\b", sql, re.IGNORECASE)]
    there_are = [f"{name} has the columns {', '.join(columns[name])}" for name in spoken_of]
    told = "; ".join(there_are) or f"the tables are {', '.join(columns)}"
    return TablesError(f"{first_lines(error)}; {told}")


def first_lines(error: duckdb.Error) -> str:
    """The message of an error in one line, without the picture of the SQL that follows it."""
    return " ".join(str(error).partition("\n\nLINE ")[0].split())
