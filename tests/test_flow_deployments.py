"""Deployments: what is scheduled, on a real Prefect server; the slow ones run it with a real worker."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml
from prefect.client.orchestration import get_client
from pydantic import ValidationError

from benchmarks.deployed import prefect_server
from flows import deploy
from flows.backfill import BackfillParameters, backfill, places
from flows.ingest import Parameters
from flows.watch import watch
from pipeline.articles import SourceError
from pipeline.ingest import run_direct

from .conftest import write_news

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def backfilling(**known: Any) -> BackfillParameters:
    return BackfillParameters.model_validate({"sources": ["news"], **known})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"sources": ["a", "b", "a"]}, ["a", "b"]),
        (
            {"sources": ["n/{date:%Y-%m-%d}"], "first_date": date(2024, 2, 28), "last_date": date(2024, 3, 1)},
            ["n/2024-02-28", "n/2024-02-29", "n/2024-03-01"],
        ),
        (
            {
                "sources": ["n/{date:%Y/%m}"],
                "first_date": date(2024, 11, 30),
                "last_date": date(2025, 1, 1),
                "step": "month",
            },
            ["n/2024/11", "n/2024/12", "n/2025/01"],
        ),
        (
            {"sources": ["{date:%y}"], "first_date": date(2024, 5, 5), "last_date": date(2025, 1, 1), "step": "year"},
            ["24", "25"],
        ),
        ({"sources": ["s-{shard:03d}", "x"], "first_shard": 9, "last_shard": 10}, ["s-009", "s-010", "x"]),
        (
            {
                "sources": ["{date:%d}-{shard}"],
                "first_date": date(2024, 1, 1),
                "last_date": date(2024, 1, 2),
                "first_shard": 0,
                "last_shard": 1,
            },
            ["01-0", "01-1", "02-0", "02-1"],
        ),
    ],
)
def test_the_places_of_a_backfill(asked: dict[str, Any], expected: list[str]) -> None:
    assert list(places(backfilling(**asked))) == expected


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"sources": ["{date:%Y}"]}, "sources name a {date}: give first_date and last_date"),
        ({"sources": ["{shard}"], "first_shard": 1}, "sources name a {shard}: give first_shard and last_shard"),
        (
            {"first_date": date(2025, 1, 2), "last_date": date(2025, 1, 1)},
            "first_date 2025-01-02 lies behind last_date 2025-01-01",
        ),
        ({"first_shard": 2, "last_shard": 1}, "first_shard 2 lies behind last_shard 1"),
        ({"sources": ["n/{day}"]}, "'n/{day}' names {day}; known are {date} and {shard}"),
        ({"sources": ["n/{}"]}, "'n/{}' names {}; known are {date} and {shard}"),
        ({"sources": ["n/{date"]}, "'n/{date' cannot be filled in: expected '}' before end of string"),
        (
            {"sources": ["n/{shard:%Y}"], "first_shard": 1, "last_shard": 2},
            "'n/{shard:%Y}' cannot be filled in: ",
        ),
    ],
)
def test_a_backfill_that_cannot_be_says_why(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        backfilling(**asked)


@pytest.mark.usefixtures("prefect_server", "simple_extractor")
def test_a_backfill_reads_what_is_there_and_passes_over_the_rest(tmp_path: Path) -> None:
    for day in ("2025-01-02", "2025-01-04"):
        write_news(tmp_path / day)
    asked = backfilling(
        sources=[f"{tmp_path}/{{date:%Y-%m-%d}}"],
        out=str(tmp_path / "out"),
        first_date=date(2025, 1, 1),
        last_date=date(2025, 1, 5),
    )
    assert backfill(asked).read == 6
    nothing = asked.model_copy(update={"first_date": date(2024, 1, 1), "last_date": date(2024, 1, 2)})
    with pytest.raises(SourceError, match="no article lies in any of the places it names"):
        backfill(nothing)


@pytest.mark.usefixtures("prefect_server", "simple_extractor")
def test_watching_reads_only_what_changed(news: Path) -> None:
    asked = Parameters.model_validate({"sources": [str(news)], "out": "out"})
    first = watch(asked)
    assert first is not None
    assert first.new == 3
    assert watch(asked) is None
    (news / "new.txt").write_text("Alpha has 288 kW.")
    second = watch(asked)
    assert second is not None
    assert (second.read, second.new) == (4, 1)
    (news / "new.txt").unlink()
    third = watch(asked)
    assert third is not None
    assert third.read == 3


@pytest.mark.usefixtures("prefect_server", "simple_extractor")
def test_watching_sees_that_another_run_has_replaced_the_tables(news: Path, tmp_path: Path) -> None:
    asked = Parameters.model_validate({"sources": [str(news)], "out": "out"})
    watch(asked)
    write_news(tmp_path / "other")
    (tmp_path / "other" / "one.txt").unlink()
    run_direct([str(tmp_path / "other")], Path("out"))
    again = watch(asked)
    assert again is not None
    assert (again.read, again.tables["documents"]) == (3, 3)
    assert watch(asked) is None


@pytest.mark.usefixtures("prefect_server")
def test_a_deployment_says_what_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with get_client(sync_client=True) as client:
        from prefect.client.schemas.actions import WorkPoolCreate

        client.create_work_pool(WorkPoolCreate(name="factmill", type="process"))
        deploy.main(["news", "--out", "tables", "--cron", "0 6 * * *", "--timezone", "Europe/Berlin"])
        deploy.main(["inbox", "--name", "inbox", "--watch", "60", "--dask", "tcp://scheduler:8786"])
        daily = client.read_deployment_by_name("ingest/scheduled").model_dump(mode="json")
        inbox = client.read_deployment_by_name("watch/inbox").model_dump(mode="json")
    schedule = daily["schedules"][0]["schedule"]
    assert (schedule["cron"], schedule["timezone"]) == ("0 6 * * *", "Europe/Berlin")
    assert (daily["tags"], daily["work_pool_name"]) == (["factmill"], "factmill")
    assert daily["global_concurrency_limit"]["limit"] == 1
    assert daily["parameters"]["parameters"]["sources"] == ["news"]
    assert daily["job_variables"] == {"working_dir": str(tmp_path)}
    form = daily["parameter_openapi_schema"]["definitions"]["Parameters"]["properties"]
    assert all(field.get("description") for field in form.values())
    assert inbox["parameters"]["parameters"]["dask"] == "tcp://scheduler:8786"
    assert inbox["schedules"][0]["schedule"]["interval"] == 60


def test_a_deployment_takes_what_is_settled_and_what_is_typed_is_stronger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[dict[str, Any]] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(deploy, "_apply", lambda made, _pool: taken.append(made.parameters["parameters"]))
    Path("factmill.toml").write_text('sources = ["news"]\nout = "tables"\nworkers = 3\nmax_refused = 5\n')
    deploy.main([])
    Path("factmill.toml").rename("other.toml")
    deploy.main(["inbox", "--out", "typed", "--names", "a.toml", "--names", "b.toml", "--config", "other.toml"])
    settled = {"workers": 3, "max_refused": "5", "wait": 600.0}
    expected = [
        {"sources": ["news"], "out": "tables"},
        {"sources": ["inbox"], "out": "typed", "names": ["a.toml", "b.toml"]},
    ]
    assert taken == [Parameters.model_validate(settled | one).model_dump(mode="json") for one in expected]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["news", "--cron", "not a cron"], "argument --cron: 'not a cron'"),
        (["news", "--cron", "0 6 * * *", "--timezone", "Mars/Olympus"], "argument --timezone: 'Mars/Olympus'"),
        (["news", "--watch", "0"], "argument --watch: '0' is no number of seconds from 1"),
        ([], "there are no sources: name some, or settle them in factmill.toml"),
        (["news", "--cron", "@daily", "--watch", "9"], "argument --watch: not allowed with argument --cron"),
    ],
)
def test_a_deployment_that_cannot_be_says_why_in_a_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        deploy.main(arguments)
    (told,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert message in told


def test_wrong_settings_are_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("factmill.toml").write_text("workers = 0\n")
    with pytest.raises(SystemExit) as ended:
        deploy.main(["news"])
    assert (ended.value.code, capsys.readouterr().err) == (
        2,
        "python -m flows.deploy: factmill.toml: workers is 0; valid is a whole number from 1\n",
    )


@pytest.mark.usefixtures("prefect_server")
def test_a_work_pool_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        deploy.main(["news", "--pool", "none-such"])
    (told,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert told == (
        "python -m flows.deploy: there is no work pool none-such: "
        "make it with `prefect work-pool create none-such --type process`"
    )


def test_a_server_that_does_not_answer_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    nobody = {PREFECT_API_URL: "http://127.0.0.1:9/api", PREFECT_CLIENT_MAX_RETRIES: 0}
    with temporary_settings(nobody), pytest.raises(SystemExit) as ended:
        deploy.main(["news"])
    (told,) = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2
    assert "no server answers at http://127.0.0.1:9/api " in told


def test_the_examples_name_flows_that_are_there_and_parameters_they_take() -> None:
    written = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    known: dict[str, type[Parameters]] = {"ingest": Parameters, "watch": Parameters, "backfill": BackfillParameters}
    for example in written["deployments"]:
        path, _, name = example["entrypoint"].partition(":")
        assert (ROOT / path).is_file()
        known[name].model_validate(example["parameters"]["parameters"])
        assert example["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """A Prefect server of our own in a process of its own; the environment that leads to it."""
    with prefect_server(os.environ, tmp_path) as environment:
        yield environment


@pytest.mark.slow
def test_the_readme_schedules_it(server: Mapping[str, str], tmp_path: Path) -> None:
    """The five commands of the README, in a copy of what they need."""
    here = tmp_path / "checkout"
    here.mkdir()
    for name in ("flows", "pipeline", "models", "seeds", "prefect.yaml"):
        (here / name).symlink_to(ROOT / name)

    server = {**server, "PWD": str(here)}  # as a shell has it

    def prefect(*arguments: str) -> str:
        ran = subprocess.run(
            [BIN / "prefect", "--no-prompt", *arguments],
            env=server,
            cwd=here,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    prefect("work-pool", "create", "factmill", "--type", "process")
    prefect("deploy", "--all")
    worker = subprocess.Popen([BIN / "prefect", "worker", "start", "--pool", "factmill"], env=server, cwd=here)
    try:
        assert "Completed" in prefect("deployment", "run", "ingest/daily", "--watch")
        assert "Completed" in prefect("deployment", "run", "watch/inbox", "--watch")
    finally:
        worker.terminate()
        worker.wait(60)
    assert (here / "extracted" / "facts.parquet").exists()
    assert (here / "extracted" / ".seen").exists()
    record = json.loads((here / "extracted" / "run.json").read_text(encoding="utf-8"))
    assert (record["status"], record["articles"], record["error"]) == ("unchanged", 15, None)
    assert _artifacts(server) == {"ingest-summary", "ingest-refused", "ingest-unknown-units"}


def _artifacts(server: Mapping[str, str]) -> set[str]:
    """The keys of all artifacts of a server."""
    asked = Request(
        f"{server['PREFECT_API_URL']}/artifacts/filter", b"{}", {"Content-Type": "application/json"}, method="POST"
    )
    with urlopen(asked) as answer:
        return {artifact["key"] for artifact in json.load(answer)}
