"""What a second run costs: ``python -m benchmarks.reruns [ARTICLES] [WORKERS]`` ingests short articles, then again.

Every run is a process of its own, `factmill ingest --direct`, as a scheduler would start it: wall-clock seconds.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

ARTICLES, WORKERS = 20_000, 2
A_FOLDER = 1_000  # articles
_NAMES = ("Acme", "Borealis", "Cobalt Motors", "Delta Foods", "Everline", "Fjord Energy", "Granite Bank", "Halcyon")
_SENTENCES = (
    "{name} reported revenue of ${a:.1f} million for the second quarter of {year}, up {b:.1f}% from a year earlier.",
    "Its new plant will employ {c} people and produce {d} MW of power by {later}.",
    "Net profit fell to {e:.2f} million euros, while the gross margin stood at {b:.1f}%.",
    "The company expects to deliver about {d} vehicles in {later}.",
    "Analysts had asked for more, but the chairman said that patience would be rewarded.",
    "The shares closed {f:.1f}% lower in London.",
)
_MAIN = "__import__('pipeline.cli').cli.main()"


def write_articles(folder: Path, number: int) -> None:
    """Short articles, four sentences each, the same ones every time."""
    for at in range(number):
        path = folder / f"{at // A_FOLDER:03}" / f"article-{at:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(short_article(Random(at)), encoding="utf-8")


def short_article(random: Random) -> str:
    """Four sentences with numbers in them."""
    year = random.randint(2015, 2025)
    numbers = {letter: random.uniform(1, 90) for letter in "abef"}
    counted = {letter: random.randint(100, 9_000) for letter in "cd"}
    chosen = random.sample(_SENTENCES, 4)
    name = random.choice(_NAMES)
    return " ".join(one.format(name=name, year=year, later=year + 2, **numbers, **counted) for one in chosen) + "\n"


def runs(folder: Path, number: int, workers: int) -> Iterator[tuple[str, float]]:
    """The seconds of the first run, of one with nothing new, with one article more, and with one removed."""
    articles, out = folder / "articles", folder / "out"
    write_articles(articles, number)
    extra = articles / "000" / "extra.txt"
    yield "first", _seconds(articles, out, workers)
    yield "nothing new", _seconds(articles, out, workers)
    extra.write_text(short_article(Random(-1)), encoding="utf-8")
    yield "one article more", _seconds(articles, out, workers)
    extra.unlink()
    yield "that one removed", _seconds(articles, out, workers)


def _seconds(articles: Path, out: Path, workers: int) -> float:
    command = [sys.executable, "-c", _MAIN, "ingest", str(articles), "--out", str(out), "--direct", "--quiet"]
    start = time.perf_counter()
    subprocess.run([*command, "--workers", str(workers)], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Prints the table."""
    number, workers = (int(given) for given in (*sys.argv[1:], *(str(ARTICLES), str(WORKERS))[len(sys.argv) - 1 :]))
    table = Table("run", "seconds", "share of the first", title=f"{number:,} short articles, {workers} workers")
    with TemporaryDirectory() as name:
        first = None
        for run, seconds in runs(Path(name), number, workers):
            first = first or seconds
            table.add_row(run, f"{seconds:.1f}", f"{seconds / first:.1%}")
    Console().print(table)


if __name__ == "__main__":
    main()
