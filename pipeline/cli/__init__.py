"""The ``factmill`` command, thin: each command's module reads what was typed and prints, the work is done elsewhere.

Starting must be quick, so nothing heavy is imported here, nor by the commands' modules until a command runs.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli import clean, config, conflicts, diff, evaluate, explain, extract, facts, ingest, query

app = typer.Typer(
    name="factmill",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"factmill {installed_version('factmill')}")
        except PackageNotFoundError:
            typer.echo("factmill, not installed: run `pip install -e .` in its folder")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001  its callback does all there is to do
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    named: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE or DIR",
            help="Where settings are, if not in the current folder. E.g. factmill --config jobs/news.toml ingest",
        ),
    ] = None,
) -> None:
    """Articles in, a table of numeric facts out, each with its sources and with whoever contradicts it.

    Begin with: factmill ingest seeds, then: factmill facts

    Exit codes: 0 all is well, 1 some articles were refused and all others done, 2 wrong usage.
    """
    context.obj = named
    if context.invoked_subcommand not in (None, "config"):
        context.default_map = config.defaults_of(context, config.in_force(named))


COMMANDS = (
    *(ingest.ingest, extract.extract),
    *(facts.facts, explain.explain, conflicts.conflicts, diff.diff, query.query),
    *(clean.clean, config.config, evaluate.evaluate),
)
for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run the command line."""
    app()
