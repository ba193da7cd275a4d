"""``factmill clean``: what nobody needs any more of a folder of tables is removed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.console import DEFAULT_OUT, Folder, Out, Wait, fail, output, place

if TYPE_CHECKING:
    from rich.table import Table

    from pipeline.store import Leftover

_DAY = 86_400.0  # seconds
_PREFIXES = ("bytes", "kB", "MB", "GB", "TB")


def clean(
    folder: Folder = None,
    out: Out = DEFAULT_OUT,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would go. E.g. factmill clean extracted --dry-run")
    ] = False,
    keep_days: Annotated[
        float, typer.Option(min=0, help="Nothing younger than so many days goes. E.g. --keep-days 7")
    ] = 1.0,
    wait: Wait = 0.0,
) -> None:
    """Remove old versions of the tables and the shards that nothing published is made of.

    What is published stays, and so does what somebody is reading.

    Example: factmill clean extracted --dry-run
    """
    from pipeline.storage import LocationError
    from pipeline.store import BusyError, DamagedError, NothingPublishedError, working

    where = place(folder or out)
    if isinstance(where, Path) and not where.is_dir():
        fail(f"there is no folder {where}: name the folder of the tables")
    try:
        with working(where, wait) as workspace:
            found = workspace.leftovers(time.time() - keep_days * _DAY)
            if not dry_run:
                workspace.remove(found)
    except (LocationError, BusyError, DamagedError, NothingPublishedError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"stopped, what is published is as it was: {error}; run it again to go on")
    output().print(_table(found), _total(found, dry_run), sep="\n")


def _table(found: Sequence[Leftover]) -> Table:
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    table.add_column()
    table.add_column(justify="right")
    for kind in dict.fromkeys(leftover.kind for leftover in found):
        of_kind = [leftover for leftover in found if leftover.kind == kind]
        number, size = sum(leftover.number for leftover in of_kind), sum(leftover.bytes for leftover in of_kind)
        table.add_row(f"{number:,}", kind, size_words(size))
    return table


def _total(found: Sequence[Leftover], dry_run: bool) -> str:
    if not found:
        return "nothing to clean"
    freed = size_words(sum(leftover.bytes for leftover in found))
    return f"would free {freed}: the same without --dry-run does it" if dry_run else f"freed {freed}"


def size_words(size: int) -> str:
    """So many bytes, for people: ``999 bytes``, ``1.5 MB``."""
    number, prefix = float(size), 0
    while number >= 999.95 and prefix < len(_PREFIXES) - 1:
        number, prefix = number / 1000, prefix + 1
    return f"{number:.1f} {_PREFIXES[prefix]}" if prefix else f"{size} {_PREFIXES[0]}"
