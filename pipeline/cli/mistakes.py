"""What is wrong, for people: where it stands, the sentence around it, what was found and what gold has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from pipeline.evaluation import Judged, Measured, Wrong

_REACH = 160  # characters shown on either side of a quantity, at most
_BOUNDARY = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=\S)|\n\s*\n|\n(?=\s*(?:[•*|#>-]|\d+[.)]\s))")
_WHOLE = frozenset({"missed", "extra"})  # mistakes about a mention as such, told as numbers with their units


def mistakes_of(measured: Measured, kinds: Collection[str]) -> Iterator[tuple[Judged, Wrong]]:
    """The mistakes of some kinds, in the order of the articles and of the places in them."""
    for one in measured.articles:
        for wrong in sorted(one.figures.wrong, key=lambda wrong: (wrong.start, wrong.field)):
            if wrong.field in kinds:
                yield one, wrong


def print_mistake(console: Console, one: Judged, wrong: Wrong) -> None:
    """A mistake in four lines."""
    console.print(f"{place_of(one, wrong)} · {_heading(wrong)}", style="bold", markup=False, soft_wrap=True)
    if one.article is not None:
        console.print(_marked(*around(one.article.text, wrong.start, wrong.start + len(wrong.text))), soft_wrap=True)
    console.print(f"    found  {reading_words(wrong.field, wrong.found)}", markup=False, soft_wrap=True)
    console.print(f"    gold   {reading_words(wrong.field, wrong.gold)}", style="dim", markup=False, soft_wrap=True)


def place_of(one: Judged, wrong: Wrong) -> str:
    """File and line, as editors understand it; an article that cannot be read has no lines."""
    if one.article is None:
        return one.source
    return f"{one.source}:{one.article.text.count(chr(10), 0, wrong.start) + 1}"


def around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """What stands before a quantity in its sentence or line, the quantity, and what follows; white space folded."""
    first, last = max(0, start - _REACH), min(len(text), end + _REACH)
    before, after = text[first:start], text[end:last]
    *_, begin = (None, *(match.end() for match in _BOUNDARY.finditer(before)))
    stop = next((match.start() for match in _BOUNDARY.finditer(after)), None)
    opening = "…" if begin is None and first > 0 else ""
    closing = "…" if stop is None and last < len(text) else ""
    return (
        opening + _folded(before[begin:]).lstrip(),
        _folded(text[start:end]),
        _folded(after[:stop]).rstrip() + closing,
    )


def reading_words(field: str, reading: Any) -> str:
    """One reading of a field: a name, the right names one after the other, or a number with its unit."""
    from pipeline.facts import quantity_words

    if reading is None or reading == []:
        return "nothing"
    if field in _WHOLE:
        return quantity_words(*reading)
    return ", or ".join(reading) if isinstance(reading, list) else str(reading)


def _heading(wrong: Wrong) -> str:
    return f"{wrong.field} {wrong.text}" if wrong.field in _WHOLE else f"{wrong.field} of {_folded(wrong.text)}"


def _marked(before: str, quantity: str, after: str) -> Text:
    from rich.text import Text

    return Text.assemble("    ", before, (f"»{quantity}«", "bold"), after)


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text)
