"""Which names of an article stand for which: short forms, models without their maker, forms in other capitals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from pipeline.language.aboutness.name_bounds import LONGEST_FULL
from pipeline.language.aboutness.name_words import common_words, is_business
from pipeline.language.aboutness.title import Title

__all__ = ["aliases_of", "owned_of"]


class _Found(Protocol):
    """What is asked of a name found."""

    @property
    def canonical(self) -> str: ...
    @property
    def filed(self) -> bool: ...
    @property
    def listed(self) -> bool: ...


def aliases_of(
    names: Sequence[_Found], counts: Mapping[str, int], title: Title, things: Container[str]
) -> dict[str, str]:
    """The names that stand for another, with that. ``names``: those of the text in order; ``counts``: how often each is
    there; ``things``: those that mostly stand behind an article, as no company does."""
    return {
        **_without_number(counts, things),
        **_cased_alike((*counts, *title.further)),
        **_made_by(counts, title),
        **_short_forms(names, title.says, title.company),
    }


def owned_of(name: str, known: Container[str]) -> Iterator[str]:
    """What is left of a name where it is made up of two known ones: "Pip 2" of "Dorsett Pip 2", whose maker is
    Dorsett."""
    words = name.split()
    for cut in range(1, len(words)):
        maker, made = " ".join(words[:cut]), " ".join(words[cut:])
        if maker in known and made in known:
            yield made


def _without_number(counts: Mapping[str, int], things: Container[str]) -> dict[str, str]:
    """Models called without their number, and several of them: "the Arrow" and "Arrows" for "Arrow 360", where no other
    model is called so."""
    models: defaultdict[str, set[str]] = defaultdict(set)
    for name in counts:
        model, _, number = name.rpartition(" ")
        if model and _has_digit(number) and not _has_digit(model):
            models[model].add(name)
    alone = {model: next(iter(full)) for model, full in models.items() if len(full) == 1}
    short = {model: full for model, full in alone.items() if model in counts and model in things}
    return short | {f"{model}s": full for model, full in alone.items() if f"{model}s" in counts}


def _made_by(counts: Mapping[str, int], title: Title) -> dict[str, str]:
    """Names that stand for longer ones that open with their maker: "Pip 2" for "Dorsett Pip 2"."""
    fulls = [name for name in counts if _has_digit(name)]
    titled = [title.opening] if title.opening is not None else []
    return {
        made: full
        for full in (*fulls, *titled)
        for made in owned_of(full, counts)
        if full in titled or _has_digit(made)
    }


def _has_digit(name: str) -> bool:
    return any(character.isdigit() for character in name)


def _cased_alike(written: Iterable[str]) -> dict[str, str]:
    """Names written in other capitals than elsewhere: "HARROW Line" for "Harrow Line"; the form with fewer stays."""
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for name in written:
        forms[name.casefold()].add(name)
    kept = {folded: min(names, key=lambda name: (sum(map(str.isupper, name)), name)) for folded, names in forms.items()}
    return {name: kept[name.casefold()] for names in forms.values() for name in names if name != kept[name.casefold()]}


def _short_forms(
    names: Sequence[_Found], in_title: Callable[[str], bool], company: str | None = None
) -> dict[str, str]:
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
        if name.listed or name.filed or _has_digit(name.canonical):
            continue
        if len(words) == 1:
            if name.canonical in longer and name.canonical not in alone:
                short[name.canonical] = longer[name.canonical]
            elif name.canonical not in longer:
                alone.add(name.canonical)
        elif 1 < len(words) <= LONGEST_FULL and words[0] not in short and words[-1] not in short:
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
