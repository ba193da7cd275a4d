"""Worker processes and what kills them: an article that crashes, hangs or eats memory is refused, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from concurrent.futures import BrokenExecutor, CancelledError
from pathlib import Path
from threading import Thread

import pytest

from pipeline.ingest import Summary, prepare, run_direct
from pipeline.ingest.workers import Workers
from pipeline.limits import Limits
from pipeline.store import TABLES
from pipeline.store.files import shards_of

LIMITS = Limits(seconds=4, megabytes=2500)

# Read by every Python process that is started with this folder on its path: poison for the extractor.
_POISON = """
import os, time
from pipeline import mentions

real = mentions.extract_batch

def extract_batch(articles, settings):
    for article in articles:
        if "CRASH" in article.text:
            with open(__file__ + ".log", "a") as log:
                log.write(article.doc_id + "\\n")
            os.abort()
        if "HANG" in article.text:
            while True:
                time.sleep(1)
        if "SLOW" in article.text:
            time.sleep(0.5)
        if "GREEDY" in article.text:
            bytearray(3_000_000_000)
    return real(articles, settings)

mentions.extract_batch = extract_batch
"""


def started_with(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every process started from now on run some code first, from a folder for it."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(folder))


@pytest.fixture
def poison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In worker processes, and in them alone, words that crash, hang or eat memory."""
    started_with(_POISON, tmp_path / "poison", monkeypatch)


def tables(out: Path, *names: str) -> dict[str, bytes]:
    return {name: (out / f"{name}.parquet").read_bytes() for name in names}


def refusals(summary: Summary) -> dict[str, str]:
    return {refusal.doc_id: refusal.error for refusal in summary.refused}


@pytest.mark.usefixtures("poison")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("CRASH at 5 km.", "ended its process (SIGABRT)"),
        pytest.param("HANG at 5 km.", "took longer than 4 seconds", marks=pytest.mark.slow),
        pytest.param("GREEDY at 5 km.", "needed more memory than it may use", marks=pytest.mark.slow),
    ],
)
def test_a_poisoned_article_is_refused_and_no_other(news: Path, text: str, why: str) -> None:
    run_direct([str(news)], Path("sound"))
    (news / "poisoned.txt").write_text(text)
    summary = run_direct([str(news)], Path("out"), workers=1, limits=LIMITS)
    assert refusals(summary) == {"poisoned": why}
    assert (summary.read, summary.new) == (4, 3)
    sound = ("facts", "mentions", "numbers", "conflicts")
    assert tables(Path("out"), *sound) == tables(Path("sound"), *sound)


_SLOW_START = """
import time
from pipeline import language

real = language.build

def slowly(*arguments):
    time.sleep(2.5)
    language.build = real
    return real(*arguments)

language.build = slowly
"""


