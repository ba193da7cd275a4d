"""The figures of an evaluation as tables, for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.evaluation import Figures, Measured

_ROWS: Mapping[str, str] = {
    "precision": "quantity, precision",
    "recall": "quantity, recall",
    "quantity": "quantity, F1",
    "qualifier": "qualifier right",
    "subject": "subject right",
    "metric": "metric right",
    "period": "period right",
    "status": "status right",
    "change": "change right",
    "fact": "fact, F1",
    "full": "full, F1",
}
_COLUMNS: Mapping[str, str] = {"precision": "P", "recall": "R", "quantity": "F1"}  # the others by their names
_TELLING = ("quantity", "subject", "metric", "period", "fact", "full")  # where there is no room for all
WIDE = 118  # columns that take all figures of a kind of article
FIGURES_EXPLAINED = """\
quantity: number and unit; fact: subject and metric too; full: every field.
... right: the share of the quantities met."""
CALIBRATION_EXPLAINED = """\
How many mentions are so confident, and the share of them with number, unit,
subject and metric right."""


def figures_table(measured: Mapping[str, Measured]) -> Table:
    """A row for every figure, a column for every folder."""
    every = measured.values()
    table = _table_of_folders("figures", measured)
    table.add_row("articles", *(f"{len(one.articles):,}" for one in every))
    table.add_row("gold mentions", *(f"{one.figures.gold:,}" for one in every))
    for figure, label in _ROWS.items():
        table.add_row(label, *(_rate(one.figures.rates[figure]) for one in every))
    return table


def calibration_table(measured: Mapping[str, Measured]) -> Table:
    """How far a mention's confidence can be trusted."""
    table = _table_of_folders("calibration", measured)
    for row in zip(*(one.figures.calibration for one in measured.values()), strict=True):
        cells = (f"{sure.mentions:,}  {_rate(sure.rate):>5}" for sure in row)
        table.add_row(f"confidence ≥ {row[0].confidence}", *cells)
    return table


def _table_of_folders(corner: str, folders: Iterable[str]) -> Table:
    """A table with a column for every folder, wide enough for all that comes."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column(corner, no_wrap=True, min_width=19)
    for folder in folders:
        table.add_column(Text(folder), justify="right", overflow="fold", min_width=13)
    return table


def breakdown(measured: Measured, by: str, wide: bool) -> list[Table]:
    """The figures by kind of article, of each way to tell kinds a table, or by ``article``; all of them if ``wide``."""
    if by == "article":
        return [_groups_table("article", measured.by(lambda one: one.doc_id), wide)]
    domains = _groups_table("domain", measured.by(lambda one: one.domain), wide)
    return [domains, _groups_table("layout", measured.by(lambda one: one.layout), wide)]


def _groups_table(kind: str, groups: Mapping[str, tuple[int, Figures]], wide: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    figures = tuple(_ROWS) if wide else _TELLING
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(kind, overflow="fold", min_width=14)
    counted = ("gold",) if kind == "article" else ("articles", "gold")
    for heading in (*counted, *((_COLUMNS if wide else {}).get(figure, figure) for figure in figures)):
        table.add_column(heading, justify="right", no_wrap=True, min_width=max(len(heading), len("0.000")))
    for name, (articles, of_group) in groups.items():
        rates = (_rate(of_group.rates[figure]) for figure in figures)
        counts = {"articles": f"{articles:,}", "gold": f"{of_group.gold:,}"}
        table.add_row(Text(name), *(counts[heading] for heading in counted), *rates)
    return table


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.3f}"
