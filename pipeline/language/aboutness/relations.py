"""How some words of a sentence stand to a quantity: the signals of place, tags and tree that every candidate has."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

from pipeline.language.aboutness.candidates import bucket
from pipeline.language.aboutness.case import Case, Setting
from pipeline.language.aboutness.treatment import SAYS
from pipeline.language.tokens import Token
from pipeline.language.verbs import base_form

__all__ = ["government", "relation", "role_of"]

_MARKS = frozenset(",;()–—:")
_LONGEST_LINK = 3  # words between that are told word for word


def relation(case: Case, first: int, end: int, word: int | None) -> tuple[str, ...]:
    """The signals of the tokens ``first`` to ``end``, headed by ``word`` of the tree, towards the quantity."""
    place = (first, end, word)
    if place not in case.relations:
        case.relations[place] = tuple(_relation(case, first, end, word))
    return case.relations[place]


def _relation(case: Case, first: int, end: int, word: int | None) -> list[str]:
    quantity, tokens = case.quantity, case.page.tokens
    if first < quantity.end and quantity.first < end:
        side, between = "inside", tokens[0:0]
    elif end <= quantity.first:
        side, between = "before", tokens[end : quantity.first]
    else:
        side, between = "behind", tokens[quantity.end : first]
    begin, stop = (end, quantity.first) if side == "before" else (quantity.end, max(quantity.end, first))
    starts = case.setting.once("where quantities begin", _starts_of)
    others = max(0, bisect_left(starts, stop) - bisect_left(starts, begin))
    counted = case.readings.once("marks up to each token", lambda: _counted_marks(tokens))
    marks = counted[stop] - counted[begin] if between else 0
    kind = case.dimension_class
    signals = [
        f"side={side} {kind}",
        f"gap={side} {bucket(len(between))}",
        f"marks={side} {bucket(marks, (0, 1, 2))}",
        f"others={side} {bucket(others, (0, 1, 2))}",
    ]
    if side != "inside" and 0 < len(between) <= _LONGEST_LINK:
        signals.append(f"between={side} {' '.join(token.lower for token in between)}")
    if side == "before":
        signals.append(f"next={tokens[end].lower}")
    before = tokens[first - 1].lower if first > case.first else "^"
    if before in ("the", "a", "an", "its", "their", "his", "our", "this", "that"):
        signals.append(f"det={before}")
        before = tokens[first - 2].lower if first - 1 > case.first else "^"
    signals.append(f"prep={side} {before}")
    if aside := _aside(case, first, end):
        signals.append(f"marks={aside} {side}")
    alignment = _alignment(case, first, end)
    if alignment is not None:
        signals.append(f"aligned={alignment} {side}")
    return signals + _tree_signals(case, word, kind)


def _starts_of(setting: Setting) -> list[int]:
    return [quantity.first for quantity in setting.sentence.quantities]


def _counted_marks(tokens: Sequence[Token]) -> list[int]:
    """How many marks stand before each token, and before the end."""
    return [0, *accumulate(int(token.text in _MARKS) for token in tokens)]


def _aside(case: Case, first: int, end: int) -> str:
    """Whether some words or the quantity, but not both, stand in an aside: of "Acme, parent of Zenith, reported $5
    million" Zenith stands in one. Empty where neither does, or both in the same."""
    asides = case.setting.once("asides", _asides_of)
    if any(start < first and end <= stop and not start < case.quantity.first < stop for start, stop in asides):
        return "words aside"
    if any(start < case.quantity.first < stop and not start < first < stop for start, stop in asides):
        return "quantity aside"
    return ""


_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
_LONGEST_ASIDE = 25  # tokens
_BEFORE_VERB = 2  # words that may stand between an aside and the verb of what it stands in


def _asides_of(setting: Setting) -> list[tuple[int, int]]:
    """The asides of a sentence, each from the mark that opens it to the one that closes it: what stands in brackets,
    and what two commas or dashes cut out between a subject and its verb."""
    tokens, tree = setting.page.tokens, setting.sentence.tree
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    marks: list[int] = []  # commas and dashes
    for i in range(setting.sentence.first, setting.sentence.stop):
        if tokens[i].text in _OPENING:
            opened.append(i)
        elif tokens[i].text in _CLOSING and opened:
            found.append((opened.pop(), i))
        elif tokens[i].text in (",", "–", "—"):
            if marks and tree is not None and i - marks[-1] <= _LONGEST_ASIDE and _is_before_verb(setting, i):
                found.append((marks[-1], i))
            marks.append(i)
    return found


