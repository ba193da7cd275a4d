"""Records of bulk files: one mapping with an id and a text becomes one article."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from .article import Article, Refusal, Unreadable
from .content import check_encodable, check_text
from .dateline import dated
from .metadata import METADATA, is_missing, kind_of, metadata_of

REQUIRED = ("id", "text")
"""What every record needs."""

COLUMNS = (*REQUIRED, *METADATA)
"""All that is read of a record."""


def article_of(record: Mapping[str, object], source: str) -> Article | Refusal:
    """The article a record holds, or why it holds none."""
    doc_id = source
    try:
        doc_id = _id(record.get("id"))
        return dated(Article(doc_id=doc_id, text=_text(record.get("text")), source=source, **metadata_of(record)))
    except Unreadable as error:
        return Refusal(doc_id, source, str(error))


def _id(value: object) -> str:
    if is_missing(value) or (isinstance(value, str) and not value.strip()):
        raise Unreadable("it has no id; give every record an id of its own")
    if isinstance(value, float) and value.is_integer():  # what a data frame makes of whole numbers beside a gap
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise Unreadable(f"its id is {kind_of(value)}; write it as text or a number")
    return check_encodable("its id", str(value))


def _text(value: object) -> str:
    if is_missing(value):
        raise Unreadable("it has no text; put the article's text under the key text or leave the record out")
    if not isinstance(value, str):
        raise Unreadable(f"its text is {kind_of(value)}; write it as text")
    check_text(value)
    return value
