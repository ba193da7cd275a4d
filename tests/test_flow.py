"""The flow, on a real Prefect server: the tables of ``run_direct``, and what its page shows."""

from __future__ import annotations

import json
import signal
import time
import tomllib
from inspect import signature
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId, LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import FlowRun, TaskRun
from prefect.client.schemas.sorting import FlowRunSort, TaskRunSort
from pydantic import ValidationError

from flows import ingest as flow
from flows import page
from pipeline import store
from pipeline.articles import Refusal, SourceError
from pipeline.ingest import Summary, batches, run_direct
from pipeline.ingest.records import Changes, TooManyRefusedError, refusal_row
from pipeline.ingest.unknown_units import UnknownUnit
from pipeline.limits import Tolerance
from pipeline.store import TABLES, BusyError

pytestmark = pytest.mark.usefixtures("simple_extractor")


def last_run(n_tasks: int) -> tuple[FlowRun, list[TaskRun]]:
    """The flow run that was started last, and its task runs, which the server learns of a little later."""
    with get_client(sync_client=True) as client:
        (latest,) = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
        for _ in range(100):
            found = client.read_task_runs(
                flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[latest.id])), sort=TaskRunSort.ID_DESC, limit=99
            )
            tasks = sorted(found, key=lambda run: run.name)
            if len(tasks) == n_tasks and all(run.state and run.state.is_final() for run in tasks):
                break
            time.sleep(0.1)
    return latest, tasks


def contents(out: Path) -> dict[str, bytes]:
    return {name: (out / f"{name}.parquet").read_bytes() for name in TABLES}


@pytest.mark.usefixtures("prefect_server")
def test_the_flow_makes_the_tables_that_a_direct_run_makes(news: Path) -> None:
    (news / "bad.txt").write_text("")
    told: list[str] = []

    def tell(stage: str, done: int, _total: int) -> None:
        told.append(f"{stage} {done}")

    summary = flow.run([str(news)], Path("out"), batch_size=1, workers=0, progress=tell)
    direct = run_direct([str(news)], Path("direct"))
    assert contents(Path("out")) == contents(Path("direct"))
    assert (summary.read, summary.new, summary.refused, summary.tables) == (4, 3, direct.refused, direct.tables)
    assert told == [
        "starting Prefect 0",
        *(f"reading articles {done}" for done in (0, 0, 33, 49, 67)),
        "building tables 0",
        "building tables 1",
    ]

    run, tasks = last_run(5)
    assert (run.name, run.state_name) == ("ingest into out", "Completed")
    assert [(task.name, task.state_name) for task in tasks] == [
        *((f"batch {number}", "Completed") for number in (1, 2, 3, 4)),
        ("publish", "Completed"),
    ]
    assert _artifact("ingest-summary") == page.summary_markdown(summary)
    assert _artifact("ingest-refused") == [refusal_row(summary.refused[0])]
    assert _artifact("ingest-unknown-units") == []
    assert _logged(run.id, "refused bad") == [f"refused bad (news/bad.txt): {summary.refused[0].error}"]


def _logged(run_id: UUID, beginning: str) -> list[str]:
    """The lines on the page of a run that begin so; they come there a little later."""
    asked = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]))
    found: list[str] = []
    with get_client(sync_client=True) as client:
        for _ in range(100):
            found = [one.message for one in client.read_logs(asked) if one.message.startswith(beginning)]
            if found:
                break
            time.sleep(0.1)
    return found


@pytest.mark.usefixtures("prefect_server")
def test_a_run_with_too_many_refused_articles_fails_and_says_so_on_the_page(news: Path) -> None:
    (news / "bad.txt").write_text("")
    with pytest.raises(TooManyRefusedError) as caught:
        flow.run([str(news)], Path("out"), max_refused="0")
    assert not Path("out/facts.parquet").exists()
    assert last_run(2)[0].state_name == "Failed"
    assert _artifact("ingest-summary") == page.failure_markdown(Path("out"), caught.value)
    assert _artifact("ingest-refused") == [refusal_row(caught.value.refused[0])]
    assert flow.run([str(news)], Path("out")).new == 0  # what was extracted is kept


@pytest.mark.usefixtures("prefect_server")
def test_new_conflicts_are_told_though_the_page_fails(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str | None, int]] = []

    def away(*_: object, **__: object) -> None:
        raise ConnectionError("the server is away")

    monkeypatch.setattr(page, "create_markdown_artifact", away)
    monkeypatch.setattr(
        flow, "announce", lambda webhook, _out, changes: told.append((webhook, len(changes.new_conflicts)))
    )
    with pytest.raises(ConnectionError, match="the server is away"):
        flow.run([str(news)], Path("out"), webhook="http://example.com/hook")
    assert told == [("http://example.com/hook", 1)]


def _artifact(key: str) -> Any:
    # Not by Artifact.get: it sends nulls that the server refuses.
    asked = {"artifacts": {"key": {"any_": [key]}}, "sort": "CREATED_DESC"}
    with get_client(sync_client=True) as client:
        latest = client.request("POST", "/artifacts/filter", json=asked).json()[0]
    return json.loads(latest["data"]) if latest["type"] == "table" else latest["data"]


