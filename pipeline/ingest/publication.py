"""The end of a run: the tables of all that its batches yielded, what has changed by them, and ``run.json``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb

from pipeline import store
from pipeline.articles import Refusal
from pipeline.facts import EXTRACTED, REFUSED, Document, build_facts, first_of_each_id, open_database, unread_document
from pipeline.ingest.batches import BatchResult
from pipeline.ingest.jobs import Job, Progress, Summary, report
from pipeline.ingest.records import (
    Record,
    TooManyRefusedError,
    changes_since,
    published_of,
    refusal_row,
    write_record,
)
from pipeline.ingest.unknown_units import unknown_units
from pipeline.limits import Tolerance
from pipeline.logs import log
from pipeline.published import current_version

__all__ = ["publish"]

IN_ONE_PIECE = 2_000_000  # mentions: of so many one machine makes facts in ten seconds

_BUILDING = "building tables"
_CHANGED, _UNITS = "what has changed since the last publication", "which words may be unknown units"

T = TypeVar("T")


def publish(job: Job, results: Iterable[BatchResult], progress: Progress | None = None) -> Summary:
    """Make and publish the tables of all that the batches yielded, unless they are what is published already.

    Raises:
        TooManyRefusedError: more articles were refused than the job bears; nothing is published.
        OSError: there is no room for the tables, or they may not be written; those there are stay as they are.
    """
    results = list(results)
    report(progress, _BUILDING, 0, 1)
    documents = _documents(job, results)
    refusals = _refusals(documents, job.tolerance)
    hashes = [one.content_hash for one in documents if one.status == EXTRACTED and one.content_hash]
    new = len(frozenset().union(*(result.new for result in results)).intersection(hashes))
    inputs, before = store.digest_of(documents, job.version), published_of(job.folder)
    known = None if new else store.unchanged(job.folder, inputs)
    tables = _tables(job, documents, hashes, inputs) if known is None else known
    job.workspace.publish()
    report(progress, _BUILDING, 1, 1)
    summary = Summary(
        out=job.out,
        read=len(documents),
        new=new,
        unchanged=len(hashes) - new,
        refused=refusals,
        tables=tables,
        version=_version_of(job.folder),
        published=known is None,
        changes=_asked(_CHANGED, partial(changes_since, before), job.folder) if known is None else None,
        unknown_units=_asked(_UNITS, unknown_units, job.folder) if known is None else None,
    )
    record = write_record(job.folder, _record(job, summary))
    if summary.published:  # else nothing is put
        job.workspace.keep([record])
    return summary


def _documents(job: Job, results: Iterable[BatchResult]) -> list[Document]:
    """Every article of a run once."""
    unread = map(unread_document, job.refusals)
    return list(first_of_each_id([*unread, *(document for result in results for document in result.documents)]))


def _refusals(documents: Sequence[Document], tolerance: Tolerance | None) -> tuple[Refusal, ...]:
    """The articles that were refused, each of which is logged.

    Raises:
        TooManyRefusedError: they are more than that bears.
    """
    refusals = tuple(Refusal(one.doc_id, one.source, one.error or "") for one in documents if one.status == REFUSED)
    for refusal in refusals:
        fields = {"event": "refused", **refusal_row(refusal)}
        log.warning("refused %s (%s): %s", refusal.doc_id, refusal.source, refusal.error, extra=fields)
    if tolerance is not None and not tolerance.bears(len(refusals), len(documents)):
        raise TooManyRefusedError(refusals, len(documents), tolerance)
    return refusals


def _tables(job: Job, documents: Sequence[Document], hashes: Sequence[str], inputs: str) -> dict[str, int]:
    """Publish the tables of some articles, and return how many rows each has."""
    store.join_shards(job.folder, job.version)
    places = store.places_of(job.folder, job.version, hashes)
    try:
        with open_database(store.spill_of(job.folder)) as database:
            store.load(database, places, documents)
            with _facts(job, database, places, sum(one.n_mentions for one in documents)):
                return store.publish(database, job.folder, job.version, inputs)
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise OSError(str(error)) from error  # what it is, a full disk most of all


@contextmanager
def _facts(
    job: Job, database: duckdb.DuckDBPyConnection, places: Mapping[str, Path], n_mentions: int
) -> Iterator[None]:
    """The facts of what is loaded, made by this machine; by the cluster, if there is one, where they are very many."""
    if job.dask is None or n_mentions <= IN_ONE_PIECE:
        build_facts(database)
        yield
        return
    from pipeline.ingest.reducing import facts_of_cluster  # here, because Dask is an extra

    with facts_of_cluster(job.dask, job.folder, job.limits, database, places, n_mentions):
        yield


def _asked(what: str, ask: Callable[[Path, Path], T], out: Path) -> T | None:
    """What is asked of the publication; unknown where that fails, as with one of other columns, which fails no run."""
    version = published_of(out)
    try:
        return ask(version, store.spill_of(out)) if version is not None else None
    except duckdb.Error as error:
        log.warning("%s is not known: %s", what, error)
        return None


def _version_of(out: Path) -> str:
    version = current_version(out)
    return version.name if version is not None else ""


def _record(job: Job, summary: Summary) -> Record:
    return Record(
        status="published" if summary.published else "unchanged",
        extractor=job.version,
        begun=job.begun,
        articles=summary.read,
        new=summary.new,
        unchanged=summary.unchanged,
        refused=summary.refused,
        tables=summary.tables,
        changes=summary.changes,
        unknown_units=summary.unknown_units,
    )
