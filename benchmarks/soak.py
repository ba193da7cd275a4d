"""A run for real: ``python -m benchmarks.soak [ARTICLES]``.

Short articles in an object store, one in a hundred of them poisoned, go through a deployed flow into tables in that
store, while two worker processes are killed and the store fails time and again. Then the sound articles alone go the
short way, undisturbed. Every table must be the same bytes, and the refused articles must be the poisoned ones.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Event, Thread

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from benchmarks.deployed import beside, prefect_server, prefect_worker, run
from benchmarks.reruns import short_article
from pipeline.storage import Location, objects
from tests.s3 import BUCKET, Fault, Server, faulty_s3

ARTICLES, WORKERS = 20_000, 2
_A_FILE = 500  # articles
_ONE_POISONED_IN = 100
_SECONDS = 10  # that one article may take
_MEGABYTES = 2_500  # that a process may use
_ONE_FAULT_IN = 50  # requests
_KILLS = 2
_SAME_BYTES = ("facts", "mentions", "conflicts", "numbers")

_NEWS, _TABLES, _UNDISTURBED = (Location("s3", BUCKET, key) for key in ("news", "tables", "undisturbed"))

# What a poisoned article does to the process that reads it, and how its refusal begins.
POISON = {
    "crashes": "ended its process (SIGABRT)",
    "hangs": f"took longer than {_SECONDS} seconds",
    "eats memory": "needed more memory than it may use",
}

# Read by every Python process that is started with this folder on its path.
_POISONING = """
import os, time
from pipeline import mentions

real = mentions.extract_batch

def extract_batch(articles, settings):
    for article in articles:
        if "This article crashes" in article.text:
            os.abort()
        if "This article hangs" in article.text:
            while True:
                time.sleep(1)
        if "This article eats memory" in article.text:
            bytearray(3_000_000_000)
    return real(articles, settings)

