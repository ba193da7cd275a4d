"""Sources to tables: idempotent, restartable, the same bytes whatever the order, and nobody's failure but his own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import ingest as steps
from pipeline import language, mentions, store
from pipeline.articles import Article, Portion, Refusal, SourceError
from pipeline.ingest import Summary, run_direct
from pipeline.ingest.batches import into_batches
from pipeline.ingest.records import Changes
from pipeline.language.aboutness import NamesError
from pipeline.mentions import Extraction, Settings
from pipeline.store import TABLES, BusyError, packs

from .conftest import VERSION, write_news
from .factories import extract_simply, simple_extraction

pytestmark = pytest.mark.usefixtures("simple_extractor")


def rows_of(out: Path, name: str, *columns: str) -> list[tuple[object, ...]]:
    table = pq.read_table(out / f"{name}.parquet")
    return [tuple(row[column] for column in columns) for row in table.to_pylist()]


def contents(out: Path) -> dict[str, bytes]:
    return {name: (out / f"{name}.parquet").read_bytes() for name in TABLES}


def write_records(path: Path, *records: Mapping[str, object]) -> str:
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return str(path)


def ingest(*sources: str, out: str = "out") -> Summary:
    return run_direct(sources, Path(out))


def test_a_run_tells_what_came_of_it(news: Path) -> None:
    summary = ingest(str(news))
    conflicts = tuple(str(row[0]) for row in rows_of(Path("out"), "conflicts", "conflict_id"))
    assert summary == Summary(
        out=Path("out"),
        read=3,
        new=3,
        unchanged=0,
        refused=(),
        tables={"facts": 4, "mentions": 4, "documents": 3, "numbers": 4, "conflicts": 1},
        version=Path("out/current").readlink().name,
        changes=Changes(4, 0, 0, conflicts),
        unknown_units=(),
    )


def test_documents_tell_of_every_article(news: Path) -> None:
    (news / "four.txt").write_text("")
    (refusal,) = ingest(str(news)).refused
    columns = ("doc_id", "source", "status", "error", "n_characters", "n_words", "n_mentions", "n_numbers")
    assert rows_of(Path("out"), "documents", *columns) == [
        ("four", "news/four.txt", "refused", refusal.error, 0, 0, 0, 0),
        ("one", "news/one.txt", "extracted", None, 33, 8, 2, 2),
        ("three", "news/three.txt", "extracted", None, 16, 4, 1, 1),
        ("two", "news/two.txt", "extracted", None, 18, 4, 1, 1),
    ]


def test_what_is_known_of_an_article_reaches_its_facts(news: Path) -> None:
    known = {"publisher": "The Post", "published": date(2025, 7, 31), "url": "https://post.example/p"}
    head = "\n".join(f"{key}: {value}" for key, value in {"title": "Power", **known}.items())
    (news / "known.md").write_text(f"---\n{head}\n---\n\nDelta has 7 km.\n")
    ingest(str(news))
    documents = pq.read_table("out/documents.parquet").to_pylist()
    facts = pq.read_table("out/facts.parquet").to_pylist()
    (row,) = (row for row in documents if row["doc_id"] == "known")
    ((place,),) = (fact["sources"] for fact in facts if fact["subject"] == "Delta")
    assert row | known | {"title": "Power"} == row
    assert place | known == place


def test_a_second_run_extracts_nothing_and_changes_nothing(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(str(news))
    before = contents(Path("out"))
    monkeypatch.setattr(mentions, "extract_batch", lambda *_: pytest.fail("extracted again"))
    summary = ingest(str(news))
    assert (summary.new, summary.unchanged) == (0, 3)
    assert contents(Path("out")) == before


def test_a_run_with_nothing_new_makes_no_tables(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ingest(str(news))
    version = Path("out/current").readlink()
    monkeypatch.setattr(store, "publish", lambda *_: pytest.fail("made the tables again"))
    assert ingest(str(news)) == replace(first, new=0, unchanged=3, published=False, changes=None, unknown_units=None)
    assert Path("out/current").readlink() == version


@pytest.mark.parametrize(
    "change",
    [
        lambda news: (news / "two.txt").unlink(),
        lambda news: (news / "two.txt").rename(news / "too.txt"),
        lambda news: (news / "bad.txt").write_text(""),
        lambda news: (news / "sub").mkdir() or (news / "two.txt").rename(news / "sub" / "two.txt"),
        lambda _news: Path("out/facts.parquet").write_bytes(b""),
    ],
    ids=["removed", "renamed", "one that is refused", "moved", "damaged"],
)
def test_whatever_changes_makes_the_tables_again(news: Path, change: Callable[[Path], object]) -> None:
    ingest(str(news))
    change(news)
    ingest(str(news))
    ingest(str(news), out="undisturbed")
    assert contents(Path("out")) == contents(Path("undisturbed"))


def test_a_full_refresh_extracts_all_again(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(articles: Sequence[Article], settings: Settings) -> list[Extraction]:
        return [replace(one, n_words=99) for one in extract_simply(articles, settings)]

    ingest(str(news))
    monkeypatch.setattr(mentions, "extract_batch", twice)
    assert ingest(str(news)).new == 0
    assert run_direct([str(news)], Path("out"), full_refresh=True).new == 3
    assert rows_of(Path("out"), "documents", "n_words") == [(99,), (99,), (99,)]


def test_many_articles_are_packed_and_known(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(str(news), out="undisturbed")
    monkeypatch.setattr(packs, "SHARDS_AT_MOST", 2)
    ingest(str(news))
    assert list(Path("out/shards").glob("*.parquet")) == []
    assert contents(Path("out")) == contents(Path("undisturbed"))
    (news / "four.txt").write_text("Delta has 1 m.\n")
    (news / "two.txt").unlink()
    summary = ingest(str(news))
    assert (summary.new, summary.unchanged) == (1, 2)
    ingest(str(news), out="undisturbed")
    assert contents(Path("out")) == contents(Path("undisturbed"))
    (pack,) = Path("out/shards/packs").iterdir()
    pack.write_bytes(pack.read_bytes()[:-1])
    assert ingest(str(news)).new == 2
    assert contents(Path("out")) == contents(Path("undisturbed"))


def test_only_what_is_new_is_extracted(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(str(news))
    (news / "two.txt").write_text("Alpha has 301 kW.\n")
    (news / "four.txt").write_text("Delta has 1 m.\n")
    extracted: list[str] = []

    def spy(articles: Sequence[Article], settings: Settings) -> list[Extraction]:
        extracted.extend(article.doc_id for article in articles)
        return extract_simply(articles, settings)

    monkeypatch.setattr(mentions, "extract_batch", spy)
    summary = ingest(str(news))
    assert (sorted(extracted), summary.new, summary.unchanged) == (["four", "two"], 2, 2)


def test_another_version_of_the_extractor_extracts_all_anew(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(str(news))
    monkeypatch.setattr(mentions, "extractor_version", lambda _settings: "f" * 16)
    assert ingest(str(news)).new == 3
    assert len(list(Path("out/shards").iterdir())) == 6


def test_an_article_that_is_removed_leaves_the_tables(news: Path) -> None:
    ingest(str(news))
    (news / "two.txt").unlink()
    assert ingest(str(news)).tables == {"facts": 3, "mentions": 3, "documents": 2, "numbers": 3, "conflicts": 0}


def test_what_once_was_there_is_not_extracted_again(news: Path) -> None:
    ingest(str(news))
    before = contents(Path("out"))
    shutil.move(news / "two.txt", "two.txt")
    ingest(str(news))
    shutil.move("two.txt", news / "two.txt")
    assert ingest(str(news)).new == 0
    assert contents(Path("out")) == before


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[: len(whole) // 2], lambda _: b"", lambda whole: bytes(len(whole))]
)
def test_a_damaged_shard_is_made_again(news: Path, damage: Callable[[bytes], bytes]) -> None:
    ingest(str(news))
    before = contents(Path("out"))
    shard = min(Path("out/shards").iterdir())
    whole = shard.read_bytes()
    shard.write_bytes(damage(whole))
    summary = ingest(str(news))
    assert (summary.new, summary.unchanged, summary.refused) == (1, 2, ())
    assert shard.read_bytes() == whole
    assert contents(Path("out")) == before


def test_a_run_that_crashed_is_taken_up_where_it_was(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(str(news), out="undisturbed")

    def crash(articles: Sequence[Article], settings: Settings) -> list[Extraction]:
        if "two" in (article.doc_id for article in articles):
            raise KeyboardInterrupt
        return extract_simply(articles, settings)

    with monkeypatch.context() as patch:
        patch.setattr(mentions, "extract_batch", crash)
        with pytest.raises(KeyboardInterrupt):
            run_direct([str(news)], Path("out"), batch_size=1)
    assert not Path("out/facts.parquet").exists()
    assert (ingest(str(news)).new, contents(Path("out"))) == (1, contents(Path("undisturbed")))


@pytest.mark.usefixtures("news")
def test_what_is_extracted_is_stored_before_the_batch_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_records(Path("dump.jsonl"), *({"id": f"r{at}", "text": f"Rho has {at} km."} for at in range(50)))

    def crash(articles: Sequence[Article], settings: Settings) -> list[Extraction]:
        if "r49" in (article.doc_id for article in articles):
            raise KeyboardInterrupt
        return extract_simply(articles, settings)

    with monkeypatch.context() as patch:
        patch.setattr(mentions, "extract_batch", crash)
        with pytest.raises(KeyboardInterrupt):
            run_direct([path], Path("out"))
    assert ingest(path).unchanged == 40


def test_an_article_the_extractor_fails_on_is_refused_alone(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail_on_two(articles: Sequence[Article], settings: Settings) -> list[Extraction]:
        if "two" in (article.doc_id for article in articles):
            raise ZeroDivisionError("no kW")
        return extract_simply(articles, settings)

    with monkeypatch.context() as patch:
        patch.setattr(mentions, "extract_batch", fail_on_two)
        summary = ingest(str(news))
    assert summary.refused == (Refusal("two", "news/two.txt", "ZeroDivisionError: no kW"),)
    assert (summary.read, summary.new, summary.tables["facts"]) == (3, 2, 3)
    assert ingest(str(news)).new == 1  # it gets another chance


def test_an_extraction_that_cannot_be_stored_is_refused_alone(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(articles: Sequence[Article], _settings: Settings) -> list[Extraction]:
        whole = [simple_extraction(article) for article in articles]
        return [Extraction("\ud800", one.content_hash, 0, (), (), ()) if one.doc_id == "two" else one for one in whole]

    monkeypatch.setattr(mentions, "extract_batch", odd)
    (refusal,) = ingest(str(news)).refused
    assert refusal.doc_id == "two"
    assert refusal.error.startswith("UnicodeEncodeError: 'utf-8' codec can't encode character")


def test_a_pipeline_that_cannot_be_built_is_nobodys_refusal(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(str(news))
    before = contents(Path("out"))
    (news / "four.txt").write_text("Delta has 1 m.\n")

    def missing(*_: object) -> None:
        raise OSError("no model")

    monkeypatch.setattr(language, "build", missing)
    with pytest.raises(OSError, match="no model"):
        ingest(str(news))
    assert contents(Path("out")) == before


def test_a_disk_that_fails_is_nobodys_refusal(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_shard", full)
    with pytest.raises(OSError, match="No space left on device"):
        ingest(str(news))


def test_of_records_of_one_id_the_first_is_kept(news: Path) -> None:
    records = [{"id": "x", "text": f"Omega has {number} km."} for number in range(1, 12)]
    path = write_records(news.parent / "dump.jsonl", *records, {"id": "y", "text": "Psi has 2 km."})
    summary = run_direct([path], Path("out"), batch_size=100)
    kept = "its id 'x' is already that of dump.jsonl:1, which was kept: give each article an id of its own"
    assert summary.refused == tuple(Refusal("x", f"dump.jsonl:{line}", kept) for line in range(2, 12))
    assert (summary.read, summary.new, summary.unchanged) == (12, 2, 0)
    assert rows_of(Path("out"), "facts", "subject", "value") == [("Omega", 1.0), ("Psi", 2.0)]


def test_the_source_of_a_relative_path_is_relative(news: Path) -> None:
    write_records(Path("dump.jsonl"), {"id": "x", "text": "Psi has 2 km."}, {"id": ""})
    ingest(str(news), "dump.jsonl")
    assert {row[0] for row in rows_of(Path("out"), "documents", "source")} == {
        "news/one.txt",
        "news/two.txt",
        "news/three.txt",
        "dump.jsonl:1",
        "dump.jsonl:2",
    }
    assert str(Path.cwd()).encode() not in b"".join(contents(Path("out")).values())


def test_articles_that_state_nothing_make_empty_tables(news: Path) -> None:
    shutil.rmtree(news)
    news.mkdir()
    (news / "calm.txt").write_text("Nothing happened.\n")
    assert ingest(str(news)).tables == {"facts": 0, "mentions": 0, "documents": 1, "numbers": 0, "conflicts": 0}


@pytest.mark.parametrize(
    ("sources", "names", "message"),
    [
        (["nowhere"], [], "source 'nowhere' does not exist"),
        ([], [], "source '' names nothing"),
        (["news"], ["nobody.toml"], "nobody.toml: cannot be read as a names file"),
    ],
)
def test_what_is_not_there_is_told_before_anything_is_written(
    news: Path, sources: list[str], names: list[str], message: str
) -> None:
    with pytest.raises((SourceError, NamesError)) as wrong:
        run_direct(sources, Path("out"), names)
    assert str(wrong.value).startswith(message)
    assert [path.name for path in news.parent.iterdir()] == ["news"]


def test_two_runs_do_not_write_to_one_folder(news: Path) -> None:
    with store.writing(Path("out")), pytest.raises(BusyError):
        ingest(str(news))


def test_names_beside_the_articles_and_names_given_are_both_used(news: Path) -> None:
    (news / "names.toml").write_text("[names]\nAlpha = []\n")
    Path("more.toml").write_text("[names]\nBeta = []\n")
    job = steps.prepare([str(news)], Path("out"), ["more.toml", "more.toml"])
    assert job.settings.names == ("more.toml", "news/names.toml")


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([], []),
        ([4], [[4]]),
        ([4, 4, 4], [[4, 4], [4]]),
        ([40, 1, 40], [[40], [1], [40]]),
        ([1, 9, 1, 9], [[1, 9], [1, 9]]),
        ([0, 0, 10, 0], [[0, 0, 10, 0]]),
    ],
)
def test_batches_are_as_large_as_may_be(sizes: list[int], batches: list[list[int]]) -> None:
    portions = [Portion(f"{number}.txt", "plain", size) for number, size in enumerate(sizes)]
    assert [[portion.size for portion in batch] for batch in into_batches(portions, 10)] == batches


def test_whoever_wants_to_know_is_told_how_far_things_are(news: Path) -> None:
    told: list[tuple[str, int, int]] = []
    run_direct([str(news)], Path("out"), batch_size=1, progress=lambda *told_of: told.append(told_of))
    assert told == [
        ("reading articles", 0, 67),
        ("reading articles", 33, 67),
        ("reading articles", 49, 67),
        ("reading articles", 67, 67),
        ("building tables", 0, 1),
        ("building tables", 1, 1),
    ]


FIELDS = ("event", "new", "article", "source", "reason")


def test_every_batch_and_every_refusal_is_logged(news: Path, caplog: pytest.LogCaptureFixture) -> None:
    (news / "bad.txt").write_text("")
    with caplog.at_level("INFO", logger="factmill"):
        ingest(str(news))
    why = "it holds no text, only white space; put the article's text into it or leave it out"
    assert caplog.messages == [
        "batch 1 of 1: 4 articles, 3 of them new, 1 refused",
        f"refused bad (news/bad.txt): {why}",
    ]
    fields = [(one.levelname, {name: vars(one).get(name) for name in FIELDS}) for one in caplog.records]
    assert fields == [
        ("INFO", {"event": "batch", "new": 3, "article": None, "source": None, "reason": None}),
        ("WARNING", {"event": "refused", "new": None, "article": "bad", "source": "news/bad.txt", "reason": why}),
    ]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Files and bulk records that repeat and contradict one another, ids given twice among them."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("corpus")
        patch.chdir(folder)
        write_news(Path("news"))
        write_news(Path("more"))
        records = [{"id": f"r{at % 9}", "text": f"Rho has {at} km. Alpha has 288 kW."} for at in range(12)]
        write_records(Path("dump.jsonl"), *records, {"id": None}, {"id": "one", "text": "Tau has 1 s."})
        write_records(Path("late.jsonl"), {"id": "r1", "text": "Rho has 5 km.", "publisher": "Post"})
        yield folder


SOURCES = ["news", "more", "dump.jsonl", "late.jsonl"]


@pytest.fixture(scope="module")
def expected(corpus: Path) -> dict[str, bytes]:
    run_direct(SOURCES, corpus / "expected")
    return contents(corpus / "expected")


def test_the_corpus_has_something_of_everything(corpus: Path, expected: dict[str, bytes]) -> None:
    assert expected
    counts = {name: pq.read_metadata(corpus / "expected" / f"{name}.parquet").num_rows for name in TABLES}
    assert counts == {"facts": 14, "mentions": 27, "documents": 21, "numbers": 27, "conflicts": 2}


@settings(max_examples=15, deadline=None)
@given(st.permutations(SOURCES), st.integers(1, 2000), st.booleans())
def test_neither_order_nor_batches_nor_what_was_there_change_a_byte(
    corpus: Path, expected: dict[str, bytes], sources: list[str], batch_size: int, anew: bool
) -> None:
    out = corpus / "out"
    if anew:
        shutil.rmtree(out, ignore_errors=True)
    run_direct(sources, out, batch_size=batch_size)
    assert contents(out) == expected


def test_shards_are_those_of_this_version(news: Path) -> None:
    ingest(str(news))
    assert {path.stem.split("-")[1] for path in Path("out/shards").iterdir()} == {VERSION}
