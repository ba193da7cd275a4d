"""Names: who and what an article speaks of, found by their capitals and by the corpus's list of names."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import models
from pipeline import vocabulary
from pipeline.language.aboutness.name_bounds import (
    begins_sentence,
    end_of_name,
    is_business,
    is_possessive,
    is_role,
    is_something_else,
    not_names,
    opens_name,
)
from pipeline.language.layout.blocks import BlockKind
from pipeline.language.layout.page import SILENT, Page
from pipeline.language.tokens import Kind, PhraseTable, Token, tokenize
from pipeline.language.verbs import measuring_verbs
from pipeline.language.written_units import currency_before

__all__ = ["Name", "NameFinder", "NamesError", "common_words", "countries", "read_names"]

_TITLED = frozenset({BlockKind.HEADING, BlockKind.QUESTION, BlockKind.TABLE_HEADER})
_ITEMS = frozenset({BlockKind.BULLET, BlockKind.FIELD, BlockKind.TABLE_ROW})
_LONG_LINE = 120  # characters; a paragraph of more is running text
# "Acme Foundry plc", "Acme Foundry, Inc": the legal forms that follow the name of a company.
_COMPANY_FORM = re.compile(r",? (?:plc|PLC|Inc|AG|Corp|SA|Ltd|NV|SE|AB|A/S|ASA|Group|Co|LLC)\b")
_LONGEST_DATELINE = 16  # tokens
_LONGEST_INITIALS = 4  # letters of what is written in capitals because it is short for something
_LONG_WORD = 4  # letters
_LONGEST_FULL = 4  # words of a name that a shorter one may stand for
_LONGEST_COMPANY = 60  # characters
_WORD = re.compile(r"['’]s\b|\w+|[&+]")
_DAY = re.compile(r",? \d{1,2} [A-Z][a-z]+ (?:19|20)\d\d|,? [A-Z][a-z]+ \d{1,2},? (?:19|20)\d\d")
_PERIOD = re.compile(r"[QH]\d|FY\d*")  # behind a name in a title: "Acme Foundry Q2 2025"
_TITLE_OPENING = re.compile(r" ?((?:[A-Z][\w&'’.-]*|&)(?: (?:[A-Z][\w&'’.-]*|&))*)")
_TITLE_BREAK = re.compile(r" (?:\d|[a-z])| ?[:;,–—(|]| -")
# Behind a word that names somebody: "Portugal: economy grew", "Pulsight Q2: ...", "Latvia to raise spending".
_TITLE_TELLS = re.compile(r" ?[:|]| (?:[QH]\d|FY\d*|\d[QH]\d*)\b| (?:to|says|said|will|has|is) ")
_KICKER = re.compile(r"^[A-Z]{2,}(?: [A-Z]{2,})+: (?=.*[a-z])|^(?:[A-Z]{6,}|UPDATE \d): (?=.*[a-z])")
_OWNED = re.compile(r"['’]s?$")
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
        self._aliases: dict[str, str] = {}
        self._all: list[Name] = []
        self._filed = frozenset(
            i for first, stop in page.ranges for i in range(first, _end_of_dateline(page.tokens, first, stop))
        )
        self._openers = [i for i, token in enumerate(page.tokens) if token.capitalised or self._known.may_open(token)]
        self._learn()

    def among(self, first: int, stop: int, *, titled: bool = False) -> list[Name]:
        """The names in some tokens, left to right. ``titled``: capitals mean little there, only known names count."""
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

    def in_title(self, text: str) -> bool:
        """Whether the article's title says some words."""
        return f" {' '.join(_WORD.findall(text))} ".casefold() in self._title

    @cached_property
    def _title(self) -> str:
        """The title's words in lower case, a blank around each."""
        return f" {' '.join(_WORD.findall(self.title))} ".casefold()

    @cached_property
    def title(self) -> str:
        """The article's title, or the headings that stand before any text of one that came without; less what stands
        over it in capitals: "PARIS AIR SHOW: Calvera's commuter grows"."""
        return _KICKER.sub("", self._page.context.title or self._first_headings())

    @cached_property
    def titled(self) -> str | None:
        """The capitalised words a title opens with up to a verb that reports, or a small word, figure or break: "Acme
        Foundry Posts Record Sales", "Acme Foundry 2Q25: ..."."""
        return self._opening_of_title[0]

    @cached_property
    def further_titled(self) -> Sequence[str]:
        """The names behind the first word of a title that is set as a sentence is: "Visitor arrivals to Maravilla"."""
        tokens = tokenize(self.title)
        found, i = [], 1
        while i < len(tokens) and _is_like_sentence(tokens):
            end = i + 1
            if opens_name(tokens, i) and not is_something_else(tokens, i, len(tokens)):
                end = end_of_name(tokens, i, len(tokens), ())
                text = self.title[tokens[i].start : tokens[end - 1].end]
                found.append(self._aliases.get(text, text))
            i = end
        return list(dict.fromkeys(found))

    @cached_property
    def _opening_of_title(self) -> tuple[str | None, str]:
        """The name that the title opens with, and the verb behind it that reports."""
        title = f" {self.title} "
        opening = _TITLE_OPENING.match(title)
        if opening is None or _DAY.match(title, opening.end()):  # "Lyon, 24 July 2025"
            return None, ""
        words = _OWNED.sub("", opening[1]).split()
        told = next((i for i, word in enumerate(words) if i and word.lower() in _reporting("verbs")), None)
        if told is None and not _TITLE_BREAK.match(title, opening.end()):
            return None, ""
        verb = words[told].lower() if told is not None else ""
        words = words[:told]
        while words and (_PERIOD.fullmatch(words[-1]) or (words[-1] in not_names() and words[-1] not in countries())):
            words.pop()
        owner = _OWNED.search(opening[1]) is not None  # "Zambia's drought has ended"
        tells = owner or _TITLE_TELLS.match(title[opening.end() :]) is not None
        opens = words and (words[0] not in not_names() or words[0] in countries())
        named = opens and (len(words) > 1 or self._is_name(words[0], tells=tells))
        return (" ".join(words) if named else None), verb

    def _is_name(self, word: str, *, tells: bool) -> bool:
        """Whether the one word that opens the title names somebody: no common one, and one that owns or does something
        (``tells``), that is a name of the text as well, a country, or short for something, as UK is; not the "Pelagic" of
        "Pelagic week"."""
        initials = word.isupper() and 1 < len(word) <= _LONGEST_INITIALS
        if word in countries():
            return True
        return initials or (word.lower() not in common_words() and (tells or self._counts[word] > 0))

    @cached_property
    def _company_of_title(self) -> str | None:
        """The name that the title opens with, if a word of it is a company's, as the Bank of "Calloway Bank", or if it
        does what only companies do: "Calloway Hotels Reports Third Quarter Results"."""
        name, verb = self._opening_of_title
        words = name.split() if name is not None else []
        company = any(map(is_business, words[1:])) or verb in _reporting("of_companies")
        return name if company and 1 < len(words) <= _LONGEST_FULL and words[0].isalpha() else None

    @cached_property
    def companies(self) -> frozenset[str]:
        """All that stands right before "plc" or "Inc": one look through the text, however many names it holds."""
        text = self._page.text
        starts = (found.start() for found in _COMPANY_FORM.finditer(text))
        words = (text[max(0, start - _LONGEST_COMPANY) : start].split() for start in starts)
        return frozenset(_OPENING_MARKS.sub("", " ".join(before[i:])) for before in words for i in range(len(before)))

    def _first_headings(self) -> str:
        titles: list[str] = []
        for block in self._page.blocks:
            if block.kind in _ITEMS or _is_text(block.span.of(self._page.text), block.kind):
                break
            if block.kind is BlockKind.HEADING or (block.kind is BlockKind.QUESTION and not titles):
                titles.append(block.span.of(self._page.text))
        return " ".join(titles)

    def _learn(self) -> None:
        """Counts the names of the running text, so that titles and sentence heads can be told by them, then reads it
        again with what was learnt."""
        ranges = [
            (first, stop)
            for block, (first, stop) in zip(self._page.blocks, self._page.ranges, strict=True)
            if block.kind not in SILENT and block.kind not in _TITLED and not _is_shouted(self._page.tokens[first:stop])
        ]
        for first, stop in ranges:
            self._counts.update(name.canonical for name in self.among(first, stop) if not name.filed)
        found = [name for first, stop in ranges for name in self.among(first, stop)]
        self._aliases = {
            **_cased_alike(self._counts),
            **self._short_of_maker(),
            **_short_forms(found, self.in_title, self._company_of_title),
        }
        self._all = [replace(name, canonical=self._aliases.get(name.canonical, name.canonical)) for name in found]
        self._counts = Counter(name.canonical for name in self._all if not name.filed)
        self._counts.update(dict.fromkeys(self._aliases, 1))

    def _short_of_maker(self) -> dict[str, str]:
        """Names that stand for longer ones that open with their maker: "Pip 2" for "Dorsett Pip 2"."""
        fulls = [name for name in self._counts if any(character.isdigit() for character in name)]
        titled = [self.titled] if self.titled is not None else []
        return {
            made: full
            for full in (*fulls, *titled)
            for made in self._owners(full)
            if full in titled or any(character.isdigit() for character in made)
        }

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
        if i == first and tokens[i].text.isupper() and len(tokens[i].text) > _LONGEST_INITIALS and _ends(tokens, i + 1, stop):
            return None  # "STREAMFLOW. The river": what the paragraph is of
        if is_role(tokens[i]) and i + 1 < stop and tokens[i + 1].capitalised and begins_sentence(tokens, i, first):
            return None  # "Carmaker Volvo": the name opens with the word behind it
        end = end_of_name(tokens, i, stop, self._told)
        text = " ".join(self._page.written(i, end).split())
        told = titled and i > first and _is_like_sentence(tokens[first:stop])  # capitals tell names there
        if titled and not told and text not in self._counts and not any(self._owners(text)):
            return None
        if not titled and begins_sentence(tokens, i, first) and not self._is_name_at_head(tokens, i, end, stop):
            return None
        return self._name(i, end, text, stop)

    def _owners(self, text: str) -> Iterator[str]:
        """What is left of a name where it is made up of two known ones: "Pip 2" of "Dorsett Pip 2", whose maker is
        Dorsett."""
        words = text.split()
        for cut in range(1, len(words)):
            maker, made = " ".join(words[:cut]), " ".join(words[cut:])
            if maker in self._counts and made in self._counts:
                yield made

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


