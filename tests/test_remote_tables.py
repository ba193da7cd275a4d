"""Tables in an object store: the same bytes as in a folder, the same answers, and no more requests than it takes."""

from __future__ import annotations

import io
import json
import logging
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import pipeline
from pipeline.explore import facts_of
from pipeline.ingest import Summary, run_direct
from pipeline.storage import objects, place_of

from .conftest import KEY_ID, SECRET
from .remote import (
    NEWS,
    OUT,
    another_machine,
    contents,
    expected,
    factmill,
    factmill_process,
    put,
    without_documents,
    written,
)
from .s3 import Server

pytestmark = pytest.mark.usefixtures("simple_extractor")

slow = pytest.mark.slow


# --- the same bytes


def test_a_run_from_a_store_into_it_makes_the_bytes_of_a_run_on_folders(
    remote: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = run_direct([str(NEWS)], OUT)
    assert (str(summary.out), summary.read, summary.new, summary.refused) == ("s3://news-bucket/tables", 3, 3, ())
    assert contents() == expected(str(NEWS))
    assert without_documents(contents()) == without_documents(expected("news"))
    assert json.loads(objects.read_bytes(OUT / "run.json"))["status"] == "published"

    remote.requests.clear()
    again = run_direct([str(NEWS)], OUT)
    assert (again.new, again.unchanged, again.tables, again.changes) == (0, 3, summary.tables, None)
    another_machine(monkeypatch)
    assert run_direct([str(NEWS)], OUT).unchanged == 3
    assert written(remote) == []


@pytest.mark.usefixtures("remote")
def test_documents_name_remote_articles_by_their_uris() -> None:
    run_direct([str(NEWS)], OUT)
    far, near = (pd.read_parquet(io.BytesIO(tables["documents"])) for tables in (contents(), expected("news")))
    assert list(far["source"]) == [f"s3://news-bucket/news/{name}.txt" for name in ("one", "three", "two")]
    pd.testing.assert_frame_equal(far.drop(columns="source"), near.drop(columns="source"))


@pytest.mark.usefixtures("remote")
def test_what_came_changed_and_went_is_published_as_in_a_folder(news: Path) -> None:
    run_direct([str(NEWS)], OUT)
    put("news/one.txt", "Alpha has 289 kW.\n")
    put("news/four.txt", "Delta has 1 kg.\n")
    objects.remove(NEWS / "two.txt")
    summary = run_direct([str(NEWS)], OUT)
    assert (summary.read, summary.new) == (3, 2)
    assert contents() == expected(str(NEWS))
    assert news.is_dir()


def test_publishing_needs_a_library_that_reading_does_not(
    published: Summary, remote: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "obstore", None)
    result = factmill("ingest", NEWS, "--out", OUT, "--direct", "--quiet")
    assert (result.exit_code, result.stderr) == (
        2,
        "factmill: to publish into s3://news-bucket/tables the library obstore is needed: "
        "pip install 'factmill[cloud]'\n",
    )
    assert (written(remote), len(pipeline.load_facts(str(OUT)))) == ([], published.tables["facts"])


# --- readers


@pytest.fixture
def published(remote: Server) -> Summary:
    summary = run_direct([str(NEWS)], OUT)
    run_direct(["news"], Path("near"))
    remote.requests.clear()
    return summary


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize(
    "command",
    [
        ("facts", "{}", "--format", "json"),
        ("conflicts", "{}"),
        ("query", "SELECT subject, count(*) FROM facts GROUP BY ALL ORDER BY ALL", "{}"),
        ("diff", "near", "{}"),
    ],
    ids=lambda command: " ".join(command[:3]),
)
def test_readers_print_of_a_store_what_they_print_of_a_folder(command: tuple[str, ...]) -> None:
    far, near = (factmill(*(word.format(where) for word in command)) for where in (OUT, "near"))
    assert (far.exit_code, far.stdout, far.stderr) == (near.exit_code, near.stdout, near.stderr)
    assert far.stdout


@pytest.mark.usefixtures("published")
def test_a_fact_of_a_store_is_explained() -> None:
    fact = facts_of(str(OUT), "subject = 'Alpha'")[0]
    far, near = (factmill("explain", fact.fact_id[:8], where) for where in (OUT, "near"))
    assert (far.exit_code, far.stdout) == (0, near.stdout)


@pytest.mark.parametrize("path", ["s3://news-bucket/tables", "s3://news-bucket/tables/facts.parquet"])
@pytest.mark.usefixtures("published")
def test_facts_of_a_store_are_loaded(path: str) -> None:
    pd.testing.assert_frame_equal(pipeline.load_facts(path), pipeline.load_facts("near"))


@pytest.mark.usefixtures("published")
def test_tables_are_fetched_once_and_only_those_that_are_read(remote: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    another_machine(monkeypatch)
    for _ in range(2):
        pipeline.load_facts(str(OUT))
    fetched = [path.rpartition("/")[2] for path in remote.made("GET")]
    assert fetched == ["current.json", "facts.parquet", "current.json"]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        (
            "s3://news-bucket/nothing",
            "there is no s3://news-bucket/nothing/facts.parquet: make it with "
            "`factmill ingest SOURCE... --out s3://news-bucket/nothing`",
        ),
        (
            "s3://no-such-bucket/tables",
            "there is no s3://no-such-bucket/tables/facts.parquet: make it with "
            "`factmill ingest SOURCE... --out s3://no-such-bucket/tables`",
        ),
        ("ftp://host/tables", "'ftp://host/tables' is of a kind that is not read; valid are paths and s3://, gs://, "),
    ],
)
@pytest.mark.usefixtures("s3")
def test_readers_say_what_is_wrong(where: str, message: str) -> None:
    result = factmill("facts", where)
    assert (result.exit_code, result.stderr[: len(message) + 10]) == (2, f"factmill: {message}")