@pytest.mark.usefixtures("prefect_server")
def test_a_batch_is_tried_again_where_reading_or_writing_failed(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = [OSError(5, "Input/output error"), OSError(5, "Input/output error")]
    real = batches.ingest_batch

    def shaky(*arguments: Any) -> Any:
        if failures:
            raise failures.pop()
        return real(*arguments)

    monkeypatch.setattr(batches, "ingest_batch", shaky)
    monkeypatch.setattr(flow, "ingest_batch", flow.ingest_batch.with_options(retry_delay_seconds=0))
    assert flow.run([str(news)], Path("out"), workers=0).new == 3
    assert [(task.name, task.run_count) for task in last_run(2)[1]] == [("batch 1", 3), ("publish", 1)]


@pytest.mark.usefixtures("prefect_server")
def test_a_mistake_is_not_tried_again_and_leaves_the_tables(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_direct([str(news)], Path("out"))
    before = contents(Path("out"))

    def mistaken(*_: object) -> None:
        raise ZeroDivisionError("a mistake")

    monkeypatch.setattr(batches, "ingest_batch", mistaken)
    with pytest.raises(ZeroDivisionError, match="a mistake"):
        flow.run([str(news)], Path("out"), workers=0)
    run, tasks = last_run(1)
    assert (run.state_name, [(task.name, task.run_count) for task in tasks]) == ("Failed", [("batch 1", 1)])
    assert contents(Path("out")) == before


@pytest.mark.usefixtures("prefect_server")
def test_workers_take_the_batches_of_the_flow(news: Path) -> None:
    summary = flow.run([str(news)], Path("out"), batch_size=1, workers=2)
    assert (summary.new, summary.tables["documents"]) == (3, 3)
    assert sorted(task.name for task in last_run(4)[1]) == ["batch 1", "batch 2", "batch 3", "publish"]


def test_wrong_usage_is_told_before_a_server_is_started(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "ingest", lambda _: pytest.fail("the flow was started"))
    with pytest.raises(SourceError):
        flow.run(["nowhere"], Path("out"))
    with store.writing(Path("out")), pytest.raises(BusyError):
        flow.run([str(news)], Path("out"))


@pytest.mark.parametrize("before", [set(), {signal.SIGINT}])
def test_the_server_is_started_where_ctrl_c_does_not_reach_it(
    monkeypatch: pytest.MonkeyPatch, before: set[signal.Signals]
) -> None:
    blocked: list[bool] = []

    def start(*, sync_client: bool) -> None:
        blocked.append(sync_client and signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, []))

    monkeypatch.setattr(flow, "get_client", start)
    original = signal.pthread_sigmask(signal.SIG_SETMASK, before)
    try:
        flow._start_server()
        assert blocked == [True]
        assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, original)


def test_the_runner_is_called_like_a_direct_run() -> None:
    assert signature(flow.run) == signature(run_direct)


def test_the_runner_is_where_the_command_line_looks_for_it() -> None:
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["factmill.runners"] == {"prefect": f"{flow.run.__module__}:{flow.run.__name__}"}


SUMMARY = Summary(
    out=Path("out"),
    read=1234,
    new=1000,
    unchanged=233,
    refused=(Refusal("bad", "news/bad.txt", "it is empty"),),
    tables={"facts": 20_000, "conflicts": 7},
    version="0123",
    changes=Changes(1500, 2, 3, ("c1",)),
    unknown_units=(UnknownUnit("kvarh", 3, 2),),
)


def test_the_summary_reads() -> None:
    assert page.summary_markdown(SUMMARY) == (
        "# Ingested into `out`\n\n| | |\n| --- | ---: |\n"
        "| articles | 1,234 |\n| new | 1,000 |\n| unchanged | 233 |\n| refused | 1 |\n"
        "| `facts.parquet` | 20,000 |\n| `conflicts.parquet` | 7 |\n"
        "| facts added | 1,500 |\n| facts gone | 2 |\n| facts restated | 3 |\n| new conflicts | 1 |\n"
        "| words that may be units | 1 |\n"
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device\n"),
        (
            TooManyRefusedError(SUMMARY.refused, 8, Tolerance("0")),
            "TooManyRefusedError: 1 of 8 articles were refused, more than 0: nothing was published; "
            "mend them, or allow more with --max-refused\n\n"
            "| | |\n| --- | ---: |\n| articles | 8 |\n| refused | 1 |\n",
        ),
    ],
)
def test_the_summary_of_a_failure_reads(error: Exception, told: str) -> None:
    assert page.failure_markdown(Path("out"), error) == f"# Nothing published into `out`\n\n{told}"


def test_a_long_table_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[tuple[int, str]] = []
    monkeypatch.setattr(page, "create_markdown_artifact", lambda *_, **__: None)
    monkeypatch.setattr(
        page, "create_table_artifact", lambda rows, description, **_: left.append((len(rows), description))
    )
    page.leave_failure(Path("out"), TooManyRefusedError(SUMMARY.refused * 1234, 1234, Tolerance("0")))
    assert left == [(1000, "The articles that were refused, the first 1,000 of 1,234")]


def test_every_parameter_is_described() -> None:
    described = {name: field.description for name, field in flow.Parameters.model_fields.items()}
    assert list(described) == [
        *("sources", "out", "names", "batch_size", "workers", "dask", "max_seconds", "max_memory", "wait"),
        *("full_refresh", "max_refused", "webhook"),
    ]
    assert all(described.values())


@pytest.mark.parametrize("wrong", [{"sources": []}, {"batch_size": 0}, {"workers": -1}, {"max_refused": "many"}])
def test_parameters_are_checked(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        flow.Parameters(**{"sources": ["a"], **wrong})
