"""From sources to published tables, in plain functions: what any scheduler runs, and what runs without one.

``prepare`` says what is to be done, ``ingest_batch`` does one batch of it anywhere (its arguments and its result are
small and picklable, articles do not travel), ``publish`` makes the tables of all batches' results. ``run_direct`` does
the three in turn, while it alone holds the folder of the tables (``started``).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from threading import Thread

import duckdb

from pipeline import language, mentions, store
from pipeline.articles import Article, Portion, Refusal, plan, read
from pipeline.facts import (
    EXTRACTED,
    REFUSED,
    Document,
    build_facts,
    extracted_document,
    first_of_each_id,
    open_database,
    refused,
    unread_document,
)
from pipeline.language.aboutness import read_names
from pipeline.mentions import Extraction, Settings

BATCH_SIZE = 1_000_000  # bytes of articles a batch: seconds of work, so that little is lost if it fails
_STORED_AT_ONCE = 20  # articles: no more than these are lost by whoever pulls the plug

Batch = tuple[Portion, ...]
Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much

log = logging.getLogger("factmill")

_READING, _BUILDING = "reading articles", "building tables"


@dataclass(frozen=True)
class Job:
    """What one run is to do."""

    out: Path
    batches: tuple[Batch, ...]
    refusals: tuple[Refusal, ...]  # what is refused before anything is read
    settings: Settings
    version: str  # of the extractor: shards of another version do not count


@dataclass(frozen=True)
class BatchResult:
    """What came of one batch."""

    documents: tuple[Document, ...]
    new: frozenset[str]  # content hashes of those that had no shard before


@dataclass(frozen=True)
class Summary:
    """What came of a run."""

    out: Path
    read: int
    new: int
    unchanged: int
    refused: tuple[Refusal, ...]
    tables: Mapping[str, int]  # rows of each

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
    workers: int = 1,
    wait: float = 0.0,
    full_refresh: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Ingest ``sources`` into the tables of the folder ``out``, with ``workers`` processes and no scheduler.

    Raises:
        SourceError: a source does not exist, or cannot be one.
        NamesError: a names file does not exist, or cannot be one.
        BusyError: another run is writing to ``out``, and still is after ``wait`` seconds.
        OSError: there is no room for the tables, or they may not be written; those there are stay as they are.
    """
    with started(sources, out, names, batch_size=batch_size, wait=wait, full_refresh=full_refresh) as job:
        results = watched(job, ingest_batches(job, workers), progress)
        return publish(job, results, progress)


@contextmanager
def started(
    sources: Sequence[str],
    out: Path,
    names: Sequence[str] = (),
    *,
    batch_size: int = BATCH_SIZE,
    wait: float = 0.0,
    full_refresh: bool = False,
) -> Iterator[Job]:
    """A job, and ``out`` held for it alone; with ``full_refresh`` nothing counts that was extracted before.

    Raises:
        SourceError: a source does not exist, or cannot be one.
        NamesError: a names file does not exist, or cannot be one.
        BusyError: another run is writing to ``out``, and still is after ``wait`` seconds.
    """
    job = prepare(sources, out, names, batch_size=batch_size)
    with store.writing(out, wait) as waited:
        if waited:  # and meanwhile articles may have come and gone
            job = prepare(sources, out, names, batch_size=batch_size)
        if full_refresh:
            store.forget(out, job.version)
        store.drop_damaged(out, job.version)
        yield job


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


def into_batches(portions: Iterable[Portion], size: int) -> Iterator[Batch]:
    """Portions, in their order, in batches of about ``size`` bytes; a portion larger than that is one of its own."""
    batch: list[Portion] = []
    held = 0
    for portion in portions:
        if batch and held + portion.size > size:
            yield tuple(batch)
            batch, held = [], 0
        batch.append(portion)
        held += portion.size
    if batch:
        yield tuple(batch)


def ingest_batches(job: Job, workers: int = 1) -> Iterator[tuple[Batch, BatchResult]]:
    """Every batch with its result, as it is done, by this process alone or by several."""
    if min(workers, len(job.batches)) <= 1:
        for batch in job.batches:
            yield batch, ingest_batch(batch, job.out, job.settings, job.version)
        return
    with worker_processes(min(workers, len(job.batches))) as pool:
        futures = {pool.submit(ingest_batch, batch, job.out, job.settings, job.version): batch for batch in job.batches}
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


