"""The baseline: which corpora the project is held to, what they held when pinned, and a floor for each figure.

Floors go up by themselves when pinned anew and never down: to lower one is a decision, and has its own word.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.evaluation.corpus import Measured

__all__ = [
    "BASELINE",
    "CORPORA",
    "BaselineError",
    "FallenError",
    "Pin",
    "pinned_anew",
    "problems",
    "read_baseline",
    "write_baseline",
]

# Both from the project's folder.
CORPORA: Mapping[str, Path] = {
    "seeds": Path("seeds"),
    "dev": Path("tests/gold/dev"),
    "test": Path("tests/gold/test"),
}
BASELINE = Path("tests/gold/baseline.toml")

_HEAD = """\
# What each corpus held when it was pinned, and the floor of each figure: `make test` fails where a corpus is no longer
# what it was, or a figure is below its floor. Not written by hand:
#
#   factmill evaluate --pin           measures anew and raises the floors; stops where one would have to be lowered
#   factmill evaluate --pin --lower   lowers floors too
"""


class BaselineError(ValueError):
    """A baseline file is not written as ``write_baseline`` writes it."""


class FallenError(ValueError):
    """Pinning would lower a floor; ``fallen`` says which, from what to what."""

    def __init__(self, fallen: tuple[str, ...]) -> None:
        super().__init__(fallen)
        self.fallen = fallen

    def __str__(self) -> str:
        return (
            f"nothing is pinned, figures fell: {'; '.join(self.fallen)}; mend that, or lower the floors on purpose "
            "with `factmill evaluate --pin --lower`"
        )


@dataclass(frozen=True, slots=True)
class Pin:
    """What is pinned of one corpus."""

    content: str  # a hash of the corpus
    articles: int
    mentions: int
    floors: Mapping[str, float]


def pin_of(measured: Measured) -> Pin:
    """A corpus as it is measured now, its figures rounded down."""
    floors = {name: _rounded_down(rate) for name, rate in measured.figures.rates.items()}
    return Pin(measured.corpus.content, len(measured.articles), measured.figures.gold, floors)


def problems(name: str, measured: Measured, pins: Mapping[str, Pin]) -> list[str]:
    """Why a corpus does not pass: it is not what was pinned, or figures are below their floors."""
    now, pin, folder = pin_of(measured), pins.get(name), measured.corpus.folder
    if pin is None:
        return [f"{name}: {folder} is not pinned: run factmill evaluate --pin"]
    found = [f"{name}: {failure.source} is not read at all: {failure.error}" for failure in measured.failures]
    if now.content != pin.content:
        found.append(
            f"{name}: {folder} is not what was pinned ({pin.articles} articles, {pin.mentions} gold mentions; now "
            f"{now.articles}, {now.mentions}): if that is meant, run factmill evaluate --pin"
        )
    elif unpinned := now.floors.keys() - pin.floors.keys():
        found.append(f"{name}: no floor for {', '.join(sorted(unpinned))}: run factmill evaluate --pin")
    return found + [
        f"{name}: {figure} is {new:.3f}, below its floor {old:.3f}" for figure, old, new in _fallen(pin, now)
    ]


def pinned_anew(pins: Mapping[str, Pin], measured: Mapping[str, Measured], *, lower: bool = False) -> dict[str, Pin]:
    """The pins with some corpora measured anew; the others stay.

    Raises:
        FallenError: a figure is below its floor, and ``lower`` was not asked for.
    """
    anew = {name: pin_of(one) for name, one in measured.items()}
    fallen = tuple(
        f"{name}: {figure} from {old:.3f} to {new:.3f}"
        for name in anew
        if name in pins
        for figure, old, new in _fallen(pins[name], anew[name])
    )
    if fallen and not lower:
        raise FallenError(fallen)
    return {**pins, **anew}


def _fallen(pin: Pin, now: Pin) -> Iterator[tuple[str, float, float]]:
    for figure, floor in pin.floors.items():
        if now.floors.get(figure, 0.0) < floor:
            yield figure, floor, now.floors.get(figure, 0.0)


def _rounded_down(rate: float) -> float:
    return math.floor(rate * 1000 + 1e-9) / 1000  # 0.57 * 1000 is a hair less than 570


def read_baseline(path: Path = BASELINE) -> dict[str, Pin]:
    """The pins of a baseline file, none where there is no file.

    Raises:
        BaselineError: the file is not written as ``write_baseline`` writes it.
    """
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _pin(table) for name, table in tables.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BaselineError(
            f"{path}: is no baseline ({error}): take it from version control, or delete it and run "
            "factmill evaluate --pin"
        ) from error


def _pin(table: Mapping[str, object]) -> Pin:
    pin = Pin(**table)  # type: ignore[arg-type]  # what is wrong with it is found out here and below
    return Pin(str(pin.content), int(pin.articles), int(pin.mentions), {k: float(v) for k, v in pin.floors.items()})


def write_baseline(pins: Mapping[str, Pin], path: Path = BASELINE) -> None:
    """Write the pins, the project's corpora first."""
    order = [*CORPORA, *sorted(pins.keys() - CORPORA.keys())]
    path.write_text("\n".join([_HEAD, *(_table(name, pins[name]) for name in order if name in pins)]), encoding="utf-8")


def _table(name: str, pin: Pin) -> str:
    floors = "".join(f"{figure} = {floor:.3f}\n" for figure, floor in pin.floors.items())
    counts = f"articles = {pin.articles}\nmentions = {pin.mentions}\n"
    return f'[{name}]\ncontent = "{pin.content}"\n{counts}\n[{name}.floors]\n{floors}'
