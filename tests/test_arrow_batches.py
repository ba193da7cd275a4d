"""``extract_batches``: articles and mentions as Arrow batches, by itself and in the engines that map batches."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import pipeline
from pipeline.articles import Article, Refusal
from pipeline.columns import schema_of, table_of
from pipeline.mentions import Mention, extract

ROWS: list[dict[str, Any]] = [
    {"id": "a", "text": "Revenue rose 5% to $12 million last year.", "title": "Acme", "published": date(2025, 3, 1)},
    {"id": "b", "text": "No number here.", "title": None, "published": None},
    {"id": "c", "text": "The pump delivers 40 kW.", "title": None, "published": None},
]


def batch(*rows: dict[str, Any]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(list(rows))


def expected(*rows: dict[str, Any]) -> pa.Table:
    known = [{**row, "doc_id": row["id"], "source": row["id"]} for row in rows]
    articles = [Article(**{key: value for key, value in row.items() if key != "id"}) for row in known]
    return table_of(Mention, (mention for article in articles for mention in extract(article).mentions))


def test_mentions_come_as_from_single_articles() -> None:
    found = list(pipeline.extract_batches([batch(*ROWS[:2]), batch(), batch(ROWS[2])][::2]))
    assert [one.schema for one in found] == [schema_of(Mention)] * 2
    assert pa.Table.from_batches(found).equals(expected(*ROWS))
    assert found[0].schema.metadata == schema_of(Mention).metadata


def test_batches_are_read_one_at_a_time() -> None:
    asked: list[str] = []

    def source() -> Any:
        for row in ROWS:
            asked.append(row["id"])
            yield batch(row)

    mentions = pipeline.extract_batches(source())
    next(mentions)
    assert asked == ["a"]


def test_what_cannot_be_read_is_handed_over() -> None:
    refused: list[Refusal] = []
    found = pipeline.extract_batches([batch({"id": "x", "text": None}, ROWS[2])], refused=refused.append)
    assert pa.Table.from_batches(found).equals(expected(ROWS[2]))
    assert [(one.doc_id, one.source) for one in refused] == [("x", "batch 0 row 1")]


def test_a_batch_without_text_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match=r"^batch 0 has no column text; it needs id and text, and has id, body$"):
        next(pipeline.extract_batches([batch({"id": "a", "body": "x"})]))


def frame_of_mentions(articles: pd.DataFrame) -> pd.DataFrame:
    """What an engine of data frames maps, as docs/scaling.md has it."""
    batches = pa.Table.from_pandas(articles, preserve_index=False).to_batches()
    found: pd.DataFrame = pa.Table.from_batches(pipeline.extract_batches(batches), schema_of(Mention)).to_pandas()
    return found


def test_dask_maps_it() -> None:
    dask_frames = pytest.importorskip("dask.dataframe")
    articles = dask_frames.from_pandas(pd.DataFrame(ROWS), npartitions=2)
    meta = schema_of(Mention).empty_table().to_pandas()
    found = articles.map_partitions(frame_of_mentions, meta=meta).compute(scheduler="processes", num_workers=2)
    assert found.reset_index(drop=True)["mention_id"].tolist() == expected(*ROWS)["mention_id"].to_pylist()


@pytest.mark.slow
def test_ray_maps_it() -> None:
    ray_data = pytest.importorskip("ray.data")
    found = ray_data.from_pandas(pd.DataFrame(ROWS)).map_batches(frame_of_mentions, batch_format="pandas").to_pandas()
    assert found["mention_id"].tolist() == expected(*ROWS)["mention_id"].to_pylist()


@pytest.mark.slow
def test_spark_maps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    sql = pytest.importorskip("pyspark.sql")
    types = pytest.importorskip("pyspark.sql.pandas.types")
    spark = sql.SparkSession.builder.master("local[1]").getOrCreate()
    try:
        articles = spark.createDataFrame(pd.DataFrame(ROWS).fillna({"title": ""})[["id", "text"]])
        found = articles.mapInArrow(pipeline.extract_batches, types.from_arrow_schema(schema_of(Mention)))
        texts = [{"id": row["id"], "text": row["text"]} for row in ROWS]
        assert [row.mention_id for row in found.collect()] == expected(*texts)["mention_id"].to_pylist()
    finally:
        spark.stop()
