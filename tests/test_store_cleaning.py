"""Cleaning: what nobody needs goes, and nothing else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.cli.clean import size_words
from pipeline.ingest import run_direct
from pipeline.limits import LIMITS
from pipeline.published import current_version, versions_of
from pipeline.store import TABLES, known_yields, open_tables, packs, write_refusal, writing
from pipeline.store.cleaning import DAMAGED, IN_PACK, OLD_VERSION, OTHER_EXTRACTOR, REMOVED_ARTICLE, leftovers, remove
from pipeline.store.packs import index_of, packs_made_by

from .conftest import VERSION

pytestmark = pytest.mark.usefixtures("simple_extractor")
DAY = 86_400
LATER = 4e9  # seconds since 1970: all there is is older


def contents(out: Path) -> dict[str, bytes]:
    return {name: (out / f"{name}.parquet").read_bytes() for name in TABLES}


@pytest.fixture
def out(news: Path) -> Path:
    """Two versions published; an article gone, one changed; a shard of another extractor."""
    out = Path("extracted")
    run_direct([str(news)], out)
    (news / "two.txt").unlink()
    (news / "one.txt").write_text("Alpha has 289 kW.\n")
    run_direct([str(news)], out)
    shard = min((out / "shards").glob("*.parquet"))
    shutil.copy(shard, shard.with_name("0a-fedcba9876543210.parquet"))
    return out


def clean(out: Path, until: float = LATER) -> list[tuple[str, int]]:
    found = leftovers(out, until)
    for leftover in found:
        remove(leftover, out)
    return sorted((leftover.kind, leftover.number) for leftover in found)


def test_refusals_nobody_needs_go(out: Path) -> None:
    write_refusal(out, "0a", "fedcba9876543210", "took longer than 60 seconds", LIMITS)
    write_refusal(out, "0a", VERSION, "took longer than 60 seconds", LIMITS)
    before = clean(out)
    assert before.count((OTHER_EXTRACTOR, 1)) == 2
    assert before.count((REMOVED_ARTICLE, 1)) == 3
    assert clean(out) == []


def test_what_nobody_needs_goes(news: Path, out: Path) -> None:
    before, version = contents(out), current_version(out)
    assert clean(out) == [(OLD_VERSION, 1), (OTHER_EXTRACTOR, 1), (REMOVED_ARTICLE, 1), (REMOVED_ARTICLE, 1)]
    assert contents(out) == before
    assert list(versions_of(out).iterdir()) == [version]
    assert clean(out) == []
    assert run_direct([str(news)], out).new == 0


def test_what_is_young_stays(out: Path) -> None:
    (old,) = set(versions_of(out).iterdir()) - {current_version(out)}
    os.utime(old, (1000, 1000))
    assert clean(out, until=1000) == []
    assert clean(out, until=1001) == [(OLD_VERSION, 1)]


def test_what_somebody_reads_stays(news: Path, out: Path) -> None:
    clean(out)
    with open_tables(out) as tables:
        (news / "new.txt").write_text("Nu has 1 km.\n")
        run_direct([str(news)], out)
        assert clean(out) == []
        assert tables.path("facts").is_file()
    assert clean(out) == [(OLD_VERSION, 1)]


def test_what_is_packed_goes_alone(news: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs, "SHARDS_AT_MOST", 1)
    (news / "new.txt").write_text("Nu has 1 km.\n")
    run_direct([str(news)], out)
    before = contents(out)
    assert [len(index_of(pack)) for pack in packs_made_by(out, VERSION)] == [5]
    assert clean(out) == [(IN_PACK, 2), (OLD_VERSION, 1), (OLD_VERSION, 1), (OTHER_EXTRACTOR, 1)]
    assert [len(index_of(pack)) for pack in packs_made_by(out, VERSION)] == [3]
    assert run_direct([str(news)], out).new == 0
    assert contents(out) == before
    shutil.rmtree(news)
    news.mkdir()
    (news / "other.txt").write_text("Xi has 1 km.\n")
    run_direct([str(news)], out)
    assert clean(out) == [(IN_PACK, 3), (OLD_VERSION, 1)]
    assert packs_made_by(out, VERSION) == []


def test_a_damaged_pack_goes(news: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clean(out)
    monkeypatch.setattr(packs, "SHARDS_AT_MOST", 1)
    (news / "new.txt").write_text("Nu has 1 km.\n")
    run_direct([str(news)], out)
    clean(out)
    (pack,) = packs_made_by(out, VERSION)
    pack.write_bytes(b"nothing")
    pack.with_name("0a-other.parquet").write_bytes(b"nothing")
    assert clean(out) == [(DAMAGED, 1), (OTHER_EXTRACTOR, 1)]
    assert run_direct([str(news)], out).new == 3


@pytest.mark.usefixtures("news")
def test_an_article_that_was_refused_is_still_known() -> None:
    Path("dump.jsonl").write_text('{"id": "one", "text": "Rho has 2 km."}\n{"id": "one", "text": "Rho has 3 km."}\n')
    run_direct(["dump.jsonl"], Path("extracted"))
    assert clean(Path("extracted")) == []
    hashes = [path.stem.split("-")[0] for path in Path("extracted/shards").glob("*.parquet")]
    assert len(known_yields(Path("extracted"), VERSION, hashes)) == 2


def run(*arguments: str) -> tuple[int, list[str], str]:
    result = CliRunner().invoke(app, ["clean", *arguments], catch_exceptions=False)
    return result.exit_code, [line.rstrip() for line in result.stdout.splitlines()], result.stderr


def test_clean_says_what_goes(out: Path) -> None:
    sizes = {leftover.kind: leftover.bytes for leftover in leftovers(out, LATER)}
    gone = sum(leftover.bytes for leftover in leftovers(out, LATER) if leftover.kind == REMOVED_ARTICLE)
    total = size_words(sizes[OLD_VERSION] + sizes[OTHER_EXTRACTOR] + gone)
    table = [
        f"1  old versions of the tables         {size_words(sizes[OLD_VERSION])}",
        f"2  shards of articles that are gone   {size_words(gone)}",
        f"1  shards of another extractor         {size_words(sizes[OTHER_EXTRACTOR])}",
    ]
    before = sorted(out.rglob("*"))
    code, lines, err = run("--keep-days", "0", "--dry-run")
    assert (code, err) == (0, "")
    assert sorted(" ".join(line.split()) for line in lines[:-1]) == sorted(" ".join(line.split()) for line in table)
    assert lines[-1] == f"would free {total}: the same without --dry-run does it"
    assert sorted(out.rglob("*")) == before
    assert run("extracted", "--keep-days", "0")[1] == [*lines[:-1], f"freed {total}"]
    assert run("--keep-days", "0") == (0, ["nothing to clean"], "")


def test_clean_keeps_a_day(out: Path) -> None:
    assert run(str(out)) == (0, ["nothing to clean"], "")


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("nowhere", "factmill: there is no folder nowhere: name the folder of the tables\n"),
        ("empty", "factmill: nothing is published in empty: there is nothing to clean\n"),
        (
            "damaged",
            "factmill: damaged/versions/0a/manifest.json is missing: "
            "run `factmill ingest SOURCE... --out damaged` again, which makes it anew\n",
        ),
    ],
)
@pytest.mark.usefixtures("news")
def test_clean_says_what_is_wrong(folder: str, message: str) -> None:
    Path("empty").mkdir()
    Path("damaged").mkdir()
    Path("damaged/current").symlink_to("versions/0a")
    assert run(folder) == (2, [], message)
    assert not Path("nowhere").exists()


def test_clean_does_not_disturb_a_run(out: Path) -> None:
    with writing(out):
        code, lines, err = run()
    assert (code, lines) == (2, [])
    assert err.startswith(f"factmill: another run (process {os.getpid()} on ")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (999_940, "999.9 kB"),
        (999_960, "1.0 MB"),
        (15 * 10**14, "1500.0 TB"),
    ],
)
def test_sizes_read(size: int, words: str) -> None:
    assert size_words(size) == words
