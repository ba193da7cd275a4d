"""Refusals that cost much to find out, remembered: articles at which a process ended, or that took more than they may.

``DIR/shards/refused/<content hash>-<extractor version>.json``: why, and what the article might take then. Where it may
take more than that, it is tried again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from pipeline.limits import Limits
from pipeline.store.files import replacing, shards_of


def refusals_folder(out: Path) -> Path:
    """The folder of the refusals."""
    return shards_of(out) / "refused"


def refusals_made_by(out: Path, version: str) -> list[Path]:
    """The refusals by one version of the extractor, in order."""
    return sorted(refusals_folder(out).glob(f"*-{version}.json"))


def write_refusal(out: Path, content_hash: str, version: str, why: str, limits: Limits) -> None:
    """Remember that one version of the extractor could not read an article within some limits."""
    refusals_folder(out).mkdir(parents=True, exist_ok=True)
    with replacing(_path(out, content_hash, version)) as file:
        file.write(json.dumps({"why": why, **asdict(limits)}).encode())


def known_refusals(out: Path, version: str, content_hashes: Iterable[str], limits: Limits) -> dict[str, str]:
    """Of these articles those that need not be tried again within some limits, and why."""
    if not refusals_folder(out).is_dir():
        return {}
    found = {one: _why(_path(out, one, version), limits) for one in set(content_hashes)}
    return {one: why for one, why in found.items() if why is not None}


def _path(out: Path, content_hash: str, version: str) -> Path:
    return refusals_folder(out) / f"{content_hash}-{version}.json"


def _why(path: Path, limits: Limits) -> str | None:
    try:
        known = json.loads(path.read_bytes())
        if limits.seconds <= known["seconds"] and limits.megabytes <= known["megabytes"]:
            return str(known["why"])
    except (OSError, ValueError, KeyError, TypeError):  # none, or a damaged one: it is found out again
        return None
    return None
