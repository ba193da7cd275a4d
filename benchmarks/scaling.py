"""What more workers gain: ``python -m benchmarks.scaling [ARTICLES]``.

A run each with 1 and 2 processes of this machine, and with 1, 2 and 4 Dask workers of one thread. The articles are
those of ``seeds/``, joined two and two with a line of their own, so that no two are the same. Every run is a process of
its own, ``factmill ingest --direct``: wall-clock seconds, the start of Python included.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.__main__ import read_articles
from benchmarks.deployed import beside, run
from pipeline.store import TABLES

ARTICLES = 750
PROCESSES, DASK_WORKERS = (1, 2), (1, 2, 4)


def write_articles(path: Path, number: int) -> int:
    """So many articles, one a line, the same ones every time; the value is how many words they have."""
    bodies = [one.text[one.body_start :] for one in read_articles()]
    pairs = [f"{one}\n\n{other}" for one, other in product(bodies, bodies)]
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for at in range(number):
            text = f"{pairs[at % len(pairs)]}\n\nFiled as article {at}.\n"
            words += len(text.split())
            file.write(json.dumps({"id": f"article-{at:06}", "text": text}) + "\n")
    return words


@contextmanager
def dask_workers(number: int) -> Iterator[str]:
    """A Dask scheduler with so many workers of one thread each, all processes; the value is its address."""
    from distributed import LocalCluster

    options = {"threads_per_worker": 1, "processes": True, "dashboard_address": ":0", "silence_logs": 50}
    with LocalCluster(n_workers=number, **options) as cluster:
        yield cluster.scheduler_address


def runs(folder: Path) -> Iterator[tuple[str, float]]:
    """The seconds of each run. Raises ``AssertionError`` where one makes other tables than the first."""
    tables: dict[str, bytes] = {}

    def seconds(out: Path, *options: str) -> float:
        command = [
            beside("factmill"),
            "ingest",
            str(folder / "articles.jsonl"),
            "--out",
            str(out),
            "--direct",
            "--quiet",
        ]
        took = run([*command, *options], os.environ, folder)
        made = {name: (out / f"{name}.parquet").read_bytes() for name in TABLES}
        assert made == (tables or made), f"{out} holds other tables than the first run made"
        tables.update(made)
        return took

    for number in PROCESSES:
        yield f"{number} of this machine", seconds(folder / f"here-{number}", "--workers", str(number))
    for number in DASK_WORKERS:
        with dask_workers(number) as address:
            yield f"{number} of Dask", seconds(folder / f"dask-{number}", "--dask", address)


def main() -> None:
    """Prints the table."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES
    with TemporaryDirectory() as name:
        words = write_articles(Path(name) / "articles.jsonl", number)
        title = f"{number:,} articles of {words // number} words"
        table = Table("workers", "seconds", "articles a second", "times one", title=title)
        alone: dict[str, float] = {}
        for workers, took in runs(Path(name)):
            one = alone.setdefault(workers.partition(" ")[2], took)
            table.add_row(workers, f"{took:.1f}", f"{number / took:.1f}", f"{one / took:.2f}")
            Console().print(table)


if __name__ == "__main__":
    main()
