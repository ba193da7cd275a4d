"""What a run leaves on Prefect's page: its log, a summary, tables of what wants looking after, an event."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.events import emit_event
from prefect.logging.handlers import APILogHandler

from pipeline.articles import Refusal
from pipeline.ingest.announcing import news_of
from pipeline.ingest.jobs import Summary
from pipeline.ingest.records import TooManyRefusedError, refusal_row
from pipeline.logs import log
from pipeline.storage import Place

__all__ = ["emit_news", "failure_markdown", "leave_failure", "leave_summary", "logging_there", "summary_markdown"]

_MOST_ROWS = 1000  # of a table: Prefect refuses what is larger than half a megabyte


@contextmanager
def logging_there() -> Iterator[None]:
    """Let the page show what the logger ``factmill`` is told meanwhile; Prefect shows only its own by itself."""
    handler = APILogHandler()
    handler.setLevel(logging.INFO)
    before = log.level
    log.addHandler(handler)
    log.setLevel(min(log.getEffectiveLevel(), logging.INFO))
    try:
        yield
    finally:
        log.setLevel(before)
        log.removeHandler(handler)


def leave_summary(summary: Summary) -> None:
    """What came of a run: a summary, the refused articles, and the unknown units where the tables are new."""
    create_markdown_artifact(summary_markdown(summary), key="ingest-summary", description="What came of it")
    _leave_refused(summary.refused)
    if summary.unknown_units is not None:
        rows = [asdict(unit) for unit in summary.unknown_units]
        _leave_table(rows, "ingest-unknown-units", "Words that may be units which the vocabulary does not have")


def leave_failure(out: Place, error: Exception) -> None:
    """Why a run published nothing, and the refused articles if it is for these."""
    with suppress(Exception):  # why the run failed matters more than that the page fails too
        create_markdown_artifact(failure_markdown(out, error), key="ingest-summary", description="What came of it")
        if isinstance(error, TooManyRefusedError):
            _leave_refused(error.refused)


def emit_news(summary: Summary) -> None:
    """Tell Prefect, whose automations may act on it, of new conflicts."""
    news = news_of(summary.out, summary.changes)
    if news:
        resource = {"prefect.resource.id": f"factmill.tables.{summary.out}"}
        emit_event(event=str(news["event"]), resource=resource, payload=news)


def summary_markdown(summary: Summary) -> str:
    """The summary of a run that published, or found all as it was."""
    counts = {
        "articles": summary.read,
        "new": summary.new,
        "unchanged": summary.unchanged,
        "refused": len(summary.refused),
        **{f"`{name}.parquet`": rows for name, rows in summary.tables.items()},
    }
    if summary.changes is not None:
        counts |= {
            "facts added": summary.changes.facts_added,
            "facts gone": summary.changes.facts_gone,
            "facts restated": summary.changes.facts_restated,
            "new conflicts": len(summary.changes.new_conflicts),
        }
    if summary.unknown_units is not None:
        counts["words that may be units"] = len(summary.unknown_units)
    return f"# Ingested into `{summary.out}`\n\n{_count_table(counts)}"


def failure_markdown(out: Place, error: Exception) -> str:
    """The summary of a run that published nothing."""
    told = f"# Nothing published into `{out}`\n\n{type(error).__name__}: {error}\n"
    if not isinstance(error, TooManyRefusedError):
        return told
    counts = {"articles": error.articles, "refused": len(error.refused)}
    return f"{told}\n{_count_table(counts)}"


def _count_table(counts: Mapping[str, int]) -> str:
    rows = "\n".join(f"| {name} | {count:,} |" for name, count in counts.items())
    return f"| | |\n| --- | ---: |\n{rows}\n"


def _leave_refused(refused: Sequence[Refusal]) -> None:
    _leave_table([refusal_row(one) for one in refused], "ingest-refused", "The articles that were refused")


def _leave_table(rows: Sequence[Mapping[str, object]], key: str, description: str) -> None:
    if len(rows) > _MOST_ROWS:
        description += f", the first {_MOST_ROWS:,} of {len(rows):,}"
    create_table_artifact([dict(row) for row in rows[:_MOST_ROWS]], key=key, description=description)
