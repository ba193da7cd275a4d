"""The language pipeline: from the text of an article to statements about quantities.

tokens, numerals, nouns      what the number grammar reads: tokens, numbers, counted nouns
lines, tables, layout        blocks of a page: headings, bullets, labelled lines, tables, paragraphs
periods                      words of time
written_units, quantities    numbers with units, ranges, qualifiers; not_quantities says what other numbers are
left_out                     units the text leaves out
aboutness                    subject, metric, period, status and change of each quantity
components                   all of it as spaCy components
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from spacy.language import Language

import models
from pipeline.language.components import COMPONENTS

__all__ = ["build"]

_LONGEST_TEXT = 60_000_000  # characters; spaCy's own limit is for parsers, which only see sentences here


@cache
def build(names: Sequence[str] = (), model: str = models.DEFAULT) -> Language:
    """The language pipeline, built once per process for each choice of names files and model."""
    nlp = models.load(model)
    nlp.max_length = _LONGEST_TEXT
    for component in COMPONENTS:
        nlp.add_pipe(component, config={"names": list(names)} if component == "factmill_aboutness" else {})
    return nlp
