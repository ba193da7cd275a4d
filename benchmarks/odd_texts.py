"""Texts no article consists of, on which a reader that is not linear takes minutes."""

from __future__ import annotations

PIECES = (
    "7",
    ",",
    "one ",
    "1/2/3/",
    "thousand million ",
    "1-2-3-",
    "$",
    "a hundred and ",
    "5 km to ",
    "(",
    "\n1 ",
    "2024 ",
    "Oslo\nRome\nLima\n",
    "Oslo\n5\nRome\nLima\n",
    "Oslo\n5\n6\n",
)


def repeated(piece: str, size: int) -> str:
    """The piece over and over, cut to ``size`` characters."""
    return (piece * (size // len(piece) + 1))[:size]
