"""What a run would read, in one word: whether anything has changed since the last look, without reading any of it."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from pipeline.ingest.running import Job
from pipeline.store.files import replacing

__all__ = ["is_seen", "remember", "state_of"]


def state_of(job: Job) -> str:
    """A hash of every file's place, size and time of change, of what is refused, and of the extractor's version."""
    paths = sorted({portion.path for batch in job.batches for portion in batch})
    files = [f"{path}\0{_stamp(Path(path))}" for path in paths]
    refused = [f"{refusal.source}\0{refusal.error}" for refusal in job.refusals]
    return blake2b("\n".join([job.version, *files, *refused]).encode(errors="surrogateescape")).hexdigest()


def is_seen(out: Path, state: str) -> bool:
    """Whether the tables of ``out`` were made of just this."""
    try:
        return _place(out).read_text(encoding="ascii") == state
    except (OSError, ValueError):
        return False


def remember(out: Path, state: str) -> None:
    """Note that the tables of ``out`` were made of this."""
    with replacing(_place(out)) as file:
        file.write(state.encode("ascii"))


def _place(out: Path) -> Path:
    return out / ".seen"


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:  # it went away just now: whoever looks next sees another state
        return "gone"
    return f"{status.st_size} {status.st_mtime_ns}"