def _is_before_verb(setting: Setting, i: int) -> bool:
    """Whether a finite verb follows the mark at token ``i``: that of the sentence, and not of another clause."""
    tree = setting.sentence.tree
    assert tree is not None
    for token in range(i + 1, min(i + 2 + _BEFORE_VERB, setting.sentence.stop)):
        word = tree.word_of(token)
        if word is None:
            return False
        if tree.tags[word] in ("VBD", "VBZ", "VBP", "MD"):
            return True
        if tree.tags[word] not in ("RB", "NN", "NNP"):
            return False
    return False


def _alignment(case: Case, first: int, end: int) -> bool | None:
    """Of "A and B made 5 and 7 respectively": whether some words stand at the quantity's place in a list of as many."""
    things, quantities = case.setting.once("lists", _lists)
    own = next(
        ((at, len(group)) for group in quantities for at, span in enumerate(group) if span[0] == case.quantity.first),
        None,
    )
    if own is None:
        return None
    for group in things:
        for at, span in enumerate(group):
            if len(group) == own[1] and span[0] <= first and end <= span[1]:
                return at == own[0]
    return None


Lists = list[list[tuple[int, int]]]
_JOINING = frozenset({",", "and", "or", "&", "the", "to", "by", "of", "at", "in", "from", "for", "with"})


def _lists(setting: Setting) -> tuple[Lists, Lists]:
    """The lists of a sentence: of its phrases and names, and of its quantities, as token spans."""
    tree = setting.sentence.tree
    spans = {(name.first, name.end) for name in setting.names}
    if tree is not None:
        spans |= {(tree.words[phrase.first].first, tree.words[phrase.head].end) for phrase in setting.phrases}
    outer = [span for span in spans if not any(o != span and o[0] <= span[0] and span[1] <= o[1] for o in spans)]
    quantities = [(quantity.first, quantity.end) for quantity in setting.sentence.quantities]
    return _grouped(setting, sorted(outer)), _grouped(setting, quantities)


def _grouped(setting: Setting, spans: list[tuple[int, int]]) -> Lists:
    groups: Lists = []
    for span in spans:
        last = groups[-1][-1][1] if groups else -1
        between = [token.lower for token in setting.page.tokens[last : span[0]]] if last >= 0 else []
        if between and len(between) <= 4 and set(between) <= _JOINING and {",", "and", "or"} & set(between):
            groups[-1].append(span)
        else:
            groups.append([span])
    return [group for group in groups if len(group) > 1]


def _tree_signals(case: Case, word: int | None, kind: str) -> list[str]:
    tree, own = case.tree, case.word
    if tree is None or word is None or own is None:
        return ["path=none"]
    path, role = tree.path(own, word), tree.role(own, word)
    signals = [
        f"path={path}", f"path={path} {kind}", f"role={role}", f"role={role} {kind}",
        f"label={tree.labels[word]}", f"label={tree.labels[word]} {path.count(' ')}",
    ]  # fmt: skip
    if word == case.clause_subject:
        signals += ["clause=subject", f"clause=subject {kind}"]
    elif word == case.upper_subject:
        signals += ["clause=upper subject", f"clause=upper subject {case.clause_kind}"]
    head = tree.heads[word]
    signals.append(f"verb=does {tree.labels[word]} {base_form(tree.words[head].text.lower())}")
    says = tree.labels[word].startswith("nsubj") and tree.words[head].text.lower() in SAYS
    if says and not any(tree.labels[i] == "obj" for i in tree.children[head]):  # "Acme reported a loss" is no speech
        signals.append("verb=says")
    return signals


def government(case: Case, what: str) -> Iterator[str]:
    """How the quantity stands in its clause, by its label and the verb above it; ``what`` it is asked about."""
    tree = case.tree
    if tree is None or case.word is None:
        return
    yield f"label={case.label} {what}"
    verb = next((w for w in tree.ancestors(case.word) if tree.tags[w].startswith("VB")), None)
    if verb is not None:
        yield f"verb={tree.words[verb].text.lower()} {what}"


def role_of(case: Case, token: int | None) -> str:
    """What a token is to the quantity in the tree, ``none`` where one of them is no word of it."""
    tree = case.tree
    word = tree.word_of(token) if tree is not None and token is not None else None
    if tree is None or case.word is None or word is None:
        return "none"
    return tree.role(case.word, word)
