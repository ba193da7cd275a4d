"""A real Dask scheduler with worker processes reads the articles: the bytes of one machine, whoever dies meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.articles import Portion
from pipeline.cli import app
from pipeline.facts.buckets import join_buckets
from pipeline.ingest import Summary, run_direct
from pipeline.ingest.errors import ClusterError
from pipeline.limits import LIMITS
from pipeline.mentions import Settings, extractor_version
from pipeline.store import TABLES

from .remote import NEWS, OUT, another_machine, contents, expected, put, without_documents

distributed = pytest.importorskip("distributed")

from pipeline.ingest.bench import Bench  # noqa: E402  it needs distributed

VERSION = metadata.version("factmill")
SEEDS = Path(__file__).parent.parent / "seeds"

# Read by every Python process that is started with this folder on its path.
_POISON = """
import os, sys, time

if sys.argv[:1] == ["-m"]:  # a worker process of ours, before it runs
    from pipeline import mentions

    real = mentions.extract_batch

    def extract_batch(articles, settings):
        for article in articles:
            if "CRASH" in article.text:
                os.abort()
            if "SLOW" in article.text:
                time.sleep(1)
        return real(articles, settings)

    mentions.extract_batch = extract_batch
"""


@contextmanager
def dask_cluster(workers: int, allowed_failures: int = 3) -> Iterator[Any]:
    import dask

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": allowed_failures}),
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
        ) as cluster,
    ):
        yield cluster


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two workers, in whose own processes an article that says CRASH crashes; they work elsewhere than the run."""
    folder = tmp_path_factory.mktemp("poison")
    (folder / "sitecustomize.py").write_text(_POISON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        with dask_cluster(2) as found:
            patch.undo()
            yield found


def tables(out: str) -> dict[str, bytes]:
    return {name: Path(out, f"{name}.parquet").read_bytes() for name in TABLES}


def pids(cluster: Any) -> set[int]:
    return {nanny.pid for nanny in cluster.workers.values()}


def working_for(pid: int) -> list[int]:
    """The worker processes of ours that a process has started."""
    found = subprocess.run(
        ["pgrep", "-P", str(pid), "-f", "pipeline.ingest.serving"], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


def refusals(summary: Summary) -> dict[str, str]:
    return {refusal.doc_id: refusal.error for refusal in summary.refused}


def bench(folder: Path, probe: Path) -> Bench:
    """What a Dask worker has for a run that was started in ``folder``."""
    found = Bench(folder, probe, LIMITS)
    worker: Any = SimpleNamespace(address="tcp://10.0.0.2:4000", state=SimpleNamespace(nthreads=1))
    found.setup(worker)
    return found


def test_a_cluster_changes_no_byte(news: Path, cluster: Any) -> None:
    here = run_direct([str(news)], Path("here"))
    there = run_direct([str(news)], Path("there"), batch_size=1, dask=cluster.scheduler_address)
    assert (there.new, there.tables) == (here.new, here.tables)
    assert tables("there") == tables("here")
    assert [working_for(pid) for pid in pids(cluster)] == [[], []]
    assert not list(Path("there/shards").glob(".*"))


@pytest.mark.slow
def test_a_crashing_article_is_refused_and_kills_no_dask_worker(news: Path, cluster: Any) -> None:
    before = pids(cluster)
    here = run_direct([str(news)], Path("here"))
    (news / "bad.txt").write_text("CRASH at 5 km.")
    there = run_direct([str(news)], Path("there"), dask=cluster.scheduler_address)
    assert refusals(there) == {"bad": "ended its process (SIGABRT)"}
    assert (there.read, there.new) == (4, here.new)
    assert pids(cluster) == before
    (news / "bad.txt").unlink()
    assert run_direct([str(news)], Path("there")).unchanged == 3
    assert tables("there") == tables("here")


@pytest.mark.slow
def test_facts_made_by_a_cluster_are_those_of_one_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cluster: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    here = run_direct([str(SEEDS)], Path("here"))
    monkeypatch.setattr("pipeline.ingest.publication.IN_ONE_PIECE", 0)
    monkeypatch.setattr("pipeline.ingest.reducing.A_BUCKET", 60)  # mentions, of 438
    monkeypatch.setattr("pipeline.store.packs.SHARDS_AT_MOST", 3)
    monkeypatch.setattr("pipeline.store.packs._PACK_AT_MOST", 4)
    monkeypatch.setattr("pipeline.store.packs._ROWS_A_GROUP", 2)
    made: list[tuple[int, int]] = []

    def join(database: Any, folder: Path) -> None:
        made.append((len(list(folder.glob("mentions/*"))), len(list(folder.glob("facts/*.parquet")))))
        join_buckets(database, folder)

    monkeypatch.setattr("pipeline.ingest.reducing.join_buckets", join)
    there = run_direct([str(SEEDS)], Path("there"), batch_size=20_000, dask=cluster.scheduler_address)
    ((parts, buckets),) = made
    assert (parts > 2, buckets) == (True, here.tables["mentions"] // 60 + 1)
    assert here.tables["conflicts"] > 5
    assert there.tables == here.tables
    assert tables("there") == tables("here")
    assert not list(Path("there/shards").glob(".*"))


@pytest.mark.slow
@pytest.mark.usefixtures("prefect_server")
def test_the_flow_has_its_batches_done_by_a_cluster(news: Path, cluster: Any) -> None:
    from flows import ingest as flow

    run_direct([str(news)], Path("here"))
    summary = flow.run([str(news)], Path("there"), batch_size=1, dask=cluster.scheduler_address)
    assert (summary.new, tables("there")) == (3, tables("here"))


@contextmanager
def killing(cluster: Any, times: int) -> Iterator[list[int]]:
    """Meanwhile Dask workers that have begun a batch are killed, one after the other."""
    killed: list[int] = []

    def kill() -> None:
        for _ in range(1200):
            for pid in pids(cluster) - {None, *killed}:
                if working_for(pid):
                    time.sleep(3)  # its worker process has loaded the language pipeline, or is about to
                    killed.append(pid)
                    os.kill(pid, signal.SIGKILL)
                    break
            if len(killed) == times:
                return
            time.sleep(0.1)

    killer = Thread(target=kill)
    killer.start()
    yield killed
    killer.join()


@pytest.mark.slow
@pytest.mark.parametrize("allowed_failures", [0, 3])
def test_a_batch_whose_dask_worker_is_killed_is_done_again(
    news: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, allowed_failures: int
) -> None:
    """Also where the scheduler has given it up for that."""
    for number in range(12):
        (news / f"more{number}.txt").write_text(f"Alpha has {number + 20} kW. SLOW")
    run_direct([str(news)], Path("undisturbed"))
    (tmp_path / "sitecustomize.py").write_text(_POISON)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with dask_cluster(2, allowed_failures) as cluster, killing(cluster, times=2) as killed:
        summary = run_direct([str(news)], Path("out"), batch_size=80, dask=cluster.scheduler_address)
        left = [pid for pid in killed if working_for(pid)]
    assert (len(killed), left, summary.refused) == (2, [], ())
    assert tables("out") == tables("undisturbed")


@pytest.mark.slow
def test_a_scheduler_that_goes_ends_the_run_and_the_next_goes_on(
    news: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for number in range(12):
        (news / f"more{number}.txt").write_text(f"Alpha has {number + 20} kW. SLOW")
    (tmp_path / "sitecustomize.py").write_text(_POISON)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with processes() as (address, scheduler):

        def kill() -> None:
            while len(list(Path("out/shards").glob("*.parquet"))) < 2:
                time.sleep(0.1)
            scheduler.kill()

        killer = Thread(target=kill)
        killer.start()
        with pytest.raises(ClusterError) as told:
            run_direct([str(news)], Path("out"), batch_size=40, dask=address)
        killer.join()
    assert str(told.value) == f"the Dask scheduler at {address} has gone or given up the run: run it again to go on"
    summary = run_direct([str(news)], Path("out"))
    assert summary.unchanged >= 2
    run_direct([str(news)], Path("undisturbed"))
    assert tables("out") == tables("undisturbed")


@contextmanager
def processes(environment: dict[str, str] | None = None, workers: int = 1) -> Iterator[tuple[str, Any]]:
    """``dask scheduler`` and ``dask worker``, as they are started by hand: the address, and the scheduler's process."""
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", "--no-dashboard"]
    with subprocess.Popen([*dask, "--scheduler-file", "scheduler.json"], stderr=subprocess.DEVNULL) as scheduler:
        started = [scheduler]
        try:
            while not Path("scheduler.json").exists():
                time.sleep(0.05)
            time.sleep(0.2)
            address = json.loads(Path("scheduler.json").read_text())["address"]
            command = [
                sys.executable,
                "-m",
                "distributed.cli.dask_worker",
                address,
                "--nthreads",
                "1",
                "--no-dashboard",
            ]
            for _ in range(workers):
                started.append(
                    subprocess.Popen(command, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})})
                )
            yield address, scheduler
        finally:
            for process in reversed(started):
                process.kill() if process is scheduler else process.terminate()
                process.wait()


# What a worker tells of itself whose factmill is another, or not there.
_OTHER = """
import importlib.metadata as metadata
def version(name):
    if name == "factmill":
        {told}
    return real(name)
real, metadata.version = metadata.version, version
version.__module__ = "importlib.metadata"
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("told", "has"),
    [("return '0.0.9'", "0.0.9"), ("raise metadata.PackageNotFoundError(name)", "none")],
)
def test_workers_without_this_version_of_factmill_are_named(news: Path, tmp_path: Path, told: str, has: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(_OTHER.format(told=told))
    with processes({"PYTHONPATH": str(tmp_path)}) as (address, _), pytest.raises(ClusterError) as error:
        run_direct([str(news)], Path("out"), dask=address)
    worker = str(error.value).partition("first ")[2].partition(",")[0]
    assert str(error.value) == (
        f"1 of 1 Dask workers of {address} have not factmill {VERSION}, first {worker}, which has {has}: "
        "install it where Dask's workers run, and start them anew"
    )
    assert worker.startswith("tcp://")
    assert not list(Path("out").glob("*.parquet"))


@pytest.mark.slow
def test_a_scheduler_without_workers_says_how_to_start_some(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.ingest.cluster._WORKER_SECONDS", 1)
    with processes(workers=0) as (address, _), pytest.raises(ClusterError) as told:
        run_direct([str(news)], Path("out"), dask=address)
    assert str(told.value) == (
        f"the Dask scheduler at {address} has no worker: start some with `dask worker {address}`"
    )


@pytest.mark.parametrize(
    ("address", "message"),
    [
        (
            "scheduler",
            "'scheduler' is no address of a Dask scheduler (missing port number in address 'scheduler'); "
            "valid is one such as tcp://scheduler:8786",
        ),
        (
            "tcp://127.0.0.1:1",
            "no Dask scheduler answers at tcp://127.0.0.1:1 (Timed out trying to connect to tcp://127.0.0.1:1 "
            "after 1 s): start one with `dask scheduler`, and give the address it prints",
        ),
    ],
)
def test_a_scheduler_that_does_not_answer_is_named(
    news: Path, monkeypatch: pytest.MonkeyPatch, address: str, message: str
) -> None:
    monkeypatch.setattr("pipeline.ingest.cluster._ANSWER_SECONDS", 1)
    result = CliRunner().invoke(app, ["ingest", str(news), "--dask", address, "--direct"])
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"factmill: {message}\n")


def test_without_dask_the_command_says_what_to_install(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = CliRunner().invoke(app, ["ingest", str(news), "--dask", "tcp://scheduler:8786", "--direct"])
    assert (result.exit_code, result.stderr) == (
        2,
        "factmill: a Dask cluster needs Dask here (import of distributed halted; None in sys.modules): "
        "pip install 'factmill[dask]'\n",
    )


@pytest.mark.parametrize("hidden", ["tables", "news"])
def test_a_worker_that_does_not_share_the_folders_is_named(tmp_path: Path, hidden: str) -> None:
    for name in {"tables", "news"} - {hidden}:
        (tmp_path / name).mkdir()
    if hidden != "tables":
        (tmp_path / "tables" / "probe").touch()
    with pytest.raises(ClusterError) as told:
        bench(tmp_path, tmp_path / "tables" / "probe").do(task(Portion("news/one.txt", "text", 10, "one")))
    assert str(told.value) == (
        f"the Dask worker tcp://10.0.0.2:4000 does not share {tmp_path / hidden}: "
        "articles and tables have to lie where all machines see them by the same paths; tables for an "
        "object store are made in the cache of the machine of the command, which XDG_CACHE_HOME moves"
    )


def test_what_lies_in_an_object_store_need_not_be_shared(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match="has another extractor"):
        bench(tmp_path, tmp_path).do(task(Portion("s3://bucket/news/one.txt", "text", 10, "one")))


def test_a_worker_that_does_not_share_the_names_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClusterError, match=f"does not share {tmp_path / 'lists'}: "):
        bench(tmp_path, tmp_path).do(((), Path("tables"), Settings(names=("lists/names.toml",)), "another"))


@pytest.mark.slow
@pytest.mark.usefixtures("remote")
def test_a_cluster_reads_from_an_object_store(tmp_path: Path) -> None:
    run_direct([str(NEWS)], tmp_path / "here")
    with dask_cluster(1) as cluster:
        run_direct([str(NEWS)], tmp_path / "there", batch_size=1, dask=cluster.scheduler_address)
    assert tables(str(tmp_path / "there")) == tables(str(tmp_path / "here"))


@pytest.mark.slow
@pytest.mark.usefixtures("remote")
def test_a_cluster_makes_the_tables_of_an_object_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both steps; and another machine, which has nothing of it in its cache, goes on with what is there."""
    monkeypatch.setattr("pipeline.ingest.publication.IN_ONE_PIECE", 0)
    with dask_cluster(1) as cluster:
        run = run_direct([str(NEWS)], OUT, batch_size=1, dask=cluster.scheduler_address)
        assert (run.new, without_documents(contents())) == (3, without_documents(expected()))
        another_machine(monkeypatch)
        put("news/more.txt", "Alpha Motors sold 900 cars in May 2025.")
        again = run_direct([str(NEWS)], OUT, batch_size=1, dask=cluster.scheduler_address)
        assert (again.new, again.unchanged) == (1, 3)


def test_a_worker_of_another_extractor_is_named(tmp_path: Path) -> None:
    with pytest.raises(ClusterError) as told:
        bench(tmp_path, tmp_path).do(task())
    assert str(told.value) == (
        f"the Dask worker tcp://10.0.0.2:4000 has another extractor ({extractor_version()}) than this machine "
        "(another): install the same code, vocabulary and model on both, and start the worker anew"
    )


def task(*portions: Portion) -> Any:
    return portions, Path("tables"), Settings(), "another"
