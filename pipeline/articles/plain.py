"""Plain text: the file is the article."""

from __future__ import annotations

from .article import Article
from .content import check_text
from .dateline import dated
from .decoding import decode
from .files import one_article_format
from .portion import Portion, printable


def plain_article(portion: Portion, raw: bytes) -> Article:
    """The article a plain text file holds.

    Raises:
        Unreadable: the file holds no text.
    """
    text = decode(raw)
    check_text(text)
    return dated(Article(doc_id=portion.doc_id or portion.source, text=text, source=printable(portion.path)))


PLAIN = one_article_format("plain", (".txt", ".text"), plain_article)
