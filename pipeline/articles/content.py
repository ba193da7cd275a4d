"""Whether a text is one: not empty, not binary, not too long, and fit to be written as UTF-8."""

from __future__ import annotations

import re

from .article import Unreadable

MAX_ARTICLE_BYTES = 50_000_000
"""No single article is longer: what is, is a book, a log or a bulk file by another name."""

_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")  # tab, line and page breaks are text


def check_text(text: str) -> None:
    """Accept a text that later steps can work with.

    A few control characters are no harm: text that was scraped or printed has them.

    Raises:
        Unreadable: it holds nothing, is binary, is too long, or cannot be written as UTF-8.
    """
    if not text.removeprefix("\ufeff").strip():
        raise Unreadable("it holds no text, only white space; put the article's text into it or leave it out")
    _check_characters(text)
    check_size(len(_encoded(text)))


def check_size(size: int) -> None:
    """Accept a text of so many bytes.

    Raises:
        Unreadable: it is longer than one article may be.
    """
    if size > MAX_ARTICLE_BYTES:
        raise Unreadable(
            f"it is {size / 1e6:.1f} MB long, and one article may be {MAX_ARTICLE_BYTES / 1e6:.0f} MB; "
            "split it into its articles, or make each a record of a .jsonl file"
        )


def check_encodable(name: str, text: str) -> str:
    """The text, which can be written as UTF-8.

    Raises:
        Unreadable: it cannot, because it holds half of a surrogate pair.
    """
    try:
        _encoded(text)
    except Unreadable as error:
        raise Unreadable(f"{name}: {error}") from error
    return text


def _check_characters(text: str) -> None:
    if (nul := text.find("\0")) >= 0:
        raise Unreadable(f"it is not text: a NUL character stands at offset {nul}; save it as UTF-8 text")
    controls = len(_CONTROL.findall(text))
    if controls > max(2, len(text) // 100) and (first := _CONTROL.search(text)):
        raise Unreadable(
            f"it is not text: {controls} of its {len(text)} characters are control characters, the first of them "
            f"U+{ord(first[0]):04X} at offset {first.start()}; save it as UTF-8 text"
        )


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Unreadable(
            f"half a surrogate pair, U+{ord(text[error.start]):04X}, stands at offset {error.start}, "
            "which UTF-8 cannot write; put the whole character there or take it out"
        ) from error
