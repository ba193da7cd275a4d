"""Reading published tables: the rows that answer to what was asked, as dicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.cli.console import fail
from pipeline.published import DamagedError, open_tables

_AT_ONCE = 1_000


@dataclass(frozen=True)
class Query:
    """Rows of one published table: those that meet every condition, SQL over its columns and ``$parameters``."""

    table: Path
    conditions: tuple[str, ...]
    parameters: Mapping[str, Any]

    def count(self) -> int:
        """How many rows there are."""
        (row,) = self._run("SELECT count(*) AS n")
        return int(row["n"])

    def rows(self, order: str, limit: int = 0) -> Iterator[dict[str, Any]]:
        """The rows in this order, at most ``limit`` of them, or all if it is 0."""
        return self._run("SELECT *", f"ORDER BY {order}" + (f" LIMIT {limit}" if limit else ""))

    def _run(self, selection: str, ending: str = "") -> Iterator[dict[str, Any]]:
        import duckdb

        where = " AND ".join(f"({condition})" for condition in self.conditions) or "true"
        query = f"{selection} FROM read_parquet($table) WHERE {where} {ending}"
        try:
            with duckdb.connect() as database:
                cursor = database.execute(query, {"table": str(self.table), **self.parameters})
                names = [column[0] for column in cursor.description or ()]
                while rows := cursor.fetchmany(_AT_ONCE):
                    yield from (dict(zip(names, row, strict=True)) for row in rows)
        except duckdb.Error as error:
            fail(f"{self.table} cannot be read: make it anew with `factmill ingest SOURCE...` ({error})")


@contextmanager
def ask(folder: Path, name: str, conditions: Mapping[str, str], asked: Mapping[str, Any]) -> Iterator[Query]:
    """A query of a published table with, of all ``conditions``, those whose option was given.

    Within the block it answers from one publication, whatever is published meanwhile. A folder without the table is
    wrong usage.
    """
    given = {option: value for option, value in asked.items() if value is not None}
    try:
        with open_tables(folder) as tables:
            table = tables.path(name)
            if not table.is_file():
                fail(f"there is no {table}: make it with `factmill ingest SOURCE... --out {folder}`")
            yield Query(table, tuple(conditions[option] for option in given), given)
    except DamagedError as error:
        fail(str(error))
