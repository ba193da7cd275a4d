"""What articles call things, as data a maintainer edits: one line each, its grammar at the head of each file.

The files are read once per process. A file that does not follow its grammar is refused when it is read, with its name
and the offending line, so that a slip shows at once and not as a missing number.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["DEFINITIONS", "VocabularyError", "load"]

DEFINITIONS = files(__name__).joinpath("definitions.txt")


class VocabularyError(ValueError):
    """A vocabulary file does not follow its grammar."""


@cache
def load(name: str) -> dict[str, Any]:
    """The content of ``<name>.toml``, section by section.

    Raises:
        VocabularyError: the file is not valid TOML.
    """
    resource = files(__name__).joinpath(f"{name}.toml")
    try:
        return tomllib.loads(resource.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise VocabularyError(
            f"pipeline/vocabulary/{name}.toml: {error}; its head explains how a line is written"
        ) from error
