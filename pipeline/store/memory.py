"""The memory of what was extracted before: which articles need not be read again, and where their rows stand."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.store.packs import index_of, packs_made_by
from pipeline.store.refusals import refusals_made_by
from pipeline.store.shards import Yield, read_shard, shard_path, shards_made_by


def known_yields(out: Path, version: str, content_hashes: Iterable[str]) -> dict[str, Yield]:
    """Of these articles those that one version of the extractor has extracted, and how much each yielded.

    A shard that is damaged does not count.
    """
    packed: Mapping[str, Yield] = ChainMap(*(index_of(pack) for pack in packs_made_by(out, version)))
    found = {one: packed.get(one) or read_shard(shard_path(out, one, version)) for one in set(content_hashes)}
    return {one: known for one, known in found.items() if known is not None}


def places_of(out: Path, version: str, content_hashes: Iterable[str]) -> dict[str, Path]:
    """The one file of each article whose row counts: a pack, else its shard.

    Raises:
        FileNotFoundError: an article has neither, because somebody removed it.
    """
    packed = {one: pack for pack in packs_made_by(out, version) for one in index_of(pack)}
    shards = {path.name for path in shards_made_by(out, version)}
    places: dict[str, Path] = {}
    for one in content_hashes:
        path = packed.get(one) or shard_path(out, one, version)
        if one not in packed and path.name not in shards:
            raise FileNotFoundError(2, "somebody has removed it during the run", str(path))
        places[one] = path
    return places


def forget(out: Path, version: str) -> None:
    """Remove all that one version of the extractor extracted: everything is to be read again."""
    for path in (*shards_made_by(out, version), *packs_made_by(out, version), *refusals_made_by(out, version)):
        path.unlink()
