"""An article as the rest of the pipeline sees it, and an article that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b


@dataclass(frozen=True)
class Article:
    """One article: its text exactly as it stands in its source, and what is known about it.

    ``text`` is the decoded content of a text or Markdown file, unchanged (byte order mark, front matter, line ends and
    all), so that character offsets into it are offsets into the file.
    """

    doc_id: str
    text: str
    source: str  # where it was read from, for people: a path, or path:line of a bulk record
    title: str | None = None
    publisher: str | None = None
    published: date | None = None
    url: str | None = None
    body_start: int = 0  # where front matter ends and the article begins
    markup: str = "plain"  # "plain" or "markdown"

    @cached_property
    def content_hash(self) -> str:
        """A hash of everything that can change what is extracted; equal hashes give equal mentions."""
        digest = blake2b(digest_size=16)
        for part in (self.doc_id, self.text, self.title, self.published, self.publisher, self.url, self.markup):
            digest.update(repr(part).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


@dataclass(frozen=True)
class Refusal:
    """An article that could not be read, and why, in words that say what to do about it.

    ``doc_id`` is the id the article would have had; where that is not known it is the same as ``source``.
    """

    doc_id: str
    source: str
    error: str


class Unreadable(ValueError):  # noqa: N818  not an error of the program: it becomes a Refusal
    """Why an article, or a whole source file, cannot be read; its message is the ``error`` of a `Refusal`."""
