"""From sources to published tables, in plain functions: what any scheduler runs, and what runs without one.

``prepare`` says what is to be done, ``ingest_batch`` does one batch of it anywhere, ``publish`` makes the tables of all
batches' results. ``run_direct`` does the three in turn, while it alone holds the folder of the tables (``started``).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from pipeline import mentions, store
from pipeline.articles import Refusal, plan
from pipeline.facts import (
    EXTRACTED,
    REFUSED,
    Document,
    build_facts,
    first_of_each_id,
    open_database,
    unread_document,
)
from pipeline.ingest.announcing import announce
from pipeline.ingest.batches import (
    BATCH_SIZE,
    Batch,
    BatchResult,
    batch_bytes,
    ingest_batch,
    into_batches,
)
from pipeline.ingest.pools import pool_of
from pipeline.ingest.records import (
    Changes,
    Record,
    TooManyRefusedError,
    changes_since,
    now,
    published_of,
    record_failure,
    refusal_row,
    write_record,
)
from pipeline.language.aboutness import read_names
from pipeline.limits import LIMITS, Limits, Tolerance
from pipeline.mentions import Settings

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much

log = logging.getLogger("factmill")

IN_ONE_PIECE = 2_000_000  # mentions: of so many one machine makes facts in ten seconds

_READING, _BUILDING = "reading articles", "building tables"


@dataclass(frozen=True)
class Job:
    """What one run is to do."""

    out: Path
    batches: tuple[Batch, ...]
    refusals: tuple[Refusal, ...]  # what is refused before anything is read
    settings: Settings
    version: str  # of the extractor: shards of another version do not count
    tolerance: Tolerance | None = None  # of refused articles; without one any number is borne
    begun: datetime | None = None
    limits: Limits = LIMITS  # of what an article may take
    dask: str | None = None  # the scheduler of a cluster that does the work instead of this machine


@dataclass(frozen=True)
class Summary:
    """What came of a run."""

    out: Path
    read: int
    new: int
    unchanged: int
    refused: tuple[Refusal, ...]
    tables: Mapping[str, int]  # rows of each
    changes: Changes | None = None  # null where what was published before still is

    @property
    def conflicts(self) -> int:
        """How many conflicts the facts contain."""
        return self.tables["conflicts"]


def run_direct(
    sources: Sequence[str],
    out: Path,
    names: Sequence[str] = (),
    *,
    batch_size: int = BATCH_SIZE,
    workers: int = 0,
    dask: str | None = None,
    wait: float = 0.0,
    full_refresh: bool = False,
    max_refused: str | None = None,
    webhook: str | None = None,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Summary:
    """Ingest ``sources`` into the tables of the folder ``out``, without a scheduler.

    ``workers``: so many processes, in which an article that crashes, hangs or eats memory beyond ``limits`` is refused
    and does no harm; with none, all is done in this process, and such an article ends it.
    ``dask``: the address of a Dask scheduler, whose workers do the same instead.
    ``max_refused``: how many refused articles are borne, such as ``12`` or ``5%``; ``webhook``: who is told of new
    conflicts.

    Raises:
        TooManyRefusedError: more articles are refused than that; the tables there are stay as they are.
        SourceError: a source does not exist, or cannot be one.
        NamesError: a names file does not exist, or cannot be one.
        BusyError: another run is writing to ``out``, and still is after ``wait`` seconds.
        ClusterError: the Dask cluster cannot do the work.
        OSError: there is no room for the tables, or they may not be written; those there are stay as they are.
    """
    with started(
        sources,
        out,
        names,
        batch_size=batch_size,
        wait=wait,
        full_refresh=full_refresh,
        max_refused=max_refused,
        limits=limits,
        dask=dask,
    ) as job:
        results = watched(job, ingest_batches(job, workers), progress)
        summary = publish(job, results, progress)
    announce(webhook, job.out, summary.changes)
    return summary


@contextmanager
def started(
    sources: Sequence[str],
    out: Path,
    names: Sequence[str] = (),
    *,
    batch_size: int = BATCH_SIZE,
    wait: float = 0.0,
    full_refresh: bool = False,
    max_refused: str | None = None,
    limits: Limits = LIMITS,
    dask: str | None = None,
) -> Iterator[Job]:
    """A job, and ``out`` held for it alone; with ``full_refresh`` nothing counts that was extracted before.

    Raises:
        ValueError: ``max_refused`` is neither a number nor a share.
        SourceError: a source does not exist, or cannot be one.
        NamesError: a names file does not exist, or cannot be one.
        BusyError: another run is writing to ``out``, and still is after ``wait`` seconds.
    """
    tolerance = Tolerance(max_refused) if max_refused is not None else None
    job = prepare(sources, out, names, batch_size=batch_size)
    with store.writing(out, wait) as waited:
        if waited:  # and meanwhile articles may have come and gone
            job = prepare(sources, out, names, batch_size=batch_size)
        begun = now()
        try:
            if full_refresh:
                store.forget(out, job.version)
            store.drop_damaged(out, job.version)
            yield replace(job, tolerance=tolerance, begun=begun, limits=limits, dask=dask)
        except BaseException as error:
            record_failure(out, job.version, begun, error)
            raise


def prepare(sources: Sequence[str], out: Path, names: Sequence[str] = (), *, batch_size: int = BATCH_SIZE) -> Job:
    """Look at the sources, without reading them, and divide the work into batches.

    Raises:
        SourceError: a source does not exist, or cannot be one.
        NamesError: a names file does not exist, or cannot be one.
    """
    planned = plan(sources, portion_bytes=batch_size)
    settings = settings_for([*planned.names, *names])
    batches = tuple(into_batches(planned.portions, batch_size))
    return Job(out, batches, tuple(planned.refusals), settings, mentions.extractor_version(settings))


def settings_for(names: Iterable[str | Path]) -> Settings:
    """The extractor's settings with these names files, in whatever order they are given.

    Raises:
        NamesError: one of the files is not there, or does not follow the grammar of names files.
    """
    settings = Settings(names=tuple(sorted({str(path) for path in names})))
    read_names(settings.names)  # what is wrong with them is told now, not of every article
    return settings


def ingest_batches(job: Job, workers: int) -> Iterator[tuple[Batch, BatchResult]]:
    """Every batch with its result, as it is done: by the job's Dask cluster, else by so many worker processes, by this
    process alone if by none.
    """
    if not job.batches or not (workers or job.dask):
        for batch in job.batches:
            yield batch, ingest_batch(batch, job.out, job.settings, job.version)
        return
    with pool_of(job.out, min(workers, len(job.batches)), job.limits, job.dask) as pool:
        futures = {pool.submit(batch, job.out, job.settings, job.version): batch for batch in job.batches}
        for future in as_completed(futures):
            yield futures[future], future.result()


def watched(
    job: Job, batches: Iterable[tuple[Batch, BatchResult]], progress: Progress | None = None
) -> Iterator[BatchResult]:
    """The results alone, while whoever wants to know is told how far things are."""
    total, done = sum(map(batch_bytes, job.batches)), 0
    report(progress, _READING, done, total)
    for number, (batch, result) in enumerate(batches, 1):
        done += batch_bytes(batch)
        log.info("batch %d of %d: %s", number, len(job.batches), _outcome(result))
        report(progress, _READING, done, total)
        yield result


def publish(job: Job, results: Iterable[BatchResult], progress: Progress | None = None) -> Summary:
    """Make and publish the tables of all that the batches yielded, unless they are what is published already.

    Raises:
        TooManyRefusedError: more articles were refused than the job bears; nothing is published.
        OSError: there is no room for the tables, or they may not be written; those there are stay as they are.
    """
    results = list(results)
    report(progress, _BUILDING, 0, 1)
    found = [*map(unread_document, job.refusals), *(document for result in results for document in result.documents)]
    documents = list(first_of_each_id(found))
    refusals = [Refusal(one.doc_id, one.source, one.error or "") for one in documents if one.status == REFUSED]
    if job.tolerance is not None and not job.tolerance.bears(len(refusals), len(documents)):
        raise TooManyRefusedError(refusals, len(documents), job.tolerance)
    hashes = [one.content_hash for one in documents if one.status == EXTRACTED and one.content_hash]
    new = len(frozenset().union(*(result.new for result in results)).intersection(hashes))
    inputs, before = store.digest_of(documents, job.version), published_of(job.out)
    tables = None if new else store.unchanged(job.out, inputs)
    changes = None
    if tables is None:
        tables = _tables(job, documents, hashes, inputs)
        changes = _changes(before, job.out)
    report(progress, _BUILDING, 1, 1)
    summary = Summary(job.out, len(documents), new, len(hashes) - new, tuple(refusals), tables, changes)
    write_record(job.out, _record(job, summary))
    return summary


def report(progress: Progress | None, stage: str, done: int, total: int) -> None:
    """Tell whoever wants to know how far things are."""
    if progress is not None:
        progress(stage, done, total)


def _tables(job: Job, documents: Sequence[Document], hashes: Sequence[str], inputs: str) -> dict[str, int]:
    """Publish the tables of some articles, and return how many rows each has."""
    store.join_shards(job.out, job.version)
    places = store.places_of(job.out, job.version, hashes)
    try:
        with open_database(store.spill_of(job.out)) as database:
            store.load(database, places, documents)
            with _facts(job, database, places, sum(one.n_mentions for one in documents)):
                return store.publish(database, job.out, job.version, inputs)
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

    with facts_of_cluster(job.dask, job.out, job.limits, database, places, n_mentions):
        yield


def _changes(before: Path | None, out: Path) -> Changes | None:
    """What the publication changed; unknown where the one before it has other columns than this one."""
    after = published_of(out)
    try:
        return changes_since(before, after) if after is not None else None
    except duckdb.Error as error:
        log.warning("what has changed since the last publication is not known: %s", error)
        return None


def _record(job: Job, summary: Summary) -> Record:
    finished = now()
    begun = job.begun or finished
    return Record(
        status="unchanged" if summary.changes is None else "published",
        started=begun.isoformat(timespec="seconds"),
        finished=finished.isoformat(timespec="seconds"),
        seconds=round((finished - begun).total_seconds(), 3),
        extractor=job.version,
        articles=summary.read,
        new=summary.new,
        unchanged=summary.unchanged,
        refused=[refusal_row(refusal) for refusal in summary.refused],
        tables=summary.tables,
        changes=summary.changes,
        error=None,
    )


def _outcome(result: BatchResult) -> str:
    refusals = sum(document.status == REFUSED for document in result.documents)
    return f"{len(result.documents):,} articles, {len(result.new):,} of them new, {refusals:,} refused"
