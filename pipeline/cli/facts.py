"""``factmill facts``: the facts, chosen, sorted, printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.console import DEFAULT_OUT, Folder, Out, counted, errors, fail, output, until_nobody_reads
from pipeline.cli.printing import Format, Row, print_csv, print_facts, print_json, print_sentences
from pipeline.cli.queries import ask

if TYPE_CHECKING:
    from pipeline.explore import Converter

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
    units: Annotated[
        list[str] | None,
        typer.Option(
            "--units", metavar="UNIT", help="Convert too; may be given again. E.g. --units kW --units money=EUR"
        ),
    ] = None,
    rates: Annotated[
        Path | None,
        typer.Option("--rates", metavar="FILE", help="For money: CSV of date,from,to,rate. E.g. --rates rates.csv"),
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
    converter = _converter(units or [], rates)
    query = ask(folder or out, "facts", CONDITIONS, asked)
    at_most = limit if limit is not None else _SCREENFUL if form is Format.table else 0
    missing: Counter[str] = Counter()
    rows = _converted(query.rows(_order(sort), at_most), converter, missing)
    with until_nobody_reads():
        if form is Format.csv:
            print_csv(_columns(converter), rows)
        elif form is Format.json:
            print_json(rows)
        else:
            shown = list(rows)
            if sentences:
                print_sentences(output(), shown)
            else:
                print_facts(output(), shown, converted=converter is not None)
            output().print(_footer(len(shown), query.count()), style="dim")
    for why, count in sorted(missing.items()):
        errors().print(f"{counted(count, 'fact')} left unconverted: {why}", markup=False)


def _converter(units: list[str], rates: Path | None) -> Converter | None:
    if not units:
        if rates is not None:
            fail("--rates is for money: add the currency to convert it to, such as --units money=EUR")
        return None
    from pipeline.explore import RatesError, WishError, make_converter

    try:
        return make_converter(units, rates)
    except (WishError, RatesError) as error:
        fail(str(error))


def _converted(rows: Iterator[dict[str, Any]], converter: Converter | None, missing: Counter[str]) -> Iterator[Row]:
    """The facts with their columns of converted numbers; ``missing`` counts those that could not be, by reason."""
    for row in rows:
        if converter is None:
            yield row
            continue
        converted = converter.convert(row)
        if converted.missing is not None:
            missing[converted.missing] += 1
        yield {**row, **converted.columns}


def _columns(converter: Converter | None) -> list[str]:
    from pipeline.columns import schema_of
    from pipeline.facts import Fact

    if converter is None:
        return list(schema_of(Fact).names)
    from pipeline.explore import CONVERTED

    return [*schema_of(Fact).names, *CONVERTED]


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


def _footer(shown: int, found: int) -> str:
    if not found:
        return "no facts: loosen the conditions, or see all with `factmill facts`"
    return counted(found, "fact") if shown == found else f"{shown:,} of {counted(found, 'fact')}; --limit 0 for all"