def _ends(tokens: Sequence[Token], i: int, stop: int) -> bool:
    return i < stop and tokens[i].text in ".:"


def _is_text(line: str, kind: BlockKind) -> bool:
    """Whether a block is running text: a long line, or one that ends a sentence."""
    return kind is BlockKind.PARAGRAPH and (len(line) > _LONG_LINE or line.endswith("."))


def _end_of_dateline(tokens: Sequence[Token], first: int, stop: int) -> int:
    """One past the dateline that opens a block (``BELO HORIZONTE, Oct 3 (Interwire) -``); ``first`` without one."""
    if first >= stop or not (tokens[first].text.isupper() and len(tokens[first].text) > 2):
        return first
    for i in range(first + 1, min(stop - 1, first + _LONGEST_DATELINE)):
        if tokens[i].text in "-–—" and not tokens[i].glued and not tokens[i + 1].glued:
            return i + 1
        if tokens[i].text in ".;?!" and not tokens[i + 1].glued and tokens[i - 1].text[0].islower():
            return first
    return first


def _is_like_sentence(tokens: Sequence[Token]) -> bool:
    """Whether a title is set as a sentence is, with most of its longer words small."""
    words = [token for token in tokens[1:] if token.kind is Kind.WORD and len(token.text) >= _LONG_WORD]
    small = sum(token.text.islower() for token in words)
    return small > 1 and 2 * small >= len(words)


