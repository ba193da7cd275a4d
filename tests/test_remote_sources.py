"""Articles in an object store: what a source stands for, how it is read, and what is said of what cannot be."""

from __future__ import annotations

import gzip
import io
import time

import pandas as pd
import pytest

from pipeline.articles import Article, Refusal, SourceError, fetched, plan, read
from pipeline.ingest import prepare, run_direct
from pipeline.language.aboutness import NamesError, read_names
from pipeline.storage import UnreachableError, objects

from .conftest import KEY_ID, SECRET
from .remote import (
    BUCKET,
    NEWS,
    OUT,
    factmill_process,
    put,
)
from .s3 import Fault, Server

pytestmark = pytest.mark.usefixtures("simple_extractor")

slow = pytest.mark.slow


LINES = '{"id": "a", "text": "Alpha has 1 kW."}\n{"id": "b", "text": "Beta has 2 kW."}\n'


@pytest.fixture
def shelf(s3: Server) -> Server:
    """A bucket with articles of many kinds."""
    shelf: dict[str, str | bytes] = {
        "shelf/2024/report.md": "---\ntitle: Report\n---\nAlpha has 1 kW.",
        "shelf/2025/report.txt": "Alpha has 2 kW.",
        "shelf/2025/.hidden.txt": "Alpha has 3 kW.",
        "shelf/other.pdf": b"%PDF",
        "shelf/dump.jsonl": LINES,
        "shelf/dump.jsonl.gz": gzip.compress(LINES.encode(), mtime=0),
        "shelf/torn.jsonl.gz": gzip.compress(LINES.encode(), mtime=0)[:-20],
        "shelf/a b?.txt": "Alpha has 4 kW.",
    }
    for key, content in shelf.items():
        put(key, content)
    frame = io.BytesIO()
    pd.DataFrame({"id": ["c"], "text": ["Gamma has 3 kW."]}).to_parquet(frame)
    put("shelf/dump.parquet", frame.getvalue())
    return s3


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("source", "articles"),
    [
        ("s3://news-bucket/shelf", ["2024/report", "2025/report", "a b?"]),
        ("s3://news-bucket/shelf/2025/", ["report"]),
        ("s3://news-bucket/shelf/*/report.*", ["2024/report", "2025/report"]),
        ("s3://news-bucket/**/*.md", ["report"]),
        ("s3://news-bucket/shelf/20*", ["2024/report", "2025/report"]),
        ("s3://news-bucket/shelf/a b?.txt", ["a b?"]),
        ("s3://news-bucket/shelf/dump.jsonl", ["a", "b"]),
        ("s3://news-bucket/shelf/dump.jsonl.gz", ["a", "b"]),
        ("s3://news-bucket/shelf/*.parquet", ["c"]),
    ],
)
def test_what_a_remote_source_stands_for(source: str, articles: list[str]) -> None:
    found = [one for portion in plan([source]).portions for one in read(portion)]
    assert sorted(one.doc_id for one in found if isinstance(one, Article)) == articles
    assert len(found) == len(articles)


ADVICE = (
    "name a file (.txt .text .md .markdown .jsonl .ndjson .jsonl.gz .ndjson.gz .parquet), a folder, or a glob such as "
    "'news/*.md'"
)


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("s3://news-bucket/shelf/other.pdf", f"is an object of type .pdf, which is not read; {ADVICE}"),
        ("s3://news-bucket/shelf/*.doc", f"matches no object that is read; {ADVICE}"),
        ("s3://news-bucket/nowhere/*.md", f"matches nothing; {ADVICE}"),
        (
            "s3://no-such-bucket/news",
            "cannot be read: there is no such bucket: make it, or mend its name (s3://no-such-bucket)",
        ),
        (
            f"s3://{KEY_ID}:{SECRET}@bucket/news",
            "cannot be read: 's3://***@bucket/news' holds credentials, which lists of processes and logs would show; "
            "leave them out and set them where the cloud's own tools look, such as AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY",
        ),
    ],
)
def test_remote_sources_that_lead_nowhere(source: str, message: str) -> None:
    with pytest.raises(SourceError) as raised:
        plan([source])
    assert raised.value.problem == message
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("name", ["dump.jsonl", "dump.jsonl.gz", "dump.parquet"])
def test_what_was_copied_to_be_planned_is_read_as_it_was_planned(shelf: Server, name: str) -> None:
    (portion,) = plan([f"s3://news-bucket/shelf/{name}"]).portions
    put(f"shelf/{name}", "another file\n")
    shelf.requests.clear()
    assert [type(one) for one in read(portion)] == [Article] * (1 if name == "dump.parquet" else 2)
    assert shelf.requests == []


