"""The published tables: always all of them, always with all columns, the same bytes for the same rows."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import store
from pipeline.columns import schema_of
from pipeline.mentions import Extraction
from pipeline.store import TABLES, data_dictionary, publishing
from pipeline.store.writing import in_groups

from .factories import document, extraction, mention, publish

README = Path(__file__).parent.parent / "extracted" / "README.md"


def contents(out: Path) -> dict[str, bytes]:
    return {name: store.table_path(out, name).read_bytes() for name in TABLES}


def columns_of(schema: pa.Schema | pa.StructType) -> Iterator[pa.Field]:
    for field in schema:
        yield field
        if pa.types.is_list(field.type) and pa.types.is_struct(field.type.value_type):
            yield from columns_of(field.type.value_type)


TWO = [
    extraction("a", mention(), mention(start=50, value=3.0, subject=None)),
    extraction("b", mention(doc_id="b", value=300.0)),
]


def test_the_tables_are_these() -> None:
    assert list(TABLES) == ["facts", "mentions", "documents", "numbers", "conflicts"]


def test_publishing_counts_the_rows(tmp_path: Path) -> None:
    rows = publish(tmp_path, TWO, [document("a"), document("b")])
    assert rows == {"facts": 3, "mentions": 3, "documents": 2, "numbers": 3, "conflicts": 1}
    assert rows == {name: pq.read_metadata(store.table_path(tmp_path, name)).num_rows for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("extractions", [[], TWO], ids=["no articles", "two articles"])
def test_every_table_has_its_full_schema(tmp_path: Path, name: str, extractions: list[Extraction]) -> None:
    publish(tmp_path, extractions, [document(one.doc_id) for one in extractions])
    written, expected = pq.read_schema(store.table_path(tmp_path, name)), schema_of(TABLES[name].record)
    assert written.equals(expected)
    assert [field.metadata for field in columns_of(written)] == [field.metadata for field in columns_of(expected)]


def test_what_is_published_is_what_was_extracted(tmp_path: Path) -> None:
    publish(tmp_path, TWO, [document("a"), document("b")])
    read = pq.read_table(store.table_path(tmp_path, "mentions")).to_pylist()
    assert [(row["doc_id"], row["start"], row["value"], row["subject"]) for row in read] == [
        ("a", 16, 288.0, "Model 9"),
        ("a", 50, 3.0, None),
        ("b", 16, 300.0, "Model 9"),
    ]


def test_only_the_shards_that_are_named_are_read(tmp_path: Path) -> None:
    publish(tmp_path, TWO, [document("a"), document("b")])
    rows = publish(tmp_path, TWO[:1], [document("a")])
    assert rows == {"facts": 2, "mentions": 2, "documents": 1, "numbers": 2, "conflicts": 0}
    assert len(list((tmp_path / "shards").iterdir())) == 2


def test_nothing_is_left_beside_the_tables(tmp_path: Path) -> None:
    publish(tmp_path, TWO, [document("a"), document("b")])
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".lock",
        "conflicts.parquet",
        "current",
        "documents.parquet",
        "facts.parquet",
        "mentions.parquet",
        "numbers.parquet",
        "shards",
        "versions",
    ]


def test_a_failure_on_the_way_leaves_all_tables_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, TWO, [document("a"), document("b")])
    before = contents(tmp_path)
    broken = {**TABLES, "conflicts": store.Table(TABLES["conflicts"].record, "no_such_column")}
    monkeypatch.setattr(publishing, "TABLES", broken)
    with pytest.raises(duckdb.BinderException):
        publish(tmp_path, TWO[:1], [document("a")])
    assert contents(tmp_path) == before


@pytest.fixture(scope="module")
def many() -> list[Extraction]:
    """Enough articles for ties in every order there is: all say much the same."""
    return [
        extraction(
            f"doc{number % 40:02}",
            *(
                mention(
                    doc_id=f"doc{number % 40:02}",
                    start=place,
                    subject=random.Random(number * 100 + place).choice(["Model 9", "MODEL 9", "Model 8", None]),
                    value=float(place % 4),
                )
                for place in range(12)
            ),
        )
        for number in range(40)
    ]


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_rows_are_the_same_bytes(tmp_path: Path, many: list[Extraction], threads: int, seed: int) -> None:
    documents = [document(one.doc_id, publisher=f"P{one.doc_id[-1]}") for one in many]
    publish(tmp_path / "one", many, documents, threads=2)
    shuffled = random.Random(seed).sample(many, len(many))
    publish(tmp_path / "other", shuffled, documents, threads=threads)
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=30), st.data())
def test_row_groups_do_not_show_how_rows_came(values: list[int], data: st.DataObject) -> None:
    schema = pa.schema([("value", pa.int64())])
    cuts = sorted(data.draw(st.lists(st.integers(0, len(values)), max_size=5)))
    ends = list(zip([0, *cuts], [*cuts, len(values)], strict=True))
    batches = [pa.record_batch([pa.array(values[start:end], pa.int64())], schema=schema) for start, end in ends]
    groups = list(in_groups((pa.Table.from_batches([batch]) for batch in batches), schema, 4))
    assert [group["value"].to_pylist() for group in groups] == [values[at : at + 4] for at in range(0, len(values), 4)]
    assert all(group["value"].num_chunks == 1 for group in groups)


def test_a_file_says_nothing_of_when_or_where_it_was_made(tmp_path: Path) -> None:
    publish(tmp_path, TWO, [document("a"), document("b")])
    metadata = pq.read_metadata(store.table_path(tmp_path, "facts"))
    assert metadata.created_by == f"parquet-cpp-arrow version {pa.__version__}"
    assert set(metadata.metadata) == {b"ARROW:schema"}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_a_published_file_is_described(tmp_path: Path, name: str) -> None:
    publish(tmp_path, TWO, [document("a"), document("b")])
    fields = list(columns_of(pq.read_schema(store.table_path(tmp_path, name))))
    assert len(fields) >= 7
    assert [field.name for field in fields if not (field.metadata or {}).get(b"description")] == []


@pytest.mark.parametrize("name", TABLES)
def test_pandas_reads_every_table(tmp_path: Path, name: str) -> None:
    publish(tmp_path, TWO, [document("a"), document("b")])
    frame = pd.read_parquet(store.table_path(tmp_path, name))
    assert list(frame.columns) == schema_of(TABLES[name].record).names
    assert len(frame) >= 1


def test_the_data_dictionary_is_up_to_date() -> None:
    assert README.read_text(encoding="utf-8") == data_dictionary(), (
        "the tables have changed: run `python -m pipeline.store > extracted/README.md`"
    )


def test_the_data_dictionary_tells_of_every_column() -> None:
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", data_dictionary(), re.MULTILINE | re.DOTALL))
    assert list(sections) == list(TABLES)
    for name, section in sections.items():
        told = re.findall(r"^\| `([\w.\[\]]+)` \|", section, re.MULTILINE)
        assert [column for column in told if "[]" not in column] == schema_of(TABLES[name].record).names
        assert f"`{name}.parquet`: " in section


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", data_dictionary(), re.DOTALL))
def test_what_the_data_dictionary_advises_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], snippet: str
) -> None:
    publish(tmp_path / "extracted", TWO, [document("a"), document("b")])
    monkeypatch.chdir(tmp_path)
    exec(snippet, {})
    assert "Model 9" in capsys.readouterr().out
