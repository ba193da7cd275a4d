"""Noun phrases of a parsed sentence, found by their tags: modifiers and the noun that heads them, without what stands
for a quantity, without articles, cut at a possessive 's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.language.syntax.tree import Tree
from pipeline.language.tokens import HYPHENS

__all__ = ["Phrase", "phrases_of"]

_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
_ADJECTIVES = frozenset({"JJ", "JJR", "JJS"})
_PARTICIPLES = frozenset({"VBN", "VBG"})
_MODIFYING = frozenset({"amod", "compound", "nmod", "flat"})
_NOMINAL = frozenset({"nsubj", "nsubj:pass", "obj", "obl", "nmod", "iobj", "appos"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words ``first`` to ``end`` of a tree, the last of them its head. ``owner``: the phrase whose 's stands before."""

    first: int
    end: int
    owner: Phrase | None = None

    @property
    def head(self) -> int:
        """The word that heads it."""
        return self.end - 1


def phrases_of(tree: Tree, told: frozenset[int]) -> list[Phrase]:
    """The noun phrases of a sentence from left to right. ``told``: the words that stand for a quantity."""
    found: list[Phrase] = []
    for first, end in _runs(tree, told):
        owned = found and first == found[-1].end + 1 and tree.tags[first - 1] == "POS"
        found.append(Phrase(first, end, found[-1] if owned else None))
    return found


def _runs(tree: Tree, told: frozenset[int]) -> Iterator[tuple[int, int]]:
    i, n = 0, len(tree.words)
    joined = _compounds(tree, told)
    while i < n:
        if i in told or not (i in joined or _may_stand_in(tree, i)):
            i += 1
            continue
        end = i
        last_noun = None
        while end < n and end not in told and (end in joined or _may_stand_in(tree, end)):
            if _may_head(tree, end, joined):
                last_noun = end
            end += 1
        if last_noun is not None:
            yield i, last_noun + 1
        i = end


def _compounds(tree: Tree, told: frozenset[int]) -> dict[int, int]:
    """The words of compounds written as one (``like-for-like``, ``P/E``), each with the last word of its compound."""
    found: dict[int, int] = {}
    i, n = 0, len(tree.words)
    while i < n:
        end = i
        while (
            end + 2 < n
            and (tree.words[end + 1].text in HYPHENS or _is_stroke(tree, end + 1))
            and not tree.words[end].space
            and not tree.words[end + 1].space
        ):
            end += 2
        if end > i and not told & set(range(i, end + 1)):
            found |= dict.fromkeys(range(i, end + 1), end)
        i = end + 1
    return found


def _is_stroke(tree: Tree, i: int) -> bool:
    """Whether a stroke stands behind a noun and before a word: "EV/Sales", and neither "and/or" nor "2024/25"."""
    return tree.words[i].text == "/" and tree.tags[i - 1] in _NOUNS and tree.words[i + 1].text.isalpha()


def _may_head(tree: Tree, i: int, joined: dict[int, int]) -> bool:
    if i in joined:
        # Of "the year-to-date output" the compound is a modifier, of "office take-up" the head.
        return joined[i] == i and (
            tree.tags[i] in _NOUNS or any(tree.labels[j] in _NOMINAL for j in range(i - 2, i + 1))
        )
    return tree.tags[i] in _NOUNS or (tree.tags[i] == "VBG" and tree.labels[i] in _NOMINAL)


def _may_stand_in(tree: Tree, i: int) -> bool:
    tag = tree.tags[i]
    if tag in _NOUNS or tag in _ADJECTIVES:
        return True
    if tag in _PARTICIPLES:
        modifies = tree.labels[i] in _MODIFYING and tree.heads[i] > i
        return modifies or (tag == "VBG" and tree.labels[i] in _NOMINAL)  # "defence spending", "housing"
    # "R&D" is one word; "oil & gas" and "Procter & Gamble" are held together by their mark.
    return tree.words[i].text == "&" and 0 < i < len(tree.words) - 1
