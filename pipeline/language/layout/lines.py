"""Lines of a page, and which of them are one: sentences that crawling or hard wrapping broke are put together again."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline import vocabulary

__all__ = [
    "CAPTION",
    "NUMBERED",
    "NUMBER_AHEAD",
    "TIME",
    "Line",
    "connecting",
    "is_title",
    "join_broken_lines",
    "split_lines",
]

_SMALL_WORD = 4  # words shorter than this need no capital in a title
_NARROW = 100  # nobody wraps text wider than this by hand
_BULLET = re.compile(r"(?:[•◦▪‣·●○■]\s*|[*+–—-]\s+)(?=\S)")
NUMBERED = re.compile(
    r"(?:\(\d{1,2}\)|\d{1,2}[.)])\s+(?=\S)|\d{1,2}(?:\.\d{1,2})+\.?\s+(?=[A-Z])|[IVX]{1,5}\.\s+(?=\S)"
)
_MARKUP = re.compile(r"#{1,6}\s|\||>|```|---+$|\*\*\*+$|===+$")
NUMBER_AHEAD = re.compile(r"[(“\"'~±≥≤<>+−-]*(?:[A-Z]{0,3}[$€£¥₹]|RMB|CNY|USD|EUR|Rs\.?)?\s?\d")
CAPTION = re.compile(r"(?:figure|fig\.|table|chart|photo|image|exhibit|graphic)\s*\d*\s*[:.|–-]", re.IGNORECASE)
# Words of time hold digits that are no figures.
_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
TIME = re.compile(
    rf"\b(?:19|20)\d\d ?[-–/] ?(?:20)?\d\d\b|\b(?:[QH]\d|\d[QH]|FY)\s?\d{{0,4}}\b|\b{_MONTHS}\s(?:\d\d)?\d{{1,2}}\b"
    rf"|\b\d{{1,2}}\s{_MONTHS}|\b(?:19|20)\d\d[AEF]?\b|\d{{1,2}}:\d\d"
)
_PART_OF = re.compile(r"(?:of which|thereof)\b")  # opens a row of a table
_FIGURES = re.compile(r"\d[\d.,]*")
_FEWEST_TITLES = 2
_LONGEST_ROW = 8  # words
_GOES_ON = re.compile(r"[,.;:)\]’”]|%(?! (?:change|growth|difference|share)\b)|\[\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, white space around it left out, or several that belong together. ``above`` counts blank lines above."""

    start: int
    end: int
    text: str
    above: int
    indent: int = 0

    @property
    def bullet(self) -> re.Match[str] | None:
        """The bullet mark it opens with."""
        return _BULLET.match(self.text)

    @property
    def numbered(self) -> re.Match[str] | None:
        """The list or section number it opens with."""
        return NUMBERED.match(self.text)

    @property
    def ends_sentence(self) -> bool:
        """Whether a sentence ends with it."""
        return self.text.rstrip("\"'”’)]*_ ").endswith((".", "!", "?", "…"))

    @property
    def words(self) -> list[str]:
        """Its words, cut at white space."""
        return self.text.split()


def split_lines(text: str, start: int = 0) -> Iterator[Line]:
    """The lines that are not blank, from character ``start`` on."""
    above = 0
    position = start
    for raw in text[start:].splitlines(keepends=True):
        content = raw.strip("\ufeff \t\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\u00a0")
        if content.split():  # a separator of units (0x1F) alone is blank too
            first = position + raw.index(content)
            yield Line(first, first + len(content), content, above, first - position)
            above = 0
        else:
            above += 1
        position += len(raw)


def join_broken_lines(lines: Sequence[Line], text: str) -> list[Line]:
    """The lines with those put together that one sentence runs across."""
    groups: list[list[Line]] = []
    for run in _runs(lines):
        width = max(len(line.text) + line.indent for line in run)
        wrapped = _is_wrapped(run, width)
        for at, line in enumerate(run):
            if groups and (_goes_on(groups[-1], line) or (wrapped and at and _wraps_on(groups[-1], line, width))):
                groups[-1].append(line)
            else:
                groups.append([line])
    return [_joined(group, text) for group in groups]