def ingest_batch(batch: Batch, out: Path, settings: Settings, version: str) -> BatchResult:
    """Read a batch of portions and extract the articles of it that were not extracted before."""
    found = [one for portion in batch for one in read(portion)]
    articles = [one for one in found if isinstance(one, Article)]
    known = store.known_yields(out, version, (article.content_hash for article in articles))
    waiting = [article for article in articles if article.content_hash not in known]
    documents = [unread_document(one) for one in found if isinstance(one, Refusal)]
    documents += (_document(one, known[one.content_hash]) for one in articles if one.content_hash in known)
    for first in range(0, len(waiting), _STORED_AT_ONCE):
        some = waiting[first : first + _STORED_AT_ONCE]
        documents += (_stored(article, outcome, out, version) for article, outcome in extract_each(some, settings))
    return BatchResult(tuple(documents), frozenset(article.content_hash for article in waiting))


def extract_each(articles: Sequence[Article], settings: Settings) -> Iterator[tuple[Article, Extraction | Refusal]]:
    """What each article yields; one that the extractor fails on is refused, and the others are none the worse."""
    if not articles:
        return
    language.build(settings.names, settings.model)  # what fails here fails for all: no article is to blame
    try:
        extractions = mentions.extract_batch(articles, settings)
    except Exception as error:
        if len(articles) == 1:
            yield articles[0], _failure(articles[0], error)
        else:  # find out which it was
            for article in articles:
                yield from extract_each([article], settings)
    else:
        yield from zip(articles, extractions, strict=True)


def publish(job: Job, results: Iterable[BatchResult], progress: Progress | None = None) -> Summary:
    """Make and publish the tables of all that the batches yielded, unless they are what is published already.

    Raises:
        OSError: there is no room for the tables, or they may not be written; those there are stay as they are.
    """
    results = list(results)
    report(progress, _BUILDING, 0, 1)
    found = [*map(unread_document, job.refusals), *(document for result in results for document in result.documents)]
    documents = list(first_of_each_id(found))
    hashes = [one.content_hash for one in documents if one.status == EXTRACTED and one.content_hash]
    new = len(frozenset().union(*(result.new for result in results)).intersection(hashes))
    inputs = store.digest_of(documents, job.version)
    unchanged = None if new else store.unchanged(job.out, inputs)
    tables = _tables(job, documents, hashes, inputs) if unchanged is None else unchanged
    report(progress, _BUILDING, 1, 1)
    refusals = (Refusal(one.doc_id, one.source, one.error or "") for one in documents if one.status == REFUSED)
    return Summary(job.out, len(documents), new, len(hashes) - new, tuple(refusals), tables)


def batch_bytes(batch: Batch) -> int:
    """How much a batch has to read, the measure of progress."""
    return sum(portion.size for portion in batch)


def report(progress: Progress | None, stage: str, done: int, total: int) -> None:
    """Tell whoever wants to know how far things are."""
    if progress is not None:
        progress(stage, done, total)


@contextmanager
def worker_processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes for ``ingest_batch``, each of which loads the language pipeline once."""
    spawn = get_context("spawn")  # forking a process with threads may hang
    pool = ProcessPoolExecutor(workers, mp_context=spawn, initializer=_end_with_parent)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)  # who interrupts a run does not want to wait for all that is queued


def _end_with_parent() -> None:
    """Let this process not outlive the run that started it, not even one that was killed."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_wait_and_end, args=(parent.sentinel,), daemon=True).start()


def _wait_and_end(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def _tables(job: Job, documents: Sequence[Document], hashes: Sequence[str], inputs: str) -> dict[str, int]:
    """Publish the tables of some articles, and return how many rows each has."""
    store.join_shards(job.out, job.version)
    places = store.places_of(job.out, job.version, hashes)
    try:
        with open_database(store.spill_of(job.out)) as database:
            store.load(database, places, documents)
            build_facts(database)
            return store.publish(database, job.out, job.version, inputs)
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise OSError(str(error)) from error  # what it is, a full disk most of all


def _shard(article: Article, out: Path, version: str) -> Path:
    return store.shard_path(out, article.content_hash, version)


def _stored(article: Article, outcome: Extraction | Refusal, out: Path, version: str) -> Document:
    if isinstance(outcome, Extraction):
        try:
            return _document(article, store.write_shard(_shard(article, out, version), outcome))
        except (ValueError, TypeError) as error:  # what it holds cannot be written; a full disk is another matter
            outcome = _failure(article, error)
    return refused(_document(article, store.Yield(0, 0, 0)), outcome.error)


def _document(article: Article, found: store.Yield) -> Document:
    return extracted_document(article, found.n_words, found.n_mentions, found.n_numbers)


def _failure(article: Article, error: Exception) -> Refusal:
    return Refusal(article.doc_id, article.source, f"{type(error).__name__}: {error}")


def _outcome(result: BatchResult) -> str:
    refusals = sum(document.status == REFUSED for document in result.documents)
    return f"{len(result.documents):,} articles, {len(result.new):,} of them new, {refusals:,} refused"
