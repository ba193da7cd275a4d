"""The spaCy pipeline that factmill's own components are added to.

A trained pipeline (tagger and parser) is looked for in the folder ``trained`` beside this file; without one the blank
English pipeline serves, which has a tokenizer only. Any other spaCy pipeline can be named instead.
"""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.language import Language

__all__ = ["DEFAULT", "find", "load"]

DEFAULT = "factmill"
_TRAINED = Path(__file__).with_name("trained")


def find() -> Path | None:
    """The folder of factmill's own trained pipeline, or ``None`` where it has none."""
    return _TRAINED if (_TRAINED / "config.cfg").is_file() else None


def load(name: str = DEFAULT) -> Language:
    """The pipeline of that name: factmill's own, or any installed spaCy package or folder.

    Raises:
        OSError: spaCy knows no pipeline of that name.
    """
    if name != DEFAULT:
        return spacy.load(name)
    trained = find()
    return spacy.load(trained) if trained else spacy.blank("en")
