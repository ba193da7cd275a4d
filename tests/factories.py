"""What the tests build their input from: a valid record of each kind, any column of which can be given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline import store
from pipeline.articles import Article
from pipeline.columns import stable_id, table_of
from pipeline.facts import EXTRACTED, Document, build_facts, open_database
from pipeline.ingest import batches
from pipeline.mentions import Extraction, Mention, Number, Settings


def mention(**given: object) -> Mention:
    """ "The Model 9 has 288 kW", in article ``a``; the normal number follows the number unless it is given too."""
    columns: dict[str, Any] = {
        "doc_id": "a",
        "start": 16,
        "sentence": "The Model 9 has 288 kW.",
        "low": None,
        "high": None,
        "unit": "kW",
        "dimension": "power",
        "qualifier": "exact",
        "change": "none",
        "status": "reported",
        "subject": "Model 9",
        "metric": "power",
        "period": "2025",
        "period_text": "2025",
        "citations": (),
        "reasons": ("quantity: number with a unit", "subject: a name in its sentence (0.90)"),
        "block": "paragraph",
        "confidence": 0.9,
        **given,
    }
    columns.setdefault("value", 288.0 if columns["low"] is None else None)
    number = columns["value"] if columns["value"] is not None else columns["low"]
    columns.setdefault("text", f"{number:g} {columns['unit']}")
    columns.setdefault("end", columns["start"] + len(columns["text"]))
    columns.setdefault("normal_unit", columns["unit"])
    for end in ("value", "low", "high"):
        columns.setdefault(f"normal_{end}", columns[end])
    columns.setdefault("subject_text", columns["subject"])
    columns.setdefault("metric_text", columns["metric"])
    year = int(columns["period"][:4]) if columns["period"] else None
    columns.setdefault("period_start", date(year, 1, 1) if year else None)
    columns.setdefault("period_end", date(year, 12, 31) if year else None)
    columns.setdefault("mention_id", stable_id("m", columns["doc_id"], columns["start"], columns["end"]))
    return Mention(**{field.name: columns[field.name] for field in fields(Mention)})


def document(doc_id: str = "a", **given: object) -> Document:
    """An article that was extracted, from ``news/<doc_id>.txt``, nothing more known of it."""
    columns: dict[str, Any] = {
        "doc_id": doc_id,
        "source": f"news/{doc_id}.txt",
        "title": None,
        "publisher": None,
        "published": None,
        "url": None,
        "content_hash": f"hash-of-{doc_id}",
        "status": EXTRACTED,
        "error": None,
        "n_characters": 24,
        "n_words": 6,
        "n_mentions": 1,
        "n_numbers": 1,
        "copy_of": None,
        **given,
    }
    return Document(**columns)


_SIGNED = pa.schema([("doc_id", pa.string()), ("signature", pa.list_(pa.int64()))])


def _signed(signatures: dict[str, tuple[int, ...]]) -> pa.Table:
    rows = [{"doc_id": doc_id, "signature": list(signature)} for doc_id, signature in signatures.items()]
    return pa.Table.from_pylist(rows, schema=_SIGNED)


def unsigned() -> pa.Table:
    """The signatures of articles that are alike to none."""
    return _SIGNED.empty_table()


def compared(
    mentions: list[Mention],
    documents: list[Document] | None = None,
    threads: int = 2,
    signatures: dict[str, tuple[int, ...]] | None = None,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The facts of some mentions, and their conflicts, both by id; of documents not given nothing is known."""
    documents = documents or [document(doc_id) for doc_id in sorted({one.doc_id for one in mentions})]
    with open_database(Path("never-needed")) as database:
        database.execute(f"SET threads = {threads}")
        database.register("mentions", table_of(Mention, mentions))
        database.register("documents", table_of(Document, documents))
        database.register("signatures", unsigned() if signatures is None else _signed(signatures))
        build_facts(database)
        facts = database.sql("SELECT * FROM facts ORDER BY fact_id").to_arrow_table()
        conflicts = database.sql("SELECT * FROM conflicts ORDER BY conflict_id").to_arrow_table()
        return facts.to_pylist(), conflicts.to_pylist()


def publish(out: Path, extractions: list[Extraction], documents: list[Document], threads: int = 2) -> dict[str, int]:
    """Shards of some extractions, then the tables of them."""
    with store.writing(out), open_database(store.spill_of(out)) as database:
        database.execute(f"SET threads = {threads}")
        places = {one.content_hash: store.shard_path(out, one.content_hash, "v") for one in extractions}
        for one in extractions:
            store.write_shard(places[one.content_hash], one)
        store.load(database, places, documents)
        build_facts(database)
        return store.publish(database, out)


def extraction(doc_id: str, *mentions: Mention) -> Extraction:
    """What one article yields, its numbers being those of its mentions."""
    numbers = tuple(
        Number(doc_id, one.start, one.end, one.text, "mention", one.mention_id, "a unit") for one in mentions
    )
    return Extraction(doc_id, f"hash-of-{doc_id}", 6, (), mentions, numbers)


_STATEMENT = re.compile(r"(?P<subject>[A-Z]\w*) has (?P<text>(?P<value>\d+(?:\.\d+)?) (?P<unit>\w+))")


def simple_extraction(article: Article) -> Extraction:
    """What an extractor yields that knows one kind of sentence: "Alpha has 288 kW"."""
    found = [
        mention(
            doc_id=article.doc_id,
            start=match.start("text"),
            text=match["text"],
            sentence=match[0],
            value=float(match["value"]),
            unit=match["unit"],
            subject=match["subject"],
        )
        for match in _STATEMENT.finditer(article.text)
    ]
    yielded = extraction(article.doc_id, *found)
    return replace(yielded, content_hash=article.content_hash, n_words=len(article.text.split()))


def extract_simply(articles: Sequence[Article], _settings: Settings) -> list[Extraction]:
    """In the place of ``extract_batch``."""
    return [simple_extraction(article) for article in articles]


class HereWorkers:
    """In the place of ``Workers``: the work is done in this process, which may have a simple extractor."""

    count = 1

    def __init__(self, *_: object) -> None:
        pass

    def submit(self, *task: Any) -> Future[batches.BatchResult]:
        future: Future[batches.BatchResult] = Future()
        try:
            future.set_result(batches.ingest_batch(*task))
        except Exception as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        pass
