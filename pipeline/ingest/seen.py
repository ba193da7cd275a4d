"""What a run would read, in one word: whether anything has changed since the last look, without reading any of it."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from pipeline.ingest.jobs import Job
from pipeline.published import current_version
from pipeline.remote_tables import current_manifest
from pipeline.storage import Place, place_of, stamps_of
from pipeline.store import folder_of
from pipeline.store.files import replacing

__all__ = ["is_seen", "remember", "state_of"]


def state_of(job: Job) -> str:
    """A hash of every file's place, size and time of change, of what is refused, and of the extractor's version."""
    paths = sorted({portion.path for batch in job.batches for portion in batch})
    stamps = stamps_of([place_of(path) for path in paths])  # of what goes away just now whoever looks next sees another
    files = [f"{path}\0{stamp}" for path, stamp in zip(paths, stamps, strict=True)]
    refused = [f"{refusal.source}\0{refusal.error}" for refusal in job.refusals]
    return blake2b("\n".join([job.version, *files, *refused]).encode(errors="surrogateescape")).hexdigest()


def is_seen(out: Place, state: str) -> bool:
    """Whether the tables that are published in ``out`` were made of just this."""
    version = _published(out)
    try:
        return version is not None and _place(out).read_text(encoding="ascii") == _line(state, version)
    except (OSError, ValueError):
        return False


def remember(out: Place, state: str, version: str) -> None:
    """Note that the tables of this version were made of this: any others that replace them were not."""
    with replacing(_place(out)) as file:
        file.write(_line(state, version).encode("ascii"))


def _line(state: str, version: str) -> str:
    return f"{state} {version}\n"


def _published(out: Place) -> str | None:
    """The id of the version that is published."""
    if isinstance(out, Path):
        folder = current_version(out)
        return folder.name if folder is not None else None
    manifest = current_manifest(out)
    return manifest.id if manifest is not None else None


def _place(out: Place) -> Path:
    return folder_of(out) / ".seen"
