"""Facts in buckets: whatever is said, the facts and conflicts of ``build_facts``, and in as many parts as one likes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.columns import schema_of, table_of
from pipeline.facts import build_facts, open_database
from pipeline.facts.buckets import join_buckets, reduce_bucket, split_mentions, write_articles
from pipeline.mentions import Mention

from .factories import document, mention, unsigned

DOCUMENTS = [document(doc_id, publisher=publisher) for doc_id, publisher in zip("abcd", "xxyz", strict=True)]


def in_one_piece(mentions: list[Mention]) -> tuple[Any, Any]:
    with open_database(Path("never-needed")) as database:
        load(database, mentions)
        build_facts(database)
        return made(database)


def in_buckets(mentions: list[Mention], buckets: int) -> tuple[Any, Any]:
    """Two parts, the articles a and b and the others."""
    with TemporaryDirectory() as name, open_database(Path("never-needed")) as database:
        folder = Path(name)
        load(database, mentions)
        write_articles(database, folder)
        for part in ("ab", "cd"):
            with open_database(Path("never-needed")) as worker:
                worker.register("mentions", table_of(Mention, [one for one in mentions if one.doc_id in part]))
                split_mentions(worker, folder, part, buckets)
        for bucket in range(buckets):
            with open_database(Path("never-needed")) as worker:
                reduce_bucket(worker, folder, bucket)
        join_buckets(database, folder)
        return made(database)


def load(database: duckdb.DuckDBPyConnection, mentions: list[Mention]) -> None:
    database.register("mentions", table_of(Mention, mentions))
    database.register("documents", table_of(type(DOCUMENTS[0]), DOCUMENTS))
    database.register("signatures", unsigned())


def made(database: duckdb.DuckDBPyConnection) -> tuple[Any, Any]:
    facts = database.sql("SELECT * FROM facts ORDER BY fact_id").to_arrow_table()
    return facts, database.sql("SELECT * FROM conflicts ORDER BY conflict_id").to_arrow_table()


def waited(doc_id: str, hours: int) -> list[Mention]:
    """ "240,000 orders in 18 hours": two mentions of one sentence."""
    known = {"doc_id": doc_id, "sentence": f"It took 240,000 orders in {hours} hours.", "subject": "Model 9"}
    orders = {"text": "240,000 orders", "value": 240_000.0, "unit": "order", "dimension": "count", "metric": "orders"}
    time = {"text": f"{hours} hours", "value": float(hours), "unit": "hour", "dimension": "time", "metric": None}
    return [mention(start=8, **orders, **known), mention(start=26, **time, **known)]


CASES = {
    "nothing": [],
    "one article again, and a contradiction": [
        mention(doc_id="a"),
        mention(doc_id="b"),
        mention(doc_id="c", value=310.0),
    ],
    "a rounding is absorbed": [
        mention(doc_id="a", value=136_854.0),
        mention(doc_id="b", value=137_000.0, qualifier="approx"),
    ],
    "a duplicate leaves its subject open, another its period": [
        mention(doc_id="a"),
        mention(doc_id="b", subject=None),
        mention(doc_id="c", period=None),
    ],
    "a target against a target": [
        mention(doc_id="a", status="target"),
        mention(doc_id="b", status="target", value=400.0),
    ],
    "different windows": [*waited("a", 18), *waited("c", 24)],
    "metrics left open": [mention(doc_id="a", metric=None), mention(doc_id="a", metric=None, start=90)],
}


@pytest.mark.parametrize("mentions", CASES.values(), ids=CASES)
def test_buckets_change_nothing(mentions: list[Mention]) -> None:
    facts, conflicts = in_one_piece(mentions)
    for buckets in (1, 5):
        assert in_buckets(mentions, buckets) == (facts, conflicts)


def test_the_cases_are_what_they_say() -> None:
    """So that buckets have something to get wrong."""
    kinds = {name: in_one_piece(mentions)[1]["kind"].to_pylist() for name, mentions in CASES.items()}
    assert {name: found for name, found in kinds.items() if found} == {
        "one article again, and a contradiction": ["different number"],
        "a target against a target": ["target against target"],
        "different windows": ["different window"],
    }
    facts, _ = in_one_piece(CASES["a duplicate leaves its subject open, another its period"])
    assert facts["duplicate_of"].null_count == 1
    assert in_one_piece(CASES["a rounding is absorbed"])[0]["n_mentions"].to_pylist() == [2]


some = st.builds(
    mention,
    doc_id=st.sampled_from("abcd"),
    start=st.integers(0, 400),
    value=st.sampled_from([18.0, 18.2, 18.23, 24.0, 300.0, 310.0]),
    unit=st.sampled_from(["kW", "hour"]),
    dimension=st.sampled_from(["power", "time", "count", "money"]),
    qualifier=st.sampled_from(["exact", "exact", "approx", "more_than"]),
    status=st.sampled_from(["reported", "reported", "target"]),
    change=st.sampled_from(["none", "none", "increase"]),
    subject=st.sampled_from(["Model 9", "model 9", "Other", None]),
    metric=st.sampled_from(["power", "Power", "price", None]),
    period=st.sampled_from(["2024", "2025", "2025", None]),
)


@settings(max_examples=25)
@given(
    st.lists(some, max_size=25, unique_by=lambda one: (one.doc_id, one.start)),
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([18, 24])), max_size=3, unique_by=lambda one: one[0]),
    st.integers(1, 4),
)
def test_whatever_is_said_buckets_change_nothing(
    mentions: list[Mention], waits: list[tuple[str, int]], buckets: int
) -> None:
    apart = [one for one in mentions if not 0 <= one.start <= 40 or one.doc_id not in dict(waits)]
    said = [*apart, *(one for wait in waits for one in waited(*wait))]
    assert in_buckets(said, buckets) == in_one_piece(said)


def test_a_part_of_no_articles_and_one_done_twice_are_none_the_worse(tmp_path: Path) -> None:
    mentions = CASES["one article again, and a contradiction"]
    with open_database(Path("never-needed")) as database:
        load(database, mentions)
        write_articles(database, tmp_path)
        split_mentions(database, tmp_path, "all", 3)
        split_mentions(database, tmp_path, "all", 3)
        with open_database(Path("never-needed")) as worker:
            worker.register("mentions", schema_of(Mention).empty_table())
            split_mentions(worker, tmp_path, "none", 3)
        for bucket in (0, 1, 2, 2):
            with open_database(Path("never-needed")) as worker:
                reduce_bucket(worker, tmp_path, bucket)
        join_buckets(database, tmp_path)
        assert made(database) == in_one_piece(mentions)
    assert not list(tmp_path.glob("*/.*"))
