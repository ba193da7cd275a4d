"""Records and their columns: one frozen dataclass a table, the Arrow schema derived from it.

A record names every column once, as ``name: Annotated[type, "what it holds"]``. The type gives the Arrow type, the
text becomes the column's description in the Parquet file and in the data dictionary, so the three cannot drift apart.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from hashlib import blake2b
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

_SCALARS: Mapping[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
}


@cache
def schema_of(record: type) -> pa.Schema:
    """The Arrow schema of a record class, every field carrying its description.

    Raises:
        TypeError: a field is not written ``Annotated[type, "description"]``, or its type has no Arrow counterpart.
    """
    return pa.schema(_arrow_fields(record))


def table_of(record: type, rows: Iterable[Any]) -> pa.Table:
    """Instances of a record class as an Arrow table with the full schema, whether or not there are any rows."""
    schema = schema_of(record)
    return pa.Table.from_pylist([row_of(row) for row in rows], schema=schema)


def row_of(record: Any) -> dict[str, Any]:
    """A record as a plain dict, records inside it likewise: the edge where data is written out."""
    return {field.name: _plain(getattr(record, field.name)) for field in fields(record)}


def stable_id(prefix: str, *parts: object) -> str:
    """An identifier that depends on its parts alone: the same from run to run and from machine to machine.

    Floats count by their 12 significant digits, so that the order of arithmetic cannot change an id.
    """
    digest = blake2b(digest_size=8)
    for part in parts:
        written = f"{part:.12g}" if isinstance(part, float) else "\x00" if part is None else str(part)
        digest.update(written.encode("utf-8") + b"\x1f")
    return f"{prefix}{digest.hexdigest()}"


def _arrow_fields(record: type) -> list[pa.Field]:
    hints = get_type_hints(record, include_extras=True)
    return [_arrow_field(record, field.name, hints[field.name]) for field in fields(record)]


def _arrow_field(record: type, name: str, hint: Any) -> pa.Field:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{record.__name__}.{name} needs a description: write Annotated[{hint}, 'what it holds']")
    kind, description = get_args(hint)
    arrow_type, nullable = _arrow_type(kind)
    return pa.field(name, arrow_type, nullable=nullable, metadata={"description": description})


def _arrow_type(kind: Any) -> tuple[pa.DataType, bool]:
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = [part for part in get_args(kind) if part is not type(None)]
        return _arrow_type(inner)[0], True
    if get_origin(kind) is tuple:
        item = _arrow_type(get_args(kind)[0])[0]
        return pa.list_(pa.field("item", item, nullable=False)), False
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        return pa.struct(_arrow_fields(kind)), False
    if kind in _SCALARS:
        return _SCALARS[kind], False
    raise TypeError(
        f"no Arrow type for {kind}; known are {', '.join(t.__name__ for t in _SCALARS)}, tuples and records"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return row_of(value) if hasattr(value, "__dataclass_fields__") else value
