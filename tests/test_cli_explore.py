"""``factmill explain``, ``diff``, ``query``, ``facts --units``: what each prints, and says to wrong usage."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.cli.explain import _print
from pipeline.explore import explain
from pipeline.facts import Fact
from pipeline.mentions import Mention
from pipeline.store import TABLES

from .factories import document, extraction, mention, publish

REASONS = ("quantity: number with a unit", "subject: a name in its sentence (0.90)")
DOCUMENTS = [
    document("a", publisher="The Post", published=date(2025, 7, 31), url="https://post.example/a"),
    document("b"),
]


def power(value: float, doc_id: str = "a", **given: object) -> Mention:
    return mention(value=value, doc_id=doc_id, sentence=f"The [b]Model 9[/b] has {value:g} kW.", **given)


OLD = [
    power(288.0),
    power(288.0, "b"),
    power(100.0, start=50, subject="Alpha"),
    power(200.0, start=60, subject="Alpha"),
    mention(start=70, metric="mass", value=5.0, unit="kg", dimension="mass"),
    mention(start=80, subject=None, metric=None, value=3.0, unit="km", dimension="length", period=None),
]
NEW = [
    power(288.0),
    power(310.0, "b"),
    power(150.0, start=50, subject="ALPHA"),
    mention(start=80, subject=None, metric=None, value=4.0, unit="km", dimension="length", period=None),
    mention(start=90, metric="range", value=500.0, unit="km", dimension="length", period="2026"),
    mention(
        start=100,
        metric="price",
        low=200.0,
        high=300.0,
        unit="CNY",
        dimension="money",
        qualifier="range",
        period="2024",
    ),
    mention(start=110, metric="temperature", value=20.0, unit="degC", dimension="temperature", change="increase"),
    mention(start=120, metric="margin", value=20.0, unit="%", dimension="ratio"),
    mention(start=130, metric="cost", value=20.0, unit="USD", dimension="money", period="2024"),
]


@pytest.fixture(scope="module", autouse=True)
def _folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A current folder with the tables ``extracted`` and, of an earlier run, ``old``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("tables"))
        for name, mentions in (("old", OLD), ("extracted", NEW)):
            of_each = [extraction(doc, *(one for one in mentions if one.doc_id == doc)) for doc in "ab"]
            publish(Path(name), of_each, DOCUMENTS)
        publish(Path("empty"), [], [])
        Path("rates.csv").write_text("date,from,to,rate\n2024-12-31,CNY,EUR,0.125\n")
        yield


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def lines(*arguments: str) -> list[str]:
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.rstrip() for line in result.stdout.splitlines()]


def told(*arguments: str) -> str:
    """What wrong usage is told."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    return result.stderr.removeprefix("factmill: ").rstrip()


def id_of(metric: str | None, value: float, folder: str = "extracted") -> str:
    rows = pq.read_table(f"{folder}/facts.parquet").to_pylist()
    return next(str(row["fact_id"]) for row in rows if (row["metric"], row["value"]) == (metric, value))


# --- explain


def test_explain_prints_all_that_is_known() -> None:
    one, other = id_of("power", 288.0), id_of("power", 310.0)
    assert lines("explain", one) == [
        "Model 9 · power · 288 kW · ≠ · 2025",
        f"reported · confidence 0.90 · stated 1 time · by 1 publisher · {one}",
        "",
        "The Post, 2025-07-31, a, https://post.example/a",
        "    The [b]Model 9[/b] has [[288 kW]].",
        "    quantity: number with a unit",
        "    subject: a name in its sentence (0.90)",
        "    confidence: 0.90",
        "",
        "Contradicted by 1 other fact",
        "",
        f"310 kW · b · {other}",
        "    The [b]Model 9[/b] has [[310 kW]].",
    ]


def test_explain_tells_of_every_source() -> None:
    shown = lines("explain", id_of("power", 288.0, "old"), "old")
    assert shown[0] == "Model 9 · power · 288 kW · 2025"
    assert [line for line in shown if line.endswith("[[288 kW]].")] == ["    The [b]Model 9[/b] has [[288 kW]]."] * 2
    assert shown[8:10] == ["", "b"]


