"""What a run leaves besides the tables: ``run.json`` beside them, for whoever watches over many runs.

It tells when the run was, what came of it, and what changed since the last publication; it is written anew by every
run, also by one that fails. It holds times, and so belongs to no version of the tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.articles import Refusal
from pipeline.facts import open_database
from pipeline.ingest.unknown_units import UnknownUnit
from pipeline.limits import Tolerance
from pipeline.logs import log
from pipeline.published import current_version
from pipeline.store import Workspace
from pipeline.store.files import replacing

__all__ = [
    "Changes",
    "Record",
    "TooManyRefusedError",
    "changes_since",
    "now",
    "published_of",
    "refusal_row",
    "write_failure",
    "write_record",
]

RECORD = "run.json"


class TooManyRefusedError(RuntimeError):
    """More articles were refused than the run was told to bear; nothing was published."""

    def __init__(self, refused: Sequence[Refusal], articles: int, tolerance: Tolerance) -> None:
        super().__init__(refused, articles, tolerance)
        self.refused = tuple(refused)
        self.articles = articles
        self.tolerance = tolerance

    def __str__(self) -> str:
        return (
            f"{len(self.refused):,} of {self.articles:,} articles were refused, more than {self.tolerance.written}: "
            "nothing was published; mend them, or allow more with --max-refused"
        )


@dataclass(frozen=True)
class Changes:
    """What a publication changed: how many facts, and which conflicts, by their ids."""

    facts_added: int
    facts_gone: int
    facts_restated: int  # the same facts, said by more articles now, or by fewer
    new_conflicts: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """What there is to put down of a run that ends now; of one that failed most is not known."""

    status: str  # published, unchanged, too many refused, failed
    extractor: str  # its version
    begun: datetime
    articles: int = 0
    new: int = 0
    unchanged: int = 0
    refused: Sequence[Refusal] = ()
    tables: Mapping[str, int] = field(default_factory=dict)  # rows of each
    changes: Changes | None = None  # null where nothing was published, or nothing is there to compare it with
    unknown_units: Sequence[UnknownUnit] | None = None  # words that may be units, the most used first
    error: str | None = None


def now() -> datetime:
    """The time, as records tell it."""
    return datetime.now(UTC)


def published_of(out: Path) -> Path | None:
    """The folder of the version that is published now, to be compared with what comes; none where there is none."""
    version = current_version(out)
    return version if version is not None and (version / "facts.parquet").is_file() else None


_COUNTED = """
SELECT
    count(*) FILTER (before.fact_id IS NULL),
    count(*) FILTER (after.fact_id IS NULL),
    count(*) FILTER (before.n_mentions <> after.n_mentions OR before.n_sources <> after.n_sources)
FROM before_facts AS before FULL JOIN after_facts AS after ON before.fact_id = after.fact_id
"""
_NEW = "SELECT DISTINCT conflict_id FROM after_conflicts ANTI JOIN before_conflicts USING (conflict_id) ORDER BY 1"


def changes_since(before: Path | None, after: Path, spill: Path) -> Changes:
    """What differs between the facts and conflicts of two versions; of the first ever, all is new.

    What does not fit the database's memory is put into the folder ``spill``.
    """
    with open_database(spill) as database:
        for side, folder in (("after", after), ("before", before)):
            for table in ("facts", "conflicts"):
                _show(database, f"{side}_{table}", (folder or after) / f"{table}.parquet", empty=folder is None)
        ((added, gone, restated),) = database.execute(_COUNTED).fetchall()
        new = database.execute(_NEW).fetchall()
    return Changes(added, gone, restated, tuple(conflict for (conflict,) in new))


def _show(database: duckdb.DuckDBPyConnection, name: str, path: Path, *, empty: bool) -> None:
    table = database.read_parquet(str(path))
    (table.limit(0) if empty else table).create_view(name)


def refusal_row(refusal: Refusal) -> dict[str, str]:
    """A refused article as records and pages tell of it."""
    return {"article": refusal.doc_id, "source": refusal.source, "reason": refusal.error}


def write_record(out: Path, record: Record) -> Path:
    """Put ``run.json`` beside the tables, in one step, and its figures into the log for who reads that by machine."""
    written = _written(record, now())
    figures = {**written, "refused": len(record.refused)}
    log.debug("run %s", record.status, extra={"event": "run", "out": str(out), **figures})
    with replacing(out / RECORD) as file:
        file.write((json.dumps(written, ensure_ascii=False, indent=1) + "\n").encode(errors="replace"))
    return out / RECORD


def _written(record: Record, finished: datetime) -> dict[str, Any]:
    """What ``run.json`` holds; its times are ISO 8601, UTC."""
    known = asdict(record)
    return {
        "status": known.pop("status"),
        "started": known.pop("begun").isoformat(timespec="seconds"),
        "finished": finished.isoformat(timespec="seconds"),
        "seconds": round((finished - record.begun).total_seconds(), 3),
        **known,
        "refused": [refusal_row(refusal) for refusal in record.refused],
    }


def write_failure(workspace: Workspace, extractor: str, begun: datetime, error: BaseException) -> None:
    """Put down that a run failed, if there is room for that."""
    record = Record("failed", extractor, begun, error=f"{type(error).__name__}: {error}")
    if isinstance(error, TooManyRefusedError):
        record = replace(record, status="too many refused", articles=error.articles, refused=error.refused)
    with suppress(OSError):  # a full disk is the very thing that may have failed
        workspace.keep([write_record(workspace.folder, record)])
