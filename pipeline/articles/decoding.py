"""Bytes of a text file become its text, or are refused: never a character that the file does not hold."""

from __future__ import annotations

import codecs
import re

from .article import Unreadable
from .legacy import legacy_encoding

_SAVE_AS_UTF8 = "save it as UTF-8"
# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF89a", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
)
_ISO_2022 = re.compile(rb"\x1b\$[@AB()]")  # seven bits, so it would pass for ASCII
_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


def decode(raw: bytes) -> str:
    """The text of a file, unchanged: a byte order mark stays its first character, line ends stay as they are.

    Raises:
        Unreadable: it is not text, or in an encoding that cannot be told for certain.
    """
    for signature, kind in _SIGNATURES:
        if raw.startswith(signature):
            raise Unreadable(f"it is {kind}, not text; save its text as UTF-8, or leave it out")
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decode_strictly(raw, encoding)
    if (nul := raw.find(b"\0")) >= 0:
        raise Unreadable(f"it is binary, not text: byte {nul} is NUL; if it is text all the same, {_SAVE_AS_UTF8}")
    if _ISO_2022.search(raw):
        raise Unreadable(f"its encoding is ISO-2022, which is not read; {_SAVE_AS_UTF8}")
    return _decode_unmarked(raw)


def _decode_unmarked(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        encoding = None if _is_damaged_utf8(raw) else legacy_encoding(raw)
        if encoding is None:
            raise Unreadable(
                f"its encoding cannot be told: it is not UTF-8 (byte {error.start} is 0x{raw[error.start]:02X}), and "
                f"no other encoding fits without doubt; {_SAVE_AS_UTF8}"
            ) from error
        return raw.decode(encoding)


def _decode_strictly(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding[:6].upper()
        raise Unreadable(
            f"it begins as {name} but is not: {error.reason} at byte {error.start}; {_SAVE_AS_UTF8}"
        ) from error


def _is_damaged_utf8(raw: bytes) -> bool:
    """Whether most of what is beyond ASCII are characters of UTF-8, so that the rest must be damage."""
    characters = _UTF8_CHARACTER.findall(raw)
    stray = len(_HIGH_BYTE.findall(raw)) - sum(map(len, characters))
    return len(characters) >= stray
