"""The title of an article: which words it says, whom it opens with, whom it names further on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property

from pipeline import vocabulary
from pipeline.language.aboutness.name_bounds import (
    LONGEST_FULL,
    LONGEST_INITIALS,
    end_of_name,
    is_something_else,
    opens_name,
)
from pipeline.language.aboutness.name_words import common_words, countries, is_authority, is_business, not_names
from pipeline.language.aboutness.typesetting import is_like_sentence
from pipeline.language.layout.blocks import BlockKind
from pipeline.language.layout.page import Page
from pipeline.language.tokens import Token, tokenize

__all__ = ["Title", "governed_places", "title_of"]

_ITEMS = frozenset({BlockKind.BULLET, BlockKind.FIELD, BlockKind.TABLE_ROW})
_LONG_LINE = 120  # characters; a paragraph of more is running text
_WORD = re.compile(r"['’]s\b|\w+|[&+]")
_DAY = re.compile(r",? \d{1,2} [A-Z][a-z]+ (?:19|20)\d\d|,? [A-Z][a-z]+ \d{1,2},? (?:19|20)\d\d")
_PERIOD = re.compile(r"[QH]\d|FY\d*")  # behind a name in a title: "Acme Foundry Q2 2025"
_OPENING = re.compile(r" ?((?:[A-Z][\w&'’.-]*|&)(?: (?:[A-Z][\w&'’.-]*|&|\d+[A-Z]+\.\d+))*)")
_BREAK = re.compile(r" (?:\d|[a-z])| ?[:;,–—(|]| -")
# Behind a word that names somebody: "Portugal: economy grew", "Pulsight Q2: ...", "Latvia to raise spending".
_TELLS = re.compile(r" ?[:|]| (?:[QH]\d|FY\d*|\d[QH]\d*)\b| (?:to|says|said|will|has|is) ")
# "PARIS AIR SHOW: Calvera ...", "METALS-Copper ...", "UPDATE 2-Copper ...", "Q&A: What ..."
_KICKER = re.compile(
    r"^(?:[A-Z]{2,}(?: [A-Z]{2,})+: |(?:[A-Z]{6,}|UPDATE \d|Q&A|FAQ): |(?:[A-Z]{4,}|UPDATE \d)-(?=[A-Z]))+"
    r"(?=.*[a-z])"
)
_OWNED = re.compile(r"['’]s?$")


def title_of(page: Page) -> str:
    """The title of a page, or the headings that stand before any text of one that came without; less what stands over
    it in capitals: "PARIS AIR SHOW: Calvera's commuter grows"."""
    return _KICKER.sub("", page.context.title or " ".join(_first_headings(page)))


def governed_places(page: Page) -> list[str]:
    """The places that the title or the lines before the text name a country or a public body of: the Malta of "National
    Statistical Office of Malta"."""
    title = page.context.title or ""
    found = list(_governed(tokenize(title), title))
    for block, (first, stop) in zip(page.blocks, page.ranges, strict=True):
        if block.kind in (BlockKind.BULLET, BlockKind.TABLE_ROW) or _is_text(block.span.of(page.text), block.kind):
            break
        found += _governed(page.tokens[first:stop], page.text)
    return list(dict.fromkeys(found))


def _governed(tokens: Sequence[Token], text: str) -> Iterator[str]:
    """The names that complete a country or a public body: the Malta of "National Statistical Office of Malta"."""
    for i in range(len(tokens) - 2):
        if is_authority(tokens[i].text) and tokens[i + 1].lower == "of":
            at = i + 3 if tokens[i + 2].lower == "the" and i + 3 < len(tokens) else i + 2
            if opens_name(tokens, at) and tokens[at].lower not in common_words():
                yield text[tokens[at].start : tokens[end_of_name(tokens, at, len(tokens), ()) - 1].end]


def _first_headings(page: Page) -> list[str]:
    titles: list[str] = []
    for block in page.blocks:
        line = block.span.of(page.text)
        if block.kind in _ITEMS or _is_text(line, block.kind):
            break
        if block.kind is BlockKind.HEADING or (block.kind is BlockKind.QUESTION and not titles):
            titles.append(line)
    return titles


