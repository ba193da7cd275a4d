"""Sources and tables in Azure's storage, of a real server: Azurite (``npm install --global azurite``), where it is."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import fs

import pipeline
from pipeline.ingest import run_direct
from pipeline.storage import Location, UnreachableError, objects
from pipeline.storage.obstored import ChangedError, look, put
from pipeline.store import BusyError, working

from .remote import another_machine, contents, expected, factmill, without_documents

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("azure", "simple_extractor"),
    pytest.mark.skipif(not shutil.which("azurite-blob"), reason="there is no azurite-blob here"),
]

# The account that every Azurite has, https://learn.microsoft.com/azure/storage/common/storage-use-azurite
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
BOX = Location("abfss", f"box@{ACCOUNT}.dfs.core.windows.net", "")
OUT = BOX / "tables"


@pytest.fixture(scope="module")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["azurite-blob", "--silent", "--skipApiVersionCheck", "--inMemoryPersistence", "--disableTelemetry"]
    folder = tmp_path_factory.mktemp("azurite")
    with subprocess.Popen([*command, "--blobPort", str(port)], cwd=folder, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(200):
                with socket.socket() as tried:
                    if tried.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}/{ACCOUNT}"
        finally:
            server.terminate()


@pytest.fixture
def azure(azurite: str, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty container but for the articles of the folder ``news``, and an empty cache."""
    for name in [name for name in os.environ if name.startswith("AZURE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", azurite)
    monkeypatch.setenv("AZURE_STORAGE_KEY", KEY)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_container()
    for one in objects.listed(BOX):
        objects.remove(one.location)
    for path in news.iterdir():
        objects.put_file(path, BOX / "news" / path.name)


def make_container() -> None:
    system, box = objects._opened(BOX)
    if system.get_file_info(box).type == fs.FileType.NotFound:
        system.create_dir(box)


def test_a_run_from_there_and_into_it_makes_the_bytes_of_a_run_on_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    summary = run_direct([str(BOX / "news")], OUT)
    assert (str(summary.out), summary.read, summary.new, summary.refused) == (str(OUT), 3, 3, ())
    assert contents(OUT) == expected(str(BOX / "news"))
    assert without_documents(contents(OUT)) == without_documents(expected())
    assert run_direct([str(BOX / "news")], OUT).unchanged == 3
    another_machine(monkeypatch)
    assert run_direct([str(BOX / "news")], OUT).unchanged == 3


def test_what_changes_is_published_and_what_is_gone_goes() -> None:
    run_direct([str(BOX / "news")], OUT)
    objects.put_bytes(b"Delta has 7 kg.", BOX / "news" / "four.txt")
    objects.remove(BOX / "news" / "one.txt")
    assert run_direct([str(BOX / "news")], OUT).read == 3
    assert sorted(pipeline.load_facts(str(OUT))["subject"]) == ["Alpha", "Delta", "Gamma"]
    shown = factmill("facts", OUT)
    assert (shown.exit_code, "Delta" in shown.stdout) == (0, True)
    assert factmill("clean", OUT, "--keep-days", "0").exit_code == 0


def test_the_second_of_two_runs_at_once_overwrites_nothing() -> None:
    with working(OUT) as slow:
        run_direct([str(BOX / "news")], Path("apart"))
        shutil.copytree("apart", slow.folder, dirs_exist_ok=True, symlinks=True)
        objects.put_bytes(b"somebody else's", OUT / "current.json")
        with pytest.raises(BusyError):
            slow.publish()
    assert objects.read_bytes(OUT / "current.json") == b"somebody else's"


def test_a_conditional_write() -> None:
    put(BOX / "pointer", b"1", None)
    with pytest.raises(ChangedError):
        put(BOX / "pointer", b"2", None)
    seen = look(BOX / "pointer")
    put(BOX / "pointer", b"2", seen)
    with pytest.raises(ChangedError):
        put(BOX / "pointer", b"3", seen)
    assert objects.read_bytes(BOX / "pointer") == b"2"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (BOX / "nothing", "does not exist"),
        (Location("abfss", f"none@{ACCOUNT}.dfs.core.windows.net", "news"), "no such bucket"),
    ],
)
def test_what_is_not_there_is_named(source: Location, message: str) -> None:
    told = factmill("ingest", source, "--out", OUT, "--direct")
    assert told.exit_code == 2
    assert str(source.bucket) in told.stderr
    assert message in told.stderr


def test_a_wrong_key_is_named_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = "d3Jvbmc="
    monkeypatch.setenv("AZURE_STORAGE_KEY", wrong)
    objects._system.cache_clear()
    try:
        told = factmill("ingest", BOX / "news", "--out", OUT, "--direct")
    finally:
        objects._system.cache_clear()
    assert (told.exit_code, "refuses it" in told.stderr, wrong in told.stderr) == (2, True, False)


def test_a_server_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", f"http://127.0.0.1:1/{ACCOUNT}")
    monkeypatch.setattr("pipeline.storage.errors.ATTEMPTS", 1)
    with pytest.raises(UnreachableError):
        look(OUT / "current.json")
