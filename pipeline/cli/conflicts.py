"""``factmill conflicts``: what the articles disagree on, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import DEFAULT_OUT, Folder, Out, counted, output, until_nobody_reads
from pipeline.cli.printing import source_words
from pipeline.cli.queries import ask

if TYPE_CHECKING:
    from rich.console import Console

CONDITIONS: Mapping[str, str] = {
    "subject": "contains(lower(subject), lower($subject))",
    "metric": "contains(lower(metric), lower($metric))",
}


def conflicts(
    folder: Folder = None,
    out: Out = DEFAULT_OUT,
    subject: Annotated[str | None, typer.Option(help="Part of the subject's name. E.g. --subject xiaomi")] = None,
    metric: Annotated[str | None, typer.Option(help="Part of the metric's name. E.g. --metric margin")] = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many, 0 for all. E.g. --limit 5")] = 20,
) -> None:
    """Print facts that cannot all be true, those that differ most first, each beside the sentence that says so.

    Example: factmill conflicts --subject xiaomi
    """
    query = ask(folder or out, "conflicts", CONDITIONS, {"subject": subject, "metric": metric})
    rows = list(query.rows("spread DESC NULLS FIRST, conflict_id", limit))
    found = query.count()
    with until_nobody_reads():
        console = output()
        for row in rows:
            _print_conflict(console, row)
        console.print(_footer(len(rows), found), style="dim")


def _footer(shown: int, found: int) -> str:
    return (
        counted(found, "conflict")
        if shown == found
        else f"{shown:,} of {counted(found, 'conflict')}; --limit 0 for all"
    )


def _print_conflict(console: Console, row: Mapping[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    console.print(heading_of(row), style="bold", markup=False, soft_wrap=True)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2), pad_edge=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(max_width=40)
    table.add_column(ratio=1)
    for claim in row["facts"]:
        said_of = claim["period"] if row["kind"] == "different period" else None
        number = f"{claim['number']} ({said_of})" if said_of else claim["number"]
        table.add_row(Text(number), Text(source_words(claim), style="dim"), Text(claim["sentence"]))
    console.print(table)
    console.print()


def heading_of(row: Mapping[str, Any]) -> str:
    """What a conflict is about, and how far apart the numbers are."""
    about = [row["subject"], row["metric"], row["period"]]
    if row["status"] != "reported":
        about.append(row["status"])
    if row["change"] != "none":
        about.append(row["change"])
    return " · ".join(part for part in about if part) + f": {_what(row)}"


def _what(row: Mapping[str, Any]) -> str:
    periods = sorted({claim["period"] for claim in row["facts"] if claim["period"]})
    if row["kind"] == "different period":
        return f"the same number of {' and of '.join(periods)}"
    if row["kind"] == "different window":
        return f"reached within different times{_apart(row['spread'])}"
    return f"{row['n_facts']} numbers{_apart(row['spread'])}"


def _apart(spread: float | None) -> str:
    if spread is None:
        return ""
    return f", {spread:.0%} apart" if spread < 1 else f", {spread + 1:.3g} times apart"
