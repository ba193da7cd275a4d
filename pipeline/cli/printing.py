"""How rows are printed: facts as a table or with their sentences, and any rows as CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

Row = Mapping[str, Any]

_QUANTITY = ("value", "low", "high", "unit", "qualifier", "change")
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
_CONVERTED_DIGITS = 6  # significant ones that are shown of a converted number


class Format(StrEnum):
    """What is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def quantity_of(fact: Row) -> str:
    """A fact's number and unit, as people write them."""
    from pipeline.facts import quantity_words

    return quantity_words(*(fact[column] for column in _QUANTITY))


def converted_of(fact: Row) -> str:
    """A fact's number in the wished unit; empty where it was not converted."""
    from pipeline.facts import quantity_words

    if fact["converted_unit"] is None:
        return ""
    value, low, high = (_rounded(fact[f"converted_{end}"]) for end in ("value", "low", "high"))
    return quantity_words(value, low, high, fact["converted_unit"], fact["qualifier"], fact["change"])


def _rounded(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.{_CONVERTED_DIGITS}g}")


def heading_of_fact(fact: Row) -> str:
    """What a fact says, in one line."""
    cells = [fact["subject"] or "?", fact["metric"] or "?", quantity_of(fact)]
    cells.append(converted_of(fact) if "converted_unit" in fact else "")
    cells += ["≠" if fact["conflict_id"] else "", fact["period"] or ""]
    return " · ".join(cell for cell in cells if cell)


def source_words(source: Row) -> str:
    """Who says it and when, and in which article."""
    known = (source["publisher"], source["published"] and source["published"].isoformat(), source["doc_id"])
    return ", ".join(part for part in known if part)


def print_facts(console: Console, rows: Iterable[Row], converted: bool = False) -> None:
    """Facts as a table, with a column for the converted numbers where there are any."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, options in _COLUMNS.items():
        table.add_column(name, no_wrap=True, **options)
        if converted and name == "number":
            table.add_column("converted", no_wrap=True, justify="right")
    for row in rows:
        cells = _cells(row)
        shown = [*cells[:3], converted_of(row), *cells[3:]] if converted else cells
        table.add_row(*map(Text, shown))  # as text: an article's brackets are no markup
    console.print(table)


def _cells(row: Row) -> tuple[str, ...]:
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


def print_sentences(console: Console, rows: Iterable[Row]) -> None:
    """Facts, and under each what its first source says."""
    for row in rows:
        said, *others = row["sources"]
        more = f", and {len(others)} more" if others else ""
        console.print(heading_of_fact(row), style="bold", markup=False, soft_wrap=True)
        console.print(f"    {said['sentence']}", markup=False, soft_wrap=True)
        console.print(f"    {source_words(said)}{more}", style="dim", markup=False, soft_wrap=True)


def print_csv(columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Rows as CSV; a fact's sources as the places they stand at, other lists and records as JSON."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])


def _cell(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], dict) and {"doc_id", "start", "end"} <= set(value[0]):
        return "; ".join(f"{place['doc_id']}:{place['start']}-{place['end']}" for place in value)
    return _json(value) if isinstance(value, (list, dict)) else value


def print_json(rows: Iterable[Row]) -> None:
    """Rows as a JSON array, one a line."""
    mark = "["
    for row in rows:
        sys.stdout.write(f"{mark}\n{_json(row)}")
        mark = ","
    sys.stdout.write("\n]\n" if mark == "," else "[]\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)
