"""Who an article speaks of: each name with how the article treats it, and who it is mainly about."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.language.aboutness.candidates import bucket
from pipeline.language.aboutness.name_words import countries
from pipeline.language.aboutness.names import Name, NameFinder
from pipeline.language.aboutness.treatment import (
    is_placed,
    is_somebody,
    is_something,
    is_source,
    nouns_at,
    speaks,
)  # fmt: skip
from pipeline.language.layout.page import Page
from pipeline.language.nouns import singular
from pipeline.language.tokens import Kind

__all__ = ["Entities", "Entity"]

_MOST_SALIENT = 5
_TITLED, _FURTHER_TITLED = 4.0, 3.0  # the weight of a name that only the title says, as its first words or further on


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something an article names."""

    name: str
    count: int
    order: int  # how many others were named before it
    titled: bool  # the title says it
    company: bool  # written with its legal form
    speaks: bool  # says something, or bears a title: a person or a source
    source: bool  # numbers come from it: "analysts polled by", "data from"
    placed: bool  # mostly stands behind "in", "at", "from"
    owns: bool  # an 's follows it somewhere
    nouns: frozenset[str]  # the nouns that stand at it: "carrier", "mine"
    somebody: int  # how often it is spoken of as people and their organisations are: "Acme plans", "Acme's revenue"
    something: int  # how often as things are: "the R9", "the R9's torque"

    @property
    def sort(self) -> str:
        """Whether it seems to be somebody, who has a revenue, or something, which has a weight: a motor, a mine."""
        for_somebody = self.somebody + self.speaks + 2 * self.company
        for_something = self.something + any(character.isdigit() for character in self.name)
        if for_somebody == for_something:
            return "unsure"
        return "somebody" if for_somebody > for_something else "something"

    @property
    def shape(self) -> str:
        """What it seems to be: a product with digits in its name, a country, a company, or what its part in the article
        makes it.

        A motor has no gross margin, a company no torque, and a country no boot.
        """
        if any(character.isdigit() for character in self.name):
            return "digits"
        if self.name in countries():
            return "country"
        return "company" if self.company else _part_played(self)


