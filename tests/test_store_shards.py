"""Shards: written whole or not at all, and never believed when they are damaged."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.mentions import Extraction, Number
from pipeline.store import BusyError, Yield, read_shard, shard_path, write_shard, writing

from .factories import mention

MENTIONS = (mention(), mention(start=50, citations=("8", "9"), low=1.0, high=2.0, qualifier="range"))
NUMBERS = (Number("a", 16, 19, "288", "mention", MENTIONS[0].mention_id, "a unit"),)
EXTRACTION = Extraction("a", "hash", 6, (7,), MENTIONS, NUMBERS)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name, writing(Path(name)):
        yield Path(name)


@pytest.fixture(scope="module")
def intact(folder: Path) -> bytes:
    """The bytes of a shard as it should be."""
    path = shard_path(folder, "intact", "v")
    write_shard(path, EXTRACTION)
    return path.read_bytes()


def test_a_shard_is_named_by_content_and_version() -> None:
    assert shard_path(Path("out"), "0a1b", "9f") == Path("out/shards/0a1b-9f.parquet")


def test_writing_and_reading_tell_the_same(folder: Path) -> None:
    path = shard_path(folder, "new", "v")
    assert read_shard(path) is None
    assert write_shard(path, EXTRACTION) == Yield(n_words=6, n_mentions=2, n_numbers=1)
    assert read_shard(path) == Yield(n_words=6, n_mentions=2, n_numbers=1)


def test_a_shard_holds_all_there_is(folder: Path) -> None:
    path = shard_path(folder, "whole", "v")
    write_shard(path, EXTRACTION)
    (row,) = pq.read_table(path).to_pylist()
    assert (row["doc_id"], row["content_hash"], row["n_words"]) == ("a", "hash", 6)
    assert [one["citations"] for one in row["mentions"]] == [[], ["8", "9"]]
    assert row["numbers"] == [
        {
            "doc_id": "a",
            "start": 16,
            "end": 19,
            "text": "288",
            "outcome": "mention",
            "mention_id": MENTIONS[0].mention_id,
            "reason": "a unit",
        }
    ]


def test_an_article_without_numbers_has_a_shard_too(folder: Path) -> None:
    path = shard_path(folder, "empty", "v")
    write_shard(path, Extraction("a", "hash", 0, (), (), ()))
    assert read_shard(path) == Yield(0, 0, 0)


def test_a_shard_has_the_same_bytes_again(folder: Path, intact: bytes) -> None:
    path = shard_path(folder, "again", "v")
    write_shard(path, EXTRACTION)
    assert path.read_bytes() == intact


def test_a_shard_is_as_readable_as_any_new_file(folder: Path) -> None:
    path, plain = shard_path(folder, "mode", "v"), folder / "plain"
    write_shard(path, EXTRACTION)
    plain.touch()
    assert path.stat().st_mode == plain.stat().st_mode


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_shard_cut_short_does_not_count(folder: Path, intact: bytes, data: st.DataObject) -> None:
    path = shard_path(folder, "cut", "v")
    path.write_bytes(intact[: data.draw(st.integers(0, len(intact) - 1))])
    assert read_shard(path) is None


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_shard_with_a_wrong_byte_is_never_misread(folder: Path, intact: bytes, data: st.DataObject) -> None:
    path = shard_path(folder, "flipped", "v")
    at = data.draw(st.integers(0, len(intact) - 1))
    path.write_bytes(intact[:at] + bytes([intact[at] ^ data.draw(st.integers(1, 255))]) + intact[at + 1 :])
    assert read_shard(path) in (None, Yield(n_words=6, n_mentions=2, n_numbers=1))


def test_a_shard_of_zeros_does_not_count(folder: Path, intact: bytes) -> None:
    path = shard_path(folder, "zeros", "v")
    path.write_bytes(bytes(len(intact)))  # what a crash of the machine leaves of a file that was not synced
    assert read_shard(path) is None


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(pa.table({"doc_id": ["a"]}), id="other columns"),
        pytest.param(pa.Table.from_pylist([]), id="no columns"),
    ],
)
def test_a_shard_of_another_shape_does_not_count(folder: Path, table: pa.Table) -> None:
    path = shard_path(folder, "shape", "v")
    pq.write_table(table, path)
    assert read_shard(path) is None


def test_a_shard_that_cannot_be_written_leaves_nothing(folder: Path) -> None:
    path = shard_path(folder, "bad", "v")
    with pytest.raises(UnicodeEncodeError):
        write_shard(path, Extraction("\ud800", "hash", 0, (), (), ()))
    assert [entry for entry in path.parent.iterdir() if "bad" in entry.name] == []


def test_a_shard_is_replaced_whole_or_not_at_all(folder: Path, intact: bytes) -> None:
    path = shard_path(folder, "kept", "v")
    write_shard(path, EXTRACTION)
    with pytest.raises(UnicodeEncodeError):
        write_shard(path, Extraction("\ud800", "hash", 0, (), (), ()))
    assert path.read_bytes() == intact


def test_one_run_at_a_time_writes_to_a_folder(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(BusyError) as busy, writing(tmp_path):
        pass
    assert re.sub(r"since [-\d]+ [:\d]+ UTC", "since WHEN", str(busy.value)) == (
        f"another run (process {os.getpid()} on {socket.gethostname()}, since WHEN) is writing to {tmp_path}: "
        "wait for it with --wait SECONDS, or choose another folder with --out"
    )


def test_who_has_not_signed_yet_is_another_run(tmp_path: Path) -> None:
    with writing(tmp_path):
        (tmp_path / ".lock").write_text("")
        with pytest.raises(BusyError, match=f"^another run is writing to {tmp_path}: "), writing(tmp_path):
            pass


def test_a_folder_is_free_again_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path):
        raise ZeroDivisionError
    with writing(tmp_path):
        assert (tmp_path / "shards").is_dir()


def test_what_a_crashed_run_left_is_swept_away(tmp_path: Path) -> None:
    with writing(tmp_path):
        pass
    left = [tmp_path / ".facts.parquet.0f.tmp", tmp_path / "shards" / ".a-b.parquet.0f.tmp", tmp_path / ".spill" / "x"]
    kept = [tmp_path / "facts.parquet", tmp_path / "shards" / "a-b.parquet", tmp_path / "mine.tmp"]
    for path in (*left, *kept):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    with writing(tmp_path):
        assert [path for path in (*left, *kept) if path.exists()] == kept


def test_files_are_on_disk_before_they_take_their_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        done.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().suffix or 'folder'}")
        real_fsync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        done.append("replace")
        return real_replace(path, target)

    with writing(tmp_path):
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(Path, "replace", replace)
        write_shard(shard_path(tmp_path, "a", "v"), EXTRACTION)
    assert done == ["sync .tmp", "replace", "sync folder"]
