"""Reading published tables: the rows that answer to what was asked, as dicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.cli.console import fail, place

if TYPE_CHECKING:
    from pipeline.storage import Place


@dataclass(frozen=True)
class Query:
    """Rows of one published table: those that meet every condition, SQL over its columns and ``$parameters``."""

    folder: Place
    name: str
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

        from pipeline.explore import TablesError, opened, rows_of

        where = " AND ".join(f"({condition})" for condition in self.conditions) or "true"
        try:
            with opened(self.folder, self.name) as database:
                yield from rows_of(database, f"{selection} FROM {self.name} WHERE {where} {ending}", self.parameters)
        except TablesError as error:
            fail(str(error))
        except duckdb.Error as error:
            broken = self.folder / f"{self.name}.parquet"
            fail(f"{broken} cannot be read: make it anew with `factmill ingest SOURCE...` ({error})")


def ask(folder: str, name: str, conditions: Mapping[str, str], asked: Mapping[str, Any]) -> Query:
    """A query of a published table with, of all ``conditions``, those whose option was given."""
    given = {option: value for option, value in asked.items() if value is not None}
    return Query(place(folder), name, tuple(conditions[option] for option in given), given)
