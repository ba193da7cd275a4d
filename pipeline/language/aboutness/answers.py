"""What a quantity is about, as answers to five questions, each with the source it was found in (see ``reasons``)."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.language.periods.periods import Period

__all__ = ["Metric", "Standing", "Subject", "When"]


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured: its standard name, the words for it (null where the unit alone implies it), how sure it is."""

    name: str
    text: str | None
    probability: float
    first: int = -1
    end: int = -1
    word: int | None = None
    dimension: str = ""  # that of the quantity it was found for
    source: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: its canonical name, the words for it, and how sure it is.

    ``said``: the first token of the quantity that it was last the subject of; -1 before there is one.
    """

    name: str
    text: str
    probability: float
    first: int = -1
    kind: str = "name"
    source: str = ""
    said: int = -1


@dataclass(frozen=True, slots=True)
class When:
    """When a quantity holds: null where nothing says so; of a time that nothing dates the ``iso`` is null."""

    period: Period | None
    source: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a quantity stands, such as ``target`` or ``increase``, and the words that tell so where there are any."""

    label: str
    text: str | None
    source: str
