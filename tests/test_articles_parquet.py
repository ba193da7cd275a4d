"""Parquet: every row an article or a refusal, however the row groups are shared out."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.articles import Article, Portion, Refusal, plan, read
from tests.test_articles import read_all
from tests.test_articles_json_lines import NO_ID, NO_TEXT


def parquet(folder: Path, columns: dict[str, Any], **options: Any) -> Path:
    path = folder / "news.parquet"
    pq.write_table(pa.table(columns), path, **options)
    return path


@given(st.integers(0, 30), st.integers(1, 12), st.integers(1, 4000))
@settings(max_examples=40, deadline=None)
def test_row_groups_in_any_portions_give_the_same_records(rows: int, per_group: int, size: int) -> None:
    texts = [None if row % 7 == 3 else f"Sales rose {row}%." for row in range(rows)]
    with tempfile.TemporaryDirectory() as folder:
        table = {"id": pa.array(range(rows), pa.int64()), "text": pa.array(texts, pa.string())}
        path = parquet(Path(folder), table, row_group_size=per_group)
        items = read_all(path, portion_bytes=size)
        portions = plan([path], portion_bytes=size).portions
    if not rows:
        assert items == [Refusal(str(path), str(path), "it holds no rows; put one article in each or leave it out")]
        return
    assert items == [
        Refusal(str(row), f"{path} row {row + 1}", NO_TEXT)
        if text is None
        else Article(str(row), text, f"{path} row {row + 1}")
        for row, text in enumerate(texts)
    ]
    assert len({portion.source for portion in portions}) == len(portions)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, [(0, 1), (1, 2), (2, 3)]), (1.5, [(0, 2), (2, 3)]), (9, [(0, 3)])]
)
def test_planning_cuts_by_row_groups(tmp_path: Path, share: float, expected: list[tuple[int, int]]) -> None:
    path = parquet(tmp_path, {"id": range(30), "text": ["Sales rose."] * 30}, row_group_size=10)
    group_bytes = pq.ParquetFile(path).metadata.row_group(0).total_byte_size
    portions = plan([path], portion_bytes=int(share * group_bytes)).portions
    assert [portion.row_groups for portion in portions] == expected
    assert [portion.size for portion in portions] == [group_bytes * (last - first) for first, last in expected]


def test_parquet_types(tmp_path: Path) -> None:
    path = parquet(
        tmp_path,
        {
            "id": pa.array([Decimal(1), Decimal(2), None], pa.decimal128(9, 0)),
            "text": pa.array(["One.", "Two.", "Three."]).dictionary_encode(),
            "published": pa.array([datetime(2025, 3, 31, 23), None, None], pa.timestamp("ns", "America/New_York")),
            "title": pa.array([1.5, float("nan"), None]),
            "other": pa.array([b"\xff"] * 3).cast(pa.string(), safe=False),  # not read, so no harm
        },
    )
    assert read_all(path) == [
        Article("1", "One.", f"{path} row 1", published=date(2025, 3, 31), title="1.5"),
        Article("2", "Two.", f"{path} row 2"),
        Refusal(f"{path} row 3", f"{path} row 3", NO_ID),
    ]


@pytest.mark.parametrize(
    ("column", "error"),
    [
        (pa.array([b"\xff"]).cast(pa.string(), safe=False),
         "its text cannot be read: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte; correct it"),
        (pa.array([b"One."]), "its text is binary data; write it as text"),
        (pa.array([["One."]]), "its text is a list; write it as text"),
        (pa.array([date(2025, 3, 31)]), "its text is a date; write it as text"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_text_is_refused(tmp_path: Path, column: pa.Array, error: str) -> None:
    path = parquet(tmp_path, {"id": ["a"], "text": column})
    (refusal,) = read_all(path)
    assert isinstance(refusal, Refusal)
    assert refusal.error == error


@pytest.mark.parametrize(
    ("names", "error"),
    [
        (["id", "body"], "it has no column text; it needs one id and one text, and has id, body"),
        (["ID", "text"], "it has no column id; it needs one id and one text, and has ID, text"),
        (["id", "text", "text"], "it has two columns text; it needs one id and one text, and has id, text, text"),
        ([f"c{n}" for n in range(21)], "it has no column id; it needs one id and one text, and has "
         + ", ".join(f"c{n}" for n in range(20)) + ", ..."),
    ],
)  # fmt: skip
def test_a_parquet_file_without_its_columns_is_one_refusal(tmp_path: Path, names: list[str], error: str) -> None:
    path = tmp_path / "news.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array(["x", "y"])] * len(names), names), path)
    assert read_all(path) == [Refusal(str(path), str(path), error)]


@pytest.mark.parametrize("content", [b"", b"id,text\n1,Sales rose.\n", b"PAR1" + b"\x15" * 50 + b"PAR1"])
def test_what_is_no_parquet_is_one_refusal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "news.parquet"
    path.write_bytes(content)
    (refusal,) = read_all(path)
    assert isinstance(refusal, Refusal)
    assert (refusal.doc_id, refusal.source) == (str(path), str(path))
    assert refusal.error.startswith("it is not a Parquet file: ")
    assert refusal.error.endswith("; write it again")


def test_a_damaged_row_group_does_not_stop_the_others(tmp_path: Path) -> None:
    rows = {"id": [f"r{row}" for row in range(40)], "text": [f"Sales rose {row * 7919}%." for row in range(40)]}
    path = parquet(tmp_path, rows, row_group_size=10, use_dictionary=False)
    chunk = pq.ParquetFile(path).metadata.row_group(1).column(1)
    content = bytearray(path.read_bytes())
    content[chunk.data_page_offset : chunk.data_page_offset + chunk.total_compressed_size] = (
        b"\xee" * chunk.total_compressed_size
    )
    path.write_bytes(content)
    items = read_all(path)
    assert [item.doc_id for item in items if isinstance(item, Article)] == [*rows["id"][:10], *rows["id"][20:]]
    (refusal,) = [item for item in items if isinstance(item, Refusal)]
    assert refusal.source == f"{path} row 11"
    assert refusal.error.startswith("from here its row group cannot be read: ")
    assert read_all(path, portion_bytes=1) == items


def test_a_text_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.articles.content.MAX_ARTICLE_BYTES", 1_000_000)
    path = parquet(tmp_path, {"id": ["long", "short"], "text": ["é" * 500_001, "é" * 500_000]})
    error = (
        "it is 1.0 MB long, and one article may be 1 MB; split it into its articles, or make each a record of a "
        ".jsonl file"
    )
    assert read_all(path) == [
        Refusal("long", f"{path} row 1", error),
        Article("short", "é" * 500_000, f"{path} row 2"),
    ]


def test_a_file_with_fewer_row_groups_than_planned_is_refused(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"id": [1], "text": ["One."]})
    place = f"{path} row group 3"
    error = "it has become shorter since it was planned; run again"
    assert list(read(Portion(str(path), "parquet", 1, row_groups=(2, 3)))) == [Refusal(place, place, error)]
