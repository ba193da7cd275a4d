"""What is known of English words beforehand: which are common nouns, verbs and so on, and which behave alike.

Two lists stand beside this file, made by ``python -m models.make_lexicon``: ``common_words.txt``, one a line, and
``word_classes.txt``, one Brown class a line: its number, then its words (Brown et al., "Class-based n-gram models of
natural language", 1992). Words of one class stand in like places: "rose", "slid", "climbed"; "mine", "plant", "depot".
The lowest bits of a number tell the coarser classes, as the classes are leaves of a binary tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from spacy.attrs import LANG, LOWER
from spacy.language import Language
from spacy.util import registry

__all__ = ["COARSE", "COMMON_WORDS", "WORD_CLASSES", "common_words", "word_class", "word_classes_callback"]

WORD_CLASSES = Path(__file__).with_name("word_classes.txt")
COMMON_WORDS = Path(__file__).with_name("common_words.txt")
COARSE = 63  # the bits of a class that tell one of some fifty coarse ones


@cache
def common_words() -> frozenset[str]:
    """Words that a capital at the head of a sentence does not make a name, in lower case."""
    return frozenset(COMMON_WORDS.read_text(encoding="utf-8").split())


def word_class(word: str) -> int:
    """The Brown class of a word, 0 where it has none; a form unknown as it is written is looked up in lower case."""
    known = _classes()
    return known.get(word) or known.get(word.lower(), 0)


@cache
def _classes() -> Mapping[str, int]:
    rows = (line.split(" ") for line in WORD_CLASSES.read_text(encoding="utf-8").splitlines())
    return {word: int(number) for number, *words in rows for word in words}


@registry.callbacks("factmill.word_classes.v1")  # type: ignore[untyped-decorator]
def word_classes_callback() -> Callable[[Language], Language]:
    """Lets the tagger and parser see the class of every word.

    spaCy's lexemes keep no place for it, so it takes two that the parser has no other use for: LOWER is the class
    (``c5143``), LANG the coarse class (``p23``).
    """

    def add_classes(nlp: Language) -> Language:
        getters: dict[int, Callable[[str], str]] = nlp.vocab.lex_attr_getters  # type: ignore[attr-defined]
        getters[LOWER] = lambda text: f"c{word_class(text)}"
        getters[LANG] = lambda text: f"p{word_class(text) & COARSE}"
        return nlp

    return add_classes
