"""Batches: the work of a run in pieces that any process can do, and do again.

``ingest_batch`` does one: its arguments and its result are small and picklable, articles do not travel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import language, mentions, store
from pipeline.articles import Article, Portion, Refusal, fetched, read
from pipeline.facts import Document, extracted_document, refused, unread_document
from pipeline.limits import LIMITS, Limits
from pipeline.mentions import Extraction, Settings

BATCH_SIZE = 250_000  # bytes of articles a batch: seconds of work, so that little is lost and all cores end together
_STORED_AT_ONCE = 20  # articles: no more than these are lost by whoever pulls the plug

OUT_OF_MEMORY = "needed more memory than it may use"
Batch = tuple[Portion, ...]
Tell = Callable[[str, Any], None]


@dataclass(frozen=True)
class Care:
    """How a batch is done again whose process was lost: article by article, without those that lost it."""

    limits: Limits = LIMITS  # of what an article may take, by which it is told whether one need be tried again
    one_by_one: bool = False
    poisoned: Mapping[str, str] = field(default_factory=dict)  # source of a portion, hash of an article -> why


NO_CARE = Care()


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


def _tell_nobody(_what: str, _value: Any) -> None:
    """In a process that nobody watches."""


def ingest_batch(
    batch: Batch,
    out: Path,
    settings: Settings,
    version: str,
    care: Care = NO_CARE,
    tell: Tell = _tell_nobody,
) -> BatchResult:
    """Read a batch of portions and extract the articles of it that were not extracted before.

    ``tell`` is told where the work is (``at``): at each portion before it is read, and at the first of some articles
    before they are extracted, by its source or its content hash, as ``care`` names them, or at none of them, as while
    they are fetched, for which a store has as long as it needs; and which articles are ``new``.
    """
    tell("at", None)
    found = [one for portion in fetched(batch) for one in _read(portion, care, tell)]
    articles = [one for one in found if isinstance(one, Article)]
    known = store.known_yields(out, version, (article.content_hash for article in articles))
    waiting = [article for article in articles if article.content_hash not in known]
    refusals = store.known_refusals(out, version, (article.content_hash for article in waiting), care.limits)
    new = frozenset(article.content_hash for article in waiting if article.content_hash not in refusals)
    tell("new", new)
    documents = [unread_document(one) for one in found if isinstance(one, Refusal)]
    documents += (_document(one, known[one.content_hash]) for one in articles if one.content_hash in known)
    for content_hash in new & care.poisoned.keys():
        store.write_refusal(out, content_hash, version, care.poisoned[content_hash], care.limits)
    refusals |= care.poisoned
    documents += (_refused(one, refusals[one.content_hash]) for one in waiting if one.content_hash in refusals)
    sound = [article for article in waiting if article.content_hash not in refusals]
    if sound:  # no article is to blame for how long the pipeline takes to load, nor for what fails with it
        tell("at", "")
        _load(settings)
    at_once = 1 if care.one_by_one else _STORED_AT_ONCE
    for first in range(0, len(sound), at_once):
        some = sound[first : first + at_once]
        tell("at", some[0].content_hash)
        documents += (_stored(article, outcome, out, version) for article, outcome in extract_each(some, settings))
    return BatchResult(tuple(documents), new)


@cache
def _load(settings: Settings) -> None:
    """Load all that reading takes, much of which is loaded when it is first used, before an article's time counts."""
    mentions.extract(Article("", "Acme sold 5 cars for $3 million in May 2025.", ""), settings)


def _read(portion: Portion, care: Care, tell: Tell) -> Iterable[Article | Refusal]:
    if portion.source in care.poisoned:
        return [portion.refusal(care.poisoned[portion.source])]
    tell("at", portion.source)
    return read(portion)


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


def _shard(article: Article, out: Path, version: str) -> Path:
    return store.shard_path(out, article.content_hash, version)


def _stored(article: Article, outcome: Extraction | Refusal, out: Path, version: str) -> Document:
    if isinstance(outcome, Extraction):
        try:
            return _document(article, store.write_shard(_shard(article, out, version), outcome))
        except (ValueError, TypeError) as error:  # what it holds cannot be written; a full disk is another matter
            outcome = _failure(article, error)
    return _refused(article, outcome.error)


def _refused(article: Article, why: str) -> Document:
    return refused(_document(article, store.Yield(0, 0, 0)), why)


def _document(article: Article, found: store.Yield) -> Document:
    return extracted_document(article, found.n_words, found.n_mentions, found.n_numbers)


def _failure(article: Article, error: Exception) -> Refusal:
    said = OUT_OF_MEMORY if isinstance(error, MemoryError) else f"{type(error).__name__}: {error}"
    return Refusal(article.doc_id, article.source, said)
