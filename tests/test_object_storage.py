"""Articles and tables in an object store: the same bytes as in folders, whatever fails, and never half of them."""

from __future__ import annotations

import gzip
import io
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import pipeline
from pipeline.articles import Article, Refusal, SourceError, fetched, plan, read
from pipeline.cli import app
from pipeline.explore import facts_of
from pipeline.ingest import Summary, prepare, run_direct
from pipeline.language.aboutness import NamesError, read_names
from pipeline.storage import Location, UnreachableError, objects, place_of
from pipeline.store import TABLES, BusyError, working

from .conftest import KEY_ID, SECRET, write_news
from .s3 import Fault, Server

pytestmark = pytest.mark.usefixtures("simple_extractor")

slow = pytest.mark.slow
ROOT = Path(__file__).parent.parent
BUCKET = Location("s3", "news-bucket", "")
NEWS, OUT = BUCKET / "news", BUCKET / "tables"


@pytest.fixture
def remote(s3: Server, news: Path) -> Server:
    """The articles of the folder ``news`` in ``s3://news-bucket/news`` too."""
    put_news(news)
    s3.requests.clear()
    return s3


def put_news(news: Path) -> None:
    for path in news.iterdir():
        objects.put_file(path, NEWS / path.name)


def put(key: str, content: str | bytes) -> None:
    objects.put_bytes(content.encode() if isinstance(content, str) else content, BUCKET / key)


def expected(source: str = "news") -> dict[str, bytes]:
    """The tables made of the folder ``news``, in a folder."""
    run_direct([source], Path("local"), full_refresh=True)
    return {name: Path("local", f"{name}.parquet").read_bytes() for name in TABLES}


def contents() -> dict[str, bytes]:
    """Every table that is published in the bucket, found as a stranger would."""
    version = OUT / "versions" / json.loads(objects.read_bytes(OUT / "current.json"))["version"]
    return {name: objects.read_bytes(version / f"{name}.parquet") for name in TABLES}


def without_documents(tables: Mapping[str, bytes]) -> dict[str, bytes]:
    """All but the one that tells where articles stand."""
    return {name: content for name, content in tables.items() if name != "documents"}


