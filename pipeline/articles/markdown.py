"""Markdown: the file is the article, and YAML front matter between two lines of ``---`` says what is known about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from .article import Article, Unreadable
from .content import check_text
from .dateline import dated
from .decoding import decode
from .files import one_article_format
from .metadata import METADATA, metadata_of
from .portion import Portion, printable

_OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r\n|\n|\r)")
_CLOSING = re.compile(r"(?<=[\n\r])(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)")
_LONGEST = 100_000  # characters: what is longer lies between two rules of a long article
_NULL = "tag:yaml.org,2002:null"
_TIMESTAMP = "tag:yaml.org,2002:timestamp"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the head of a Markdown file says, and where the article begins below it."""

    values: Mapping[str, object] = field(default_factory=dict)
    end: int = 0


def markdown_article(portion: Portion, raw: bytes) -> Article:
    """The article a Markdown file holds.

    Raises:
        Unreadable: the file holds no text, or its front matter cannot be read.
    """
    text = decode(raw)
    check_text(text)
    head = front_matter(text)
    if head.end and not text[head.end :].strip():
        raise Unreadable("it holds front matter and no text below it; put the article there or leave it out")
    article = Article(
        doc_id=portion.doc_id or portion.source,
        text=text,
        source=printable(portion.path),
        body_start=head.end,
        markup="markdown",
        **metadata_of(head.values),
    )
    return dated(article)


def front_matter(text: str) -> FrontMatter:
    """The front matter a text begins with, empty where it has none.

    A ``---`` that is never closed is a rule, and so are two with prose between them.

    Raises:
        Unreadable: it is opened, closed and no YAML, or a value is not a plain one.
    """
    opening = _OPENING.match(text)
    closing = _CLOSING.search(text, opening.end(), opening.end() + _LONGEST) if opening else None
    if not opening or not closing:
        return FrontMatter()
    node = _parse(text[opening.end() : closing.start()])
    if node is None:
        return FrontMatter(end=closing.end())
    return FrontMatter(_values(node), closing.end()) if isinstance(node, yaml.MappingNode) else FrontMatter()


def _parse(yaml_text: str) -> yaml.Node | None:
    """The YAML as nodes rather than values, so that ``title: 1.10`` and ``title: 2025-03-31`` keep their text."""
    try:
        return yaml.compose(yaml_text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:
        raise Unreadable(
            f"its front matter is not valid YAML: {_problem(error)}, line {_line(error, yaml_text)}; correct it, "
            "or put an empty line above the first --- if it is a rule"
        ) from error


def _problem(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)


def _line(error: Exception, yaml_text: str) -> int:
    """The line of the file an error stands in; the front matter's first line is the file's second."""
    mark = getattr(error, "problem_mark", None)
    before = mark.line if mark else yaml_text.count("\n", 0, getattr(error, "position", 0))
    return int(before) + 2


def _values(mapping: yaml.MappingNode) -> dict[str, object]:
    values: dict[str, object] = {}
    for key, value in mapping.value:
        if isinstance(key, yaml.ScalarNode) and key.value in METADATA:
            if key.value in values:
                raise Unreadable(f"its front matter has {key.value} twice, again in line {_at(key)}; keep one")
            values[key.value] = _value(key.value, value)
    return values


def _value(name: str, node: yaml.Node) -> object:
    if not isinstance(node, yaml.ScalarNode):
        kind = "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"
        raise Unreadable(f"its {name} (line {_at(node)}) is {kind}; write it as text")
    if node.tag == _NULL:
        return None
    return _timestamp(node) if name == "published" and node.tag == _TIMESTAMP else node.value


def _timestamp(node: yaml.ScalarNode) -> object:
    """A date as YAML writes it, which is freer than ISO 8601; as text where it names no day."""
    try:
        return yaml.constructor.SafeConstructor().construct_yaml_timestamp(node)
    except ValueError:
        return node.value


def _at(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 2


MARKDOWN = one_article_format("markdown", (".md", ".markdown"), markdown_article)
