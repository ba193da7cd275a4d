"""What a quantity is about, as answers to two questions."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Metric", "Subject"]


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


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: its canonical name, the words for it, and how sure it is."""

    name: str
    text: str
    probability: float
    first: int = -1
    kind: str = "name"
