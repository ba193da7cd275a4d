"""Articles in Arrow batches, mentions out: the step that scales, as a bare function for any engine that maps batches.

Nothing is stored and nothing scheduled: an engine such as Dask, Ray or Spark hands batches to its workers, each of
which loads the language pipeline once. ``docs/scaling.md`` shows how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa

from pipeline.articles import Article, Refusal, article_of
from pipeline.columns import row_of, schema_of
from pipeline.ingest.batches import extract_each
from pipeline.logs import log
from pipeline.mentions import Mention, Settings

__all__ = ["extract_batches"]

_AT_ONCE = 50  # articles: so much text is held at a time, however large a batch is


def _log(refusal: Refusal) -> None:
    log.warning("refused %s (%s): %s", refusal.doc_id, refusal.source, refusal.error)


def extract_batches(
    batches: Iterable[pa.RecordBatch],
    settings: Settings = Settings(),  # noqa: B008  it is frozen
    refused: Callable[[Refusal], None] = _log,
) -> Iterator[pa.RecordBatch]:
    """The mentions of every article, lazily: for each batch of articles one of mentions, in the articles' order.

    A batch of articles has the columns ``id`` and ``text`` and, as far as they are known, ``title``, ``publisher``,
    ``published`` and ``url``; one of mentions has those of ``mentions.parquet``. An article that cannot be read or
    that the extractor fails on is handed to ``refused``, which logs it if nothing else is given, and yields no mention.

    Raises:
        ValueError: a batch has no column ``id`` or no column ``text``.
    """
    schema = schema_of(Mention)
    for number, batch in enumerate(batches):
        missing = [name for name in ("id", "text") if name not in batch.schema.names]
        if missing:
            raise ValueError(
                f"batch {number} has no column {' and no column '.join(missing)}; "
                f"it needs id and text, and has {', '.join(batch.schema.names) or 'none'}"
            )
        rows = [row_of(mention) for mention in _mentions_of(batch, number, settings, refused)]
        yield pa.RecordBatch.from_pylist(rows, schema=schema)


def _mentions_of(
    batch: pa.RecordBatch, number: int, settings: Settings, refused: Callable[[Refusal], None]
) -> Iterator[Mention]:
    for first in range(0, batch.num_rows, _AT_ONCE):
        rows = batch.slice(first, _AT_ONCE).to_pylist()
        found = [article_of(row, f"batch {number} row {first + at}") for at, row in enumerate(rows, 1)]
        for refusal in (one for one in found if isinstance(one, Refusal)):
            refused(refusal)
        articles = [one for one in found if isinstance(one, Article)]
        for _, outcome in extract_each(articles, settings):
            if isinstance(outcome, Refusal):
                refused(outcome)
            else:
                yield from outcome.mentions
