"""``factmill ingest``: articles in, tables out."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from pipeline.cli.console import DEFAULT_OUT, LogFormat, Names, Out, Sources, Wait, fail, output, place, watching
from pipeline.limits import LIMITS, Limits, Tolerance

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.ingest import Progress, Summary
    from pipeline.storage import Place

RUNNERS = "factmill.runners"
_MOST_WORDS = 5  # that may be units; run.json has more


class Runner(Protocol):
    """What the entry points of the group ``factmill.runners`` are."""

    def __call__(
        self,
        sources: Sequence[str],
        out: Place,
        names: Sequence[str],
        *,
        workers: int,
        dask: str | None,
        wait: float,
        full_refresh: bool,
        max_refused: str | None,
        webhook: str | None,
        limits: Limits,
        progress: Progress,
    ) -> Summary:
        """Ingest the sources."""
        ...


def ingest(
    sources: Sources,
    out: Out = DEFAULT_OUT,
    names: Names = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes to use, as many as there are cores if not given. E.g. --workers 4"),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Have the workers of this Dask scheduler read the articles. E.g. --dask tcp://scheduler:8786",
        ),
    ] = None,
    direct: Annotated[
        bool,
        typer.Option("--direct", help="Without a scheduler: quicker to start. E.g. factmill ingest seeds --direct"),
    ] = False,
    full_refresh: Annotated[
        bool,
        typer.Option("--full-refresh", help="Read all again, new or not. E.g. factmill ingest seeds --full-refresh"),
    ] = False,
    wait: Wait = 0.0,
    max_refused: Annotated[
        str | None,
        typer.Option(
            metavar="N or N%",
            help="Publish nothing if more articles than that are refused. E.g. --max-refused 5%",
        ),
    ] = None,
    webhook: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Tell this address of new conflicts. E.g. --webhook https://example.com/hook"),
    ] = None,
    max_seconds: Annotated[
        float, typer.Option(min=1, help="Refuse an article that takes longer. E.g. --max-seconds 60")
    ] = LIMITS.seconds,
    max_memory: Annotated[
        int,
        typer.Option(
            min=512, metavar="MB", help="Refuse an article whose process needs more than that. E.g. --max-memory 4096"
        ),
    ] = LIMITS.megabytes,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only what went wrong. E.g. factmill ingest seeds --quiet")
    ] = False,
    log_format: Annotated[
        LogFormat, typer.Option(help="Lines to read, or JSON with the fields apart. E.g. --log-format json")
    ] = LogFormat.text,
) -> None:
    """Read articles and publish their facts as Parquet tables; what has been read before is not read again.

    Example: factmill ingest seeds --out extracted
    """
    from pipeline.articles import SourceError
    from pipeline.ingest.errors import ClusterError
    from pipeline.ingest.records import TooManyRefusedError
    from pipeline.language.aboutness import NamesError
    from pipeline.storage import LocationError
    from pipeline.store import BusyError, DamagedError

    if max_refused is not None:
        try:
            Tolerance(max_refused)
        except ValueError as error:
            fail(str(error))
    runner = _direct_runner() if direct else _installed_runner()
    try:
        with watching(quiet, log_format) as progress:
            summary = runner(
                sources,
                place(out),
                names or [],
                workers=workers or os.cpu_count() or 1,
                dask=dask,
                wait=wait,
                full_refresh=full_refresh,
                max_refused=max_refused,
                webhook=webhook,
                limits=Limits(max_seconds, max_memory),
                progress=progress,
            )
    except TooManyRefusedError as error:
        print(f"factmill: {error}", file=sys.stderr)
        raise typer.Exit(1) from error
    except (SourceError, NamesError, LocationError, BusyError, DamagedError, ClusterError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"stopped, the tables are as they were: {error}; {_remedy(error)}")
    except BrokenExecutor as error:
        fail(f"stopped, {error}: most likely for want of memory; go on with fewer, such as --workers 1")
    if not quiet:
        output().print(_summary_table(summary), _next_step(summary), sep="\n")
    if summary.refused:
        raise typer.Exit(1)


def _direct_runner() -> Runner:
    from pipeline.ingest import run_direct

    return run_direct


def _installed_runner() -> Runner:
    found = sorted(entry_points(group=RUNNERS), key=lambda entry_point: entry_point.name)
    if not found:
        fail("no runner is installed: add --direct to run without one")
    try:
        runner: Runner = found[0].load()
    except ImportError as error:
        fail(f"the runner {found[0].name} cannot be loaded ({error}): add --direct to run without it")
    return runner


def _remedy(error: OSError) -> str:
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "choose a folder that you may write to with --out"
    room = "make room and " if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else ""
    return f"{room}run it again to go on"


def _summary_table(summary: Summary) -> Table:
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_column()
    refused = f", {len(summary.refused):,} refused" if summary.refused else ""
    table.add_row(f"{summary.read:,}", f"articles: {summary.new:,} new, {summary.unchanged:,} unchanged{refused}")
    for name, rows in summary.tables.items():
        table.add_row(f"{rows:,}", f"{summary.out / name}.parquet")
    changes = summary.changes
    if changes is not None and (changes.facts_gone or changes.facts_added < summary.tables["facts"]):
        conflicts = f", {len(changes.new_conflicts):,} conflicts new" if changes.new_conflicts else ""
        table.add_row("", f"facts: {changes.facts_added:,} added, {changes.facts_gone:,} gone{conflicts}")
    if summary.unknown_units:
        words = ", ".join(f"{one.word} ({one.numbers:,})" for one in summary.unknown_units[:_MOST_WORDS])
        told = (
            "words that may be unknown units" if len(summary.unknown_units) > 1 else "word that may be an unknown unit"
        )
        table.add_row(f"{len(summary.unknown_units):,}", f"{told}: {words}")
    return table


def _next_step(summary: Summary) -> str:
    where = "" if str(summary.out) == DEFAULT_OUT else f" {summary.out}"
    conflicts = f", or factmill conflicts{where}" if summary.conflicts else ""
    return f"Next: factmill facts{where}{conflicts}"