mentions.extract_batch = extract_batch
"""


def written(number: int, *, poisoned: bool) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Files of articles: the name of each and its records; with or without the poisoned ones."""
    kinds = tuple(POISON)
    for first in range(0, number, _A_FILE):
        records = []
        for at in range(first, min(number, first + _A_FILE)):
            kind = kinds[at // _ONE_POISONED_IN % len(kinds)] if at % _ONE_POISONED_IN == 7 else None
            if kind is None:
                records.append({"id": f"article-{at:06}", "text": short_article(Random(at))})
            elif poisoned:
                records.append({"id": f"{kind.replace(' ', '-')}-{at:06}", "text": f"This article {kind}: {at} km."})
        yield f"part-{first:06}.jsonl", records


@contextmanager
def failing(store: Server, failed: Counter[str]) -> Iterator[None]:
    """Let one request in fifty fail, each time in another way."""
    done, random = Event(), Random(0)

    def fail() -> None:
        seen = len(store.requests)
        while not done.wait(0.05):
            if len(store.requests) >= seen + _ONE_FAULT_IN:
                seen = len(store.requests)
                kind = random.choice(("slow down", "error", "reset", "lost answer", "cut", "delay"))
                method = "GET" if kind == "cut" else random.choice(("GET", "PUT"))
                store.faults[:] = [Fault(kind, method)]
                failed[kind] += 1

    with _in_background(fail, done):
        yield
    store.faults.clear()


@contextmanager
def killing(store: Server, number: int, killed: list[float]) -> Iterator[None]:
    """Kill a worker process once a third of the shards are there, and another after two thirds."""
    done, start = Event(), time.perf_counter()

    def kill() -> None:
        for part in range(1, _KILLS + 1):
            while sum("/shards/" in path for path in store.made("PUT")) < number * part / (_KILLS + 1):
                if done.wait(0.2):
                    return
            workers = _workers()
            if workers:
                os.kill(workers[0], signal.SIGKILL)
                killed.append(time.perf_counter() - start)

    with _in_background(kill, done):
        yield


@contextmanager
def _in_background(work: Callable[[], None], done: Event) -> Iterator[None]:
    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _workers() -> list[int]:
    """The worker processes of this run, which alone know its store."""
    asked = ["pgrep", "-f", "pipeline.ingest.serving"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    address = os.environ["AWS_ENDPOINT_URL"].encode()
    return [int(pid) for pid in found if address in _environment_of(pid)]


def _environment_of(pid: str) -> bytes:
    try:
        return Path("/proc", pid, "environ").read_bytes()
    except OSError:  # it has just ended
        return b""


def poisoned_environment(folder: Path, address: str) -> dict[str, str]:
    """The environment of processes that know the store and that poisoned articles harm."""
    (folder / "poison").mkdir()
    (folder / "poison" / "sitecustomize.py").write_text(_POISONING)
    store = {"ACCESS_KEY_ID": "soak", "SECRET_ACCESS_KEY": "soak", "REGION": "us-east-1", "ENDPOINT_URL": address}
    path = os.pathsep.join((str(folder / "poison"), str(Path(__file__).parent.parent)))
    return {
        **os.environ,
        **{f"AWS_{name}": value for name, value in store.items()},
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PYTHONPATH": path,
    }


def soak(folder: Path, number: int, store: Server) -> dict[str, str]:
    """Both runs, and what came of them."""
    environment = poisoned_environment(folder, store.address)
    os.environ |= {name: value for name, value in environment.items() if name.startswith(("AWS_", "XDG_"))}
    (folder / "factmill.toml").write_text(
        f'workers = {WORKERS}\nmax_seconds = {_SECONDS}\nmax_memory = {_MEGABYTES}\nmax_refused = "2%"\n'
    )
    expected = _put_articles(number, poisoned=True)
    failed: Counter[str] = Counter()
    killed: list[float] = []
    with (
        prefect_server(environment, folder) as found,
        prefect_worker(found, folder),
        failing(store, failed),
        killing(store, number, killed),
    ):
        python = [sys.executable, "-m", "flows.deploy", f"{_NEWS}/*.jsonl", "--out", str(_TABLES), "--name", "soak"]
        run(python, found, folder)
        disturbed = run([beside("prefect"), "deployment", "run", "ingest/soak", "--watch"], found, folder)
    _put_articles(number, poisoned=False)
    command = [beside("factmill"), "ingest", f"{_NEWS}/*.jsonl", "--out", str(_UNDISTURBED), "--direct", "--quiet"]
    undisturbed = run([*command, "--workers", str(WORKERS)], environment, folder)
    return {
        "articles": f"{number:,}",
        "seconds, deployed and disturbed": f"{disturbed:,.0f}",
        "seconds, the sound articles undisturbed": f"{undisturbed:,.0f}",
        "worker processes killed": str(len(killed)),
        "requests, and how many failed": f"{len(store.requests):,}, " + _listed(failed),
        "poisoned articles": f"{len(expected):,}",
        **_verdicts(expected),
    }


def _put_articles(number: int, *, poisoned: bool) -> dict[str, str]:
    """Write the articles to the store; the poisoned ones with how their refusals read."""
    for name, records in written(number, poisoned=poisoned):
        content = "".join(json.dumps(record) + "\n" for record in records)
        objects.put_bytes(content.encode(), _NEWS / name)
    ids = [record["id"] for _, records in written(number, poisoned=poisoned) for record in records]
    kinds = {key: key.rpartition("-")[0].replace("-", " ") for key in ids}
    return {key: POISON[kind] for key, kind in kinds.items() if kind in POISON}


def _verdicts(expected: Mapping[str, str]) -> dict[str, str]:
    """What must be true, and whether it is."""
    documents = _read(_TABLES, "documents").to_pylist()
    refused = {row["doc_id"]: row["error"] for row in documents if row["status"] == "refused"}
    sound = {row["doc_id"]: row["content_hash"] for row in documents if row["status"] != "refused"}
    undisturbed = {row["doc_id"]: row["content_hash"] for row in _read(_UNDISTURBED, "documents").to_pylist()}
    same = [name for name in _SAME_BYTES if _bytes(_TABLES, name) == _bytes(_UNDISTURBED, name)]
    return {
        "refused are the poisoned ones, each with its reason": _same(refused, expected),
        "all others are read": _same(sound, undisturbed),
        "tables of the same bytes": f"{len(same)} of {len(_SAME_BYTES)}: {', '.join(same)}",
    }


def _bytes(place: Location, table: str) -> bytes:
    version = json.loads(objects.read_bytes(place / "current.json"))["version"]
    return objects.read_bytes(place / "versions" / version / f"{table}.parquet")


def _read(place: Location, table: str) -> pa.Table:
    return pq.read_table(pa.BufferReader(_bytes(place, table)))


def _same(found: Mapping[str, str], expected: Mapping[str, str]) -> str:
    """Whether two are the same, and if not some of what tells them apart."""
    other = sorted(key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key))
    told = (f"{key}: {found.get(key, 'missing')}" for key in other[:5])
    return f"NO, {len(other)} differ, such as {'; '.join(told)}" if other else "yes"


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))


def _table(rows: Mapping[str, str]) -> Table:
    table = Table("", "", title="A run for real")
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def main() -> None:
    """Prints the table."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    with TemporaryDirectory() as name, faulty_s3() as store:
        store.reset()
        try:
            Console().print(_table(soak(Path(name), number, store)))
        except subprocess.CalledProcessError as error:
            print((Path(name) / "prefect.log").read_text()[-20_000:], file=sys.stderr)
            raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