def _is_text(line: str, kind: BlockKind) -> bool:
    """Whether a block is running text: a long line, or one that ends a sentence."""
    return kind is BlockKind.PARAGRAPH and (len(line) > _LONG_LINE or line.endswith("."))


class Title:
    """What a title says. ``is_known``: whether the text below it names somebody by a word, asked where that tells."""

    def __init__(self, text: str, is_known: Callable[[str], bool]) -> None:
        self.text = text
        self._is_known = is_known
        self._words = _folded(text)

    def says(self, words: str, *, without: Iterable[str] = ()) -> bool:
        """Whether it says some words. ``without``: longer ones; what stands within those does not tell."""
        left = self._words
        for longer in without:
            left = left.replace(_folded(longer), " | ")
        return _folded(words) in left

    @property
    def opening(self) -> str | None:
        """The capitalised words it opens with up to a verb that reports, or a small word, figure or break: "Acme
        Foundry Posts Record Sales", "Acme Foundry 2Q25: ..."."""
        return self._opening[0]

    @property
    def company(self) -> str | None:
        """The name it opens with, if a word of it is a company's, as the Bank of "Calloway Bank", or if it does what
        only companies do: "Calloway Hotels Reports Third Quarter Results"."""
        name, verb = self._opening
        words = name.split() if name is not None else []
        company = any(map(is_business, words[1:])) or verb in _reporting("of_companies")
        return name if company and 1 < len(words) <= LONGEST_FULL and words[0].isalpha() else None

    @cached_property
    def further(self) -> Sequence[str]:
        """The names behind its first word, where it is set as a sentence is: "Visitor arrivals to Maravilla"."""
        tokens = tokenize(self.text)
        if not is_like_sentence(tokens):
            return []
        found, i = [], end_of_name(tokens, 0, len(tokens), ())
        while i < len(tokens):
            end = i + 1
            if opens_name(tokens, i) and not is_something_else(tokens, i, len(tokens)):
                end = end_of_name(tokens, i, len(tokens), ())
                found.append(self.text[tokens[i].start : tokens[end - 1].end])
            i = end
        return found

    @cached_property
    def _opening(self) -> tuple[str | None, str]:
        """The name it opens with, and the verb behind that which reports."""
        title = f" {self.text} "
        opening = _OPENING.match(title)
        if opening is None or _DAY.match(title, opening.end()):  # "Lyon, 24 July 2025"
            return None, ""
        words = _OWNED.sub("", opening[1]).split()
        told = next((i for i, word in enumerate(words) if i and word.lower() in _reporting("verbs")), None)
        if told is None and not _BREAK.match(title, opening.end()):
            return None, ""
        verb = words[told].lower() if told is not None else ""
        words = words[:told]
        while words and (_PERIOD.fullmatch(words[-1]) or (words[-1] in not_names() and words[-1] not in countries())):
            words.pop()
        owner = _OWNED.search(opening[1]) is not None  # "Zambia's drought has ended"
        tells = owner or _TELLS.match(title[opening.end() :]) is not None
        opens = words and (words[0] not in not_names() or words[0] in countries())
        named = opens and (self._are_name(words, verb) if len(words) > 1 else self._is_name(words[0], tells=tells))
        return (" ".join(words) if named else None), verb

    def _are_name(self, words: Sequence[str], verb: str) -> bool:
        """Whether the words it opens with name somebody, and are not all common ones that name nobody below it: the
        "Labour Force" of "Labour Force, April 2025"."""
        common = all(word.lower() in common_words() and word not in countries() for word in words)
        return not common or bool(verb) or self._is_known(" ".join(words)) or any(map(is_business, words[1:]))

    def _is_name(self, word: str, *, tells: bool) -> bool:
        """Whether the one word it opens with names somebody: a country, a word short for something, as WHO is, or no
        common word, and one that owns or does something (``tells``) or is a name of the text; not the "Pelagic" of
        "Pelagic week"."""
        if word in countries() or (word.isupper() and 1 < len(word) <= LONGEST_INITIALS):
            return True
        return word.lower() not in common_words() and (tells or self._is_known(word))


def _folded(text: str) -> str:
    """The words of a text in lower case, a blank around each."""
    return f" {' '.join(_WORD.findall(text))} ".casefold()


@cache
def _reporting(which: str) -> frozenset[str]:
    return frozenset(vocabulary.load("names")["titles"][which])
