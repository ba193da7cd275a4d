"""The command line: what it prints where, how it ends, and that it says what to type next."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from pipeline.cli import app, console
from pipeline.ingest import Summary
from pipeline.ingest.unknown_units import UnknownUnit
from pipeline.mentions import Mention
from pipeline.store import TABLES, writing

ROOT = Path(__file__).parent.parent
MAIN = "__import__('pipeline.cli').cli.main()"
HEAVY = ("duckdb", "numpy", "pandas", "prefect", "pyarrow", "spacy", "pipeline.mentions", "flows")

ingest_command = import_module("pipeline.cli.ingest")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def told(result: Result) -> tuple[int, str, str]:
    """Exit code, standard output without padding, standard error."""
    return result.exit_code, "\n".join(line.rstrip() for line in result.stdout.splitlines()), result.stderr


COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def test_the_commands_are_these() -> None:
    assert sorted(COMMANDS) == sorted("ingest extract facts explain conflicts diff query clean config evaluate".split())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_with_an_example(name: str) -> None:
    assert f"Example: factmill {name} " in COMMANDS[name].help
    result = run(name, "--help")
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize(
    "option",
    [
        pytest.param(option, id=f"{name} {option.name}")
        for name, command in COMMANDS.items()
        for option in command.params
        if option.name != "help"
    ],
)
def test_every_option_has_help_with_an_example(option: Any) -> None:
    help_text, example = option.help.split("E.g. ")
    assert len(help_text) > 5
    assert len(example) > 2


def test_version() -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, "factmill 0.1.0\n")


def test_reading_tables_does_not_load_the_language_pipeline() -> None:
    code = "import sys, pipeline.explore; print(sorted({'pandas', 'pint', 'spacy'} & set(sys.modules)))"
    assert _python(code).stdout == "[]\n"


@pytest.mark.parametrize("module", ["pipeline.cli", "pipeline.cli.queries"])
def test_nothing_heavy_is_loaded_before_a_command_runs(module: str) -> None:
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert _python(code).stdout == "[]\n"


def _python(code: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, **options)


# --- ingest


@pytest.mark.usefixtures("simple_extractor")
def test_ingest_prints_what_came_of_it(news: Path) -> None:
    assert told(run("ingest", str(news), "--direct")) == (
        0,
        "3  articles: 3 new, 0 unchanged\n"
        "4  extracted/facts.parquet\n"
        "4  extracted/mentions.parquet\n"
        "3  extracted/documents.parquet\n"
        "4  extracted/numbers.parquet\n"
        "1  extracted/conflicts.parquet\n"
        "Next: factmill facts, or factmill conflicts",
        "batch 1 of 1: 3 articles, 3 of them new, 0 refused\n",
    )
    assert {path.stem for path in Path("extracted").glob("*.parquet")} == set(TABLES)


@pytest.mark.usefixtures("simple_extractor")
def test_ingest_ends_with_1_where_articles_were_refused(news: Path) -> None:
    for name in ("two.txt", "three.txt"):
        (news / name).unlink()
    Path("dump.jsonl").write_text('{"id": "one", "text": "Rho has 2 km."}\n' * 2)
    refused = (
        "refused one (news/one.txt): its id 'one' is already that of dump.jsonl:1, which was kept: "
        "give each article an id of its own\n"
        "refused one (dump.jsonl:2): its id 'one' is already that of dump.jsonl:1, which was kept: "
        "give each article an id of its own\n"
    )
    code, out, err = told(run("ingest", str(news), "dump.jsonl", "--out", "here", "--direct"))
    assert code == 1
    assert sorted(err.splitlines()[1:]) == sorted(refused.splitlines())
    assert out.splitlines()[0] == "3  articles: 1 new, 0 unchanged, 2 refused"
    assert out.splitlines()[-1] == "Next: factmill facts here"


@pytest.mark.usefixtures("simple_extractor")
def test_quiet_ingest_prints_nothing(news: Path) -> None:
    assert told(run("ingest", str(news), "--direct", "--quiet")) == (0, "", "")


@pytest.mark.usefixtures("simple_extractor")
def test_quiet_ingest_prints_errors(news: Path) -> None:
    (news / "bad.txt").write_text("")
    code, out, err = told(run("ingest", str(news), "--direct", "-q"))
    assert (code, out) == (1, "")
    assert err.startswith("refused bad (news/bad.txt): ")
    assert len(err.splitlines()) == 1


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ingest", "nowhere", "--direct"], "factmill: source 'nowhere' does not exist"),
        (["extract", "nowhere"], "factmill: source 'nowhere' does not exist"),
        (["ingest", "news", "--direct", "--names", "no.toml"], "factmill: no.toml: cannot be read as a names file"),
        (["extract", "news", "--names", "no.toml"], "factmill: no.toml: cannot be read as a names file"),
        (
            ["facts"],
            "factmill: there is no extracted/facts.parquet: make it with `factmill ingest SOURCE... --out extracted`\n",
        ),
        (
            ["facts", "nowhere"],
            "factmill: there is no nowhere/facts.parquet: make it with `factmill ingest SOURCE... --out nowhere`\n",
        ),
        (
            ["conflicts", "--out", "nowhere"],
            "factmill: there is no nowhere/conflicts.parquet: make it with `factmill ingest SOURCE... --out nowhere`\n",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_ends_with_2_and_says_what_to_do(arguments: list[str], message: str) -> None:
    code, out, err = told(run(*arguments))
    assert (code, out, err[: len(message)]) == (2, "", message)
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["ingest"], ["facts", "--status", "maybe"], ["facts", "--limit", "-1"], ["nonsense"]], ids=" ".join
)
def test_wrong_options_end_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.usefixtures("simple_extractor")
def test_ingest_says_that_another_run_is_writing(news: Path) -> None:
    with writing(Path("extracted")):
        since = json.loads(Path("extracted/.lock").read_text())["since"]
        holder = f"another run (process {os.getpid()} on {socket.gethostname()}, since {since})"
        assert told(run("ingest", str(news), "--direct", "--wait", "0.2")) == (
            2,
            "",
            f"waiting for {holder} that is writing to extracted\n"
            f"factmill: {holder} is writing to extracted: wait for it with --wait SECONDS, "
            "or choose another folder with --out\n",
        )


@pytest.mark.usefixtures("simple_extractor")
def test_ingest_says_that_it_cannot_write(news: Path) -> None:
    Path("file").touch()
    code, out, err = told(run("ingest", str(news), "--direct", "--out", "file"))
    assert (code, out) == (2, "")
    assert err == (
        "factmill: stopped, the tables are as they were: [Errno 20] Not a directory: 'file/shards'; "
        "run it again to go on\n"
    )


def offer(monkeypatch: pytest.MonkeyPatch, **runners: Any) -> None:
    """Let these be the installed runners, by name; an exception is what loading one raises."""

    def load(runner: Any) -> Any:
        if isinstance(runner, Exception):
            raise runner
        return runner

    found = [SimpleNamespace(name=name, load=lambda runner=runner: load(runner)) for name, runner in runners.items()]
    monkeypatch.setattr(ingest_command, "entry_points", lambda group: found if group == "factmill.runners" else [])


def test_ingest_runs_the_runner_that_is_installed(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def runner(*arguments: Any, **options: Any) -> Summary:
        asked.extend((arguments, options.pop("workers"), list(options)))
        return Summary(Path("out"), 0, 0, 0, (), dict.fromkeys(TABLES, 0), "0")

    offer(monkeypatch, prefect=runner, zzz=None)
    result = run("ingest", str(news), "--out", "out", "--names", "a.toml", "--names", "b.toml", "--workers", "3")
    assert result.exit_code == 0
    assert asked == [
        (["news"], Path("out"), ["a.toml", "b.toml"]),
        3,
        [
            "dask",
            "wait",
            "full_refresh",
            "max_refused",
            "webhook",
            "limits",
            "progress",
        ],
    ]


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ([("kvarh", 1200)], "1  word that may be an unknown unit: kvarh (1,200)"),
        (
            [(word, 2) for word in "abcdef"],
            "6  words that may be unknown units: a (2), b (2), c (2), d (2), e (2)",
        ),
    ],
)
def test_ingest_prints_words_that_may_be_units(
    news: Path, monkeypatch: pytest.MonkeyPatch, found: list[tuple[str, int]], line: str
) -> None:
    units = tuple(UnknownUnit(word, numbers, 1) for word, numbers in found)
    tables = dict.fromkeys(TABLES, 0)
    offer(monkeypatch, prefect=lambda *_, **__: Summary(Path("out"), 0, 0, 0, (), tables, "0", unknown_units=units))
    assert line in told(run("ingest", str(news)))[1].splitlines()


@pytest.mark.parametrize(
    ("runners", "message"),
    [
        ({}, "factmill: no runner is installed: add --direct to run without one\n"),
        (
            {"prefect": ImportError("No module named 'prefect'")},
            "factmill: the runner prefect cannot be loaded (No module named 'prefect'): "
            "add --direct to run without it\n",
        ),
    ],
    ids=["none", "broken"],
)
def test_ingest_without_a_runner_says_to_run_directly(
    news: Path, monkeypatch: pytest.MonkeyPatch, runners: dict[str, Any], message: str
) -> None:
    offer(monkeypatch, **runners)
    assert told(run("ingest", str(news))) == (2, "", message)


def test_a_worker_that_died_is_told_without_a_traceback(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from concurrent.futures import BrokenExecutor

    def die(*_: Any, **__: Any) -> None:
        raise BrokenExecutor("no worker process can be started: it ended its process (SIGKILL)")

    offer(monkeypatch, prefect=die)
    assert told(run("ingest", str(news))) == (
        2,
        "",
        "factmill: stopped, no worker process can be started: it ended its process (SIGKILL): "
        "most likely for want of memory; go on with fewer, such as --workers 1\n",
    )


@pytest.mark.parametrize(
    ("terminal", "quiet", "shown"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch, terminal: bool, quiet: bool, shown: bool) -> None:
    screen = StringIO()
    monkeypatch.setattr(console, "errors", lambda: Console(file=screen, force_terminal=terminal, width=80))
    with console.watching(quiet) as progress:
        progress("starting", 0, 0)
        progress("reading articles", 1, 2)
    assert ("reading articles" in screen.getvalue(), "50%" in screen.getvalue()) == (shown, shown)


@pytest.mark.parametrize(("quiet", "printed"), [(False, "note\n[b] problem\n"), (True, "[b] problem\n")])
def test_log_lines_are_printed_once_while_watching(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, quiet: bool, printed: str
) -> None:
    log = logging.getLogger("factmill")
    with console.watching(quiet):
        log.info("note")
        log.error("[b] problem")  # no markup
    log.error("later")
    assert caplog.messages == ["later"]  # what reaches the root, where a runner may print it again
    assert capsys.readouterr().err == printed


# --- extract


@pytest.mark.usefixtures("simple_extractor")
def test_extract_prints_mentions_as_json_lines(news: Path) -> None:
    (news / "vier.md").write_text("---\npublished: 2025-07-31\n---\nJörg has 5 km.\n")
    result = run("extract", str(news))
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert (result.exit_code, result.stderr) == (0, "")
    assert [(row["doc"], row["text"]) for row in rows] == [
        ("one", "288 kW"),
        ("one", "3 kg"),
        ("three", "5 km"),
        ("two", "300 kW"),
        ("vier", "5 km"),
    ]
    columns = ["doc", *(field.name for field in fields(Mention) if field.name != "doc_id")]
    assert [list(row) for row in rows] == [columns] * 5
    assert (rows[0]["period_start"], rows[0]["low"], rows[0]["citations"]) == ("2025-01-01", None, [])
    assert '"subject": "Jörg"' in result.stdout


@pytest.mark.usefixtures("simple_extractor")
def test_extract_tells_of_refused_articles_on_standard_error(news: Path) -> None:
    (news / "bad.txt").write_text("")
    result = run("extract", str(news))
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 4
    assert result.stderr.startswith("refused bad (news/bad.txt): ")


def test_extract_in_earnest_and_into_head(tmp_path: Path) -> None:
    text = "".join(f"The Alpha {number} motor has a power of {number} kW.\n\n" for number in range(100, 500))
    (tmp_path / "motors.txt").write_text(text, newline="")
    code = f"import sys\ntry: {MAIN}\nfinally: print('prefect' in sys.modules, file=sys.stderr)"
    whole = _python(code, "extract", str(tmp_path))
    rows = [json.loads(line) for line in whole.stdout.splitlines()]
    assert (whole.returncode, whole.stderr) == (0, "False\n")
    assert len(whole.stdout) > 200_000  # more than a pipe holds, so that a reader who leaves is noticed
    assert [text[row["start"] : row["end"]] for row in rows] == [f"{number} kW" for number in range(100, 500)]

    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", MAIN, "extract", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        assert (json.loads(first), process.stderr.read()) == (rows[0], b"")
        assert process.wait() == 0
