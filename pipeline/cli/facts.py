"""``factmill facts``: the facts, chosen, sorted, printed."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import DEFAULT_OUT, Folder, Out, counted, fail, output, until_nobody_reads
from pipeline.cli.queries import ask

if TYPE_CHECKING:
    from rich.console import Console

CONDITIONS: Mapping[str, str] = {
    "subject": "contains(lower(subject), lower($subject))",
    "metric": "contains(lower(metric), lower($metric))",
    "unit": "$unit IN (unit, normal_unit)",
    "dimension": "dimension = $dimension",
    "period": "starts_with(period, $period) OR contains(period, '/' || $period)",
    "status": "status = $status",
    "doc": "list_contains(list_transform(sources, lambda source: source.doc_id), $doc)",
    "conflicting": "(conflict_id IS NOT NULL) = $conflicting",
}
_SCREENFUL = 50


class Status(StrEnum):
    """How sure the article is of it."""

    reported = "reported"
    target = "target"
    forecast = "forecast"


class Format(StrEnum):
    """What is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def facts(
    folder: Folder = None,
    out: Out = DEFAULT_OUT,
    subject: Annotated[str | None, typer.Option(help="Part of the subject's name. E.g. --subject xiaomi")] = None,
    metric: Annotated[str | None, typer.Option(help="Part of the metric's name. E.g. --metric margin")] = None,
    unit: Annotated[str | None, typer.Option(help="The unit, as written or normal. E.g. --unit kW")] = None,
    dimension: Annotated[str | None, typer.Option(help="The kind of quantity. E.g. --dimension money")] = None,
    period: Annotated[str | None, typer.Option(help="How the period begins or ends. E.g. --period 2025")] = None,
    status: Annotated[Status | None, typer.Option(help="How sure the article is. E.g. --status target")] = None,
    doc: Annotated[str | None, typer.Option(help="An article that states it. E.g. --doc xiaomi-q2")] = None,
    conflicting: Annotated[
        bool, typer.Option("--conflicting", help="Only facts that others contradict. E.g. factmill facts --conflicting")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=0, help=f"At most so many, 0 for all; {_SCREENFUL} in a table. E.g. --limit 20")
    ] = None,
    sort: Annotated[
        str | None, typer.Option(help="A column to sort by, - before it: highest first. E.g. --sort=-n_sources")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="What to print. E.g. --format csv")] = Format.table,
    sentences: Annotated[
        bool, typer.Option("--sentences", help="Under each fact what its first source says. E.g. facts --sentences")
    ] = False,
) -> None:
    """Print the facts of a folder of tables, those that meet all conditions given.

    Example: factmill facts --subject xiaomi --dimension money --sort=-normal_value
    """
    asked = {
        "subject": subject,
        "metric": metric,
        "unit": unit,
        "dimension": dimension,
        "period": period,
        "status": status and status.value,
        "doc": doc,
        "conflicting": True if conflicting else None,
    }
    at_most = limit if limit is not None else _SCREENFUL if form is Format.table else 0
    with ask(folder or out, "facts", CONDITIONS, asked) as query, until_nobody_reads():
        rows = query.rows(_order(sort), at_most)
        if form is Format.csv:
            _print_csv(rows)
        elif form is Format.json:
            _print_json(rows)
        else:
            shown = list(rows)
            (_print_sentences if sentences else _print_table)(output(), shown)
            output().print(_footer(len(shown), query.count()), style="dim")


def quantity_of(fact: Mapping[str, Any]) -> str:
    """A fact's number and unit, as people write them."""
    from pipeline.facts import quantity_words

    return quantity_words(*(fact[column] for column in ("value", "low", "high", "unit", "qualifier", "change")))


def _order(sort: str | None) -> str:
    from pipeline.columns import schema_of
    from pipeline.facts import FACT_ORDER, Fact

    if sort is None:
        return FACT_ORDER
    columns = [name for name in schema_of(Fact).names if name != "sources"]
    column = sort.removeprefix("-")
    if column not in columns:
        fail(f"no column {column!r} to sort by; there are {', '.join(columns)}")
    direction = "DESC" if sort.startswith("-") else "ASC"
    return f'"{column}" {direction} NULLS LAST, {FACT_ORDER}'


def _print_table(console: Console, rows: Iterable[Mapping[str, Any]]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, options in _COLUMNS.items():
        table.add_column(name, no_wrap=True, **options)
    for row in rows:
        table.add_row(*map(Text, _cells(row)))  # as text: an article's brackets are no markup
    console.print(table)


_COLUMNS: Mapping[str, dict[str, Any]] = {
    "subject": {"ratio": 3, "overflow": "ellipsis"},
    "metric": {"ratio": 3, "overflow": "ellipsis"},
    "number": {"justify": "right"},
    "": {},  # a mark where it is contradicted
    "period": {},
    "status": {},
    "sources": {"justify": "right"},
    "fact": {},
}


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["subject"] or "?",
        row["metric"] or "?",
        quantity_of(row),
        "≠" if row["conflict_id"] else "",
        row["period"] or "",
        row["status"],
        str(row["n_sources"]),
        row["fact_id"],
    )


def _print_sentences(console: Console, rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        said, *others = row["sources"]
        head = " · ".join(cell for cell in _cells(row)[:5] if cell)
        more = f", and {len(others)} more" if others else ""
        console.print(head, style="bold", markup=False, soft_wrap=True)
        console.print(f"    {said['sentence']}", markup=False, soft_wrap=True)
        console.print(f"    {source_words(said)}{more}", style="dim", markup=False, soft_wrap=True)


def source_words(source: Mapping[str, Any]) -> str:
    """Who says it and when, and in which article."""
    known = (source["publisher"], source["published"] and source["published"].isoformat(), source["doc_id"])
    return ", ".join(part for part in known if part)


def _footer(shown: int, found: int) -> str:
    if not found:
        return "no facts: loosen the conditions, or see all with `factmill facts`"
    return counted(found, "fact") if shown == found else f"{shown:,} of {counted(found, 'fact')}; --limit 0 for all"


def _print_csv(rows: Iterator[Mapping[str, Any]]) -> None:
    from pipeline.columns import schema_of
    from pipeline.facts import Fact

    writer = csv.DictWriter(sys.stdout, schema_of(Fact).names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        places = "; ".join(f"{place['doc_id']}:{place['start']}-{place['end']}" for place in row["sources"])
        writer.writerow({**row, "sources": places})


def _print_json(rows: Iterator[Mapping[str, Any]]) -> None:
    """A JSON array, a fact a line."""
    mark = "["
    for row in rows:
        sys.stdout.write(f"{mark}\n{json.dumps(row, ensure_ascii=False, default=str)}")
        mark = ","
    sys.stdout.write("\n]\n" if mark == "," else "[]\n")
