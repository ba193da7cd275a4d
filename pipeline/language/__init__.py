"""The language pipeline: from the text of an article to statements about quantities.

Each part reads only parts above it in this list (checked in CI):

    tokens, verbs, nouns  what everything below reads
    numbers/          numbers in digits and in words
    written_units     how units, currencies and rates are written
    periods/          words of time
    layout/           blocks of a page: headings, bullets, labelled lines, tables, paragraphs
    quantities/       numbers with units, ranges, qualifiers and nouns, and what the other numbers are
    aboutness/        subject, metric, period, status and change of each quantity
    components        all of it as spaCy components
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import get_words_and_spaces

import models
from pipeline.language.components import COMPONENTS
from pipeline.language.layout.page import Context
from pipeline.language.tokens import tokenize

__all__ = ["build", "read"]

_LONGEST_TEXT = 60_000_000  # characters; spaCy's own limit is for parsers, which only see sentences here
# spaCy cuts marks off the end of a word one at a time and looks through the whole word each time: a hundred thousand
# commas in a row take it minutes. Nothing that long without a space is a word.
_NO_WORD = re.compile(r"\S{1000}")


@cache
def build(names: Sequence[str] = (), model: str = models.DEFAULT) -> Language:
    """The language pipeline, built once per process for each choice of names files and model."""
    nlp = spacy.blank("en")
    nlp.max_length = _LONGEST_TEXT
    settings: dict[str, dict[str, Any]] = {
        "factmill_syntax": {"model": model},
        "factmill_aboutness": {"names": list(names)},
    }
    for component in COMPONENTS:
        nlp.add_pipe(component, config=settings.get(component, {}))
    return nlp


def read(nlp: Language, text: str, context: Context) -> Doc:
    """A text read by the pipeline, with what is known besides it."""
    doc = _without_words(nlp, text) if _NO_WORD.search(text) else nlp.make_doc(text)
    doc._.context = context
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


def _without_words(nlp: Language, text: str) -> Doc:
    words, spaces = get_words_and_spaces([token.text for token in tokenize(text)], text)
    return Doc(nlp.vocab, words=words, spaces=spaces)
