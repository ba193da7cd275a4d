"""``factmill diff``: what two folders of tables differ in, fact by fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import counted, fail, output, place, until_nobody_reads
from pipeline.cli.printing import Row, print_json

if TYPE_CHECKING:
    from rich.console import Console

_SCREENFUL = 50
_MARKS = {"added": "+", "gone": "-", "changed": "~"}


class Format(StrEnum):
    """What is printed."""

    table = "table"
    json = "json"


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The folder of the earlier tables. E.g. extracted-monday")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The folder of the later tables. E.g. extracted")],
    limit: Annotated[
        int | None, typer.Option(min=0, help=f"At most so many, 0 for all; {_SCREENFUL} in a table. E.g. --limit 20")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="What to print. E.g. --format json")] = Format.table,
) -> None:
    """Print the facts that are added (+), gone (-) and changed (~) from one folder of tables to another.

    Changed is a number of the same subject, metric, kind, period and status, or a fact that others state now.

    Example: factmill diff extracted-monday extracted
    """
    from pipeline.explore import TablesError, differences

    at_most = limit if limit is not None else _SCREENFUL if form is Format.table else 0
    try:
        with differences(place(old), place(new)) as found, until_nobody_reads():
            if form is Format.json:
                print_json(found.rows(at_most))
            else:
                rows = list(found.rows(at_most))
                _print_table(output(), rows)
                output().print(_footer(len(rows), found.counts()), style="dim")
    except TablesError as error:
        fail(str(error))


def _print_table(console: Console, rows: Iterable[Row]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for name in ("subject", "metric"):
        table.add_column(name, no_wrap=True, ratio=3, overflow="ellipsis")
    for name in ("before", "after"):
        table.add_column(name, no_wrap=True, justify="right")
    for name in ("period", "articles", "fact"):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*map(Text, _cells(row)))
    if table.row_count:
        console.print(table)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        _MARKS[row["kind"]],
        row["subject"] or "?",
        row["metric"] or "?",
        _number(row, "before"),
        _number(row, "after"),
        row["period"] or "",
        _articles(row),
        (row["after"] or row["before"])["fact_id"],
    )


def _number(row: Row, side: str) -> str:
    from pipeline.facts import quantity_words

    fact = row[side]
    if fact is None:
        return ""
    return quantity_words(
        fact["value"], fact["low"], fact["high"], fact["unit"], fact["qualifier"], change=row["change"]
    )


def _articles(row: Row) -> str:
    """The articles that state it; where they are others now, those that came (+) and those that went (-)."""
    before, after = (set(row[side]["articles"]) if row[side] else set() for side in ("before", "after"))
    if row["what"] != "sources":
        return ", ".join(sorted(after or before))
    moved = [f"+{one}" for one in sorted(after - before)] + [f"-{one}" for one in sorted(before - after)]
    return ", ".join(moved) or "another publisher"


def _footer(shown: int, counts: Mapping[tuple[str, str | None], int]) -> str:
    number, sources = counts.get(("changed", "number"), 0), counts.get(("changed", "sources"), 0)
    added, gone = counts.get(("added", None), 0), counts.get(("gone", None), 0)
    if not counts:
        return "no differences"
    told = f"{counted(added, 'fact')} added, {gone:,} gone, {number + sources:,} changed"
    told += f" ({number:,} in number, {sources:,} in sources)" if number or sources else ""
    total = sum(counts.values())
    return told if shown == total else f"{told}; {shown:,} of {total:,} shown, --limit 0 for all"
