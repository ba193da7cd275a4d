"""The formats that are read. A new one is a module with a `Format`, and a line here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from pipeline.storage import Place, UnreachableError, objects, place_of

from .article import Article, Refusal, Unreadable
from .content import check_size
from .files import content_of_article
from .json_lines import JSON_LINES, JSON_LINES_GZ
from .markdown import MARKDOWN
from .parquet import PARQUET
from .plain import PLAIN
from .portion import Format, Portion

FORMATS = {one.name: one for one in (PLAIN, MARKDOWN, JSON_LINES, JSON_LINES_GZ, PARQUET)}
"""Every format by its name."""

_BY_SUFFIX = {suffix: one for one in FORMATS.values() for suffix in one.suffixes}


def format_of(path: Place) -> Format | None:
    """The format a file's name stands for, None where it is not read."""
    name = path.name.lower()
    return next((one for suffix, one in _BY_SUFFIX.items() if name.endswith(suffix) and name != suffix), None)


def suffixes(*, bulk: bool) -> str:
    """The file types that are read, for people: those of bulk files, or of files that are one article each."""
    return " ".join(suffix for suffix, one in _BY_SUFFIX.items() if one.bulk == bulk)


def read(portion: Portion) -> Iterator[Article | Refusal]:
    """Every article of a portion in order, or, in its place, why it cannot be read. Bad content never raises.

    Raises:
        UnreachableError: an object store fails. That may pass and is no fault of the article, which is not refused.
    """
    try:
        yield from FORMATS[portion.format].read(portion)
    except UnreachableError:
        raise
    except (Unreadable, OSError) as error:
        yield portion.refusal(reason(error))


def fetched(portions: Sequence[Portion]) -> list[Portion]:
    """The same portions, those of remote articles with what they hold: one by one, each would be waited for.

    What is not there, or may not be read, is left to ``read``, which says so.

    Raises:
        UnreachableError: an object store fails.
    """
    wanted = [portion for portion in portions if "://" in portion.path and not FORMATS[portion.format].bulk]
    found = dict(zip(wanted, objects.all_at_once(_fetched, wanted), strict=True)) if wanted else {}
    return [found.get(portion, portion) for portion in portions]


def _fetched(portion: Portion) -> Portion:
    with suppress(Unreadable, FileNotFoundError, PermissionError):
        check_size(portion.size)
        return replace(portion, content=content_of_article(place_of(portion.path)))
    return portion


def reason(error: Unreadable | OSError) -> str:
    """What to tell about a file that cannot be read."""
    if isinstance(error, Unreadable):
        return str(error)
    return f"it cannot be opened: {error.strerror or error}; check that it is there and that you may read it"
