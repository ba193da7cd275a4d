"""Names: who and what an article speaks of, found by their capitals and by the corpus's list of names."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from pipeline import vocabulary
from pipeline.language.aboutness.aliases import aliases_of, owned_of
from pipeline.language.aboutness.name_bounds import (
    begins_sentence,
    end_of_name,
    is_possessive,
    is_something_else,
    opens_name,
)
from pipeline.language.aboutness.name_words import common_words, is_common, is_drug, is_role
from pipeline.language.aboutness.title import Title, governed_places, title_of
from pipeline.language.aboutness.typesetting import (
    end_of_dateline,
    is_headline,
    is_like_sentence,
    is_shouted,
    opens_as_heading,
)
from pipeline.language.layout.blocks import BlockKind
from pipeline.language.layout.page import SILENT, Page
from pipeline.language.tokens import Kind, PhraseTable, Token
from pipeline.language.verbs import measuring_verbs
from pipeline.language.written_units import currency_before

__all__ = ["Name", "NameFinder", "NamesError", "read_names"]

_TITLED = frozenset({BlockKind.HEADING, BlockKind.QUESTION, BlockKind.TABLE_HEADER})
# "Acme Foundry plc", "Acme Foundry, Inc": the legal forms that follow the name of a company.
_COMPANY_FORM = re.compile(r",? (?:plc|PLC|Inc|AG|Corp|SA|Ltd|NV|SE|AB|A/S|ASA|Group|Co|LLC)\b")
# In cells, capitals open what is measured as they open names: "Capacity Flexibility", "Expected reduction".
_IN_CELLS = frozenset({BlockKind.TABLE_ROW, BlockKind.FIELD})
_HEADLINED = frozenset({BlockKind.PARAGRAPH, BlockKind.REFERENCE})
_LONG_WORD = 4
_OFTEN = 3  # mentions of a name that is also a common word
_LONGEST_COMPANY = 60  # characters
_ARTICLES = frozenset({"the", "a", "an", "each", "every"})
_LEADING = ("ed", "er", "ing", "or")  # how participles and nouns of doers end
_OPENING_MARKS = re.compile(r"^\W+")  # "(Acme plc"


class NamesError(ValueError):
    """A names file does not follow its grammar."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in tokens ``first`` to ``end``. ``possessive`` if an 's follows."""

    first: int
    end: int
    text: str
    canonical: str
    possessive: bool = False
    filed: bool = False  # the place of a dateline: "OSLO, Sept 1 (Agency)"
    listed: bool = False  # stands in a names file


def read_names(paths: Iterable[str]) -> dict[str, str]:
    """Every written form of every name in the files, with the canonical name it stands for.

    Raises:
        NamesError: a file is no TOML, has no ``[names]``, or gives one form to two names.
    """
    forms: dict[str, str] = {}
    for path in paths:
        for canonical, aliases in _names_in(path).items():
            for form in (canonical, *aliases):
                if forms.setdefault(form.casefold(), canonical) != canonical:
                    other = forms[form.casefold()]
                    raise NamesError(
                        f"{path}: {form!r} stands under {other!r} and under {canonical!r}; keep one of them"
                    )
    return forms


def _names_in(path: str) -> Mapping[str, list[str]]:
    try:
        content = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NamesError(f"{path}: cannot be read as a names file: {error}") from error
    names = content.get("names")
    if not isinstance(names, dict) or not all(_is_forms(forms) for forms in names.values()):
        raise NamesError(
            f'{path}: expected a table [names] with lines like "Canonical name" = ["alias", "other alias"]'
        )
    return names


def _is_forms(forms: object) -> bool:
    return isinstance(forms, list) and all(isinstance(form, str) for form in forms)


