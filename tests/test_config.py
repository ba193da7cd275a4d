"""Settings: files, the environment and what is typed, in that order of strength."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.config import KEYS, ConfigError, read_config


def values(environment: dict[str, str] | None = None) -> dict[str, tuple[Any, str]]:
    """The settings in force in the current folder that are not defaults."""
    found = read_config(Path.cwd(), environment or {})
    return {key: (one.value, one.source) for key, one in found.items() if one.source != "default"}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for key in (*KEYS, "config"):
        monkeypatch.delenv(f"FACTMILL_{key.upper()}", raising=False)


def test_without_any_file_all_are_defaults() -> None:
    assert values() == {}


def test_the_environment_is_stronger_than_a_file_and_factmill_toml_than_pyproject_toml() -> None:
    Path("pyproject.toml").write_text('[project]\nname = "x"\n[tool.factmill]\nout = "a"\nwait = 5\n')
    assert values() == {
        "out": ("a", "pyproject.toml [tool.factmill]"),
        "wait": (5.0, "pyproject.toml [tool.factmill]"),
    }
    Path("factmill.toml").write_text('out = "b"\nworkers = 3\n')
    assert values({"FACTMILL_OUT": "c"}) == {"out": ("c", "FACTMILL_OUT"), "workers": (3, "factmill.toml")}


def test_another_file_may_be_named() -> None:
    Path("factmill.toml").write_text('out = "b"\n')
    Path("other.toml").write_text('sources = ["news"]\n')
    assert values({"FACTMILL_CONFIG": "other.toml"}) == {"sources": (["news"], "other.toml")}


@pytest.mark.parametrize(
    ("key", "written", "expected"),
    [
        ("sources", "a, b.jsonl", ["a", "b.jsonl"]),
        ("names", "n.toml", ["n.toml"]),
        ("workers", "2", 2),
        ("dask", "tcp://scheduler:8786", "tcp://scheduler:8786"),
        ("wait", "1.5", 1.5),
        ("max_refused", "5%", "5%"),
        ("max_refused", "12", "12"),
        ("max_memory", "1024", 1024),
        ("webhook", "https://example.com/hook", "https://example.com/hook"),
        ("log_format", "json", "json"),
    ],
)
def test_the_environment_is_text(key: str, written: str, expected: object) -> None:
    name = f"FACTMILL_{key.upper()}"
    assert values({name: written}) == {key: (expected, name)}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("sorces = 1", "factmill.toml: there is no setting 'sorces'; did you mean sources?"),
        ("zzz = 1", f"factmill.toml: there is no setting 'zzz'; known are {', '.join(KEYS)}"),
        ("workers = 0", "factmill.toml: workers is 0; valid is a whole number from 1"),
        ("workers = 1.5", "factmill.toml: workers is 1.5; valid is a whole number from 1"),
        ("workers = true", "factmill.toml: workers is True; valid is a whole number from 1"),
        ("wait = -1", "factmill.toml: wait is -1; valid is seconds from 0"),
        ("dask = 8786", "factmill.toml: dask is 8786; valid is an address such as tcp://scheduler:8786"),
        ("out = 3", "factmill.toml: out is 3; valid is a folder"),
        ("log_format = 'xml'", "factmill.toml: log_format is 'xml'; valid is text or json"),
        ("sources = 'a, b'", """factmill.toml: sources is 'a, b'; valid is a list such as ["news", "dump.jsonl"]"""),
        ("workers = '2'", "factmill.toml: workers is '2'; valid is a whole number from 1"),
        ("wait = nan", "factmill.toml: wait is nan; valid is seconds from 0"),
        ("max_seconds = inf", "factmill.toml: max_seconds is inf; valid is seconds from 1"),
        ("max_refused = 1.5", "factmill.toml: max_refused is 1.5; valid is a number such as 12 or a share such as 5%"),
        ("names = [1]", """factmill.toml: names is [1]; valid is a list such as ["names.toml"]"""),
        (
            "max_refused = '500%'",
            "factmill.toml: max_refused is '500%'; valid is a number such as 12 or a share such as 5%",
        ),
        (
            "max_refused = 'few'",
            "factmill.toml: max_refused is 'few'; valid is a number such as 12 or a share such as 5%",
        ),
    ],
)
def test_what_is_not_valid_says_what_is(written: str, message: str) -> None:
    Path("factmill.toml").write_text(written)
    with pytest.raises(ConfigError) as caught:
        values()
    assert str(caught.value) == message
    result = run("facts")
    assert (result.exit_code, result.stderr) == (2, f"factmill: {message}\n")


def test_a_file_that_is_no_toml_or_not_there_says_so() -> None:
    with pytest.raises(ConfigError) as caught:
        values({"FACTMILL_CONFIG": "gone.toml"})
    assert str(caught.value) == (
        "gone.toml cannot be read: No such file or directory; name another with --config or FACTMILL_CONFIG"
    )
    Path("empty").mkdir()
    with pytest.raises(ConfigError) as caught:
        values({"FACTMILL_CONFIG": "empty"})
    assert str(caught.value) == (
        "empty holds neither factmill.toml nor pyproject.toml; name another with --config or FACTMILL_CONFIG"
    )
    Path("factmill.toml").write_text("out =")
    with pytest.raises(ConfigError, match=r"^\S*factmill.toml is no TOML: "):
        values()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("FACTMILL_WORKERS", "two", "FACTMILL_WORKERS: workers is 'two'; valid is a whole number from 1"),
        ("FACTMILL_WORKERS", "0", "FACTMILL_WORKERS: workers is 0; valid is a whole number from 1"),
        ("FACTMILL_WAIT", "nan", "FACTMILL_WAIT: wait is nan; valid is seconds from 0"),
        ("FACTMILL_LOG_FORMAT", "xml", "FACTMILL_LOG_FORMAT: log_format is 'xml'; valid is text or json"),
    ],
)
def test_the_environment_is_checked_too(name: str, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        values({name: text})
    assert str(caught.value) == message


def test_a_pyproject_toml_that_is_of_others_settles_nothing() -> None:
    Path("pyproject.toml").write_text("[tool.other]\nx = 1")
    assert values() == {}


@pytest.mark.parametrize("written", ["[tool]\nfactmill = 3", "tool.factmill = 3"])
def test_a_pyproject_toml_whose_settings_are_no_table_says_so(written: str) -> None:
    Path("pyproject.toml").write_text(written)
    with pytest.raises(ConfigError, match=r"^pyproject.toml: tool.factmill is 3; valid is a table, \[tool.factmill\]$"):
        values()


@pytest.mark.usefixtures("simple_extractor")
def test_a_file_or_a_folder_named_on_the_command_line_is_taken_instead(news: Path) -> None:
    Path("factmill.toml").write_text('out = "here"\n')
    Path("jobs").mkdir()
    Path("jobs/factmill.toml").write_text(f'sources = ["{news}"]\nout = "there"\n')
    for named in ("jobs", "jobs/factmill.toml"):
        assert run("--config", named, "ingest", "--direct", "--quiet").exit_code == 0
        printed = json.loads(run("--config", named, "config", "--json").stdout)
        assert printed["out"] == {"value": "there", "from": "jobs/factmill.toml"}
    assert Path("there/facts.parquet").exists()
    assert not Path("here").exists()


@pytest.mark.usefixtures("simple_extractor")
def test_commands_take_what_is_settled_and_what_is_typed_is_stronger(news: Path) -> None:
    Path("factmill.toml").write_text('sources = ["news"]\nout = "tables"\n')
    assert run("ingest", "--direct", "--quiet").exit_code == 0
    assert Path("tables/facts.parquet").exists()
    assert "of 4 facts" in run("facts", "--limit", "1").stdout
    assert run("ingest", str(news / "one.txt"), "--direct", "--quiet", "--out", "typed").exit_code == 0
    assert "of 2 facts" in run("facts", "typed", "--limit", "1").stdout


def test_config_prints_what_is_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("factmill.toml").write_text('sources = ["a", "b"]\n')
    monkeypatch.setenv("FACTMILL_WAIT", "9")
    lines = [" ".join(line.split()) for line in run("config").stdout.splitlines()]
    assert lines[1] == "sources a, b factmill.toml articles to read"
    assert "wait 9.0 FACTMILL_WAIT how long to wait for another run" in lines
    printed = json.loads(run("config", "--json").stdout)
    assert printed["out"] == {"value": "extracted", "from": "default"}
    assert list(printed) == list(KEYS)