def test_explain_marks_in_bold_on_a_terminal() -> None:
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=40, color_system="standard", highlight=False)
    _print(console, explain(Path("extracted"), id_of("power", 288.0)))
    assert "    The [b]Model 9[/b] has \x1b[1;4m288 kW\x1b[0m.\n" in screen.getvalue()


def test_the_beginning_of_an_id_is_enough() -> None:
    whole = id_of("range", 500.0)
    ids = [row["fact_id"] for row in pq.read_table("extracted/facts.parquet").to_pylist()]
    shortest = next(whole[:n] for n in range(1, 18) if sum(one.startswith(whole[:n]) for one in ids) == 1)
    assert lines("explain", shortest) == lines("explain", whole, "--out", "extracted")


def test_an_unknown_id_says_where_ids_are_to_be_found() -> None:
    assert told("explain", "xyz", "old") == (
        "no fact of old has an id that begins with 'xyz': `factmill facts old` prints the ids, last"
    )


def test_an_ambiguous_id_names_the_facts_and_what_to_type() -> None:
    rows = sorted(pq.read_table("old/facts.parquet").to_pylist(), key=lambda row: str(row["fact_id"]))
    message = told("explain", "f", "old")
    assert len(rows) == 5
    assert message.startswith(f"several facts have ids that begin with 'f': {rows[0]['fact_id']} is ")
    assert all(f"{row['fact_id']} is " in message for row in rows)
    assert f"{id_of('power', 288.0, 'old')} is Model 9 · power · 288 kW · 2025" in message
    suggested = message.rpartition("`factmill explain ")[2].removesuffix(" old`")
    assert [row["fact_id"] for row in rows if str(row["fact_id"]).startswith(suggested)] == [rows[0]["fact_id"]]


@pytest.mark.parametrize("command", [("explain", "f1"), ("query", "SELECT 1"), ("diff", "old")], ids=" ".join)
def test_no_tables(command: tuple[str, ...]) -> None:
    assert told(*command, "nowhere") == (
        "there is no nowhere/facts.parquet: make it with `factmill ingest SOURCE... --out nowhere`"
    )


def test_tables_of_another_version_are_to_be_made_anew() -> None:
    publish(Path("early"), [extraction("a", *OLD[:1])], DOCUMENTS[:1])
    lacking = {"mentions": "reasons", "facts": "normal_unit", "conflicts": "kind", "documents": "error"}
    tables = {name: pq.read_table(f"early/{name}.parquet") for name in lacking}
    Path("early/current").unlink()  # plain files, as of a version before there were links
    for name, table in tables.items():
        Path(f"early/{name}.parquet").unlink()
        pq.write_table(table.drop_columns([lacking[name]]), f"early/{name}.parquet")
    for command, of in ((("explain", "f", "early"), "early"), (("diff", "early", "old"), "early or old")):
        message = told(*command)
        assert message.startswith(f"the tables of {of} are of another version (Binder Error: Referenced column ")
        assert message.endswith("): make them anew with `factmill ingest SOURCE...`")


# --- diff


def test_diff_is_a_table() -> None:
    assert [" ".join(line.split()) for line in lines("diff", "old", "extracted")] == [
        "subject metric before after period articles fact",
        f"~ ALPHA power 100 kW 150 kW 2025 a {id_of('power', 150.0)}",
        f"- Alpha power 200 kW 2025 a {id_of('power', 200.0, 'old')}",
        f"+ Model 9 cost 20 USD 2024 a {id_of('cost', 20.0)}",
        f"+ Model 9 margin 20% 2025 a {id_of('margin', 20.0)}",
        f"- Model 9 mass 5 kg 2025 a {id_of('mass', 5.0, 'old')}",
        f"+ Model 9 power 310 kW 2025 b {id_of('power', 310.0)}",
        f"~ Model 9 power 288 kW 288 kW 2025 -b {id_of('power', 288.0)}",
        *(line for line in [f"+ Model 9 price 200–300 CNY 2024 a {_range_id()}"]),
        f"+ Model 9 range 500 km 2026 a {id_of('range', 500.0)}",
        f"+ Model 9 temperature ↑ 20 degC 2025 a {id_of('temperature', 20.0)}",
        f"+ ? ? 4 km a {id_of(None, 4.0)}",
        f"- ? ? 3 km a {id_of(None, 3.0, 'old')}",
        "7 facts added, 3 gone, 2 changed (1 in number, 1 in sources)",
    ]


