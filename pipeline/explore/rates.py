"""Exchange rates from a file of the user's: dated, and used for no other day than theirs and the year behind it.

``date,from,to,rate``: on that date one unit of ``from`` was ``rate`` units of ``to``. A rate serves both ways.
"""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipeline import vocabulary

__all__ = ["Rates", "RatesError", "read_rates"]

COLUMNS = ("date", "from", "to", "rate")
_EXAMPLE = "date,from,to,rate and, below it, lines such as 2025-06-30,CNY,EUR,0.1187"
_A_YEAR = timedelta(days=366)

Series = list[tuple[date, float]]


class RatesError(ValueError):
    """A file of rates that is not there or does not follow its grammar."""


@dataclass(frozen=True)
class Rates:
    """The rates of every pair of currencies, both ways, the earliest first."""

    series: Mapping[tuple[str, str], Series]

    def rate(self, source: str, target: str, day: date) -> float | None:
        """How much of ``target`` one of ``source`` was by the latest rate on or before a day; null if a year older."""
        if source == target:
            return 1.0
        series = self.series.get((source, target), [])
        i = bisect_right(series, day, key=lambda entry: entry[0]) - 1
        return series[i][1] if i >= 0 and day - series[i][0] <= _A_YEAR else None


@dataclass(frozen=True)
class _Entry:
    line: int
    day: date
    source: str
    target: str
    rate: float


def read_rates(path: Path) -> Rates:
    """The rates of a CSV file with the columns date, from, to, rate.

    Raises:
        RatesError: there is no such file, or a line of it is no rate; it names the line and what is valid.
    """
    series: dict[tuple[str, str], Series] = {}
    seen: dict[tuple[date, frozenset[str]], int] = {}
    for entry in _entries(path):
        pair = (entry.day, frozenset({entry.source, entry.target}))
        if pair in seen:
            raise RatesError(
                f"{path}:{entry.line}: {entry.source} and {entry.target} on {entry.day} stand in line {seen[pair]} "
                "already; keep one of the two"
            )
        seen[pair] = entry.line
        series.setdefault((entry.source, entry.target), []).append((entry.day, entry.rate))
        series.setdefault((entry.target, entry.source), []).append((entry.day, 1 / entry.rate))
    return Rates({pair: sorted(of_pair) for pair, of_pair in series.items()})


def _entries(path: Path) -> Iterator[_Entry]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header = [name.strip().lower() for name in next(rows, [])]
            if sorted(header) != sorted(COLUMNS):
                raise RatesError(f"{path}:1: the first line is {','.join(header)!r}; write {_EXAMPLE}")
            for row in rows:
                if any(cell.strip() for cell in row):
                    yield _entry(f"{path}:{rows.line_num}", rows.line_num, header, row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RatesError(f"{path} cannot be read ({error}): write a CSV file that begins with {_EXAMPLE}") from error


def _entry(where: str, line: int, header: list[str], row: list[str]) -> _Entry:
    if len(row) != len(header):
        raise RatesError(f"{where}: {len(row)} values for {len(header)} columns; write as many as {','.join(header)}")
    cells = dict(zip(header, (cell.strip() for cell in row), strict=True))
    source, target = _currency(where, cells["from"]), _currency(where, cells["to"])
    if source == target:
        raise RatesError(f"{where}: from {source} to {target}; write two different currencies")
    return _Entry(line, _day(where, cells["date"]), source, target, _number(where, cells["rate"]))


def _day(where: str, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise RatesError(f"{where}: {written!r} is no date; write it as 2025-06-30") from error


def _currency(where: str, written: str) -> str:
    if written not in vocabulary.load("currencies")["currencies"]:
        raise RatesError(f"{where}: {written!r} is no currency; write its ISO 4217 code, such as EUR")
    return written


def _number(where: str, written: str) -> float:
    try:
        rate = float(written)
    except ValueError:
        rate = math.nan
    if not (math.isfinite(rate) and rate > 0):
        raise RatesError(f"{where}: {written!r} is no rate; write a number above 0, such as 0.1187")
    return rate
