"""Prints the tables of benchmarks/README.md, measured on this machine in this run.

``python -m benchmarks [FOLDER]``: the articles of a folder of yours instead of ``seeds/``, and only their speed.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks import odd_texts
from pipeline import language
from pipeline.articles import Article, plan, read
from pipeline.language.components import layout, periods, quantities
from pipeline.language.layout.page import Context
from pipeline.mentions import Settings, extract

SEEDS = Path(__file__).parent.parent / "seeds"
ROUNDS = 5
SIZES = (32_000, 64_000, 128_000)  # characters of odd text


def read_articles(folder: Path = SEEDS) -> list[Article]:
    """The articles of a folder."""
    found = [item for portion in plan([folder]).portions for item in read(portion)]
    return [item for item in found if isinstance(item, Article)]


def quantity_stage(articles: Sequence[Article]) -> None:
    """Layout, words of time and quantities alone: what other tools of this kind do."""
    nlp = language.build(Settings().names, Settings().model)
    for article in articles:
        doc = nlp.make_doc(article.text)
        doc._.context = Context(article.title, article.published, article.body_start)
        quantities(periods(layout(doc)))


def whole_extraction(articles: Sequence[Article]) -> None:
    """From the text to mentions with subject, metric, period, status and change."""
    for article in articles:
        extract(article, Settings())


def quantulum(articles: Sequence[Article]) -> None:
    """quantulum3 with its defaults, without its classifier: numbers and units only."""
    from quantulum3 import parser

    for article in articles:
        parser.parse(article.text)


def seconds(work: Callable[[Sequence[Article]], None], articles: Sequence[Article]) -> float:
    """Processor seconds of one round, the median of several, after one that does not count."""
    work(articles)
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work(articles)
        rounds.append(time.process_time() - start)
    return median(rounds)


def speed(console: Console, articles: Sequence[Article]) -> None:
    """Words per second on one core, every tool on the same articles in the same run."""
    words = sum(len(article.text.split()) for article in articles)
    rates = {
        "quantulum3": words / seconds(quantulum, articles),
        "factmill, quantities alone": words / seconds(quantity_stage, articles),
        "factmill, whole extraction": words / seconds(whole_extraction, articles),
    }
    table = Table(
        "tool", "words a second", "times quantulum3", title=f"{len(articles)} articles, {words:,} words, one core"
    )
    for tool, rate in rates.items():
        table.add_row(tool, f"{rate:,.0f}", f"{rate / rates['quantulum3']:.1f}")
    console.print(table)


def profile(console: Console, articles: Sequence[Article]) -> None:
    """Where the time of the whole extraction goes, component by component."""
    nlp = language.build(Settings().names, Settings().model)
    words = sum(len(article.text.split()) for article in articles)
    spent = dict.fromkeys(("tokens", *nlp.pipe_names), 0.0)
    for _ in range(ROUNDS):
        for article in articles:
            start = time.process_time()
            doc = nlp.make_doc(article.text)
            doc._.context = Context(article.title, article.published, article.body_start)
            spent["tokens"] += time.process_time() - start
            for name, component in nlp.pipeline:
                start = time.process_time()
                doc = component(doc)
                spent[name] += time.process_time() - start
    table = Table("component", "microseconds a word", "share", title="Where the time goes")
    for name, seconds_spent in spent.items():
        each = seconds_spent / ROUNDS / words * 1e6
        table.add_row(name, f"{each:.1f}", f"{seconds_spent / sum(spent.values()):.0%}")
    console.print(table)


def memory(console: Console) -> None:
    """Peak memory of a process of its own that reads a growing number of articles one after another."""
    code = (
        "import resource; from benchmarks.__main__ import *\n"
        "articles = read_articles()\n"
        "for i in range({rounds}): whole_extraction(articles)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    table = Table("articles", "peak MB", title="Memory of a process, Python and libraries included")
    for rounds in (1, 10, 100):
        told = subprocess.run(
            [sys.executable, "-c", code.format(rounds=rounds)], capture_output=True, text=True, check=True
        )
        table.add_row(f"{15 * rounds:,}", f"{float(told.stdout):.0f}")
    console.print(table)


def growth(console: Console) -> None:
    """Seconds for texts of growing length: linear time is twice the seconds for twice the text."""
    table = Table("text repeated", "32 kB", "64 kB", "128 kB", title="Odd texts, seconds of the whole extraction")
    for piece in odd_texts.PIECES:
        times = []
        for size in SIZES:
            article = Article(doc_id="odd", text=odd_texts.repeated(piece, size), source="odd")
            start = time.process_time()
            extract(article, Settings())
            times.append(time.process_time() - start)
        table.add_row(repr(piece.strip()), *(f"{value:.2f}" for value in times))
    console.print(table)


def main() -> None:
    """Runs every benchmark, or the speed on a folder of articles."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of articles")
    folder = parser.parse_args().folder
    console = Console()
    if folder is not None:
        if not folder.is_dir():
            parser.error(f"{folder} is no folder: expected one that holds articles, such as seeds")
        speed(console, read_articles(folder))
        return
    articles = read_articles()
    speed(console, articles)
    profile(console, articles)
    memory(console)
    growth(console)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(f"peak memory of this process, quantulum3 and the odd texts included: {peak:,.0f} MB")


if __name__ == "__main__":
    main()
