"""What a run is to do, what comes of it, and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.articles import Refusal
from pipeline.ingest.batches import Batch
from pipeline.ingest.records import Changes, now
from pipeline.ingest.unknown_units import UnknownUnit
from pipeline.limits import LIMITS, Limits, Tolerance
from pipeline.mentions import Settings
from pipeline.storage import Place
from pipeline.store import Workspace

__all__ = ["Job", "Progress", "Summary", "report"]

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much


@dataclass(frozen=True)
class Job:
    """What one run is to do."""

    out: Place
    batches: tuple[Batch, ...]
    refusals: tuple[Refusal, ...]  # what is refused before anything is read
    settings: Settings
    version: str  # of the extractor: shards of another version do not count
    tolerance: Tolerance | None = None  # of refused articles; without one any number is borne
    begun: datetime = field(default_factory=now)
    limits: Limits = LIMITS  # of what an article may take
    dask: str | None = None  # the scheduler of a cluster that does the work instead of this machine
    held: Workspace | None = None  # where it works, once it is started

    @property
    def workspace(self) -> Workspace:
        """Where it works."""
        if self.held is None:
            raise RuntimeError("the job is not started; work within `started`")
        return self.held

    @property
    def folder(self) -> Path:
        """The folder of this machine that it works in: ``out`` itself, or what mirrors it."""
        return self.workspace.folder


@dataclass(frozen=True)
class Summary:
    """What came of a run."""

    out: Place
    read: int
    new: int
    unchanged: int
    refused: tuple[Refusal, ...]
    tables: Mapping[str, int]  # rows of each
    version: str  # of the tables that are published now
    published: bool = True  # false where what was published before still is
    changes: Changes | None = None  # what that changed; null where nothing is known of it
    unknown_units: tuple[UnknownUnit, ...] | None = None  # words that may be units; null where nothing was published

    @property
    def conflicts(self) -> int:
        """How many conflicts the facts contain."""
        return self.tables["conflicts"]


def report(progress: Progress | None, stage: str, done: int, total: int) -> None:
    """Tell whoever wants to know how far things are."""
    if progress is not None:
        progress(stage, done, total)
