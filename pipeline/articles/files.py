"""Files that are one article each: what their formats have in common."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator

from pipeline.storage import Location, Place, content_of, place_of, size_of_object

from .article import Article, Unreadable
from .content import MAX_ARTICLE_BYTES, check_size
from .portion import Format, Portion


def one_article_format(name: str, suffixes: tuple[str, ...], article_of: Callable[[Portion, bytes], Article]) -> Format:
    """A format whose files are one article each, made from their bytes by ``article_of``."""

    def cut(path: Place, _portion_bytes: int) -> Iterator[Portion]:
        yield Portion(str(path), name, regular_size(path))

    def read(portion: Portion) -> Iterator[Article]:
        check_size(portion.size)
        content = portion.content if portion.content is not None else content_of_article(place_of(portion.path))
        yield article_of(portion, content)

    return Format(name, suffixes, bulk=False, cut=cut, read=read)


def regular_size(path: Place) -> int:
    """The size of a file in bytes.

    Raises:
        Unreadable: it is a folder, or a pipe or device, which might never end.
        OSError: it cannot be looked at.
    """
    if isinstance(path, Location):
        return size_of_object(path)
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or device"
        raise Unreadable(f"it is {kind}, not a file; name a file")
    return status.st_size


def content_of_article(path: Place) -> bytes:
    """What a file holds that is one article.

    Raises:
        Unreadable: it is too large, or a pipe or device, which might never end.
        OSError: it cannot be read.
    """
    if not isinstance(path, Location):
        regular_size(path)
    content = content_of(path, MAX_ARTICLE_BYTES + 1)
    check_size(len(content))
    return content