def another_machine(monkeypatch: pytest.MonkeyPatch, name: str = "another") -> None:
    """From now on there is another cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(Path(name).absolute()))


def written(server: Server) -> list[str]:
    return [path for method in ("PUT", "POST", "DELETE") for path in server.made(method)]


def factmill(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


def factmill_process(*arguments: object, before: str = "") -> subprocess.CompletedProcess[str]:
    code = f"{before}\nfrom pipeline.cli import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


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


# --- sources

LINES = '{"id": "a", "text": "Alpha has 1 kW."}\n{"id": "b", "text": "Beta has 2 kW."}\n'


@pytest.fixture
def shelf(s3: Server) -> Server:
    """A bucket with articles of many kinds."""
    shelf: dict[str, str | bytes] = {
        "shelf/2024/report.md": "---\ntitle: Report\n---\nAlpha has 1 kW.",
        "shelf/2025/report.txt": "Alpha has 2 kW.",
        "shelf/2025/.hidden.txt": "Alpha has 3 kW.",
        "shelf/other.pdf": b"%PDF",
        "shelf/dump.jsonl": LINES,
        "shelf/dump.jsonl.gz": gzip.compress(LINES.encode(), mtime=0),
        "shelf/torn.jsonl.gz": gzip.compress(LINES.encode(), mtime=0)[:-20],
        "shelf/a b?.txt": "Alpha has 4 kW.",
    }
    for key, content in shelf.items():
        put(key, content)
    frame = io.BytesIO()
    pd.DataFrame({"id": ["c"], "text": ["Gamma has 3 kW."]}).to_parquet(frame)
    put("shelf/dump.parquet", frame.getvalue())
    return s3


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("source", "articles"),
    [
        ("s3://news-bucket/shelf", ["2024/report", "2025/report", "a b?"]),
        ("s3://news-bucket/shelf/2025/", ["report"]),
        ("s3://news-bucket/shelf/*/report.*", ["2024/report", "2025/report"]),
        ("s3://news-bucket/**/*.md", ["report"]),
        ("s3://news-bucket/shelf/20*", ["2024/report", "2025/report"]),
        ("s3://news-bucket/shelf/a b?.txt", ["a b?"]),
        ("s3://news-bucket/shelf/dump.jsonl", ["a", "b"]),
        ("s3://news-bucket/shelf/dump.jsonl.gz", ["a", "b"]),
        ("s3://news-bucket/shelf/*.parquet", ["c"]),
    ],
)
def test_what_a_remote_source_stands_for(source: str, articles: list[str]) -> None:
    found = [one for portion in plan([source]).portions for one in read(portion)]
    assert sorted(one.doc_id for one in found if isinstance(one, Article)) == articles
    assert len(found) == len(articles)


ADVICE = (
    "name a file (.txt .text .md .markdown .jsonl .ndjson .jsonl.gz .ndjson.gz .parquet), a folder, or a glob such as "
    "'news/*.md'"
)


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("s3://news-bucket/shelf/other.pdf", f"is an object of type .pdf, which is not read; {ADVICE}"),
        ("s3://news-bucket/shelf/*.doc", f"matches no object that is read; {ADVICE}"),
        ("s3://news-bucket/nowhere/*.md", f"matches nothing; {ADVICE}"),
        (
            "s3://no-such-bucket/news",
            "cannot be read: there is no such bucket: make it, or mend its name (s3://no-such-bucket)",
        ),
        (
            f"s3://{KEY_ID}:{SECRET}@bucket/news",
            "cannot be read: 's3://***@bucket/news' holds credentials, which lists of processes and logs would show; "
            "leave them out and set them where the cloud's own tools look, such as AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY",
        ),
    ],
)
def test_remote_sources_that_lead_nowhere(source: str, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        plan([source])
    assert raised.value.problem == message
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("name", ["dump.jsonl", "dump.jsonl.gz", "dump.parquet"])
def test_what_was_copied_to_be_planned_is_read_as_it_was_planned(shelf: Server, name: str) -> None:
    (portion,) = plan([f"s3://news-bucket/shelf/{name}"]).portions
    put(f"shelf/{name}", "another file\n")
    shelf.requests.clear()
    assert [type(one) for one in read(portion)] == [Article] * (1 if name == "dump.parquet" else 2)
    assert shelf.requests == []


def test_the_articles_of_a_batch_are_fetched_at_once(shelf: Server) -> None:
    portions = plan(["s3://news-bucket/shelf"]).portions
    shelf.faults.append(Fault("delay", "GET", "", 3, seconds=0.5))
    began = time.perf_counter()
    there = fetched(portions)
    assert time.perf_counter() - began < 1.4
    shelf.requests.clear()
    assert [type(one) for portion in there for one in read(portion)] == [Article] * 3
    assert shelf.requests == []


@pytest.mark.usefixtures("shelf")
def test_an_article_that_has_gone_since_is_refused() -> None:
    (portion,) = plan(["s3://news-bucket/shelf/2025/report.txt"]).portions
    objects.remove(BUCKET / "shelf/2025/report.txt")
    (refusal,) = read(fetched([portion])[0])
    assert isinstance(refusal, Refusal)
    assert (
        refusal.error
        == "it cannot be opened: there is no such bucket or object; check that it is there and that you may read it"
    )


@pytest.mark.usefixtures("shelf")
def test_a_torn_archive_is_refused() -> None:
    (refusal,) = plan(["s3://news-bucket/shelf/torn.jsonl.gz"]).refusals
    assert (refusal.source, refusal.error) == (
        "s3://news-bucket/shelf/torn.jsonl.gz",
        "it is not a whole gzip file: Compressed file ended before the end-of-stream marker was reached; "
        "compress it again",
    )


@slow
def test_a_slow_store_is_no_fault_of_an_article(remote: Server) -> None:
    remote.faults.append(Fault("delay", "GET", "two.txt", 1, seconds=8))
    done = factmill_process("ingest", NEWS, "--out", OUT, "--direct", "--quiet", "--workers", 1, "--max-seconds", 5)
    assert (done.returncode, done.stderr) == (0, "")
    assert remote.faults[0].times == 0


def test_a_store_that_fails_while_articles_are_read_is_no_fault_of_theirs(
    remote: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.storage.errors.ATTEMPTS", 1)
    remote.faults.append(Fault("slow down", "GET", "two.txt", 99))
    with pytest.raises(UnreachableError) as raised:
        run_direct([str(NEWS)], OUT)
    assert raised.value.filename == "s3://news-bucket/news/two.txt"
    assert objects.find(OUT / "current.json") is None


@pytest.mark.usefixtures("remote")
def test_names_stand_beside_remote_articles_or_where_it_is_said() -> None:
    put("news/names.toml", '[names]\n"Alpha Motors" = ["Alpha"]\n')
    put("more.toml", '[names]\n"Beta Motors" = ["Beta"]\n')
    settings = prepare([str(NEWS)], OUT, [str(BUCKET / "more.toml")]).settings
    assert read_names(settings.names) == {
        "alpha motors": "Alpha Motors",
        "alpha": "Alpha Motors",
        "beta motors": "Beta Motors",
        "beta": "Beta Motors",
    }


@pytest.mark.usefixtures("remote")
@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            "s3://news-bucket/none.toml",
            "s3://news-bucket/none.toml: cannot be read as a names file: there is no such object",
        ),
        (
            "ftp://host/names.toml",
            "a names file cannot be read: 'ftp://host/names.toml' is of a kind that is not read; valid are paths and "
            "s3://, gs://, abfss://",
        ),
    ],
)
def test_names_that_are_not_there(names: str, message: str) -> None:
    with pytest.raises(NamesError) as raised:
        prepare([str(NEWS)], OUT, [names])
    assert str(raised.value) == message


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


# --- two at once


def test_of_two_runs_that_publish_at_once_one_wins_and_one_is_told(
    remote: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_direct([str(NEWS)], OUT)
    put("news/four.txt", "Delta has 1 kg.\n")
    with working_on("slow machine", monkeypatch) as publish:
        another_machine(monkeypatch, "fast machine")
        put("news/five.txt", "Epsilon has 1 kg.\n")
        run_direct([str(NEWS)], OUT)
        won, told = contents(), objects.read_bytes(OUT / "run.json")
        with pytest.raises(BusyError) as raised:
            publish()
    assert str(raised.value) == (
        "another run has published into s3://news-bucket/tables since this one began: nothing of it was overwritten; "
        "run it again"
    )
    assert contents() == won
    assert objects.read_bytes(OUT / "run.json") == told
    assert run_direct([str(NEWS)], OUT).read == 5
    assert contents() == expected(str(NEWS))
    assert remote.made("PUT")


@contextmanager
def working_on(machine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Summary]]:
    """A run that has begun on a machine, and how it reads and publishes what it found then."""
    from pipeline.ingest import publish, started, watched
    from pipeline.ingest.running import ingest_batches

    another_machine(monkeypatch, machine)
    with started([str(NEWS)], OUT) as job:
        yield lambda: publish(job, watched(job, ingest_batches(job, 0)))


def test_two_runs_that_make_the_same_tables_at_once_are_no_conflict(
    remote: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with working_on("slow machine", monkeypatch) as publish:
        another_machine(monkeypatch, "fast machine")
        run_direct([str(NEWS)], OUT)
        publish()
    assert contents() == expected(str(NEWS))
    assert remote.made("PUT")


@pytest.mark.usefixtures("remote")
def test_two_runs_on_one_machine_wait_for_one_another() -> None:
    with working(OUT), pytest.raises(BusyError, match="is writing to s3://news-bucket/tables: wait for it with --wait"):
        run_direct([str(NEWS)], OUT)


# --- kill -9

RUN = """
import sys
from pathlib import Path
from pipeline import mentions
from pipeline.ingest import run_direct
from pipeline.storage import place_of
from tests.conftest import VERSION
from tests.factories import extract_simply
mentions.extract_batch = extract_simply
mentions.extractor_version = lambda _: VERSION
run_direct([sys.argv[1]], place_of(sys.argv[2]), workers=0)
"""


def kill_at(server: Server, path: str, nth: int = 1) -> None:
    """Run in a process that is killed when the ``nth`` of its writes to such a path has come to the server."""
    server.faults[:] = [Fault("", "PUT", path, nth - 1), Fault("delay", "PUT", path, 1, seconds=60)]
    before = len(server.made("PUT"))
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", RUN, str(NEWS), str(OUT)], env=environment) as process:
        while process.poll() is None and (len(server.made("PUT")) == before or server.faults[-1].times):
            time.sleep(0.01)
        process.kill()
    server.faults.clear()


@pytest.mark.parametrize("path", [*(pytest.param(one, marks=slow) for one in ("shards/", "versions/")), "current.json"])
def test_what_kill_9_interrupts_is_never_read_and_made_good(remote: Server, path: str) -> None:
    run_direct([str(NEWS)], OUT)
    first, facts = contents(), facts_of(str(OUT))
    put("news/four.txt", "Delta has 1 kg.\n")
    kill_at(remote, path)
    assert contents() == first
    assert facts_of(str(OUT)) == facts
    run_direct([str(NEWS)], OUT)
    assert contents() == expected(str(NEWS))


@slow
@pytest.mark.timeout(1800)
def test_kill_9_at_every_write_of_a_run(remote: Server) -> None:
    run_direct([str(NEWS)], OUT)
    put("news/four.txt", "Delta has 1 kg.\n")
    remote.requests.clear()
    run_direct([str(NEWS)], OUT)
    writes, last = len(remote.made("PUT")), contents()
    for nth in range(1, writes + 1):
        remote.reset()
        write_news(Path("news"))
        put_news(Path("news"))
        run_direct([str(NEWS)], OUT)
        first = contents()
        put("news/four.txt", "Delta has 1 kg.\n")
        kill_at(remote, "tables/", nth)
        assert contents() in (first, last)
        run_direct([str(NEWS)], OUT)
        assert contents() == last


# --- what passes

PASSES = ("slow down", "error", "reset", "lost answer", "cut")
PATHS = ("news", "shards/", "versions/", "current.json")


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([Fault("slow down", "PUT", "shards/", 2), Fault("cut", "GET", "news/", 2)], id="reading"),
        pytest.param(
            [Fault("lost answer", "PUT", "versions/"), Fault("reset", "PUT", "current.json")], id="publishing"
        ),
        *(
            pytest.param([Fault(kind, method, path, 4)], id=f"{kind} {method} {path}", marks=slow)
            for kind in PASSES
            for path in PATHS
            for method in ("GET", "PUT", "HEAD")
            if not (path == "news" and method == "PUT") and not (kind == "cut" and method != "GET")
        ),
    ],
)
def test_a_store_that_fails_for_a_while_changes_no_byte(remote: Server, faults: list[Fault]) -> None:
    remote.faults[:] = [Fault(one.kind, one.method, one.path, one.times) for one in faults]
    run_direct([str(NEWS)], OUT)
    remote.faults.clear()
    assert contents() == expected(str(NEWS))


@pytest.mark.parametrize("path", [*(pytest.param(one, marks=slow) for one in ("shards/", "versions/")), "current.json"])
def test_a_store_that_goes_on_failing_leaves_what_was_published(
    remote: Server, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    run_direct([str(NEWS)], OUT)
    first = contents()
    put("news/four.txt", "Delta has 1 kg.\n")
    monkeypatch.setattr("pipeline.storage.errors.ATTEMPTS", 1)
    remote.faults.append(Fault("slow down", "PUT", path, 999))
    result = factmill("ingest", NEWS, "--out", OUT, "--direct", "--quiet")
    assert result.exit_code == 2
    assert result.stderr.startswith("factmill: stopped, the tables are as they were: [Errno 5] the object store fails")
    assert result.stderr.endswith("; run it again to go on\n")
    assert f"s3://news-bucket/tables/{path}" in result.stderr
    remote.faults.clear()
    assert contents() == first
    run_direct([str(NEWS)], OUT)
    assert contents() == expected(str(NEWS))


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
    assert [path for path in remote.made("GET") if path != "/news-bucket"] == []
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


# --- secrets


@pytest.mark.parametrize(
    ("kind", "method", "path"),
    [
        ("forbidden", "GET", "news"),
        ("forbidden", "PUT", "shards/"),
        ("forbidden", "PUT", "current.json"),
        ("slow down", "HEAD", "news"),
        ("slow down", "PUT", "current.json"),
    ],
)
def test_no_secret_is_told(
    remote: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, kind: str, method: str, path: str
) -> None:
    monkeypatch.setattr("pipeline.storage.errors.ATTEMPTS", 2)
    remote.faults.append(Fault(kind, method, path, 999))
    with caplog.at_level(logging.DEBUG):
        result = factmill("ingest", NEWS, "--out", OUT, "--direct")
    remote.faults.clear()
    record = objects.read_bytes(OUT / "run.json").decode() if objects.find(OUT / "run.json") else ""
    told = result.output + caplog.text + record
    assert result.exit_code in (1, 2)
    assert [secret for secret in (KEY_ID, SECRET) if secret in told] == []


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
