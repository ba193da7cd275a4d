"""Verbs: the forms of one that is listed by its base, and what a verb says of the number it governs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import models
from pipeline import vocabulary

__all__ = ["PARTICLES", "base_form", "gerund", "measuring_verbs", "past_participle", "verb_forms"]

_VOWELS = frozenset("aeiou")


def verb_forms(entry: str) -> list[str]:
    """Every form of a verb given by its base, and of its particle where it has one.

    ``deliver``: deliver, delivers, delivering, delivered; ``buy back``: buy back, buys back, buying back, bought back.
    """
    base, *particle = entry.split()
    forms = [base, _third_person(base), _ing(base), *(_irregular().get(base) or [_past(base)])]
    return [" ".join([form, *particle]) for form in dict.fromkeys(forms)]


PARTICLES = frozenset("out up in off down back over".split())


_THIRD_PERSONS = {"have": "has", "be": "is"}  # that no ending makes


def _third_person(base: str) -> str:
    if base in _THIRD_PERSONS:
        return _THIRD_PERSONS[base]
    if base.endswith("y") and base[-2] not in _VOWELS:
        return base[:-1] + "ies"
    return base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "go")) else "s")


@cache
def _irregular() -> Mapping[str, list[str]]:
    return dict(vocabulary.load("verbs")["irregular"])


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in _VOWELS:
        return base[:-1] + "ied"
    return _doubled(base) + "ed"


def _ing(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    silent = base.endswith("e") and not base.endswith("ee") and base != "be"
    return base[:-1] + "ing" if silent else _doubled(base) + "ing"


_DOUBLES = frozenset(
    "ship net plan cut let shut set run win hit drop slip dip sit get commit enrol dig put quit split swim stop cap "
    "bar ban fit spot transfer refer occur admit submit permit begin forget scrap trim top step map shop skip swap tap "
    "tip grab rob jog chat bet rid beg hop pop strip trap wrap zip flip clip".split()
)


def _doubled(base: str) -> str:
    return base + base[-1] if base in _DOUBLES else base


@cache
def measuring_verbs() -> Mapping[str, Mapping[str, str]]:
    """Every verb form that tells what a number measures: form -> dimension -> standard name."""
    found: dict[str, dict[str, str]] = {}
    for dimension, section in vocabulary.load("metrics")["verbs"].items():
        for name, entries in section.items():
            for entry in entries:
                for form in verb_forms(entry):
                    found.setdefault(form, {}).setdefault(dimension, name)
    return found


@cache
def _bases() -> Mapping[str, str]:
    """The base of every form of an irregular verb that is not the base of another: ``went``, ``goes``, ``going``."""
    irregular = _irregular()
    forms = {form: base for base in irregular for form in verb_forms(base)}
    return {form: base for form, base in forms.items() if form not in irregular}


def base_form(word: str) -> str:
    """The base of a verb in lower case, as far as its endings and the common words tell: ``dissolves``, ``went``."""
    if word in _bases():
        return _bases()[word]
    for ending, instead in _ENDINGS:
        base = word[: -len(ending)] + instead
        if ending == "s" and word.endswith(_SIBILANTS):
            continue
        if word.endswith(ending) and len(base) > 2 and _is_known_verb(base):
            return base
    stem = word.removesuffix("ing").removesuffix("ed")
    if stem != word and len(stem) > 3 and stem[-1] == stem[-2] and _is_known_verb(stem[:-1]):
        return stem[:-1]  # "planned"
    return word


def gerund(word: str) -> str:
    """``treats``, ``treated``: treating. A word that is none of a known verb stays as it is."""
    if word.endswith("ing"):
        return word
    base = base_form(word)
    return _ing(base) if _is_verb(base) else word


def past_participle(word: str) -> str | None:
    """``treats``, ``treating``: treated; ``sells``: sold. ``None`` for a word that is none of a known verb."""
    base = base_form(word)
    if base in _irregular():
        return _irregular()[base][-1]
    return _past(base) if _is_known_verb(base) else None


def _is_verb(base: str) -> bool:
    return base in _irregular() or _is_known_verb(base)


def _is_known_verb(base: str) -> bool:
    """Whether a word is common, and its third person too: "mov" and "starte" are words of a kind, and no verbs."""
    common = models.common_words()
    return base in common and bool({f"{base}s", f"{base}es", f"{base[:-1]}ies"} & common)


_SIBILANTS = ("ss", "sses", "xes", "ches", "shes")  # "passes" is of "pass", and "pass" of nothing
# The longer base first: "moving" is of "move".
_ENDINGS = (("ies", "y"), ("ied", "y"), ("s", ""), ("es", ""), ("d", ""), ("ed", ""), ("ing", "e"), ("ing", ""))
