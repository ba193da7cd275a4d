"""Whom or what a quantity is about, from what was spoken of before, and whom the article is mainly about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from pipeline import vocabulary
from pipeline.language.aboutness.answers import Subject
from pipeline.language.aboutness.candidates import Candidate, bucket
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.names import Name
from pipeline.language.aboutness.subjects.names import form_of
from pipeline.language.tokens import PhraseTable

__all__ = ["from_article", "from_before", "from_memory", "voice_of"]


@cache
def _phrases(section: str) -> PhraseTable[bool]:
    return PhraseTable(
        (form, True) for phrase in vocabulary.load("names")[section]["phrases"] for form in _forms(phrase)
    )


def _forms(phrase: str) -> Iterator[str]:
    """A phrase, and one with "the" also with the adjective of a country: ``the Danish manufacturer``."""
    yield phrase
    article, _, noun = phrase.partition(" ")
    if article == "the":
        yield from (f"the {adjective} {noun}" for adjective in vocabulary.load("names")["national"]["adjectives"])


def voice_of(case: Case) -> str:
    """Which words of the sentence before the quantity stand for somebody named before: "it", "the company". Those
    behind a name of the sentence are ``bound``: of "Leapmotor raised its margin", Leapmotor has the margin."""
    tokens, first, last = case.page.tokens, case.first, case.quantity.first
    opened = min((name.end for name in case.setting.names), default=last)
    found: list[str] = []
    for section in ("stand_ins", "companies"):
        place = next((place for place, _, _ in _phrases(section).all(tokens, first, last)), None)
        if place is not None:
            found.append(section if place < opened else f"bound {section}")
    named = "named" if any(name.end <= last for name in case.setting.names) else "nameless"
    return " ".join([*found, named, "sentence" if case.tree is not None else "no sentence"])


def from_memory(case: Case, recent: Sequence[Subject], voice: str) -> Iterator[Candidate]:
    """The subjects of the statements before."""
    for position, subject in enumerate(recent):
        near, said = case.nearness(subject.first), case.nearness_in_layout(subject.said)
        signals = (
            f"memory={position} said {said}", f"memory={position} said {said} {case.dimension_class}",
            f"clause={case.clause_kind} memory {position} said {said}",
            f"memory={position} {near}", f"memory={position} {near} {voice}",
            f"memory={position} {near} {subject.kind}", f"voice=memory {position} {voice}",
            f"clause={case.clause_kind} memory {position} {near}", f"clause={case.clause_kind} memory {subject.kind}",
            f"memory={position} {case.dimension_class} {subject.kind}",
            f"voice=memory {_form(subject.name)} {voice}", f"clause={case.clause_kind} memory {_form(subject.name)}",
        )  # fmt: skip
        yield Candidate(subject.name, subject.text, "memory", signals)


def from_before(case: Case, voice: str) -> Iterator[Candidate]:
    """The names spoken of last before the sentence, in the text right before it."""
    seen = {name.canonical for name in case.setting.names}
    latest: list[Name] = []
    for name in reversed(case.setting.names_before):
        if not name.filed and name.canonical not in seen:
            seen.add(name.canonical)
            latest.append(name)
    for position, name in enumerate(latest[:3]):
        tokens, start = case.page.tokens, case.page.ranges[case.setting.sentence.block][0]
        opens = name.first == 0 or tokens[name.first - 1].text in ".!?" or "\n" in tokens[name.first].gap
        back = sum(token.text in ".!?" for token in tokens[name.end : case.first])
        place = (
            f"{'opens' if opens else 'inner'} {'same' if name.first >= start else 'other'} block {bucket(back, (1, 2))}"
        )
        signals = (
            f"memory=named {position} {place}", f"memory=named {place} {case.clause_kind}",
            f"memory=named {position}", f"memory=named {position} {form_of(name)}",
            f"clause={case.clause_kind} named {position}", f"voice=named {position} {voice}",
            f"voice=named {_form(name.text)} {voice}", f"clause={case.clause_kind} named {_form(name.text)}",
        )  # fmt: skip
        yield Candidate(name.canonical, name.text, "named before", signals)


def from_article(case: Case, voice: str) -> Iterator[Candidate]:
    """The names the article is most about."""
    for rank, name in enumerate(case.setting.entities.salient):
        signals = (
            f"voice=salient {bucket(rank, (0, 1, 2))} {voice}",
            f"clause={case.clause_kind} salient {bucket(rank, (0, 1, 2))}",
            f"block=salient {bucket(rank, (0, 1, 2))} {case.block.kind}",
            f"voice=salient {_form(name)} {voice}",
        )  # fmt: skip
        yield Candidate(name, name, "salient", signals)


def _form(name: str) -> str:
    """What a name looks like: with digits as a model has, in small letters as a thing has, or else."""
    if any(character.isdigit() for character in name):
        return "digits"
    return "small" if name.islower() else "capitals"
