"""Versions: what is published is one thing, whole, found through links, and mended where somebody damaged it."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline import published, store
from pipeline.published import Contents, Manifest, current_version, is_held, versions_of
from pipeline.store import TABLES, DamagedError, open_tables, table_path
from pipeline.store.files import link

from .factories import document, extraction, mention, publish

ONE = [extraction("a", mention())]
TWO = [extraction("a", mention()), extraction("b", mention(doc_id="b", value=300.0))]


def publish_one(out: Path) -> dict[str, int]:
    return publish(out, ONE, [document("a")])


def publish_two(out: Path) -> dict[str, int]:
    return publish(out, TWO, [document("a"), document("b")])


def contents(out: Path) -> dict[str, bytes]:
    return {name: table_path(out, name).read_bytes() for name in TABLES}


def test_tables_are_links_through_current_to_a_version(tmp_path: Path) -> None:
    publish_one(tmp_path)
    (version,) = versions_of(tmp_path).iterdir()
    assert (tmp_path / "current").readlink() == Path("versions") / version.name
    assert [table_path(tmp_path, name).readlink() for name in TABLES] == [Path(f"current/{n}.parquet") for n in TABLES]
    assert sorted(path.name for path in version.iterdir()) == sorted(
        ["manifest.json", *(f"{n}.parquet" for n in TABLES)]
    )


def test_the_manifest_tells_of_every_table(tmp_path: Path) -> None:
    rows = publish_two(tmp_path)
    known = json.loads((tmp_path / "current" / "manifest.json").read_bytes())
    assert list(known) == ["extractor", "inputs", "tables"]
    assert {name: table["rows"] for name, table in known["tables"].items()} == rows
    for name, table in known["tables"].items():
        path = table_path(tmp_path, name)
        assert table["bytes"] == path.stat().st_size
        assert table["hash"] == published.hash_of_file(path)


def test_the_same_rows_are_the_same_version(tmp_path: Path) -> None:
    publish_one(tmp_path / "here")
    publish_two(tmp_path / "there")
    publish_one(tmp_path / "there")
    here, there = current_version(tmp_path / "here"), current_version(tmp_path / "there")
    assert here is not None
    assert there is not None
    assert here.name == there.name
    assert len(list(versions_of(tmp_path / "there").iterdir())) == 2


def test_a_folder_of_tables_can_be_moved(tmp_path: Path) -> None:
    publish_one(tmp_path / "here")
    before = contents(tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    assert contents(tmp_path / "there") == before


# --- taking over


def plain_folder(out: Path) -> None:
    """What a time without versions left: plain files."""
    publish_one(out)
    _make_plain(out)
    (out / "current").unlink()
    shutil.rmtree(versions_of(out))


def copied_folder(out: Path) -> None:
    """What a copy is that was made without links."""
    publish_one(out)
    whole = shutil.copytree(out, out.with_name("copy"))
    shutil.rmtree(out)
    whole.rename(out)


def damaged_plain_folder(out: Path) -> None:
    plain_folder(out)
    table_path(out, "facts").write_text("not Parquet")
    table_path(out, "conflicts").unlink()


def replaced_link(out: Path) -> None:
    publish_one(out)
    _make_plain(out)


def _make_plain(out: Path) -> None:
    for name in TABLES:
        content = table_path(out, name).read_bytes()
        table_path(out, name).unlink()
        table_path(out, name).write_bytes(content)


@pytest.mark.parametrize("was", [plain_folder, copied_folder, damaged_plain_folder, replaced_link])
def test_other_folders_of_tables_are_taken_over(tmp_path: Path, was: Callable[[Path], None]) -> None:
    publish_two(tmp_path / "expected")
    was(tmp_path / "out")
    publish_two(tmp_path / "out")
    assert contents(tmp_path / "out") == contents(tmp_path / "expected")
    assert all(table_path(tmp_path / "out", name).is_symlink() for name in TABLES)
    assert (tmp_path / "out" / "current").is_symlink()
    publish_two(tmp_path / "out")
    assert [path for path in (tmp_path / "out").iterdir() if path.name.endswith(".tmp")] == []


def test_tables_that_are_taken_over_are_kept_as_a_version(tmp_path: Path) -> None:
    plain_folder(tmp_path / "out")
    before = contents(tmp_path / "out")
    publish_two(tmp_path / "out")
    kept = [contents(version) for version in versions_of(tmp_path / "out").iterdir()]
    assert len(kept) == 2
    assert before in kept


# --- damage


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no current": lambda out: (out / "current").unlink(),
    "no version": lambda out: shutil.rmtree(out / (out / "current").readlink()),
    "no versions": lambda out: shutil.rmtree(versions_of(out)),
    "no manifest": lambda out: (out / "current" / "manifest.json").unlink(),
    "no JSON": lambda out: (out / "current" / "manifest.json").write_text("{"),
    "another manifest": lambda out: (out / "current" / "manifest.json").write_bytes(Manifest("", "", {}).to_bytes()),
    "no manifest in it": lambda out: (out / "current" / "manifest.json").write_text("[]"),
    "no table": lambda out: (out / "current" / "facts.parquet").unlink(),
    "half a table": lambda out: os.truncate(out / "facts.parquet", 99),
    "a wrong byte": lambda out: (out / "facts.parquet").write_bytes(bytes((out / "facts.parquet").stat().st_size)),
    "no link": lambda out: (out / "facts.parquet").unlink(),
    "another link": lambda out: link(out / "facts.parquet", "nowhere"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_publishing_again_mends_what_is_damaged(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    publish_one(tmp_path)
    before = contents(tmp_path)
    damage(tmp_path)
    publish_one(tmp_path)
    assert contents(tmp_path) == before
    with open_tables(tmp_path) as tables:
        assert tables.manifest is not None


@pytest.mark.parametrize("damage", DAMAGES)
def test_only_links_are_mended_without_making_the_tables_again(tmp_path: Path, damage: str) -> None:
    rows = publish_one(tmp_path)
    before = contents(tmp_path)
    DAMAGES[damage](tmp_path)
    unchanged = store.unchanged(tmp_path, "")
    assert unchanged == (rows if "link" in damage else None)
    if unchanged:
        assert contents(tmp_path) == before


@pytest.mark.parametrize(("inputs", "same"), [("", True), ("other", False)])
def test_what_is_made_of_the_same_is_unchanged(tmp_path: Path, inputs: str, same: bool) -> None:
    rows = publish_one(tmp_path)
    assert store.unchanged(tmp_path, inputs) == (rows if same else None)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("no version", "versions/{id}/manifest.json is missing"),
        ("no manifest", "versions/{id}/manifest.json is missing"),
        ("no JSON", "versions/{id}/manifest.json is not what was published"),
        ("another manifest", "versions/{id}/manifest.json is not what was published"),
        ("no manifest in it", "versions/{id}/manifest.json is not what was published"),
        ("no table", "versions/{id}/facts.parquet is missing"),
        ("half a table", "versions/{id}/facts.parquet has 99 bytes and was published with {bytes:,}"),
    ],
)
def test_damage_is_told(tmp_path: Path, damage: str, told: str) -> None:
    publish_one(tmp_path)
    name, size = (tmp_path / "current").readlink().name, (tmp_path / "facts.parquet").stat().st_size
    DAMAGES[damage](tmp_path)
    with pytest.raises(DamagedError) as error, open_tables(tmp_path):
        pass
    assert str(error.value) == (
        f"{tmp_path}/{told.format(id=name, bytes=size)}: run `factmill ingest SOURCE... --out {tmp_path}` again, "
        "which makes it anew"
    )


@pytest.mark.parametrize("written", [b"", b"[]", b"{}", b'{"tables": {"facts": 3}}', b'{"tables": {"f": {"x": 1}}}'])
def test_what_is_no_manifest_is_refused(written: bytes) -> None:
    with pytest.raises(ValueError, match=r"Expecting value|it is no manifest"):
        Manifest.from_bytes(written)


def test_a_manifest_can_be_read_again() -> None:
    manifest = Manifest("0f", "1a", {"facts": Contents(3, 99, "2b")})
    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


# --- reading


def test_open_tables_stay_while_others_are_published(tmp_path: Path) -> None:
    publish_one(tmp_path)
    with open_tables(tmp_path) as tables:
        publish_two(tmp_path)
        assert [len(pd.read_parquet(tables.path(name))) for name in ("documents", "mentions")] == [1, 1]
        assert is_held(tables.folder)
    assert not is_held(tables.folder)
    assert len(pd.read_parquet(tmp_path / "documents.parquet")) == 2


def test_tables_without_versions_are_read_where_they_are(tmp_path: Path) -> None:
    plain_folder(tmp_path / "out")
    with open_tables(tmp_path / "out") as tables:
        assert (tables.manifest, tables.path("facts")) == (None, tmp_path / "out" / "facts.parquet")


def test_who_comes_while_a_version_is_cleaned_away_gets_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_one(tmp_path)
    first = current_version(tmp_path)
    publish_two(tmp_path)
    second = current_version(tmp_path)
    assert first is not None
    found = iter([first, first, second, second])
    shutil.rmtree(first)
    monkeypatch.setattr(published, "current_version", lambda _folder: next(found))
    with open_tables(tmp_path) as tables:
        assert tables.folder == second


def test_a_version_is_as_old_as_it_is_not_current(tmp_path: Path) -> None:
    publish_one(tmp_path)
    first = current_version(tmp_path)
    assert first is not None
    os.utime(first, (0, 0))
    began = time.time()
    publish_two(tmp_path)
    assert first.stat().st_mtime >= began - 1
