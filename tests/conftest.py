"""What several tests need: a simple extractor, a folder of articles."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from .s3 import Server

settings.register_profile("factmill", deadline=None)  # how long an example takes says more of the machine than of us
settings.load_profile("factmill")

VERSION = "0123456789abcdef"


@pytest.fixture(scope="session", autouse=True)
def _no_terminal() -> Iterator[None]:
    """What is printed does not depend on the terminal the tests run in."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("COLUMNS", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="module")
def simple_extractor() -> Iterator[None]:
    """In this process an extractor that knows one sentence, "Alpha has 288 kW", and starts at once."""
    from pipeline import mentions  # here, so that tests of other things do not load the language pipeline
    from pipeline.ingest import workers

    from .factories import HereWorkers, extract_simply

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mentions, "extract_batch", extract_simply)
        patch.setattr(mentions, "extractor_version", lambda _settings: VERSION)
        patch.setattr(workers, "Workers", HereWorkers)  # other processes would have the real one
        yield


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A Prefect server of our own; starting it takes longer than any flow run, so all tests share it."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder ``news`` of the current folder: three articles, two of which contradict each other."""
    monkeypatch.chdir(tmp_path)
    folder = Path("news")
    write_news(folder)
    return folder


def write_news(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "one.txt").write_text("Alpha has 288 kW. Beta has 3 kg.\n")
    (folder / "two.txt").write_text("Alpha has 300 kW.\n")
    (folder / "three.txt").write_text("Gamma has 5 km.\n")


SECRET = "wJalrXUtnFEMIsecretEXAMPLEKEY"
KEY_ID = "AKIAEXAMPLEKEYID0001"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[Server]:
    """A server that speaks S3, shared by all tests, and a client that loses little time with waiting."""
    from .s3 import faulty_s3

    with faulty_s3() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.storage.errors._FIRST_WAIT", 0.01)
        patch.setattr("pipeline.storage.errors.TRIES_OF_THE_LIBRARY", 1)
        yield server


@pytest.fixture
def s3(s3_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server with an empty bucket, ``s3://news-bucket``, an empty cache, and nothing that fails."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    settings = {"ACCESS_KEY_ID": KEY_ID, "SECRET_ACCESS_KEY": SECRET, "REGION": "us-east-1"}
    for name, value in {**settings, "ENDPOINT_URL": s3_server.address}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    s3_server.reset()
    yield s3_server
    s3_server.reset()


@pytest.fixture
def remote(s3: Server, news: Path) -> Server:
    """The articles of the folder ``news`` in ``s3://news-bucket/news`` too."""
    from .remote import put_news

    put_news(news)
    s3.requests.clear()
    return s3
