"""What a run leaves besides the tables: ``run.json``, a threshold for refused articles, word of new conflicts."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from pipeline import store
from pipeline.cli import app
from pipeline.ingest import publication, run_direct
from pipeline.ingest.records import TooManyRefusedError
from pipeline.limits import Tolerance
from pipeline.store import TABLES

pytestmark = pytest.mark.usefixtures("simple_extractor")


def record() -> dict[str, Any]:
    """What ``run.json`` holds, without its times."""
    written: dict[str, Any] = json.loads(Path("out/run.json").read_text(encoding="utf-8"))
    assert written.pop("started") <= written.pop("finished")
    assert written.pop("seconds") >= 0
    return written


def contents() -> dict[str, bytes]:
    return {name: Path(f"out/{name}.parquet").read_bytes() for name in TABLES}


def test_a_run_is_put_down_with_what_it_changed(news: Path) -> None:
    run_direct([str(news)], Path("out"))
    first = record()
    assert (first["status"], first["articles"], first["new"]) == ("published", 3, 3)
    assert first["changes"]["facts_added"] == 4
    assert len(first["changes"]["new_conflicts"]) == 1
    assert first["unknown_units"] == []

    run_direct([str(news)], Path("out"))
    again = record()
    assert (again["status"], again["new"], again["changes"], again["unknown_units"]) == ("unchanged", 0, None, None)
    assert again["tables"] == first["tables"]

    (news / "two.txt").write_text("Gamma has 5 km. Delta has 7 km.")  # no longer against one.txt
    (news / "bad.txt").write_text("")
    run_direct([str(news)], Path("out"))
    changed = record()
    assert changed["changes"] == {"facts_added": 1, "facts_gone": 1, "facts_restated": 1, "new_conflicts": []}
    (refused,) = changed["refused"]
    assert (refused["article"], refused["source"]) == ("bad", "news/bad.txt")
    assert changed["error"] is None


def test_a_publication_that_cannot_be_compared_is_one_all_the_same(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def incomparable(*_: object) -> None:
        raise duckdb.BinderException("the columns are others")

    monkeypatch.setattr(publication, "changes_since", incomparable)
    run_direct([str(news)], Path("out"))
    assert (record()["status"], record()["changes"]) == ("published", None)


def test_a_run_that_fails_is_put_down_too(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "publish", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        run_direct([str(news)], Path("out"))
    failed = record()
    assert (failed["status"], failed["error"]) == ("failed", "OSError: [Errno 28] No space left on device")


@pytest.mark.parametrize(
    ("written", "refused", "articles", "borne"),
    [
        ("0", 0, 10, True),
        ("0", 1, 10, False),
        ("2", 2, 2, True),
        ("5%", 5, 100, True),
        ("5%", 6, 100, False),
        ("0.5%", 1, 199, False),
        ("0.5%", 1, 200, True),
        ("100%", 3, 3, True),
        ("0%", 0, 0, True),
    ],
)
def test_tolerances(written: str, refused: int, articles: int, borne: bool) -> None:
    assert Tolerance(written).bears(refused, articles) is borne


@pytest.mark.parametrize("written", ["", "5 %", "-1", "101%", "a few", "1.5", "%"])
def test_what_is_no_tolerance_says_what_is(written: str) -> None:
    with pytest.raises(ValueError, match=r"valid are a number such as 12 and a share such as 5%$"):
        Tolerance(written)


def test_too_many_refused_articles_publish_nothing_and_lose_nothing(
    news: Path,
) -> None:
    run_direct([str(news)], Path("out"))
    before = contents()
    (news / "four.txt").write_text("Delta has 7 km.")
    (news / "bad.txt").write_text("")
    with pytest.raises(TooManyRefusedError) as caught:
        run_direct([str(news)], Path("out"), max_refused="10%")
    assert str(caught.value) == (
        "1 of 5 articles were refused, more than 10%: nothing was published; "
        "mend them, or allow more with --max-refused"
    )
    assert contents() == before
    refused = record()
    assert (refused["status"], [one["article"] for one in refused["refused"]]) == ("too many refused", ["bad"])
    assert run_direct([str(news)], Path("out"), max_refused="1").new == 0  # what was extracted is kept


def test_the_command_says_so_and_ends_with_1(news: Path) -> None:
    (news / "bad.txt").write_text("")
    asked = ["ingest", str(news), "--direct", "--out", "out", "--quiet", "--max-refused"]
    result = CliRunner().invoke(app, [*asked, "0"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "refused bad (news/bad.txt): " in result.stderr
    assert "factmill: 1 of 4 articles were refused, more than 0: nothing was published" in result.stderr
    wrong = CliRunner().invoke(app, [*asked, "few"])
    assert (wrong.exit_code, wrong.stderr.splitlines()) == (
        2,
        ["factmill: max_refused is 'few'; valid are a number such as 12 and a share such as 5%"],
    )


class _Listener(BaseHTTPRequestHandler):
    told: list[dict[str, Any]] = []  # noqa: RUF012  what every request of a test brought

    def do_POST(self) -> None:
        self.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(403 if self.path.endswith("/refuse") else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def listener() -> Iterator[str]:
    """The address of somebody who listens."""
    _Listener.told.clear()
    server = HTTPServer(("127.0.0.1", 0), _Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


def test_a_webhook_is_told_of_new_conflicts_once(news: Path, listener: str) -> None:
    for _ in range(2):
        run_direct([str(news)], Path("out"), webhook=listener)
    (told,) = _Listener.told
    assert (told["event"], told["out"], len(told["new_conflicts"])) == ("factmill.conflicts.new", "out", 1)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("http://127.0.0.1:9/s3cret", "ConnectError, is the address right?"),
        ("s3cret", "UnsupportedProtocol, is the address right?"),
        ("http://a:s3cret/", "InvalidURL, is the address right?"),
    ],
)
def test_that_nobody_listens_fails_no_run(
    news: Path, address: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "factmill")
    assert run_direct([str(news)], Path("out"), webhook=address).conflicts == 1
    assert caplog.messages == [f"the webhook was not told of new conflicts in out: {reason}"]


def test_a_webhook_that_refuses_is_told_without_its_address(
    news: Path, listener: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "factmill")
    run_direct([str(news)], Path("out"), webhook=f"{listener}/refuse")
    assert caplog.messages == ["the webhook was not told of new conflicts in out: it answered 403 Forbidden"]


def test_a_log_of_json_has_the_fields_apart(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (news / "bad:car:.txt").write_text("")
    asked = ["ingest", str(news), "--direct", "--out", "out", "--log-format", "json"]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 1
    batch, refused, run = (json.loads(line) for line in result.stderr.splitlines())
    assert {"time", "level", "logger", "message", "event"} <= set(batch)
    assert (batch["event"], batch["articles"], batch["level"]) == ("batch", 4, "info")
    assert (refused["event"], refused["article"], refused["source"]) == ("refused", "bad:car:", "news/bad:car:.txt")
    assert refused["reason"].startswith("it holds no text")
    assert (run["event"], run["status"], run["refused"], run["tables"]["facts"]) == ("run", "published", 1, 4)
    monkeypatch.setenv("FACTMILL_LOG_FORMAT", "json")
    quiet = CliRunner().invoke(app, [*asked[:-2], "--quiet"])
    assert [json.loads(line)["event"] for line in quiet.stderr.splitlines()] == ["refused"]