class NameFinder:
    """Finds the names of one page. Which capitalised words name something is learnt from its running text first."""

    def __init__(self, page: Page, forms: Mapping[str, str], told: Container[int] = frozenset()) -> None:
        """``told``: the tokens of quantities and times."""
        self._page = page
        self._told = told
        self._known: PhraseTable[str] = PhraseTable((_plain(form), canonical) for form, canonical in forms.items())
        self._counts: Counter[str] = Counter()
        self._inner: frozenset[str] = frozenset()  # those seen elsewhere than at the head of a sentence
        self._aliases: dict[str, str] = {}
        self._all: list[Name] = []
        self._filed = frozenset(
            i for first, stop in page.ranges for i in range(first, end_of_dateline(page.tokens, first, stop))
        )
        self._headlines = frozenset(
            i
            for block, (first, stop) in zip(page.blocks, page.ranges, strict=True)
            if block.kind in _HEADLINED and is_headline(page.tokens[first:stop])
            for i in range(first, stop)
        )
        self._cells = frozenset(
            first for block, (first, _) in zip(page.blocks, page.ranges, strict=True) if block.kind in _IN_CELLS
        )
        self._headers = frozenset(
            first
            for block, (first, _) in zip(page.blocks, page.ranges, strict=True)
            if block.kind is BlockKind.TABLE_HEADER
        )
        self._openers = [
            i
            for i, token in enumerate(page.tokens)
            if token.capitalised or is_drug(token) or self._known.may_open(token)
        ]
        self.title = Title(title_of(page), lambda word: self._counts[word] > 0)
        self._learn()

    def among(self, first: int, stop: int, *, titled: bool = False) -> list[Name]:
        """The names in some tokens, left to right. ``titled``: capitals mean little there, only known names count."""
        titled = titled or first in self._headlines
        found: list[Name] = []
        low, end = bisect_left(self._openers, first), first
        for i in self._openers[low : bisect_left(self._openers, stop, low)]:
            if i < end:
                continue
            name = self._listed(i, stop) or self._capitalised(i, first, stop, titled=titled)
            if name is not None:
                found.append(name)
                end = name.end
        return found

    def within(self, first: int, stop: int) -> list[Name]:
        """The names of the running text among some tokens, left to right, as they were learnt."""
        low = bisect_left(self._all, first, key=lambda name: name.first)
        return self._all[low : bisect_left(self._all, stop, key=lambda name: name.first)]

    @property
    def all(self) -> Sequence[Name]:
        """All names of the running text, left to right."""
        return self._all

    @property
    def further_titled(self) -> Sequence[str]:
        """Whom the title names behind its first word, and the places whose public bodies stand over the text."""
        names = (*self.title.further, *governed_places(self._page))
        return list(dict.fromkeys(self._aliases.get(name, name) for name in names))

    @cached_property
    def companies(self) -> frozenset[str]:
        """All that stands right before "plc" or "Inc": one look through the text, however many names it holds."""
        text = self._page.text
        starts = (found.start() for found in _COMPANY_FORM.finditer(text))
        words = (text[max(0, start - _LONGEST_COMPANY) : start].split() for start in starts)
        return frozenset(_OPENING_MARKS.sub("", " ".join(before[i:])) for before in words for i in range(len(before)))

    def _learn(self) -> None:
        """Counts the names of the running text, so that titles and sentence heads can be told by them, then reads it
        again with what was learnt."""
        ranges = [
            (first, stop)
            for block, (first, stop) in zip(self._page.blocks, self._page.ranges, strict=True)
            if block.kind not in SILENT and block.kind not in _TITLED and not is_shouted(self._page.tokens[first:stop])
        ]
        seen = [
            (name, first)
            for first, stop in ranges
            if first not in self._headlines
            for name in self.among(first, stop)
            if not name.filed
        ]
        self._counts.update(name.canonical for name, _ in seen)
        tokens = self._page.tokens
        self._inner = frozenset(name.canonical for name, at in seen if not begins_sentence(tokens, name.first, at))
        found = [name for first, stop in ranges for name in self.among(first, stop)]
        behind_article = Counter(
            name.canonical for name in found if name.first and tokens[name.first - 1].lower in _ARTICLES
        )
        things = {name for name, count in behind_article.items() if 2 * count > self._counts[name]}
        self._aliases = aliases_of(found, self._counts, self.title, things)
        self._all = [replace(name, canonical=self._aliases.get(name.canonical, name.canonical)) for name in found]
        self._counts = Counter(name.canonical for name in self._all if not name.filed)
        self._counts.update(dict.fromkeys(self._aliases, 1))

    def _listed(self, i: int, stop: int) -> Name | None:
        found = self._known.at(self._page.tokens, i, stop)
        if found is None:
            return None
        end, canonical = found
        if _is_cut_off(self._page.tokens, end, stop):
            return None
        return self._name(i, end, canonical, stop, listed=True)

    def _capitalised(self, i: int, first: int, stop: int, *, titled: bool) -> Name | None:
        tokens = self._page.tokens
        if not opens_name(tokens, i) or is_something_else(tokens, i, stop):
            return None
        if i in self._told and currency_before(tokens, i + 1, i) is not None:  # "Rs 3,268 crore"
            return None
        if i == first and opens_as_heading(tokens, i, stop):
            return None
        if is_role(tokens[i]) and i + 1 < stop and tokens[i + 1].capitalised and begins_sentence(tokens, i, first):
            return None  # "Carmaker Volvo": the name opens with the word behind it
        end = end_of_name(tokens, i, stop, self._told)
        text = " ".join(self._page.written(i, end).split())
        running = titled and i > first and first not in self._headers
        told = running and is_like_sentence(tokens[first:stop])  # capitals tell names there
        if titled and not told and self._is_topic(i, end):
            return None
        if titled and not told and text not in self._counts and not any(owned_of(text, self._counts)):
            return self._known_opening(i, end, stop)
        if first in self._cells and text not in self._counts and is_common(tokens[i:end]):
            return None
        if not titled and begins_sentence(tokens, i, first):
            if not self._is_name_at_head(tokens, i, end, stop):
                return None
            if end > i + 1 and _may_lead(tokens[i]) and self._page.written(i + 1, end) in self._inner:
                return None  # "Designated S-40", "Owner Rosie Delgado" of the S-40 and Rosie Delgado
        return self._name(i, end, text, stop)

    def _known_opening(self, i: int, end: int, stop: int) -> Name | None:
        """The longest name of the running text that some capitalised words open with: the "Acme Auto" of "Acme Auto
        Growth Path"."""
        for shorter in range(end - 1, i, -1):
            text = " ".join(self._page.written(i, shorter).split())
            if text in self._counts and not (
                _is_cut_off(self._page.tokens, shorter, stop) or self._is_topic(i, shorter)
            ):
                return self._name(i, shorter, text, stop)
        return None

    def _is_topic(self, i: int, end: int) -> bool:
        """Whether one word that the article also writes small opens a title: the "Sea" of "Sea ice"."""
        token = self._page.tokens[i]
        written_small = token.lower in common_words() and token.lower in self._page.small
        return end == i + 1 and written_small and self._counts[token.text] < _OFTEN

    def _is_name_at_head(self, tokens: Sequence[Token], i: int, end: int, stop: int) -> bool:
        """Whether what begins a sentence is a name: seen elsewhere, with digits or inner capitals, or of two words."""
        text = self._page.written(i, end)
        unusual = any(character.isdigit() for character in text) or any(character.isupper() for character in text[1:])
        if text in self._counts or (end > i + 2 and tokens[i + 1].text == "&"):  # "Coastal & Murray Bank"
            return True
        if end == i + 1 and tokens[i].lower in common_words():
            return False
        if unusual or is_possessive(tokens, end, stop) or all(token.glued for token in tokens[i + 1 : end]):
            return True
        return tokens[i].lower not in self._page.small and end < stop and tokens[end].lower in _predicates()

    def _name(self, first: int, end: int, canonical: str, stop: int, *, listed: bool = False) -> Name:
        tokens = self._page.tokens
        text = " ".join(self._page.written(first, end).split())
        behind = tokens[end].text if end < stop else ""
        filed = first in self._filed or (
            text.isupper()
            and len(text) > 3
            and behind in (",", "(", "-", "–", "—")
            and (first == 0 or "\n" in tokens[first].gap)
        )
        canonical = self._aliases.get(canonical, canonical)
        return Name(first, end, text, canonical, is_possessive(tokens, end, stop), filed, listed)