class Entities:
    """All whom one article names."""

    def __init__(self, page: Page, names: NameFinder) -> None:
        self._by_name = {entity.name: entity for entity in _profiles(page, names)}
        self._title = names.title
        self._further_titled = names.further_titled
        self._page = page
        self._signals: dict[tuple[str, str], tuple[str, ...]] = {}

    def get(self, name: str) -> Entity | None:
        """The profile of a name; ``None`` for what is no name of the running text."""
        return self._by_name.get(name)

    @cached_property
    def salient(self) -> Sequence[str]:
        """The names the article is most about, the first one first.

        To be named in the title, to be the first name of all, and to be written out as a company weigh as much as
        several mentions; a place or a speaker weighs less.
        """
        scores = {name: _salience(entity) for name, entity in self._by_name.items()}
        opening = self._title.opening
        if opening is not None and not any(f"{name} ".startswith(f"{opening} ") for name in scores):
            scores[opening] = _TITLED
        scores |= {name: _FURTHER_TITLED for name in self._further_titled if name not in scores}
        return sorted(scores, key=lambda name: (-scores[name], name))[:_MOST_SALIENT]

    def signals(self, name: str, source: str) -> Sequence[str]:
        """How the article treats a name, as signals for an answer from some source."""
        if (name, source) not in self._signals:
            self._signals[name, source] = tuple(self._signals_of(name, source))
        return self._signals[name, source]

    def _signals_of(self, name: str, source: str) -> Iterator[str]:
        rank = bucket(self.salient.index(name), (0, 1, 2)) if name in self.salient else "none"
        yield f"main=rank {rank}"
        yield f"main=rank {rank} {source}"
        entity = self.get(name)
        if entity is not None:
            share = 10 * entity.count // self._most
            yield f"count=share {share}"
            yield f"count=share {share} {source}"
            for signal in _treatment(entity):
                yield signal
                yield f"{signal} {source}"
        elif self._title.says(name):
            yield f"main=words in title {source}"

    @cached_property
    def _most(self) -> int:
        """How often the name that is named most often is named."""
        return max((entity.count for entity in self._by_name.values()), default=1)

    def treatment_of(self, noun: str) -> Iterator[str]:
        """How the article treats a noun, as signals for a phrase that it heads: how often it says it, and where."""
        count, titled = self._nouns[singular(noun)], singular(noun) in self._title_nouns
        yield f"count=noun {bucket(count, (0, 1, 2, 4, 8))}"
        yield f"main=noun {'titled' if titled else 'untitled'} {bucket(count, (1, 3))}"

    @cached_property
    def _nouns(self) -> Counter[str]:
        return Counter(singular(token.lower) for token in self._page.tokens if token.kind is Kind.WORD)

    @cached_property
    def _title_nouns(self) -> frozenset[str]:
        return frozenset(singular(word) for word in re.findall(r"\w+", self._title.text.lower()))

    def described(self, noun: str) -> Sequence[str]:
        """The names at which a noun stands, the most frequent first: who "the mine" may be."""
        return self._described.get(noun, ())

    @cached_property
    def _described(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for entity in sorted(self._by_name.values(), key=lambda entity: (-entity.count, entity.order)):
            for noun in entity.nouns:
                found.setdefault(noun, []).append(entity.name)
        return found


def _treatment(entity: Entity) -> Iterator[str]:
    yield f"count={bucket(entity.count, (0, 1, 2, 4, 8))}"
    yield f"main={'titled' if entity.titled else 'untitled'} {bucket(entity.order, (0, 1, 3))}"
    if entity.company:
        yield "main=company"
    yield f"name={_part_played(entity)}"
    if entity.owns:
        yield "name=owns"


def _part_played(entity: Entity) -> str:
    return "source" if entity.source else "speaks" if entity.speaks else "placed" if entity.placed else "acts"


_WEIGHT = {"source": 0.2, "speaks": 0.3, "placed": 0.5, "acts": 1.0}  # of a mention, by the part it plays


def _salience(entity: Entity) -> float:
    bonus = 5 * entity.titled + 2 * (entity.order == 0) + 3 * entity.company
    return (entity.count + bonus) * _WEIGHT[_part_played(entity)]


def _profiles(page: Page, names: NameFinder) -> Iterator[Entity]:
    by_name: defaultdict[str, list[Name]] = defaultdict(list)
    for name in names.all:
        if not name.filed:
            by_name[name.canonical].append(name)
    forms = {canonical: {mention.text for mention in mentions} | {canonical} for canonical, mentions in by_name.items()}
    titled = {text: canonical for canonical, texts in forms.items() for text in texts if names.title.says(text)}
    for order, (canonical, mentions) in enumerate(by_name.items()):
        texts = forms[canonical]
        others = [text for text, name in titled.items() if name != canonical]
        yield Entity(
            name=canonical,
            count=len(mentions),
            order=order,
            titled=any(names.title.says(text, without=_longer(text, others)) for text in texts),
            company=not names.companies.isdisjoint(texts),
            speaks=any(speaks(page.tokens, mention) for mention in mentions),
            source=2 * sum(is_source(page.tokens, mention) for mention in mentions) >= len(mentions),
            placed=2 * sum(is_placed(page.tokens, mention) for mention in mentions) > len(mentions),
            owns=any(mention.possessive for mention in mentions),
            nouns=frozenset(noun for mention in mentions for noun in nouns_at(page.tokens, mention)),
            somebody=sum(is_somebody(page.tokens, mention) for mention in mentions),
            something=sum(is_something(page.tokens, mention) for mention in mentions),
        )


def _longer(name: str, others: Iterable[str]) -> list[str]:
    """Those of other names that a name stands within: "Harrow Pip 2" of "Harrow"."""
    return [other for other in others if f" {name} " in f" {other} " and other != name]
