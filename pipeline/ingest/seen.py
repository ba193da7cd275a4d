"""What a run would read, in one word: whether anything has changed since the last look, without reading any of it."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from pipeline.ingest.jobs import Job
from pipeline.published import current_version
from pipeline.store.files import replacing

__all__ = ["is_seen", "remember", "state_of"]


def state_of(job: Job) -> str:
    """A hash of every file's place, size and time of change, of what is refused, and of the extractor's version."""
    paths = sorted({portion.path for batch in job.batches for portion in batch})
    files = [f"{path}\0{_stamp(Path(path))}" for path in paths]
    refused = [f"{refusal.source}\0{refusal.error}" for refusal in job.refusals]
    return blake2b("\n".join([job.version, *files, *refused]).encode(errors="surrogateescape")).hexdigest()


def is_seen(out: Path, state: str) -> bool:
    """Whether the tables that are published in ``out`` were made of just this."""
    version = current_version(out)
    try:
        return version is not None and _place(out).read_text(encoding="ascii") == _line(state, version.name)
    except (OSError, ValueError):
        return False


def remember(out: Path, state: str, version: str) -> None:
    """Note that the tables of this version were made of this: any others that replace them were not."""
    with replacing(_place(out)) as file:
        file.write(_line(state, version).encode("ascii"))


def _line(state: str, version: str) -> str:
    return f"{state} {version}\n"


def _place(out: Path) -> Path:
    return out / ".seen"


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:  # it went away just now: whoever looks next sees another state
        return "gone"
    return f"{status.st_size} {status.st_mtime_ns}"
