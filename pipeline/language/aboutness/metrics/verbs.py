"""What is measured, from the verb whose object or complement the quantity is."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.language.aboutness.candidates import Candidate, bucket
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.measures import measures_of_verb, standard_name
from pipeline.language.aboutness.metrics.predicates import participle
from pipeline.language.nouns import singular
from pipeline.language.verbs import PARTICLES, measuring_verbs

__all__ = ["from_verb"]

_PARTICLE_REACH = 4
_SAYS_NOTHING = frozenset({"unit", "piece", "item", "person"})  # "employs 40 people": person employees
_VERB_REACH = 7  # tokens before a quantity in which its verb is looked for where there is no tree


def _nearest_verb(case: Case) -> int | None:
    """The token of the nearest verb before the quantity that tells what a number measures."""
    tokens = case.page.tokens
    for i in range(case.quantity.first - 1, max(case.first, case.quantity.first - _VERB_REACH) - 1, -1):
        if tokens[i].text in ".;:":
            return None
        if _with_particle(case, i) in measuring_verbs():
            return i
    return None


def _with_particle(case: Case, verb: int) -> str:
    """A verb in lower case, with the particle behind it where both together have a meaning of their own."""
    tokens = case.page.tokens
    for i in range(verb + 1, min(case.stop, verb + _PARTICLE_REACH)):
        together = f"{tokens[verb].lower} {tokens[i].lower}"
        if tokens[i].lower in PARTICLES and together in measuring_verbs():
            return together
    return tokens[verb].lower


def from_verb(case: Case) -> Iterator[Candidate]:
    """``delivered 137,700 units`` tells of deliveries, ``carried 4 million passengers`` of passengers carried."""
    tokens = case.page.tokens
    governing, nearest = case.verb, _nearest_verb(case)
    for verb in sorted({i for i in (governing, nearest) if i is not None}):
        where = f"{'governing' if verb == governing else ''}{'nearest' if verb == nearest else ''}"
        signals = (f"verb={where}", f"verb={where} {case.dimension_class}", *_verb_relation(case, verb))
        written = _with_particle(case, verb)
        names = measures_of_verb(written, case.dimension)
        exact = "own" if case.dimension in measuring_verbs().get(written, {}) else "other"
        word = case.tree.word_of(verb) if case.tree is not None else None
        text = tokens[verb].text
        for name in names:
            known = (*signals, f"verb=known {exact} {case.dimension_class}", f"verb=is {name}")
            yield Candidate(name, text, f"verb {exact}", known, verb, verb + 1, word)
            if case.per_share:  # "earned $1.42 a share"
                told = standard_name(f"{name} per share")
                yield Candidate(told, text, f"verb {exact} per share", known, verb, verb + 1, word)
            for noun in _objects(case) if exact == "own" else ():
                yield Candidate(
                    f"{singular(noun.lower())} {name}", text, "object and verb", known, verb, verb + 1, word
                )
        suffered = participle(case) if verb == governing else None
        if suffered is not None:
            for noun in _objects(case, people=True):
                made = (*signals, "verb=participle", f"verb=participle {case.verb_base}")
                name = f"{noun.lower()} {suffered}"
                yield Candidate(name, noun, "object and participle", made, verb, verb + 1, word)


def _verb_relation(case: Case, verb: int) -> Iterator[str]:
    tree = case.tree
    if tree is None or case.word is None or (word := tree.word_of(verb)) is None:
        return
    yield f"path={tree.path(case.word, word)} verb"
    yield f"side={case.side_of(verb)} verb"
    yield f"gap={bucket(abs(case.quantity.first - verb))} verb"


def _objects(case: Case, *, people: bool = False) -> list[str]:
    """What the verb acts on: the counted noun, or the noun that an amount of is told (``tonnes of ore``). ``people``:
    those too."""
    noun, tokens = case.quantity.noun, case.page.tokens
    if noun is not None and case.qualified is not None:
        return []  # "built on a 32-billion-parameter model"
    if noun is not None and case.quantity.first < noun[0]:
        head = tokens[noun[1] - 1]
        if head.text == "s":  # "five A320s"
            return [case.page.written(*noun)]
        noun_told = singular(head.lower) not in _SAYS_NOTHING or (people and head.lower == "people")
        return [head.text] if noun_told else []
    if case.tree is None or case.word is None:
        return []
    times = {case.tree.word_of(i) for i in case.setting.times}
    below = [
        i for i in case.tree.children[case.word]
        if case.tree.labels[i].startswith(("nmod", "obl")) and case.tree.tags[i].startswith("NN") and i not in times
    ]  # fmt: skip
    return [case.tree.words[i].text for i in below if case.tree.words[i].first >= case.quantity.end][:1]
