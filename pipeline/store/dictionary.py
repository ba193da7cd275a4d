"""The data dictionary, generated from the records: what every table and every column holds."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from pipeline.columns import schema_of
from pipeline.store.tables import TABLES

_INTRODUCTION = """\
# The tables

<!-- Generated from the records: python -m pipeline.store > extracted/README.md -->

`factmill ingest SOURCE...` puts its tables here, as Parquet files that any tool reads at any time, even while a run
replaces them. The same articles give the same files, byte for byte.

What you see are links: `facts.parquet` and the others lead through `current` to a folder of `versions/`, which holds
the tables of one run and `manifest.json`, their sizes, rows and hashes. A run replaces `current` in one step, so all
tables change at once; to read several of one run while others may be writing, read them from
`os.path.realpath("extracted/current")`. pandas opens a file twice: whoever reads at the very moment of the replacement
may get an error, never wrong rows, and reads again. `shards/` is the memory of what has been read already; deleting it
costs nothing but time. `factmill clean` removes old versions and the shards that nothing here is made of.

```python
import pandas

facts = pandas.read_parquet("extracted/facts.parquet")
print(facts[facts.dimension == "power"][["subject", "metric", "normal_value", "normal_unit", "period"]])
```

```python
import polars

facts = polars.read_parquet("extracted/facts.parquet")
print(facts.select("subject", "metric", "value", "sources").explode("sources").unnest("sources"))
```

```python
import duckdb

print(duckdb.sql("SELECT subject, metric, low, high, spread FROM 'extracted/conflicts.parquet' ORDER BY spread DESC"))
```

`facts`, `mentions`, `numbers` and `conflicts` join `documents` by `doc_id`; a mention's place in its article's text is
`text[start:end]`, in characters. Columns marked *may be null* are null where the articles do not say.
"""


def data_dictionary() -> str:
    """All tables as Markdown: how to read them, then a section a table with every column's type and meaning."""
    return "\n".join([_INTRODUCTION, *(line for name in TABLES for line in _section(name))])


def _section(name: str) -> Iterator[str]:
    record = TABLES[name].record
    yield f"## {name}\n"
    yield f"`{name}.parquet`: {_first_line(record)}\n"
    yield "| column | type | meaning |"
    yield "| --- | --- | --- |"
    for column, field in _columns(schema_of(record)):
        kind = _kind(field.type) + (", may be null" if field.nullable else "")
        meaning = field.metadata[b"description"].decode().replace("|", r"\|")
        yield f"| `{column}` | {kind} | {meaning} |"
    yield ""


def _columns(fields: pa.Schema | pa.StructType, path: str = "") -> Iterator[tuple[str, pa.Field]]:
    """The columns, and below a column of records those of the record, as ``sources[].doc_id``."""
    for field in fields:
        yield path + field.name, field
        if pa.types.is_list(field.type) and pa.types.is_struct(field.type.value_type):
            yield from _columns(field.type.value_type, f"{path}{field.name}[].")


def _kind(arrow_type: pa.DataType) -> str:
    if pa.types.is_list(arrow_type):
        return f"list of {_kind(arrow_type.value_type)}"
    if pa.types.is_struct(arrow_type):
        return "struct"
    return {"double": "float", "date32[day]": "date"}.get(str(arrow_type), str(arrow_type))


def _first_line(record: type) -> str:
    return (record.__doc__ or "").strip().splitlines()[0]