@pytest.mark.slow
def test_that_the_language_pipeline_loads_slowly_is_no_articles_fault(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started_with(_SLOW_START, tmp_path / "slow", monkeypatch)
    summary = run_direct([str(news)], Path("out"), workers=1, limits=Limits(seconds=2.0))
    assert (summary.refused, summary.new) == ((), 3)


# So many processes are killed while they load the language pipeline.
_KILLED_AT_START = """
import os, signal
from pathlib import Path
from pipeline import language

real = language.build

def build(*asked):
    starts = Path(__file__).with_name("starts")
    with starts.open("a") as file:
        file.write("x")
    if starts.stat().st_size <= int(os.environ["KILLED"]):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*asked)

language.build = build
"""


@pytest.mark.parametrize(
    "killed",
    [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)],
)
def test_only_a_worker_process_that_is_killed_again_and_again_ends_the_run(
    killed: int, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started_with(_KILLED_AT_START, tmp_path / "killed", monkeypatch)
    monkeypatch.setenv("KILLED", str(killed))
    if killed < 3:
        summary = run_direct([str(news)], Path("out"), workers=1)
        assert (summary.refused, summary.new) == ((), 3)
    else:
        with pytest.raises(BrokenExecutor, match=r"no worker process can be started: it ended its process \(SIGKILL\)"):
            run_direct([str(news)], Path("out"), workers=1)


# The first process that looks for what was extracted before has no memory left, through no article's fault.
_SHORT_OF_MEMORY = """
from pathlib import Path
from pipeline import store

real = store.known_yields

def known_yields(*asked):
    marker = Path(__file__).with_name("short")
    if not marker.exists():
        marker.touch()
        raise MemoryError
    return real(*asked)

store.known_yields = known_yields
"""


def test_a_worker_process_short_of_memory_is_replaced(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started_with(_SHORT_OF_MEMORY, tmp_path / "short", monkeypatch)
    summary = run_direct([str(news)], Path("out"), workers=1)
    assert (summary.refused, summary.new) == ((), 3)
    assert (tmp_path / "short" / "short").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("poison")
def test_a_poisoned_article_is_tried_again_only_where_it_may_take_more(news: Path, tmp_path: Path) -> None:
    (news / "poisoned.txt").write_text("CRASH at 5 km.")

    def run(limits: Limits = LIMITS, full_refresh: bool = False) -> tuple[dict[str, str], int]:
        summary = run_direct([str(news)], Path("out"), workers=1, limits=limits, full_refresh=full_refresh)
        return refusals(summary), (tmp_path / "poison" / "sitecustomize.py.log").read_text().count("poisoned")

    refused = {"poisoned": "ended its process (SIGABRT)"}
    assert run() == (refused, 3)
    assert run() == (refused, 3)
    assert run(Limits(seconds=3, megabytes=2500)) == (refused, 3)
    assert run(Limits(seconds=5, megabytes=2500)) == (refused, 6)
    assert run(Limits(seconds=5, megabytes=2500), full_refresh=True) == (refused, 9)


@pytest.mark.slow
@pytest.mark.usefixtures("poison")
def test_several_poisoned_articles_in_one_batch_and_on_two_workers(news: Path) -> None:
    for name in ("a", "b"):
        (news / f"{name}.txt").write_text(f"CRASH {name}.")
    for number in range(30):
        (news / f"more{number}.txt").write_text(f"Alpha has {number + 20} kW.")
    one = run_direct([str(news)], Path("one"), workers=1, limits=LIMITS)
    two = run_direct([str(news)], Path("two"), workers=2, batch_size=200, limits=LIMITS)
    assert refusals(one) == refusals(two) == dict.fromkeys(("a", "b"), "ended its process (SIGABRT)")
    assert tables(Path("one"), *TABLES) == tables(Path("two"), *TABLES)


@pytest.mark.usefixtures("poison")
def test_a_batch_whose_worker_is_killed_is_done_again(news: Path) -> None:
    run_direct([str(news)], Path("undisturbed"))
    for text in news.glob("*.txt"):
        text.write_text(text.read_text() + "SLOW")
    run_direct([str(news)], Path("undisturbed"))
    killed: list[int] = []

    def kill() -> None:
        for _ in range(600):
            for child in _children():
                killed.append(child)
                time.sleep(3)  # it has begun to load the language pipeline, or to work
                os.kill(child, signal.SIGKILL)
                return
            time.sleep(0.05)

    killer = Thread(target=kill)
    killer.start()
    summary = run_direct([str(news)], Path("out"), workers=1)
    killer.join()
    assert len(killed) == 1
    assert summary.refused == ()
    assert tables(Path("out"), *TABLES) == tables(Path("undisturbed"), *TABLES)


def _children() -> list[int]:
    """Worker processes of this one."""
    found = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", "pipeline.ingest.serving"], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


def test_closing_ends_what_is_done_and_begins_nothing_of_what_waits(news: Path) -> None:
    job = prepare([str(news)], Path("out"))
    workers = Workers(1)
    futures = [workers.submit(job.batches[0], Path("out"), job.settings, job.version) for _ in range(3)]
    while not _children():
        time.sleep(0.01)
    before = time.monotonic()
    workers.close()
    assert time.monotonic() - before < 2  # to load the language pipeline takes longer
    assert _children() == []
    with pytest.raises(CancelledError):
        futures[0].result(0)
    assert [future.cancelled() for future in futures[1:]] == [True, True]


def test_no_worker_outlives_the_run(news: Path) -> None:
    run_direct([str(news)], Path("out"), workers=2, batch_size=1)
    assert _children() == []


@pytest.mark.slow
def test_a_worker_process_that_had_nothing_to_do_ends_and_is_replaced(news: Path) -> None:
    job = prepare([str(news)], Path("out"))
    shards_of(Path("out")).mkdir(parents=True)
    workers = Workers(1, Limits(), idle_seconds=0.1)
    try:
        for new in (3, 0):
            result = workers.submit(job.batches[0], Path("out"), job.settings, job.version).result()
            assert (len(result.documents), len(result.new)) == (3, new)
            while _children():
                time.sleep(0.05)
    finally:
        workers.close()
