"""Facts in a notebook: frames with types, records, and how a record shows itself."""

from __future__ import annotations

import builtins
import subprocess
import sys
import warnings
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import pipeline
from pipeline.columns import schema_of
from pipeline.explore import TablesError, tables
from pipeline.explore.tables import NAMES
from pipeline.facts import Fact, Source
from pipeline.store import TABLES, table_path

from .factories import document, extraction, mention, publish

ROOT = Path(__file__).parent.parent
COLUMNS = [field.name for field in fields(Fact)]
CONVERTED = ["converted_value", "converted_low", "converted_high", "converted_unit"]

MENTIONS = [
    mention(value=374.0, unit="metric_horsepower", normal_value=275.08, normal_unit="kW"),
    mention(start=50, low=15.0, high=25.0, unit="%", dimension="ratio", metric="margin", qualifier="range"),
    mention(start=90, value=3.0, unit="store", dimension="count", subject=None, metric=None, period=None),
    mention(start=120, value=80.0, unit="CNY", dimension="money", metric="revenue", period="2024"),
    mention(start=150, value=80.0, unit="JPY", dimension="money", metric="profit", period="2024"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tables")
    publish(out, [extraction("a", *MENTIONS)], [document("a", publisher="The Post", published=date(2025, 7, 31))])
    (out / "rates.csv").write_text("date,from,to,rate\n2024-12-31,CNY,EUR,0.125\n")
    return out


def test_a_frame_has_types_that_mean_something(folder: Path) -> None:
    frame = pipeline.load_facts(folder)
    assert list(frame.columns) == COLUMNS
    kinds = {name: str(kind).partition("[")[0] for name, kind in frame.dtypes.items()}
    categories = ("subject", "metric", "unit", "dimension", "normal_unit", "qualifier", "change", "status")
    floats = ("value", "low", "high", "normal_value", "normal_low", "normal_high", "confidence")
    days = ("period_start", "period_end", "first_published", "last_published")
    assert kinds == {
        **dict.fromkeys(COLUMNS, "string"),
        **dict.fromkeys(categories, "category"),
        **dict.fromkeys(floats, "Float64"),
        **dict.fromkeys(days, "datetime64"),
        **dict.fromkeys(("n_mentions", "n_documents", "n_sources"), "Int64"),
        "sources": "object",
    }
    margin = frame[frame.metric == "margin"].iloc[0]
    assert margin["value"] is pd.NA
    assert (margin["low"], margin["first_published"]) == (15.0, pd.Timestamp(2025, 7, 31))
    assert margin["sources"] == [
        {
            "doc_id": "a",
            "start": 50,
            "end": 54,
            "text": "15 %",
            "sentence": "The Model 9 has 288 kW.",
            "publisher": "The Post",
            "published": date(2025, 7, 31),
            "url": None,
        }
    ]


@pytest.mark.parametrize(
    ("where", "metrics"),
    [
        (None, ["margin", "power", "profit", "revenue", None]),
        ("dimension = 'money' AND normal_value > 1", ["profit", "revenue"]),
        ("subject IS NULL", [None]),
        ("false", []),
    ],
)
@pytest.mark.parametrize("of_file", [False, True], ids=["folder", "file"])
def test_the_facts_that_meet_a_condition(folder: Path, where: str | None, metrics: list[str], of_file: bool) -> None:
    path = table_path(folder, "facts") if of_file else folder
    frame = pipeline.load_facts(str(path), where=where)
    assert [None if pd.isna(metric) else metric for metric in frame.metric] == metrics
    assert [fact.metric for fact in pipeline.facts_of(path, where=where)] == metrics


def test_records_are_what_was_published(folder: Path) -> None:
    fact = pipeline.facts_of(folder, where="metric = 'margin'")[0]
    assert (fact.low, fact.high, fact.period_end, fact.n_sources) == (15.0, 25.0, date(2025, 12, 31), 1)
    said = ("a", 50, 54, "15 %", "The Model 9 has 288 kW.", "The Post", date(2025, 7, 31), None)
    assert fact.sources == (Source(*said),)
    assert pipeline.facts_of(folder)[0] == fact


def test_converted_numbers_stand_beside_a_facts_own(folder: Path) -> None:
    with pytest.warns(UserWarning, match=r"^1 left unconverted: no rate from JPY to EUR on its date or in the year"):
        frame = pipeline.load_facts(folder, units={"money": "EUR", "power": "kW"}, rates=folder / "rates.csv")
    assert list(frame.columns) == [*COLUMNS, *CONVERTED]
    assert [str(frame[name].dtype) for name in CONVERTED] == [*["Float64"] * 3, "category"]
    told = frame[["metric", "value", "converted_value", "converted_unit"]].astype(object)
    assert told.where(told.notna(), None).to_numpy().tolist() == [
        ["margin", None, None, None],
        ["power", 374.0, 275.0765325, "kW"],
        ["profit", 80.0, None, None],
        ["revenue", 80.0, 10.0, "EUR"],
        [None, 3.0, None, None],
    ]


def test_arrow_keeps_the_descriptions_and_polars_the_columns(folder: Path) -> None:
    table = pipeline.load_facts(folder, as_="arrow")
    assert isinstance(table, pa.Table)
    assert table.schema.equals(schema_of(Fact))
    assert [field.metadata for field in table.schema] == [field.metadata for field in schema_of(Fact)]
    frame = pipeline.load_facts(folder, units="kW", as_="polars")
    assert isinstance(frame, pl.DataFrame)
    assert frame.columns == [*COLUMNS, *CONVERTED]
    assert frame["sources"].list.len().to_list() == [1] * 5


def test_an_empty_folder_has_all_columns(tmp_path: Path) -> None:
    publish(tmp_path, [], [])
    frame = pipeline.load_facts(tmp_path, units="kW")
    assert (len(frame), list(frame.columns)) == (0, [*COLUMNS, *CONVERTED])
    assert str(frame["period_end"].dtype).startswith("datetime64")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"where": "powr > 3"}, 'Binder Error: Referenced column "powr" not found in FROM clause!'),
        ({"where": "powr > 3"}, f"; facts has the columns {', '.join(COLUMNS)}"),
        ({"where": "value >"}, 'Parser Error: syntax error at or near ">"'),
        ({"as_": "excel"}, "as_='excel' is none of 'pandas', 'polars', 'arrow'"),
        ({"units": "kWx"}, "there is no unit 'kWx': did you mean"),
        ({"rates": "rates.csv"}, "rates are for units: add one, such as units='money=EUR'"),
    ],
)
def test_what_was_asked_wrongly(folder: Path, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is compared
        pipeline.load_facts(folder, **given)
    assert message.replace(' at or near ">"', "") in str(raised.value).replace(" at end of input", "")
    assert "\n" not in str(raised.value)


def test_the_tables_are_those_that_are_published() -> None:
    assert list(NAMES) == list(TABLES)
    assert [tables.table_path(Path("out"), name) for name in NAMES] == [table_path(Path("out"), name) for name in NAMES]


def test_no_tables(tmp_path: Path) -> None:
    with pytest.raises(TablesError) as raised:
        pipeline.load_facts(tmp_path / "nowhere")
    missing = tmp_path / "nowhere" / "facts.parquet"
    assert str(raised.value) == (
        f"there is no {missing}: make it with `factmill ingest SOURCE... --out {missing.parent}`"
    )


def test_polars_is_asked_for_where_it_is_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_polars(name: str, *rest: Any, **named: Any) -> Any:
        if name == "polars":
            raise ImportError("No module named 'polars'")
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_polars)
    with pytest.raises(ImportError) as raised:
        pipeline.load_facts(folder, as_="polars")
    assert str(raised.value) == "as_='polars' needs polars, which is not installed: pip install polars"


