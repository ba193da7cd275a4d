"""What the commands share: where they print, how they fail, how they show that they are not done yet."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from pipeline.logs import JsonFormatter, log

if TYPE_CHECKING:
    from pipeline.storage import Place

DEFAULT_OUT = "extracted"
_WIDTH_IN_A_FILE = 160

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="Articles: files, folders, globs, or bulk JSON Lines or Parquet files. E.g. seeds 'news/*.md' dump.jsonl",
        show_default=False,
    ),
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--names", metavar="FILE", help="Who is also called what; may be given again. E.g. --names seeds/names.toml"
    ),
]
Folder = Annotated[
    str | None,
    typer.Argument(
        metavar="DIR", help="The folder of the tables, which may be remote. E.g. s3://bucket/tables", show_default=False
    ),
]
Out = Annotated[
    str, typer.Option("--out", metavar="DIR", help="The folder of the tables. E.g. --out extracted", show_default=True)
]


Wait = Annotated[
    float,
    typer.Option(min=0, metavar="SECONDS", help="Wait so long for another run that writes to DIR. E.g. --wait 600"),
]


class LogFormat(StrEnum):
    """How log lines are written."""

    text = "text"
    json = "json"


class _Output(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # for `until_nobody_reads`; rich itself would exit with 1


def output() -> Console:
    """Standard output; lines are not cut to 80 columns when nobody's screen is that narrow."""
    console = _Output(highlight=False, emoji=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = _WIDTH_IN_A_FILE
    return console


def errors() -> Console:
    """Standard error, for all that is not the result."""
    return Console(stderr=True, highlight=False, emoji=False, soft_wrap=True)


def fail(message: str) -> NoReturn:
    """End with exit code 2 and a message, which should name what is wrong and what to type next."""
    errors().print(f"factmill: {message}", markup=False)
    raise typer.Exit(2)


def place(written: str) -> Place:
    """The place that was typed; what cannot be one ends the command."""
    from pipeline.storage import LocationError, place_of

    try:
        return place_of(written)
    except LocationError as error:
        fail(str(error))


def counted(number: int, noun: str) -> str:
    """So many of something: ``1 fact``, ``1,234 facts``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def print_refusal(doc_id: str, source: str, error: str) -> None:
    """One line about an article that was refused."""
    errors().print(f"refused {doc_id} ({source}): {error}", markup=False)


@contextmanager
def until_nobody_reads() -> Iterator[None]:
    """Print until done, or until the reader has had enough, as in ``| head``: that is no failure."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter fails on its last flush
        raise typer.Exit(0) from None


@contextmanager
def watching(quiet: bool, log_format: LogFormat = LogFormat.text) -> Iterator[Callable[[str, int, int], None]]:
    """Log lines and, on a terminal, progress bars on standard error; the value is to be told of progress."""
    console = errors()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    bars = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
    stages: dict[str, TaskID] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in stages:
            for earlier in stages.values():
                bars.update(earlier, visible=False)
            stages[stage] = bars.add_task(stage)
        bars.update(stages[stage], completed=done, total=total or None)

    usual = logging.DEBUG if log_format is LogFormat.json else logging.INFO  # a run's figures too, for machines
    with _logging(_ConsoleHandler(console, log_format), logging.WARNING if quiet else usual), bars:
        yield show


@contextmanager
def _logging(handler: logging.Handler, level: int) -> Iterator[None]:
    before = log.level
    handler.setLevel(level)
    log.setLevel(logging.DEBUG)  # others, such as a runner, may show more than this handler
    log.addHandler(handler)
    log.propagate = False  # others, such as a runner, may print what reaches the root
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before)
        log.propagate = True


class _ConsoleHandler(logging.Handler):
    """Prints above the progress bars, which a plain stream handler would tear."""

    def __init__(self, console: Console, log_format: LogFormat) -> None:
        super().__init__()
        self._console = console
        if log_format is LogFormat.json:
            self.setFormatter(JsonFormatter())

    def emit(self, record: logging.LogRecord) -> None:
        self._console.print(self.format(record), markup=False)
