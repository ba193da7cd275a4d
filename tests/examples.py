"""Reads the examples that stand beside the vocabulary: one line a text and the quantities a careful reader finds.

    TEXT => SPAN = VALUE UNIT QUALIFIER ; SPAN = LOW..HIGH UNIT ; ...
    TEXT => nothing

``SPAN`` is the quantity exactly as it stands in the text; where it stands there more than once, ``#2`` behind it
means the second time. The qualifier is left out where it is ``exact`` (or ``range``, for LOW..HIGH). ``\\n`` is a
line break, and numbers may be written ``1.5e9``. Lines that begin with ``#`` are comments; ``## Title`` opens a
section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VOCABULARY = Path(__file__).parent.parent / "pipeline" / "vocabulary"
_QUALIFIERS = {"exact", "approx", "more_than", "at_least", "less_than", "at_most", "range", "tolerance"}


@dataclass(frozen=True)
class Expected:
    start: int
    end: int
    value: float | None
    low: float | None
    high: float | None
    unit: str
    qualifier: str


@dataclass(frozen=True)
class Example:
    """A text and the quantities it holds, in text order; ``where`` is file:line."""

    where: str
    section: str
    text: str
    expected: tuple[Expected, ...]


def read_examples(path: Path) -> Iterator[Example]:
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.strip() and not line.startswith("#"):
            yield _example(f"{path.name}:{number}", section, line)


def _example(where: str, section: str, line: str) -> Example:
    written, arrow, wanted = line.rpartition(" => ")
    if not arrow:
        raise ValueError(f"{where}: expected TEXT => SPAN = VALUE UNIT ; ... or TEXT => nothing, found {line!r}")
    text = written.strip().replace("\\n", "\n")
    if wanted.strip() == "nothing":
        return Example(where, section, text, ())
    return Example(where, section, text, tuple(_expected(where, text, part) for part in wanted.split(" ; ")))


def _expected(where: str, text: str, part: str) -> Expected:
    match = re.fullmatch(
        r"\s*(?P<span>.+?)(?:#(?P<nth>\d))? = (?P<number>\S+) (?P<unit>.+?)(?: (?P<qualifier>[a-z_]+))?\s*", part
    )
    if match is None:
        raise ValueError(f"{where}: expected SPAN = VALUE UNIT QUALIFIER, found {part!r}")
    unit, qualifier = match["unit"], match["qualifier"]
    if qualifier is not None and qualifier not in _QUALIFIERS:
        unit, qualifier = f"{unit} {qualifier}", None
    span = match["span"].replace("\\n", "\n")
    start = -1
    for _ in range(int(match["nth"] or 1)):
        start = text.find(span, start + 1)
    if start < 0:
        raise ValueError(f"{where}: {span!r} is not in the text")
    low, dots, high = match["number"].partition("..")
    if dots:
        return Expected(start, start + len(span), None, float(low), float(high), unit, qualifier or "range")
    return Expected(start, start + len(span), float(match["number"]), None, None, unit, qualifier or "exact")
