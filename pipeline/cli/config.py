"""``factmill config``: the settings in force, and where each comes from."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline.cli.console import fail, output
from pipeline.config import KEYS, Config, ConfigError, read_config


def config(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON. E.g. factmill config --json")] = False,
) -> None:
    """Print every setting in force here, and where it comes from: a file, the environment, or the default.

    Settings stand in factmill.toml, or in pyproject.toml under [tool.factmill], of the current folder or of what
    --config names; FACTMILL_OUT and the like are stronger, options stronger still.

    Example: factmill config --json
    """
    found = in_force(context.obj)
    if as_json:
        print(json.dumps({key: {"value": one.value, "from": one.source} for key, one in found.items()}, indent=1))
        return
    from rich.table import Table

    table = Table("setting", "value", "from", "what for", box=None, padding=(0, 2, 0, 0), header_style="")
    for key, one in found.items():
        table.add_row(key, _written(one.value), one.source, KEYS[key].about)
    output().print(table)


def in_force(named: Path | None) -> Config:
    """The settings of the current folder, or of what is named instead; wrong ones end the command."""
    try:
        return read_config(Path.cwd(), os.environ, named)
    except ConfigError as error:
        fail(str(error))


def defaults_of(context: typer.Context, found: Config) -> dict[str, dict[str, Any]]:
    """What the command asked for takes where nothing is typed, for those of its parameters that are settings."""
    asked = context.invoked_subcommand
    if asked is None or not isinstance(context.command, TyperGroup):
        return {}
    names = [one.name for one in context.command.commands[asked].params if one.name in found]
    return {asked: {name: found[name].value for name in names if found[name].value is not None}}


def _written(value: Any) -> str:
    if value is None or value == []:
        return "-"
    return ", ".join(value) if isinstance(value, list) else str(value)