def _is_shouted(tokens: Sequence[Token]) -> bool:
    """Whether a line is set in capitals, which then tell no names."""
    words = [token.text for token in tokens if token.kind is Kind.WORD]
    return len(words) > 2 and sum(word.isupper() for word in words) > 0.8 * len(words)


def _cased_alike(counts: Mapping[str, int]) -> dict[str, str]:
    """Names written in other capitals than elsewhere: "HARROW Line" for "Harrow Line"; the form with fewer stays."""
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for name in counts:
        forms[name.casefold()].add(name)
    kept = {folded: min(names, key=lambda name: (sum(map(str.isupper, name)), name)) for folded, names in forms.items()}
    return {name: kept[name.casefold()] for name in counts if name != kept[name.casefold()]}


def _short_forms(names: Sequence[Name], in_title: Callable[[str], bool], company: str | None = None) -> dict[str, str]:
    """Which names are short for a longer one spoken of before them: "Holt" for "Brock Holt", "Calder" for "Calder
    Renewables". Of several it is the one in the title, then the one spoken of most, then the first. ``company``: the
    one of which the title tells."""
    longer: defaultdict[str, Counter[str]] = defaultdict(Counter)
    if company is not None and (opening := company.split()[0]).lower() not in common_words():
        longer[opening][company] = 0
    short: dict[str, Counter[str]] = {}
    alone: set[str] = set()
    for name in names:
        words = name.canonical.split()
        if name.listed or name.filed or any(character.isdigit() for character in name.canonical):
            continue
        if len(words) == 1:
            if name.canonical in longer and name.canonical not in alone:
                short[name.canonical] = longer[name.canonical]
            elif name.canonical not in longer:
                alone.add(name.canonical)
        elif 1 < len(words) <= _LONGEST_FULL and words[0] not in short and words[-1] not in short:
            for form in {words[0], words[-1]} if _may_end_short(words) else {words[0]}:
                if len(form) > 2 and form.lower() not in common_words():
                    longer[form][name.canonical] += 1
    return {form: _likeliest(full, in_title) for form, full in short.items()}


def _likeliest(full: Mapping[str, int], in_title: Callable[[str], bool]) -> str:
    """Of the longer names that one may be short for, as they are counted, the one in the title or spoken of most."""
    return max(full, key=lambda name: (in_title(name), full[name]))


def _may_end_short(words: Sequence[str]) -> bool:
    """Whether the last word of a name may stand for it: "Holt", and neither the "India" of Air India nor the "England"
    of Bank of England."""
    return "of" not in words and "for" not in words and not is_business(words[0])


@cache
def common_words() -> frozenset[str]:
    """Words that a capital at the head of a sentence does not make a name."""
    return models.common_words()


@cache
def countries() -> frozenset[str]:
    """Countries and regions of the world."""
    return frozenset(vocabulary.load("names")["countries"]["words"])


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


@cache
def _reporting(which: str) -> frozenset[str]:
    return frozenset(vocabulary.load("names")["titles"][which])
