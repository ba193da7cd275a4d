"""What is known about an article, title, publisher, date and url, checked the same way whatever file it stands in."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .article import Unreadable
from .content import check_encodable

METADATA = ("title", "publisher", "published", "url")
"""The keys of front matter and of bulk records that are read; all others are passed over."""

_KINDS: Mapping[type, str] = {
    bool: "a truth value",
    int: "a number",
    float: "a number",
    Decimal: "a number",
    date: "a date",
    datetime: "a date",
    list: "a list",
    dict: "an object",
    tuple: "an object",
    bytes: "binary data",
}


def metadata_of(values: Mapping[str, object]) -> dict[str, Any]:
    """The fields of an `Article` that say what is known about it.

    Raises:
        Unreadable: a value is of a type or form that cannot be what its name says.
    """
    fields: dict[str, Any] = {name: _text(name, values.get(name)) for name in METADATA if name != "published"}
    return fields | {"published": _published(values.get("published"))}


def is_missing(value: object) -> bool:
    """Whether a value stands for none: null, or the NaN that data frames write for it."""
    return value is None or value != value  # only NaN differs from itself


def kind_of(value: object) -> str:
    """What a value is, for people."""
    return _KINDS.get(type(value), type(value).__name__)


def _text(name: str, value: object) -> str | None:
    if is_missing(value):
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal, date)):
        raise Unreadable(f"its {name} is {kind_of(value)}; write it as text")
    return check_encodable(f"its {name}", str(value).strip()) or None


def _published(value: object) -> date | None:
    if is_missing(value) or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and (day := _iso_day(value.strip())):
        return day
    written = reprlib.repr(value) if isinstance(value, (str, int, float)) else kind_of(value)
    raise Unreadable(f"its published is {written}, which is no date; write it as 2025-03-31 or 2025-03-31T08:00:00Z")


def _iso_day(written: str) -> date | None:
    try:
        return datetime.fromisoformat(written).date()
    except ValueError:
        return None
