"""Sources and tables in the stores of other providers than Amazon, of servers that speak as theirs, where they are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyarrow import fs

import pipeline
from pipeline.ingest import run_direct
from pipeline.storage import Location, UnreachableError, objects
from pipeline.storage.obstored import ChangedError, look, put
from pipeline.store import BusyError, working

from .azure import ACCOUNT, KEY, azure_server
from .google import google_server
from .remote import another_machine, contents, expected, factmill, without_documents

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("simple_extractor")]


@dataclass(frozen=True)
class Provider:
    """A server, how the environment tells of it, its bucket and one that is not there."""

    address: str
    environment: dict[str, str]
    bucket: Location
    absent: Location

    @property
    def news(self) -> Location:
        return self.bucket / "news"

    @property
    def out(self) -> Location:
        return self.bucket / "tables"


@contextmanager
def google(_: Path, busy_every: int = 0) -> Iterator[Provider]:
    with google_server(busy_every) as address:
        yield Provider(
            address, {"STORAGE_EMULATOR_HOST": address}, Location("gs", "box", ""), Location("gs", "none", "news")
        )


@contextmanager
def azure(folder: Path) -> Iterator[Provider]:
    with azure_server(folder) as address:
        bucket, absent = (
            Location("abfss", f"{box}@{ACCOUNT}.dfs.core.windows.net", key)
            for box, key in (("box", ""), ("none", "news"))
        )
        yield Provider(address, {"AZURE_STORAGE_ENDPOINT": address, "AZURE_STORAGE_KEY": KEY}, bucket, absent)


SERVERS: dict[str, tuple[Callable[[Path], AbstractContextManager[Provider]], str]] = {
    "google": (google, "fake-gcs-server"),
    "azure": (azure, "azurite-blob"),
}


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    opened, program = SERVERS[request.param]
    if not shutil.which(program):
        pytest.skip(f"there is no {program} here")
    with opened(tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture
def provider(server: Provider, news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """Its bucket holds the articles of the folder ``news`` and nothing else; the cache is empty."""
    use(server, tmp_path / "cache", monkeypatch)
    for one in objects.listed(server.bucket):
        objects.remove(one.location)
    put_news(news, server)
    return server


def use(server: Provider, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("AZURE_", "STORAGE_"))]:
        monkeypatch.delenv(name)
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    system, box = objects._opened(server.bucket)
    if system.get_file_info(box).type == fs.FileType.NotFound:
        system.create_dir(box)


def put_news(news: Path, server: Provider) -> None:
    for path in news.iterdir():
        objects.put_file(path, server.news / path.name)


def test_a_run_from_there_and_into_it_makes_the_bytes_of_a_run_on_folders(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = run_direct([str(provider.news)], provider.out)
    assert (str(summary.out), summary.read, summary.new, summary.refused) == (str(provider.out), 3, 3, ())
    assert contents(provider.out) == expected(str(provider.news))
    assert without_documents(contents(provider.out)) == without_documents(expected())
    assert run_direct([str(provider.news)], provider.out).unchanged == 3
    another_machine(monkeypatch)
    assert run_direct([str(provider.news)], provider.out).unchanged == 3


def test_what_changes_is_published_and_what_is_gone_goes(provider: Provider) -> None:
    run_direct([str(provider.news)], provider.out)
    objects.put_bytes(b"Delta has 7 kg.", provider.news / "four.txt")
    objects.remove(provider.news / "one.txt")
    assert run_direct([str(provider.news)], provider.out).read == 3
    assert sorted(pipeline.load_facts(str(provider.out))["subject"]) == ["Alpha", "Delta", "Gamma"]
    shown = factmill("facts", provider.out)
    assert (shown.exit_code, "Delta" in shown.stdout) == (0, True)
    before = len(objects.listed(provider.out))
    assert factmill("clean", provider.out, "--keep-days", "0").exit_code == 0
    assert len(objects.listed(provider.out)) < before


def test_the_second_of_two_runs_at_once_overwrites_nothing(provider: Provider) -> None:
    with working(provider.out) as slow:
        run_direct([str(provider.news)], Path("apart"))
        shutil.copytree("apart", slow.folder, dirs_exist_ok=True, symlinks=True)
        objects.put_bytes(b"somebody else's", provider.out / "current.json")
        with pytest.raises(BusyError):
            slow.publish()
    assert objects.read_bytes(provider.out / "current.json") == b"somebody else's"


def test_a_conditional_write(provider: Provider) -> None:
    pointer = provider.bucket / "a pointer.json"
    assert look(pointer) is None
    put(pointer, b"1", None)
    with pytest.raises(ChangedError):
        put(pointer, b"2", None)
    seen = look(pointer)
    put(pointer, b"2", seen)
    with pytest.raises(ChangedError):
        put(pointer, b"3", seen)
    assert objects.read_bytes(pointer) == b"2"


def test_what_is_not_there_is_named(provider: Provider) -> None:
    for source, message in ((provider.bucket / "nothing", "does not exist"), (provider.absent, "no such bucket")):
        told = factmill("ingest", source, "--out", provider.out, "--direct")
        assert told.exit_code == 2
        assert str(source.bucket) in told.stderr
        assert message in told.stderr


def test_a_wrong_key_is_named_and_not_shown(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    if "AZURE_STORAGE_KEY" not in provider.environment:
        pytest.skip("the server asks for no key")
    wrong = "d3Jvbmc="
    monkeypatch.setenv("AZURE_STORAGE_KEY", wrong)
    objects._system.cache_clear()
    try:
        told = factmill("ingest", provider.news, "--out", provider.out, "--direct")
    finally:
        objects._system.cache_clear()
    assert (told.exit_code, "refuses it" in told.stderr, wrong in told.stderr) == (2, True, False)


def test_a_server_that_is_gone_is_named(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in provider.environment.items():
        monkeypatch.setenv(name, value.replace(provider.address, f"http://127.0.0.1:1/{ACCOUNT}"))
    monkeypatch.setattr("pipeline.storage.errors.ATTEMPTS", 1)
    with pytest.raises(UnreachableError):
        look(provider.out / "current.json")


@pytest.mark.skipif(not shutil.which("fake-gcs-server"), reason="there is no fake-gcs-server here")
def test_a_server_that_is_often_too_busy_changes_nothing(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with google(tmp_path, busy_every=5) as server:
        use(server, tmp_path / "cache", monkeypatch)
        put_news(news, server)
        assert run_direct([str(server.news)], server.out).new == 3
        assert without_documents(contents(server.out)) == without_documents(expected())