def _may_lead(token: Token) -> bool:
    """Whether a capitalised word that begins a sentence may stand before a name without being of it, by its ending."""
    return len(token.text) > _LONG_WORD and token.lower.endswith(_LEADING) and token.lower in common_words()


@cache
def _predicates() -> frozenset[str]:
    """Verbs that follow whom they tell of: what stands before one at the head of a sentence is a name."""
    standing, metrics = vocabulary.load("standing"), vocabulary.load("metrics")
    verbs = {cue for section in ("increase", "decrease", "reported") for cue in standing[section]["cues"]}
    measured = {word for section in metrics["names"].values() for forms in section.values() for word in forms}
    finite = {verb for verb in verbs | set(measuring_verbs()) if verb.endswith(("ed", "ld", "nt", "ew", "ose", "ell"))}
    finite |= {
        verb
        for verb in measuring_verbs()
        if verb.endswith("s") and verb not in measured and verb not in ("ships", "seats", "values")
    }
    others = {"said", "says", "plans", "expects", "aims", "reported", "announced"}
    return frozenset(finite | others)


def _is_cut_off(tokens: Sequence[Token], end: int, stop: int) -> bool:
    """Whether a phrase ends within a word: ``V6`` in ``V6s``."""
    within = end < stop and tokens[end].glued and tokens[end].kind is not Kind.SYMBOL
    return within and not is_possessive(tokens, end, stop)


def _plain(form: str) -> str:
    return form.replace("’", "'")
