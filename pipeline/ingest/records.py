"""What a run leaves besides the tables: ``run.json`` beside them, for whoever watches over many runs.

It tells when the run was, what came of it, and what changed since the last publication; it is written anew by every
run, also by one that fails. It holds times, and so belongs to no version of the tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.articles import Refusal
from pipeline.limits import Tolerance
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
    "record_failure",
    "refusal_row",
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
    facts_restated: int  # the same facts, said by more articles, by fewer, or by others
    new_conflicts: tuple[str, ...]


@dataclass(frozen=True)
class Record:
    """What ``run.json`` holds."""

    status: str  # published, unchanged, too many refused, failed
    started: str  # ISO 8601, UTC
    finished: str
    seconds: float
    extractor: str  # its version
    articles: int
    new: int
    unchanged: int
    refused: Sequence[Mapping[str, str]]  # article, source, reason
    tables: Mapping[str, int]  # rows of each
    changes: Changes | None  # null where nothing was published
    error: str | None


def now() -> datetime:
    """The time, as records tell it."""
    return datetime.now(UTC)


def published_of(out: Path) -> Path | None:
    """The folder of the version that is published now, to be compared with what comes; none where there is none."""
    version = current_version(out)
    return version if version is not None and (version / "facts.parquet").is_file() else None


def changes_since(before: Path | None, after: Path) -> Changes:
    """What differs between the facts and conflicts of two versions; of the first ever, all is new."""
    with duckdb.connect() as database:
        counts = {
            "facts_added": "SELECT count(*) FROM after_facts ANTI JOIN before_facts USING (fact_id)",
            "facts_gone": "SELECT count(*) FROM before_facts ANTI JOIN after_facts USING (fact_id)",
            "facts_restated": "SELECT count(*) FROM before_facts AS b JOIN after_facts AS a USING (fact_id) "
            "WHERE a.n_mentions <> b.n_mentions OR a.n_sources <> b.n_sources",
        }
        for side, folder in (("after", after), ("before", before)):
            for table in ("facts", "conflicts"):
                _show(database, f"{side}_{table}", (folder or after) / f"{table}.parquet", empty=folder is None)
        found = {name: int(database.sql(query).fetchall()[0][0]) for name, query in counts.items()}
        new = database.sql(
            "SELECT DISTINCT conflict_id FROM after_conflicts ANTI JOIN before_conflicts USING (conflict_id) ORDER BY 1"
        ).fetchall()
    return Changes(**found, new_conflicts=tuple(conflict for (conflict,) in new))


def _show(database: duckdb.DuckDBPyConnection, name: str, path: Path, *, empty: bool) -> None:
    table = database.read_parquet(str(path))
    (table.limit(0) if empty else table).create_view(name)


def refusal_row(refusal: Refusal) -> dict[str, str]:
    """A refused article as records and pages tell of it."""
    return {"article": refusal.doc_id, "source": refusal.source, "reason": refusal.error}


def write_record(out: Path, record: Record) -> Path:
    """Put ``run.json`` beside the tables, in one step."""
    with replacing(out / RECORD) as file:
        file.write((json.dumps(asdict(record), ensure_ascii=False, indent=1) + "\n").encode(errors="replace"))
    return out / RECORD


def record_failure(workspace: Workspace, extractor: str, started: datetime, error: BaseException) -> None:
    """Put down that a run failed, if there is room for that."""
    refused = error.refused if isinstance(error, TooManyRefusedError) else ()
    record = Record(
        status="too many refused" if isinstance(error, TooManyRefusedError) else "failed",
        started=started.isoformat(timespec="seconds"),
        finished=now().isoformat(timespec="seconds"),
        seconds=round((now() - started).total_seconds(), 3),
        extractor=extractor,
        articles=error.articles if isinstance(error, TooManyRefusedError) else 0,
        new=0,
        unchanged=0,
        refused=[refusal_row(refusal) for refusal in refused],
        tables={},
        changes=None,
        error=f"{type(error).__name__}: {error}",
    )
    with suppress(OSError):  # a full disk is the very thing that may have failed
        workspace.keep([write_record(workspace.folder, record)])
