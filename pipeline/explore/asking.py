"""Anybody's SQL over published tables: one question, nothing that writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.explore.tables import TablesError, distinct, rows_of, sql_problem

__all__ = ["Answer", "ask"]

# What reads; MULTI is a PIVOT, which first looks up its columns. What hides in one of these meets a sealed database.
_READING = frozenset({"SELECT", "EXPLAIN", "MULTI"})
_EXAMPLE = "write a SELECT such as SELECT * FROM facts"


@dataclass(frozen=True)
class Answer:
    """What a SELECT finds, worked out anew each time it is looked at, so that it need not fit into memory.

    Every method raises ``TablesError`` where the SQL turns out to fail on the rows there are.
    """

    database: duckdb.DuckDBPyConnection
    sql: str

    def columns(self) -> list[str]:
        """The names of its columns."""
        with _telling_problems(self.database, self.sql):
            return distinct(self.database.sql(self.sql).columns)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Its rows."""
        with _telling_problems(self.database, self.sql):
            yield from rows_of(self.database, self.sql)

    def show(self, width: int, rows: int) -> None:
        """Print it as a table of so many characters, its first and last rows if there are more than ``rows``."""
        with _telling_problems(self.database, self.sql):
            self.database.sql(self.sql).show(max_width=width, max_rows=rows)


def ask(database: duckdb.DuckDBPyConnection, sql: str) -> Answer:
    """The answer to one SELECT; the database should be ``sealed``.

    Raises:
        TablesError: it is not one question, does more than read, or is no SQL over the tables there are.
    """
    with _telling_problems(database, sql):
        statements = duckdb.extract_statements(sql)
    if len(statements) != 1:
        raise TablesError(f"{len(statements)} statements instead of one; {_EXAMPLE}")
    if statements[0].type.name not in _READING:
        raise TablesError(f"a statement of the kind {statements[0].type.name} does more than read; {_EXAMPLE}")
    answer = Answer(database, sql)
    answer.columns()
    return answer


@contextmanager
def _telling_problems(database: duckdb.DuckDBPyConnection, sql: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise sql_problem(database, error, sql) from error