@pytest.mark.usefixtures("published")
def test_a_torn_table_is_never_read(remote: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = next(one.location for one in objects.listed(OUT / "versions") if one.location.name == "facts.parquet")
    whole = objects.read_bytes(facts)
    objects.put_bytes(whole[:-100], facts)
    another_machine(monkeypatch)
    result = factmill("facts", OUT)
    assert (result.exit_code, result.stderr) == (
        2,
        f"factmill: {facts} has {len(whole) - 100:,} bytes and was published with {len(whole):,}: run `factmill ingest "
        "SOURCE... --out s3://news-bucket/tables` again, which makes it anew\n",
    )
    run_direct([str(NEWS)], OUT)
    assert objects.read_bytes(facts) == whole
    assert len(remote.made("PUT")) < 20


# --- the flow


@pytest.mark.usefixtures("remote", "prefect_server")
def test_the_flow_makes_the_same_tables() -> None:
    from flows import ingest as flow

    summary = flow.run([str(NEWS)], OUT, batch_size=1)
    assert (summary.read, summary.new) == (3, 3)
    assert contents() == expected(str(NEWS))


def test_the_flow_looks_at_remote_articles_without_reading_them(
    remote: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import watch
    from flows.ingest import Parameters

    ran: list[str] = []

    def ingest(parameters: Parameters) -> Summary:
        ran.append(parameters.out)
        return run_direct(parameters.sources, place_of(parameters.out))

    monkeypatch.setattr(watch, "ingest", ingest)
    monkeypatch.setattr(watch, "get_run_logger", lambda: logging.getLogger("factmill"))
    places: dict[str, Any] = {"sources": [str(NEWS)], "out": str(OUT)}
    asked = Parameters(**places)
    watch.watch.fn(asked)
    remote.requests.clear()
    watch.watch.fn(asked)
    assert ran == [str(OUT)]
    assert [path for path in remote.made("GET") if path.startswith("/news-bucket/news/")] == []
    assert written(remote) == []
    put("news/four.txt", "Delta has 1 kg.\n")
    watch.watch.fn(asked)
    assert ran == [str(OUT)] * 2


@pytest.mark.parametrize("wrong", [{"out": f"s3://{KEY_ID}:{SECRET}@bucket"}, {"sources": [f"s3://:{SECRET}@bucket"]}])
def test_the_flow_takes_no_credentials(wrong: dict[str, Any]) -> None:
    from flows.ingest import Parameters

    with pytest.raises(ValueError, match="holds credentials") as raised:
        Parameters(**{"sources": ["news"], **wrong})
    assert SECRET not in str(raised.value)


# --- what is not remote


def test_a_command_on_folders_loads_nothing_of_object_stores(news: Path) -> None:
    run_direct([str(news)], Path("extracted"))
    loaded = "atexit.register(lambda: print({'boto3', 'obstore', 'tenacity'} & set(sys.modules), file=sys.stderr))"
    done = factmill_process("facts", "--format", "csv", before=f"import atexit, sys; {loaded}")
    assert (done.returncode, done.stdout[:8], done.stderr) == (0, "fact_id,", "set()\n")


# --- cleaning


def test_old_versions_and_shards_of_a_store_are_cleaned(remote: Server) -> None:
    run_direct([str(NEWS)], OUT)
    put("news/one.txt", "Alpha has 289 kW.\n")
    run_direct([str(NEWS)], OUT)
    before = contents()
    assert len(shards()) == 4
    result = factmill("clean", OUT, "--keep-days", "0")
    assert (result.exit_code, len(shards())) == (0, 3)
    assert versions() == 2  # the old one is too young: a run might be about to point to it
    age_versions(remote)
    assert factmill("clean", OUT, "--keep-days", "0").exit_code == 0
    assert versions() == 1
    assert contents() == before
    assert run_direct([str(NEWS)], OUT).unchanged == 3


def shards() -> list[objects.Object]:
    return objects.listed(OUT / "shards")


def versions() -> int:
    return len({one.location.parent for one in objects.listed(OUT / "versions")} - {OUT / "versions"})


def age_versions(server: Server) -> None:
    """Let all objects of versions be two hours old."""
    server.age("tables/versions/", 7_200)
