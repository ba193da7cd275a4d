"""The tree of a sentence: words with their tags, heads and labels, in the terms of Universal Dependencies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc

from pipeline.language.syntax.words import Word

__all__ = ["Tree", "tree_of"]

# What other English treebanks (those of spaCy's own pipelines) call the relations of Universal Dependencies.
_UNIVERSAL = {
    "dobj": "obj", "nsubjpass": "nsubj:pass", "auxpass": "aux:pass", "poss": "nmod:poss", "relcl": "acl:relcl",
    "attr": "obj", "dative": "iobj", "neg": "advmod", "prt": "compound:prt", "npadvmod": "obl:npmod", "nn": "compound",
    "agent": "case", "prep": "case", "possessive": "case", "csubjpass": "csubj", "quantmod": "advmod",
}  # fmt: skip
_CLAUSES = frozenset({"advcl", "ccomp", "acl", "acl:relcl", "parataxis", "xcomp", "csubj"})
_PREPOSITIONS = frozenset({"prep", "agent"})
_FURTHEST = 6  # steps of a path that mean anything


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed sentence. ``heads`` gives the place of each word's head, a root's own place for a root."""

    words: tuple[Word, ...]
    tags: tuple[str, ...]
    heads: tuple[int, ...]
    labels: tuple[str, ...]
    children: tuple[tuple[int, ...], ...]
    by_token: dict[int, int] = field(repr=False, default_factory=dict)  # token of the page -> the last word it is in

    def word_of(self, token: int) -> int | None:
        """The word that holds a token of the page; of a quantity told in two words, the one that heads it."""
        return self.by_token.get(token)

    def head_of(self, first: int, end: int) -> int | None:
        """The word among some tokens whose head stands outside of them."""
        inside = [word for token in range(first, end) if (word := self.by_token.get(token)) is not None]
        among = set(inside)
        return next(
            (i for i in inside if self.heads[i] not in among or self.heads[i] == i), inside[0] if inside else None
        )

    def ancestors(self, i: int) -> Iterator[int]:
        """The words above one, nearest first."""
        for _ in range(len(self.words)):
            if self.heads[i] == i:
                return
            i = self.heads[i]
            yield i

    def path(self, start: int, goal: int) -> str:
        """The way through the tree from one word to another: ``obj< >nsubj`` is up an object, down to the subject.

        Empty for a word itself, ``far`` where the way is longer than six steps or there is none.
        """
        above = [start, *self.ancestors(start)]
        steps_down: list[str] = []
        place = goal
        while place not in above:
            steps_down.append(self.labels[place])
            if self.heads[place] == place or len(steps_down) > _FURTHEST:
                return "far"
            place = self.heads[place]
        up = [self.labels[i] for i in above[: above.index(place)]]
        if len(up) + len(steps_down) > _FURTHEST:
            return "far"
        return " ".join([*(f"{label}<" for label in up), *(f">{label}" for label in reversed(steps_down))])

    def role(self, start: int, goal: int) -> str:
        """What one word is to another, in fewer terms than ``path``: ``nsubj of clause`` is the subject of its clause,
        ``nsubj of conj clause`` that of the clause it is joined to, ``above by nmod`` the noun it hangs on."""
        above = [start, *self.ancestors(start)]
        place, label, depth = goal, "", 0
        while place not in above:
            if self.heads[place] == place or depth > _FURTHEST:
                return "far"
            label, depth = self.labels[place], depth + 1
            place = self.heads[place]
        at = above.index(place)
        if place == start:
            return f"below by {label} {min(depth, 2)}"
        if place == goal:
            return f"above by {self.labels[above[at - 1]]} {min(at, 3)}"
        joints = [self.labels[i] for i in above[:at] if self.tags[i].startswith("V") or self.labels[i] in _CLAUSES]
        kind = "clause" if self.tags[place].startswith("V") or self.heads[place] == place else "noun"
        return f"{label} {min(depth, 2)} of {' '.join(joints[-2:])} {kind}"


def tree_of(words: Sequence[Word], doc: Doc) -> Tree:
    """The tree that a parser found, in universal terms."""
    strings, parsed = doc.vocab.strings, doc.to_array(["HEAD", "DEP", "TAG"])
    offsets = parsed[:, 0].astype("int64")  # how far the head stands from its word
    heads, labels = _universal(
        [i + int(offset) for i, offset in enumerate(offsets)], [strings[label] for label in parsed[:, 1].tolist()]
    )
    children: list[list[int]] = [[] for _ in words]
    for i, head in enumerate(heads):
        if head != i:
            children[head].append(i)
    by_token: dict[int, int] = {}
    for i, word in enumerate(words):
        for token in range(word.first, word.end):
            held = by_token.get(token)
            # Of "$ 5", "5 %" and "5 miles" the word that heads the other stands for the quantity.
            if held is None or heads[held] == i:
                by_token[token] = i
    return Tree(
        tuple(words), tuple(strings[tag] for tag in parsed[:, 2].tolist()), tuple(heads), tuple(labels),
        tuple(tuple(below) for below in children), by_token,
    )  # fmt: skip


def _universal(heads: list[int], labels: list[str]) -> tuple[list[int], list[str]]:
    """Heads and labels in universal terms: prepositions hang below their nouns, relations bear the universal names."""
    if not any(label in _PREPOSITIONS or label == "pobj" for label in labels):
        return heads, labels
    heads, labels = list(heads), list(labels)
    old = list(heads)
    for i, label in enumerate(list(labels)):
        if label in ("pobj", "pcomp"):
            preposition = old[i]
            governor = old[preposition]
            heads[i], labels[i] = (
                governor,
                "obl" if labels[governor] in ("ROOT", "relcl", "advcl", "ccomp", "conj") else "nmod",
            )
            heads[preposition] = i
    return heads, [_UNIVERSAL.get(label, label) for label in labels]
