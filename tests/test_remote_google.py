"""Sources in Google's storage, of a server of its kind: fake-gcs-server, where it is."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.ingest import run_direct
from pipeline.storage import Location, objects

from .remote import expected, factmill, without_documents

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("google", "simple_extractor"),
    pytest.mark.skipif(not shutil.which("fake-gcs-server"), reason="there is no fake-gcs-server here"),
]

NEWS = Location("gs", "box", "news")


@pytest.fixture
def google(news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The articles of the folder ``news`` in ``gs://box/news`` too."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = ["fake-gcs-server", "-scheme", "http", "-backend", "memory", "-host", "127.0.0.1", "-log-level", "error"]
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", f"http://{host}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with subprocess.Popen([*command, "-port", host.partition(":")[2], "-public-host", host]) as server:
        try:
            make_bucket(host)
            for path in news.iterdir():
                objects.put_file(path, NEWS / path.name)
            yield
        finally:
            server.terminate()


def make_bucket(host: str) -> None:
    asked = urllib.request.Request(
        f"http://{host}/storage/v1/b?project=p",
        data=json.dumps({"name": "box"}).encode(),
        headers={"Content-Type": "application/json"},
    )
    for _ in range(200):
        try:
            urllib.request.urlopen(asked).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def test_articles_are_read_as_those_of_a_folder() -> None:
    summary = run_direct([str(NEWS)], Path("out"))
    assert (summary.read, summary.new, summary.refused) == (3, 3, ())
    made = {name: Path("out", f"{name}.parquet").read_bytes() for name in expected()}
    assert without_documents(made) == without_documents(expected())
    assert run_direct([str(NEWS)], Path("out")).unchanged == 3


@pytest.mark.parametrize(
    ("source", "message"), [("gs://box/nothing", "does not exist"), ("gs://none/news", "no such bucket")]
)
def test_what_is_not_there_is_named(source: str, message: str) -> None:
    told = factmill("ingest", source, "--direct")
    assert (told.exit_code, message in told.stderr) == (2, True)
    assert source.removesuffix("/news") in told.stderr