def test_import_pipeline_is_light() -> None:
    code = "import sys, pipeline; print(sorted(set(sys.modules) & {'duckdb', 'pandas', 'pyarrow', 'spacy', 'pint'}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout == "[]\n"
    with pytest.raises(AttributeError, match=r"^module 'pipeline' has no attribute 'load_fact'$"):
        _ = pipeline.load_fact


def test_nothing_is_warned_of_where_all_is_well(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pipeline.load_facts(folder, units="kW")


def test_a_fact_shows_itself_and_escapes_what_articles_wrote() -> None:
    bad = '<script>alert("1 & 2")</script>'
    sources = (
        Source("a", 1, 2, "3 kg", bad, bad, date(2025, 7, 31), 'https://x.example/?a="b"&c'),
        Source("b", 1, 2, "3 kg", "It weighs 3 kg.", None, None, "javascript:alert(1)"),
    )
    nothing = dict.fromkeys(COLUMNS)
    given: dict[str, Any] = {
        **nothing,
        "fact_id": "f1",
        "subject": bad,
        "value": 3.0,
        "unit": "kg",
        "qualifier": "approx",
        "change": "none",
        "status": "target",
        "period": "2025",
        "confidence": 0.5,
        "conflict_id": "c1",
        "sources": sources,
    }
    escaped = "&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;"
    assert Fact(**given)._repr_html_() == (
        f"<div><strong>{escaped} · ? · ≈ 3 kg · 2025 · target</strong> <em>contradicted: c1</em> "
        "<small>f1, confidence 0.50</small><table>"
        f'<tr><td><a href="https://x.example/?a=&quot;b&quot;&amp;c" rel="noopener noreferrer">'
        f"{escaped}, 2025-07-31, a</a></td><td>{escaped}</td></tr>"
        "<tr><td>b</td><td>It weighs 3 kg.</td></tr></table></div>"
    )
