"""Batches: the work of a run in pieces that any process can do, and do again.

``ingest_batch`` does one: its arguments and its result are small and picklable, articles do not travel.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from threading import Thread

from pipeline import language, mentions, store
from pipeline.articles import Article, Portion, Refusal, read
from pipeline.facts import Document, extracted_document, refused, unread_document
from pipeline.mentions import Extraction, Settings

BATCH_SIZE = 1_000_000  # bytes of articles a batch: seconds of work, so that little is lost if it fails
_STORED_AT_ONCE = 20  # articles: no more than these are lost by whoever pulls the plug

Batch = tuple[Portion, ...]


@dataclass(frozen=True)
class BatchResult:
    """What came of one batch."""

    documents: tuple[Document, ...]
    new: frozenset[str]  # content hashes of those that had no shard before


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


def batch_bytes(batch: Batch) -> int:
    """How much a batch has to read, the measure of progress."""
    return sum(portion.size for portion in batch)


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
