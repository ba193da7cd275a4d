"""``python -m pipeline.training FOLDER...``: learns the linking weights and writes them to ``models/linking``.

Every folder holds articles and, in itself or in its folder ``gold``, their gold mentions. The same gold gives the same
weights. ``--ablate`` prints instead what each group of signals contributes: how right the answers are without it.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

import models
from pipeline.evaluation import annotated_articles
from pipeline.language.aboutness.candidates import GROUPS
from pipeline.training.examples import QUESTIONS, Labelled, labelled_cases
from pipeline.training.fitting import Fitted, calibrate, fit

_LEAST_WRITTEN = 0.05  # what is nearer to zero would be a tenth of the files; without it as much is right


def main() -> None:
    """Reads the command line and does as it says."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, help="folders of annotated articles")
    parser.add_argument("--out", type=Path, default=models.LINKING, help="where the weights go")
    parser.add_argument("--ablate", action="store_true", help="print what each group of signals contributes")
    given = parser.parse_args()
    console = Console(stderr=True)
    cases = _cases(given.folders, console)
    if not cases:
        parser.error(
            f"no annotated articles in {', '.join(map(str, given.folders))}: expected <stem>.jsonl beside each"
        )
    if given.ablate:
        Console().print(_ablation(cases, console))
        return
    fitted = fit(cases)
    _write(fitted, given.out)
    Console().print(_table({"all signals": _shares(fitted)}))


def _cases(folders: Sequence[Path], console: Console) -> dict[str, list[Labelled]]:
    """The quantities of every annotated article, by folder and id."""
    found = [(f"{folder}/{one.article.doc_id}", one) for folder in folders for one in annotated_articles(folder)]
    shown = track(found, "reading", console=console, disable=not console.is_terminal)
    return {key: labelled_cases(annotated) for key, annotated in shown}


def _write(fitted: Fitted, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for question, weights in fitted.weights.items():
        told = sorted((signal, weight) for signal, weight in weights.items() if abs(weight) >= _LEAST_WRITTEN)
        rows = (f"{signal}\t{round(weight * 1000)}\n" for signal, weight in told)
        (folder / f"{question}.tsv").write_text("".join(rows), encoding="utf-8")
    steps = "".join(f"{start}\t{share}\n" for start, share in calibrate(fitted))
    (folder / "confidence.tsv").write_text(steps, encoding="utf-8")


def _ablation(cases: Mapping[str, Sequence[Labelled]], console: Console) -> Table:
    groups = track(GROUPS, "learning without each group", console=console, disable=not console.is_terminal)
    shares = {"all signals": _shares(fit(cases))}  # the fits themselves are too large to keep
    return _table(shares | {f"without {group}": _shares(fit(cases, [group])) for group in groups})


def _shares(fitted: Fitted) -> list[float]:
    """The share right on unseen articles, question by question, and of subject and metric together."""
    return [*(fitted.accuracy(question) for question in QUESTIONS), fitted.accuracy("subject", "metric")]


def _table(shares: Mapping[str, Sequence[float]]) -> Table:
    table = Table("signals", *QUESTIONS, "subject and metric", title="Right on articles not learnt from")
    for name, row in shares.items():
        table.add_row(name, *(f"{share:.3f}" for share in row))
    return table


if __name__ == "__main__":
    main()
