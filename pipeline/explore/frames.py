"""The facts of a folder in a notebook: as a data frame with types that mean something, or as records."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.explore.converting import CONVERTED, Converted, Wishes, make_converter
from pipeline.explore.tables import TablesError, published, show, sql_problem
from pipeline.facts import Fact, Source
from pipeline.storage import LocationError, Place, place_of

__all__ = ["facts_of", "load_facts"]

# Columns with few values, each many times: categories in pandas.
CATEGORIES = (
    *("subject", "metric", "unit", "dimension", "normal_unit", "qualifier", "change", "status", "converted_unit"),
)


def load_facts(
    path: str | Place,
    units: Wishes | None = None,
    rates: str | Path | None = None,
    where: str | None = None,
    as_: str = "pandas",
) -> Any:
    """The facts of a folder of tables, or of a ``facts.parquet``, as a data frame; both may be remote (``s3://``).

    ``units``: what to convert to, in columns of their own (``converted_value``, ``converted_low``, ``converted_high``,
    ``converted_unit``): ``"kW"``, ``["power=hp", "degF"]``, ``{"money": "EUR"}``. ``rates``: for money, a CSV file of
    ``date,from,to,rate``. ``where``: a condition in SQL over the columns. ``as_``: ``pandas`` (dates, categories,
    nullable numbers, ``sources`` as lists of dicts), ``polars`` or ``arrow`` (which keeps the columns' descriptions).

    A warning tells how many facts could not be converted, and why.

    Raises:
        TablesError: the table is not there or cannot be read, or ``where`` is no condition over its columns.
        WishError: a unit is none, or nothing is converted to it.
        RatesError: the file of rates is not there or not as it must be.
        ImportError: polars is asked for and not installed.
        ValueError: ``as_`` is none of the three.
    """
    if as_ not in _FRAMES:
        raise ValueError(f"as_={as_!r} is none of {', '.join(map(repr, _FRAMES))}")
    converter = make_converter(units, rates) if units is not None else None
    if rates is not None and converter is None:
        raise ValueError("rates are for units: add one, such as units='money=EUR'")
    table = _table(_place(path), where)
    if converter is not None:
        table = _beside(table, converter.convert)
    return _FRAMES[as_](table)


def facts_of(path: str | Place, where: str | None = None) -> list[Fact]:
    """The facts of a folder of tables, or of a ``facts.parquet``, as records, those that meet a condition in SQL.

    Raises:
        TablesError: the table is not there or cannot be read, or ``where`` is no condition over its columns.
    """
    rows = _table(_place(path), where).to_pylist()
    try:
        return [
            Fact(**{**row, "sources": tuple(Source(**_known(Source, source)) for source in row["sources"])})
            for row in (_known(Fact, row) for row in rows)
        ]
    except KeyError as error:
        raise TablesError(
            f"{path} has no column {error} and so is of another version: make it anew with `factmill ingest SOURCE...`"
        ) from error


def _known(record: type, row: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: row[field.name] for field in fields(record)}


def _place(path: str | Place) -> Place:
    try:
        return place_of(path)
    except LocationError as error:
        raise TablesError(str(error)) from None


def _table(path: Place, where: str | None) -> pa.Table:
    folder = path.parent if path.suffix == ".parquet" else path
    with published(folder, "facts") as tables, duckdb.connect() as database:
        show(database, "facts", tables.path("facts"))
        sql = "SELECT * FROM facts" + (f" WHERE ({where}\n)" if where else "")
        try:
            found = database.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise sql_problem(database, error, sql) from error
        return found.cast(pq.read_schema(tables.path("facts")))


def _beside(table: pa.Table, convert: Callable[[Mapping[str, Any]], Converted]) -> pa.Table:
    """The table with the columns of converted numbers behind its own."""
    read = table.select([name for name in table.column_names if name != "sources"]).to_pylist()
    done = [convert(fact) for fact in read]
    for why, count in sorted(Counter(one.missing for one in done if one.missing).items()):
        warnings.warn(f"{count:,} left unconverted: {why}", stacklevel=4)
    for name in CONVERTED:
        kind = pa.string() if name == "converted_unit" else pa.float64()
        table = table.append_column(name, pa.array([one.columns[name] for one in done], kind))
    return table


def _as_pandas(table: pa.Table) -> Any:
    import pandas as pd

    types = {pa.float64(): pd.Float64Dtype(), pa.int64(): pd.Int64Dtype(), pa.string(): pd.StringDtype()}
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    frame = table.drop_columns(nested).to_pandas(types_mapper=types.get, date_as_object=False)
    for name in nested:
        frame[name] = pd.Series(table[name].to_pylist(), index=frame.index, dtype=object)
    frame = frame[table.column_names]
    return frame.astype({name: "category" for name in CATEGORIES if name in frame})


def _as_polars(table: pa.Table) -> Any:
    try:
        import polars
    except ImportError as error:
        raise ImportError("as_='polars' needs polars, which is not installed: pip install polars") from error
    return polars.from_arrow(table)


_FRAMES: Mapping[str, Callable[[pa.Table], Any]] = {
    "pandas": _as_pandas,
    "polars": _as_polars,
    "arrow": lambda table: table,
}
