"""What tests of object stores share: a bucket, what is put into it, and what is published there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli import app
from pipeline.ingest import run_direct
from pipeline.storage import Location, objects
from pipeline.store import TABLES

from .s3 import Server

ROOT = Path(__file__).parent.parent
BUCKET = Location("s3", "news-bucket", "")
NEWS, OUT = BUCKET / "news", BUCKET / "tables"


def put_news(news: Path) -> None:
    for path in news.iterdir():
        objects.put_file(path, NEWS / path.name)


def put(key: str, content: str | bytes) -> None:
    objects.put_bytes(content.encode() if isinstance(content, str) else content, BUCKET / key)


def expected(source: str = "news") -> dict[str, bytes]:
    """The tables made of the folder ``news``, in a folder."""
    run_direct([source], Path("local"), full_refresh=True)
    return {name: Path("local", f"{name}.parquet").read_bytes() for name in TABLES}


def contents(out: Location = OUT) -> dict[str, bytes]:
    """Every table that is published there, found as a stranger would."""
    version = out / "versions" / json.loads(objects.read_bytes(out / "current.json"))["version"]
    return {name: objects.read_bytes(version / f"{name}.parquet") for name in TABLES}


def without_documents(tables: Mapping[str, bytes]) -> dict[str, bytes]:
    """All but the one that tells where articles stand."""
    return {name: content for name, content in tables.items() if name != "documents"}


def another_machine(monkeypatch: pytest.MonkeyPatch, name: str = "another") -> None:
    """From now on there is another cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(Path(name).absolute()))


def written(server: Server) -> list[str]:
    return [path for method in ("PUT", "POST", "DELETE") for path in server.made(method)]


def factmill(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)


def factmill_process(*arguments: object, before: str = "") -> subprocess.CompletedProcess[str]:
    code = f"{before}\nfrom pipeline.cli import main; main()"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