def test_the_articles_of_a_batch_are_fetched_at_once(shelf: Server) -> None:
    portions = plan(["s3://news-bucket/shelf"]).portions
    shelf.faults.append(Fault("delay", "GET", "", 3, seconds=0.5))
    began = time.perf_counter()
    there = fetched(portions)
    assert time.perf_counter() - began < 1.4
    shelf.requests.clear()
    assert [type(one) for portion in there for one in read(portion)] == [Article] * 3
    assert shelf.requests == []


@pytest.mark.usefixtures("shelf")
def test_an_article_that_has_gone_since_is_refused() -> None:
    (portion,) = plan(["s3://news-bucket/shelf/2025/report.txt"]).portions
    objects.remove(BUCKET / "shelf/2025/report.txt")
    (refusal,) = read(fetched([portion])[0])
    assert isinstance(refusal, Refusal)
    assert (
        refusal.error
        == "it cannot be opened: there is no such bucket or object; check that it is there and that you may read it"
    )


@pytest.mark.usefixtures("shelf")
def test_a_torn_archive_is_refused() -> None:
    (refusal,) = plan(["s3://news-bucket/shelf/torn.jsonl.gz"]).refusals
    assert (refusal.source, refusal.error) == (
        "s3://news-bucket/shelf/torn.jsonl.gz",
        "it is not a whole gzip file: Compressed file ended before the end-of-stream marker was reached; "
        "compress it again",
    )


@slow
def test_a_slow_store_is_no_fault_of_an_article(remote: Server) -> None:
    remote.faults.append(Fault("delay", "GET", "two.txt", 1, seconds=8))
    done = factmill_process("ingest", NEWS, "--out", OUT, "--direct", "--quiet", "--workers", 1, "--max-seconds", 5)
    assert (done.returncode, done.stderr) == (0, "")
    assert remote.faults[0].times == 0


def test_a_store_that_fails_while_articles_are_read_is_no_fault_of_theirs(
    remote: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.storage.errors.ATTEMPTS", 1)
    remote.faults.append(Fault("slow down", "GET", "two.txt", 99))
    with pytest.raises(UnreachableError) as raised:
        run_direct([str(NEWS)], OUT)
    assert raised.value.filename == "s3://news-bucket/news/two.txt"
    assert objects.find(OUT / "current.json") is None


@pytest.mark.usefixtures("remote")
def test_names_stand_beside_remote_articles_or_where_it_is_said() -> None:
    put("news/names.toml", '[names]\n"Alpha Motors" = ["Alpha"]\n')
    put("more.toml", '[names]\n"Beta Motors" = ["Beta"]\n')
    settings = prepare([str(NEWS)], OUT, [str(BUCKET / "more.toml")]).settings
    assert read_names(settings.names) == {
        "alpha motors": "Alpha Motors",
        "alpha": "Alpha Motors",
        "beta motors": "Beta Motors",
        "beta": "Beta Motors",
    }


@pytest.mark.usefixtures("remote")
@pytest.mark.parametrize(
    ("names", "message"),
    [
        (
            "s3://news-bucket/none.toml",
            "s3://news-bucket/none.toml: cannot be read as a names file: there is no such object",
        ),
        (
            "ftp://host/names.toml",
            "a names file cannot be read: 'ftp://host/names.toml' is of a kind that is not read; valid are paths and "
            "s3://, gs://, abfss://",
        ),
    ],
)
def test_names_that_are_not_there(names: str, message: str) -> None:
    with pytest.raises(NamesError) as raised:
        prepare([str(NEWS)], OUT, [names])
    assert str(raised.value) == message
