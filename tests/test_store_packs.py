"""Packs: many shards in one file, which count as what was read before, whatever happens between two steps."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import store
from pipeline.mentions import Extraction
from pipeline.store import Yield, packs, read_shard, shard_path, write_shard, writing
from pipeline.store.packs import index_of, join_shards, packs_made_by
from pipeline.store.shards import shards_made_by

from .factories import extraction, mention

VERSION = "v"


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs of at most 8 articles, where there are more than 5 shards, 2 rows a group."""
    monkeypatch.setattr(packs, "SHARDS_AT_MOST", 5)
    monkeypatch.setattr(packs, "_PACK_AT_MOST", 8)
    monkeypatch.setattr(packs, "_ROWS_A_GROUP", 2)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    with writing(tmp_path):
        return tmp_path


def article(number: int) -> Extraction:
    doc_id = f"d{number:02}"
    return extraction(doc_id, *(mention(doc_id=doc_id, start=at) for at in range(number % 3)))


def write(out: Path, *numbers: int) -> None:
    for number in numbers:
        write_shard(shard_path(out, article(number).content_hash, VERSION), article(number))


def hashes(*numbers: int) -> list[str]:
    return [article(number).content_hash for number in numbers]


def held(out: Path) -> list[list[str]]:
    """What the packs hold, the larger first."""
    return sorted((sorted(index_of(pack)) for pack in packs_made_by(out, VERSION)), key=lambda one: (-len(one), one))


def test_few_shards_stay_as_they_are(out: Path) -> None:
    write(out, *range(5))
    join_shards(out, VERSION)
    assert (len(shards_made_by(out, VERSION)), held(out)) == (5, [])


def test_many_shards_become_packs(out: Path) -> None:
    write(out, *range(19))
    join_shards(out, VERSION)
    assert shards_made_by(out, VERSION) == []
    assert held(out) == [hashes(*range(8)), hashes(*range(8, 16)), hashes(16, 17, 18)]


def test_small_packs_are_joined_with_what_comes_next(out: Path) -> None:
    write(out, *range(14))
    join_shards(out, VERSION)
    write(out, *range(20, 26))
    join_shards(out, VERSION)
    assert held(out) == [hashes(*range(8)), hashes(*range(8, 14), 20, 21), hashes(22, 23, 24, 25)]


def test_shards_of_another_extractor_stay(out: Path) -> None:
    write(out, *range(6))
    write_shard(shard_path(out, "0a", "other"), article(1))
    join_shards(out, VERSION)
    assert [path.name for path in (out / "shards").glob("*.parquet")] == ["0a-other.parquet"]


def test_what_is_packed_is_known_as_what_is_not(out: Path) -> None:
    write(out, *range(6))
    wanted = [*hashes(*range(7)), "unknown"]
    expected = {one.content_hash: Yield(6, n, n) for n, one in ((number % 3, article(number)) for number in range(6))}
    assert store.known_yields(out, VERSION, wanted) == expected
    join_shards(out, VERSION)
    write(out, 6)
    assert store.known_yields(out, VERSION, wanted) == {**expected, hashes(6)[0]: Yield(6, 0, 0)}
    (pack,) = packs_made_by(out, VERSION)
    assert store.places_of(out, VERSION, hashes(5, 6)) == {
        hashes(5)[0]: pack,
        hashes(6)[0]: shard_path(out, hashes(6)[0], VERSION),
    }


def test_a_pack_holds_the_rows_of_its_shards(out: Path) -> None:
    write(out, *range(6))
    before = [row for path in shards_made_by(out, VERSION) for row in pq.read_table(path).to_pylist()]
    join_shards(out, VERSION)
    (pack,) = packs_made_by(out, VERSION)
    assert pq.read_table(pack).to_pylist() == before
    assert pq.read_metadata(pack).num_row_groups == 3


def test_the_same_shards_make_the_same_packs(tmp_path: Path) -> None:
    names = []
    for folder, order in ((tmp_path / "one", range(12)), (tmp_path / "other", range(11, -1, -1))):
        with writing(folder):
            write(folder, *order)
            join_shards(folder, VERSION)
        names.append([pack.name for pack in packs_made_by(folder, VERSION)])
    assert names[0] == names[1]


def test_a_crash_before_what_was_joined_is_removed_does_no_harm(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(out, *range(6))

    def crash(_path: Path, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", crash)
        with pytest.raises(KeyboardInterrupt):
            join_shards(out, VERSION)
    (pack,) = packs_made_by(out, VERSION)
    assert len(shards_made_by(out, VERSION)) == 6
    assert set(store.places_of(out, VERSION, hashes(*range(6))).values()) == {pack}
    write(out, 6)
    join_shards(out, VERSION)
    assert (shards_made_by(out, VERSION), held(out)) == ([], [hashes(*range(7))])


def test_an_article_in_two_packs_counts_once(out: Path) -> None:
    write(out, *range(6))
    join_shards(out, VERSION)
    list(packs.write_packs(out, VERSION, packs.tables_of_pack(packs_made_by(out, VERSION)[0])))
    write(out, *range(3, 9))
    join_shards(out, VERSION)
    assert held(out) == [hashes(*range(8)), hashes(8)]


def test_damaged_shards_are_not_packed(out: Path) -> None:
    write(out, *range(7))
    shard_path(out, hashes(3)[0], VERSION).write_bytes(b"nothing")
    join_shards(out, VERSION)
    assert held(out) == [hashes(0, 1, 2, 4, 5, 6)]
    assert read_shard(shard_path(out, hashes(3)[0], VERSION)) is None


@pytest.mark.parametrize("damage", [lambda whole: whole[:-1], lambda whole: whole[:99] + b"?" + whole[100:]])
def test_damaged_packs_are_dropped(out: Path, damage: object, caplog: pytest.LogCaptureFixture) -> None:
    assert callable(damage)
    write(out, *range(16))
    join_shards(out, VERSION)
    store.drop_damaged(out, VERSION)
    first, second = packs_made_by(out, VERSION)
    first.write_bytes(damage(first.read_bytes()))
    store.drop_damaged(out, VERSION)
    assert packs_made_by(out, VERSION) == [second]
    assert caplog.messages == [f"{first} is damaged: its articles are read again"]


def test_an_article_that_is_nowhere_is_an_error(out: Path) -> None:
    with pytest.raises(FileNotFoundError, match="somebody has removed it during the run"):
        store.places_of(out, VERSION, ["0a"])


def test_all_of_one_version_is_forgotten(out: Path) -> None:
    write(out, *range(6))
    join_shards(out, VERSION)
    write(out, 7)
    write_shard(shard_path(out, "0a", "other"), article(1))
    store.forget(out, VERSION)
    assert store.known_yields(out, VERSION, hashes(*range(8))) == {}
    assert store.known_yields(out, "other", ["0a"]) == {"0a": Yield(6, 1, 1)}