def _joined(group: Sequence[Line], text: str) -> Line:
    """Lines that belong together as one."""
    first, last = group[0], group[-1]
    if first is last:
        return first
    return Line(first.start, last.end, text[first.start : last.end], first.above, first.indent)


@cache
def connecting() -> frozenset[str]:
    """Words that no line ends with unless its sentence goes on in the next."""
    return frozenset(vocabulary.load("layout")["connecting"]["words"])


@cache
def _expecting() -> frozenset[str]:
    return connecting() | frozenset(vocabulary.load("layout")["expecting"]["words"])


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines in runs without a blank one between."""
    run: list[Line] = []
    for line in lines:
        if line.above and run:
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _opens_block(line: Line) -> bool:
    return bool(line.bullet or line.numbered or _MARKUP.match(line.text))


def _goes_on(group: Sequence[Line], line: Line) -> bool:
    """Whether a line carries on the sentence of the lines before, by how the one ends and the other begins."""
    first, last = group[0], group[-1]
    if line.above > 1 or _opens_block(line) or _MARKUP.match(first.text):
        return False
    if _GOES_ON.match(line.text) and not (line.text[0] == "[" and line.above):
        return True
    if last.ends_sentence or (_PART_OF.match(line.text) and _is_row(last)):
        return False
    if _heads_rows(last, line):
        return False
    ending = last.words[-1].lower()
    if ending in _expecting() or ending.endswith((",", "(")):
        number = NUMBER_AHEAD.match(line.text)
        return bool(line.text[0].islower() or number or (ending in connecting() and not line.above))
    if ending.endswith(":"):
        return not line.above and bool(NUMBER_AHEAD.match(line.text)) and len(line.words) <= 6
    joined = first is not last
    follows_number = joined and bool(NUMBER_AHEAD.match(last.text)) and len(last.words) <= 4
    long = joined or len(last.words) > 3
    return line.text[0].islower() and (not line.above or follows_number) and (long or follows_number)


def _heads_rows(titles: Line, row: Line) -> bool:
    """Whether a line may hold the titles of a table whose row the next one is, though it ends as no sentence does:
    ``Motor Peak power Mass Fitted to`` over ``Hummer 2 510 kW 490 Nm 39 kg Condor``."""
    capitals = sum(word[:1].isupper() for word in titles.words)
    told = not _FIGURES.search(titles.text) and 2 * capitals >= len(titles.words) > _FEWEST_TITLES
    return told and not row.ends_sentence and len(_FIGURES.findall(row.text)) > _FEWEST_TITLES


def _is_row(line: Line) -> bool:
    """Whether a line looks like the row of a table: a few words, and more than one figure."""
    return len(line.words) <= _LONGEST_ROW and len(_FIGURES.findall(line.text)) > 1


def _is_wrapped(run: Sequence[Line], width: int) -> bool:
    """Whether a run of lines is wrapped at a fixed width: most would burst with the next one's first word."""
    inner = [(a, b) for a, b in itertools.pairwise(run) if not _opens_block(b)]
    if width > _NARROW or width < 40 or not inner:
        return False
    full = sum(len(a.text) + a.indent + 1 + len(b.words[0]) > width - 2 for a, b in inner)
    return full >= 0.6 * len(inner) and any(b.text[0].islower() for _, b in inner)


def _wraps_on(group: Sequence[Line], line: Line, width: int) -> bool:
    last = group[-1]
    full = len(last.text) + last.indent + 1 + len(line.words[0]) > width - 12
    return full and not _opens_block(line)


def is_title(words: Sequence[str]) -> bool:
    """Whether words are set as a title: nearly all the longer ones capitalised."""
    long_words = [word.strip("\"“”'‘’(") for word in words if len(word) >= _SMALL_WORD]
    capitals = sum(word[:1].isupper() or word[:1].isdigit() or not word[:1].isalpha() for word in long_words)
    return bool(long_words) and capitals >= 0.75 * len(long_words)
