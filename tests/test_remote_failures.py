"""Two runs at once, kill -9 and a store that fails: no byte changes, nothing is read half, no secret is told."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.explore import facts_of
from pipeline.ingest import Summary, run_direct
from pipeline.storage import objects
from pipeline.store import BusyError, working

from .conftest import KEY_ID, SECRET, write_news
from .remote import (
    NEWS,
    OUT,
    ROOT,
    another_machine,
    contents,
    expected,
    factmill,
    put,
    put_news,
)
from .s3 import Fault, Server

pytestmark = pytest.mark.usefixtures("simple_extractor")

slow = pytest.mark.slow


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
