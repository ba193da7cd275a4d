"""What a run would read, in one word: whether anything has changed since the last look, without reading any of it."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from pipeline.ingest.running import Job
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
    """Whether the tables of ``out`` were made of just this."""
    try:
        return _place(out).read_text(encoding="ascii") == state
    except (OSError, ValueError):
        return False


def remember(out: Place, state: str) -> None:
    """Note that the tables of ``out`` were made of this."""
    with replacing(_place(out)) as file:
        file.write(state.encode("ascii"))


def _place(out: Place) -> Path:
    return folder_of(out) / ".seen"