def _range_id() -> str:
    return next(str(row["fact_id"]) for row in pq.read_table("extracted/facts.parquet").to_pylist() if row["high"])


def test_diff_as_json() -> None:
    rows = json.loads(run("diff", "old", "extracted", "--format", "json").stdout)
    assert [row["kind"] for row in rows].count("changed") == 2
    about = {"subject": "ALPHA", "metric": "power", "dimension": "power", "period": "2025"}
    numbers = {"low": None, "high": None, "unit": "kW", "qualifier": "exact", "articles": ["a"]}
    assert rows[0] == {
        "kind": "changed",
        "what": "number",
        **about,
        "status": "reported",
        "change": "none",
        "before": {"fact_id": id_of("power", 100.0, "old"), "value": 100.0, **numbers},
        "after": {"fact_id": id_of("power", 150.0), "value": 150.0, **numbers},
    }


@pytest.mark.parametrize(
    ("arguments", "footer"),
    [
        (["old", "old"], "no differences"),
        (["empty", "empty"], "no differences"),
        (["empty", "old"], "5 facts added, 0 gone, 0 changed"),
        (["old", "empty"], "0 facts added, 5 gone, 0 changed"),
        (["old", "empty", "--limit", "2"], "0 facts added, 5 gone, 0 changed; 2 of 5 shown, --limit 0 for all"),
        (["old", "empty", "--limit", "0"], "0 facts added, 5 gone, 0 changed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_diff_ends_with_how_many_there_are(arguments: list[str], footer: str) -> None:
    assert lines("diff", *arguments)[-1] == footer


def test_no_differences_are_an_empty_list() -> None:
    assert run("diff", "old", "old", "--format", "json").stdout == "[]\n"


# --- query


def test_query_prints_a_table() -> None:
    assert lines("query", "SELECT metric, value FROM facts WHERE value > 300 ORDER BY value", "extracted") == [
        "┌─────────┬────────┐",
        "│ metric  │ value  │",
        "│ varchar │ double │",
        "├─────────┼────────┤",
        "│ power   │  310.0 │",
        "│ range   │  500.0 │",
        "└─────────┴────────┘",
        "",
    ]


@pytest.mark.parametrize("name", TABLES)
def test_query_knows_every_table_by_its_name(name: str) -> None:
    rows = json.loads(run("query", f"SELECT count(*) AS n FROM {name}", "--format", "json").stdout)
    assert rows == [{"n": pq.read_metadata(f"extracted/{name}.parquet").num_rows}]


def test_query_as_csv_and_json() -> None:
    sql = "SELECT DATE '2025-07-31' AS day, 1.5 AS d, NULL AS none, [1, 2] AS list, 'a,b' AS text, 2 AS text"
    shown = run("query", sql, "--format", "csv").stdout
    assert shown == 'day,d,none,list,text,text_1\n2025-07-31,1.5,,"[1, 2]","a,b",2\n'
    assert json.loads(run("query", sql, "--format", "json").stdout) == [
        {"day": "2025-07-31", "d": 1.5, "none": None, "list": [1, 2], "text": "a,b", "text_1": 2}
    ]


@pytest.mark.parametrize(("limit", "found"), [("2", 2), ("0", 60), ("50", 50)])
def test_query_cuts_a_long_table(limit: str, found: int) -> None:
    shown = lines("query", "SELECT 'row' AS r FROM range(60)", "--limit", limit)
    assert sum("│ row " in line for line in shown) == found


COLUMNS = ", ".join(Fact.__dataclass_fields__)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "SELECT powr FROM facts",
            'Binder Error: Referenced column "powr" not found in FROM clause! Candidate bindings: ',
        ),
        ("SELECT powr FROM facts", f"; facts has the columns {COLUMNS}"),
        (
            "SELECT * FROM fact",
            'Catalog Error: Table with name fact does not exist! Did you mean "facts"?; '
            "the tables are facts, mentions, documents, numbers, conflicts",
        ),
        ("SELEC 1", 'Parser Error: syntax error at or near "SELEC"; the tables are facts, mentions, documents'),
        ("SELECT error('late') FROM facts", f"Invalid Input Error: late; facts has the columns {COLUMNS}"),
        ("", "0 statements instead of one; write a SELECT such as SELECT * FROM facts"),
        ("SELECT 1; SELECT 2", "2 statements instead of one; write a SELECT such as SELECT * FROM facts"),
        (
            "COPY facts TO 'stolen.csv'",
            "a statement of the kind COPY does more than read; write a SELECT such as SELECT * FROM facts",
        ),
        ("DROP VIEW facts", "a statement of the kind DROP does more than read; "),
        ("ATTACH 'new.db'", "a statement of the kind ATTACH does more than read; "),
        (
            "WITH x AS (COPY (SELECT 1) TO 'stolen.csv') FROM x",
            'Permission Error: Cannot access file "stolen.csv" - file system operations are disabled by configuration',
        ),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO 'stolen.csv'", 'Permission Error: Cannot access file "stolen.csv"'),
        ("FROM 'extracted/facts.parquet'", 'Permission Error: Cannot access file "extracted/facts.parquet"'),
        ("INSERT INTO facts SELECT * FROM facts", "a statement of the kind INSERT does more than read; "),
    ],
)
def test_query_tells_what_is_wrong_in_one_line(sql: str, message: str) -> None:
    before = sorted(path.name for path in Path().iterdir())
    assert message in told("query", sql)
    assert sorted(path.name for path in Path().iterdir()) == before


