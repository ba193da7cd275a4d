"""Published tables opened for reading: views of a database in memory, so that nothing read can be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from pipeline.published import DamagedError, open_tables
from pipeline.store import TABLES

__all__ = ["TablesError", "columns_of", "distinct", "first_lines", "opened", "rows_of", "show", "sql_problem"]

_AT_ONCE = 1_000


class TablesError(ValueError):
    """Tables that are not there or cannot be read, or a question that they have no answer to."""


@contextmanager
def opened(folder: Path, *names: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database that knows these tables of a folder by their names, or all that the folder has if none is named.

    All are of one publication, which stays as long as it is read, whatever is published meanwhile.

    Raises:
        TablesError: a table, or every one of them, is missing, or is no Parquet.
    """
    try:
        with open_tables(folder) as tables, duckdb.connect() as database:
            wanted = names or tuple(name for name in TABLES if tables.path(name).is_file()) or ("facts",)
            for name in wanted:
                if not tables.path(name).is_file():
                    raise TablesError(_missing(folder, name))
                show(database, name, tables.path(name))
            yield database
    except DamagedError as error:
        raise TablesError(str(error)) from error


def _missing(folder: Path, name: str) -> str:
    """What to do about a table that is not there."""
    return f"there is no {folder / name}.parquet: make it with `factmill ingest SOURCE... --out {folder}`"


def show(database: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Let the database know a Parquet file by a name.

    Raises:
        TablesError: there is no such file, or it is no Parquet.
    """
    if not path.is_file():
        raise TablesError(f"there is no {path}: make it with `factmill ingest SOURCE... --out {path.parent}`")
    try:
        database.read_parquet(str(path)).create_view(name)
    except duckdb.Error as error:
        raise TablesError(
            f"{path} cannot be read: make it anew with `factmill ingest SOURCE...` ({first_lines(error)})"
        ) from error


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
    return {name: found[name] for name in TABLES if name in found}


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
