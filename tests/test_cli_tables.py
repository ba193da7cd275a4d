"""``factmill facts`` and ``factmill conflicts``: the tables, chosen, sorted, printed."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.facts import Fact

from .factories import document, extraction, mention, publish

MENTIONS = [
    mention(subject="Model 9", value=288.0, doc_id="a", sentence="The Model 9 has [b]288[/b] kW."),
    mention(subject="MODEL 9", value=288.0, doc_id="b", sentence="So it has 288 kW."),
    mention(subject="Model 9", value=374.0, unit="PS", normal_value=275.0, normal_unit="kW", doc_id="c"),
    mention(
        subject="Acme [b]",
        metric="revenue",
        value=18.2e9,
        unit="CNY",
        dimension="money",
        doc_id="a",
        start=60,
        period="2024-Q1/2025-Q1",
        qualifier="more_than",
        status="target",
        change="increase",
    ),
    mention(
        subject="Acme [b]",
        metric="gross margin",
        low=15.0,
        high=25.0,
        unit="%",
        dimension="ratio",
        doc_id="b",
        start=90,
        qualifier="range",
        status="forecast",
        period="2025-Q2",
    ),
    mention(subject=None, metric=None, value=3.0, unit="store", dimension="count", doc_id="c", start=70, period=None),
]


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A current folder with the tables of three articles in ``extracted``."""
    documents = [
        document("a", publisher="The Post", published=date(2025, 7, 31)),
        document("b", publisher="Wire"),
        document("c"),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("tables"))
        extractions = [extraction(doc, *(one for one in MENTIONS if one.doc_id == doc)) for doc in "abc"]
        publish(Path("extracted"), extractions, documents)
        publish(Path("empty"), [], [])
        yield Path("extracted")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def lines(*arguments: str) -> list[str]:
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.rstrip() for line in result.stdout.splitlines()]


def test_facts_are_a_table() -> None:
    rows = pq.read_table("extracted/facts.parquet").to_pylist()
    ids = [row["fact_id"] for row in rows]
    assert lines("facts") == [
        "subject   metric                      number     period           status    sources  fact",
        f"Acme [b]  gross margin                15–25%     2025-Q2          forecast        1  {ids[0]}",
        f"Acme [b]  revenue       ↑ > 18.2 billion CNY     2024-Q1/2025-Q1  target          1  {ids[1]}",
        f"Model 9   power                       288 kW  ≠  2025             reported        2  {ids[2]}",
        f"Model 9   power                       374 PS  ≠  2025             reported        1  {ids[3]}",
        f"?         ?                          3 store                      reported        1  {ids[4]}",
        "5 facts",
    ]


def quantities(*options: str) -> list[float]:
    """The numbers of the facts that are printed with these options, in their order."""
    return [row["value"] or row["low"] for row in json.loads(run("facts", *options, "--format", "json").stdout)]


ALL = [15.0, 18.2e9, 288.0, 374.0, 3.0]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], ALL),
        (["extracted"], ALL),
        (["--out", "extracted"], ALL),
        (["--subject", "acme"], [15.0, 18.2e9]),
        (["--subject", "ODEL"], [288.0, 374.0]),
        (["--subject", "%"], []),
        (["--metric", "Margin"], [15.0]),
        (["--unit", "PS"], [374.0]),
        (["--unit", "kW"], [288.0, 374.0]),
        (["--unit", "W"], []),
        (["--dimension", "money"], [18.2e9]),
        (["--period", "2025"], [15.0, 18.2e9, 288.0, 374.0]),
        (["--period", "2025-Q1"], [18.2e9]),
        (["--period", "2024"], [18.2e9]),
        (["--period", "Q1"], []),
        (["--status", "target"], [18.2e9]),
        (["--status", "reported"], [288.0, 374.0, 3.0]),
        (["--doc", "b"], [15.0, 288.0]),
        (["--conflicting"], [288.0, 374.0]),
        (["--conflicting", "--doc", "b"], [288.0]),
        (["--limit", "2"], [15.0, 18.2e9]),
        (["--limit", "0"], ALL),
        (["--sort", "normal_value"], [3.0, 374.0, 288.0, 18.2e9, 15.0]),
        (["--sort=-normal_value"], [18.2e9, 288.0, 374.0, 3.0, 15.0]),
        (["--sort", "n_sources", "--limit", "1"], [15.0]),
        (["--sort=-n_sources", "--limit", "1"], [288.0]),
        (["--subject", "x' OR true --"], []),
        (["empty"], []),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_facts_can_be_chosen_and_sorted(options: list[str], found: list[float]) -> None:
    assert quantities(*options) == found


@pytest.mark.parametrize(
    ("options", "footer"),
    [
        (["--limit", "2"], "2 of 5 facts; --limit 0 for all"),
        (["--limit", "5"], "5 facts"),
        (["--dimension", "money"], "1 fact"),
        (["--subject", "nobody"], "no facts: loosen the conditions, or see all with `factmill facts`"),
    ],
)
def test_facts_end_with_how_many_there_are(options: list[str], footer: str) -> None:
    assert lines("facts", *options)[-1] == footer


@pytest.mark.parametrize("column", ["nonsense", "sources", "", 'subject"'])
def test_facts_are_sorted_by_a_column_there_is(column: str) -> None:
    result = run("facts", f"--sort=-{column}")
    known = ", ".join(field.name for field in fields(Fact) if field.name != "sources")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"factmill: no column {column!r} to sort by; there are {known}\n"