def test_query_of_a_table_that_is_broken() -> None:
    Path("broken").mkdir()
    Path("broken/facts.parquet").write_text("not Parquet")
    message = told("query", "SELECT 1", "broken")
    assert message.startswith("broken/facts.parquet cannot be read: make it anew with `factmill ingest SOURCE...` (")


# --- facts --units


def test_converted_numbers_have_a_column_of_their_own() -> None:
    result = run("facts", "--units", "hp", "--units", "money=EUR", "--rates", "rates.csv", "--units", "degF")
    assert result.exit_code == 0
    assert [" ".join(line.split()[:9]) for line in result.stdout.splitlines()[1:4]] == [
        "ALPHA power 150 kW 201.153 horsepower 2025 reported 1",
        "Model 9 cost 20 USD 2024 reported 1 " + id_of("cost", 20.0),
        "Model 9 margin 20% 2025 reported 1 " + id_of("margin", 20.0),
    ]
    assert "200–300 CNY" in result.stdout
    assert "25–37.5 EUR" in result.stdout
    assert result.stderr.splitlines() == [
        "1 fact left unconverted: a change on a scale that does not begin at zero may be a size or a level",
        "1 fact left unconverted: no rate from USD to EUR on its date or in the year before",
    ]


def test_converted_numbers_as_csv_and_json() -> None:
    rows = list(csv.DictReader(StringIO(run("facts", "--units", "W", "--metric", "power", "--format", "csv").stdout)))
    assert list(rows[0])[-4:] == ["converted_value", "converted_low", "converted_high", "converted_unit"]
    assert [(row["value"], row["unit"], row["converted_value"], row["converted_unit"]) for row in rows[:2]] == [
        ("150.0", "kW", "150000.0", "W"),
        ("288.0", "kW", "288000.0", "W"),
    ]
    row = json.loads(run("facts", "--units", "W", "--metric", "margin", "--format", "json").stdout)[0]
    assert (row["value"], row["converted_value"], row["converted_unit"]) == (20.0, None, None)


def test_converted_numbers_above_the_sentences() -> None:
    assert lines("facts", "--units", "W", "--subject", "alpha", "--sentences")[0] == (
        "ALPHA · power · 150 kW · 150,000 W · 2025"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--units", "power=kg"], "'kg' is a unit of mass, not of power"),
        (["--units", "mw"], "there is no unit 'mw': did you mean MW or mW?"),
        (
            ["--units", "money=EUR"],
            "money is converted to EUR only at rates of your own: "
            "give a CSV file with the columns date,from,to,rate, such as --rates rates.csv",
        ),
        (
            ["--rates", "rates.csv"],
            "--rates is for money: add the currency to convert it to, such as --units money=EUR",
        ),
        (
            ["--units", "EUR", "--rates", "bad.csv"],
            "bad.csv:2: 'x' is no rate; write a number above 0, such as 0.1187",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_units_and_rates(options: list[str], message: str) -> None:
    Path("bad.csv").write_text("date,from,to,rate\n2024-12-31,CNY,EUR,x\n")
    assert told("facts", *options) == message
