"""The rows of ``documents``: every article, what it yielded or why it was refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pipeline.articles.article import Article, Refusal
from pipeline.facts.records import EXTRACTED, REFUSED, Document


def extracted_document(article: Article, n_words: int, n_mentions: int, n_numbers: int) -> Document:
    """The row of an article that was read and extracted."""
    return Document(
        doc_id=article.doc_id,
        source=article.source,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        content_hash=article.content_hash,
        status=EXTRACTED,
        error=None,
        n_characters=len(article.text),
        n_words=n_words,
        n_mentions=n_mentions,
        n_numbers=n_numbers,
        copy_of=None,
    )


def unread_document(refusal: Refusal) -> Document:
    """The row of an article that could not be read."""
    return Document(
        doc_id=refusal.doc_id,
        source=refusal.source,
        title=None,
        publisher=None,
        published=None,
        url=None,
        content_hash=None,
        status=REFUSED,
        error=refusal.error,
        n_characters=0,
        n_words=0,
        n_mentions=0,
        n_numbers=0,
        copy_of=None,
    )


def refused(document: Document, error: str) -> Document:
    """The row of an article that was read, but of which nothing is taken."""
    return replace(document, status=REFUSED, error=error, n_words=0, n_mentions=0, n_numbers=0)


def first_of_each_id(documents: Iterable[Document]) -> Iterator[Document]:
    """The documents by source and position, where a later one of the same id is refused, naming the first."""
    first: dict[str, Document] = {}
    for document in sorted(documents, key=_position):
        if document.status == REFUSED:
            yield document
        elif document.doc_id in first:
            yield refused(
                document,
                f"its id {document.doc_id!r} is already that of {first[document.doc_id].source}, which was kept: "
                "give each article an id of its own",
            )
        else:
            first[document.doc_id] = document
            yield document


def _position(document: Document) -> tuple[str, int, str, str]:
    """The source, and within a bulk source the record: line 9 stands before line 10."""
    path = document.source.rstrip("0123456789")
    return path, int(document.source[len(path) :] or 0), document.doc_id, document.error or ""
