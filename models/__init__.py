"""What was trained: the tagger and parser, and the weights that link numbers to what they are about.

The tagger and parser stand in the folder ``trained`` beside this file; any other spaCy pipeline that has both can be
named instead, or ``none``. The weights stand in ``linking``.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from thinc.api import get_current_ops, use_ops

from models.lexicon import COARSE, common_words, word_class
from models.products import PRODUCTS, on_one_core

__all__ = [
    "COARSE", "DEFAULT", "LINKING", "NONE", "common_words", "confidence_steps", "find", "linking_weights", "load",
    "on_one_core", "word_class",
]  # fmt: skip

DEFAULT = "factmill"
NONE = "none"
_NOT_NEEDED = ("ner", "lemmatizer", "senter", "textcat", "entity_linker")
_TRAINED = Path(__file__).with_name("trained")
LINKING = Path(__file__).with_name("linking")


def find() -> Path | None:
    """The folder of factmill's own trained pipeline, or ``None`` where it has none."""
    return _TRAINED if (_TRAINED / "config.cfg").is_file() else None


@cache
def load(name: str = DEFAULT) -> Language | None:
    """The tagger and parser of that name: factmill's own, any installed spaCy package or folder, or ``none``.

    Loaded once per process, however many pipelines are built upon it.

    Raises:
        OSError: spaCy knows no pipeline of that name.
        ValueError: the pipeline has no parser.
    """
    if name == NONE:
        return None
    if name == DEFAULT:
        trained = find()
        return _loaded(trained) if trained else None
    nlp = _loaded(name)
    if "parser" not in nlp.pipe_names:
        raise ValueError(
            f"the spaCy pipeline {name!r} has no parser, only {nlp.pipe_names}; name one that has, or {NONE!r}"
        )
    return nlp


def _loaded(name: str | Path) -> Language:
    """A pipeline, whose products are numpy's unless its user has chosen a graphics card or another library."""
    with use_ops(PRODUCTS) if get_current_ops().name == "numpy" else nullcontext():
        return spacy.load(name, exclude=_NOT_NEEDED)


def linking_weights(question: str) -> Mapping[str, float]:
    """The learnt weight of every signal for a question (``metric``, ``subject``, ...); empty before training.

    The files hold thousandths, which are as exact as the weights and shorter.
    """
    path = LINKING / f"{question}.tsv"
    if not path.is_file():
        return {}
    rows = (line.rsplit("\t", 1) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {signal: int(thousandths) / 1000 for signal, thousandths in rows}


@cache
def confidence_steps() -> tuple[tuple[float, float], ...]:
    """How often subject and metric are both right, by the product of their probabilities, as (from, share right)."""
    path = LINKING / "confidence.tsv"
    if not path.is_file():
        return ((0.0, 0.5),)
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line)
    return tuple((float(start), float(share)) for start, share in rows)