def test_facts_with_the_sentences_behind_them() -> None:
    assert lines("facts", "--sentences", "--metric", "power") == [
        "Model 9 · power · 288 kW · ≠ · 2025",
        "    The Model 9 has [b]288[/b] kW.",
        "    The Post, 2025-07-31, a, and 1 more",
        "Model 9 · power · 374 PS · ≠ · 2025",
        "    The Model 9 has 288 kW.",
        "    c",
        "2 facts",
    ]


def test_facts_as_csv() -> None:
    rows = list(csv.DictReader(StringIO(run("facts", "--format", "csv").stdout)))
    assert list(rows[0]) == [field.name for field in fields(Fact)]
    assert len(rows) == 5
    chosen = ("subject", "value", "low", "period_start", "n_sources", "first_published", "sources")
    assert [rows[2][name] for name in chosen] == [
        *("Model 9", "288.0", "", "2025-01-01", "2", "2025-07-31"),
        "a:16-22; b:16-22",
    ]


def test_facts_as_json() -> None:
    text = run("facts", "--format", "json", "--metric", "power").stdout
    rows = json.loads(text)
    assert len(text.splitlines()) == 4
    assert [list(row) for row in rows] == [[field.name for field in fields(Fact)]] * 2
    assert rows[0]["sources"][0] == {
        "doc_id": "a",
        "start": 16,
        "end": 22,
        "text": "288 kW",
        "sentence": "The Model 9 has [b]288[/b] kW.",
        "publisher": "The Post",
        "published": "2025-07-31",
        "url": None,
    }


def test_no_facts_are_an_empty_list_and_a_header() -> None:
    assert run("facts", "empty", "--format", "json").stdout == "[]\n"
    assert run("facts", "empty", "--format", "csv").stdout == ",".join(field.name for field in fields(Fact)) + "\n"


def test_a_table_that_cannot_be_read_is_told_without_a_traceback() -> None:
    Path("broken").mkdir()
    Path("broken/facts.parquet").write_text("not Parquet")
    result = run("facts", "broken")
    assert (result.exit_code, result.stdout) == (2, "")
    advice = "factmill: broken/facts.parquet cannot be read: make it anew with `factmill ingest SOURCE...` ("
    assert result.stderr.startswith(advice)


def test_conflicts_are_side_by_side() -> None:
    assert lines("conflicts") == [
        "Model 9 · power · 2025: 2 numbers, 5% apart",
        "  374 PS    c                          The Model 9 has 288 kW.",
        "  288 kW    The Post, 2025-07-31, a    The Model 9 has [b]288[/b] kW.",
        "",
        "1 conflict",
    ]


@pytest.mark.parametrize(
    ("options", "footer"),
    [
        (["--subject", "model"], "1 conflict"),
        (["--metric", "POWER"], "1 conflict"),
        (["--subject", "acme"], "0 conflicts"),
        (["--limit", "0"], "1 conflict"),
        (["empty"], "0 conflicts"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_conflicts_can_be_chosen(options: list[str], footer: str) -> None:
    assert lines("conflicts", *options)[-1] == footer


@pytest.mark.parametrize(
    ("spread", "status", "change", "heading"),
    [
        (0.0, "reported", "none", "A · b: 2 numbers, 0% apart"),
        (0.05, "reported", "none", "A · b: 2 numbers, 5% apart"),
        (0.994, "target", "none", "A · b · target: 2 numbers, 99% apart"),
        (1.0, "reported", "increase", "A · b · increase: 2 numbers, 2 times apart"),
        (2.5, "forecast", "decrease", "A · b · forecast · decrease: 2 numbers, 3.5 times apart"),
        (None, "reported", "none", "A · b: 2 numbers"),
    ],
)
def test_a_conflict_is_headed_by_what_it_is_about(spread: float | None, status: str, change: str, heading: str) -> None:
    from pipeline.cli.conflicts import heading_of

    row = {"subject": "A", "metric": "b", "period": None, "status": status, "change": change, "n_facts": 2}
    assert heading_of({**row, "kind": "different number", "facts": [], "spread": spread}) == heading


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("different period", "A · b: the same number of 2025-Q1 and of 2025-Q2"),
        ("different window", "A · b: reached within different times, 33% apart"),
        ("target against target", "A · b: 2 numbers, 33% apart"),
    ],
)
def test_the_heading_of_a_conflict_tells_its_kind(kind: str, heading: str) -> None:
    from pipeline.cli.conflicts import heading_of

    row = {"subject": "A", "metric": "b", "period": None, "status": "reported", "change": "none", "n_facts": 2}
    facts = [{"period": "2025-Q2"}, {"period": "2025-Q1"}]
    assert heading_of({**row, "kind": kind, "facts": facts, "spread": 1 / 3}) == heading


@pytest.mark.parametrize(("form", "begins"), [("table", b"subject  metric"), ("csv", b"fact_id,subject")])
def test_a_reader_who_leaves_is_no_failure(tmp_path: Path, form: str, begins: bytes) -> None:
    many = [mention(doc_id="a", start=at, value=float(at)) for at in range(3000)]
    publish(tmp_path / "many", [extraction("a", *many)], [document("a")])
    main = "__import__('pipeline.cli').cli.main()"
    command = [sys.executable, "-c", main, "facts", str(tmp_path / "many"), "--limit=0", f"--format={form}"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(begins)
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)


@pytest.mark.parametrize("command", ["facts", "conflicts"])
def test_damage_is_told_without_a_traceback(command: str) -> None:
    publish(Path("damaged"), [], [])
    version = Path("damaged") / Path("damaged/current").readlink()
    (version / "mentions.parquet").unlink()
    result = run(command, "damaged")
    assert (result.exit_code, result.stdout, result.stderr) == (
        2,
        "",
        f"factmill: {version}/mentions.parquet is missing: run `factmill ingest SOURCE... --out damaged` again, "
        "which makes it anew\n",
    )
