"""What a number stands among."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.language.numbers.digits import Style
from pipeline.language.periods.periods import Period
from pipeline.language.tokens import Token

__all__ = ["Around"]


@dataclass(frozen=True, slots=True)
class Around:
    """The block a number stands in, and what is known of its tokens and of the article."""

    tokens: Sequence[Token]
    first: int
    stop: int
    periods: Mapping[int, Period] = field(default_factory=dict)  # by each of their tokens
    masked: Mapping[int, str] = field(default_factory=dict)  # tokens of addresses, telephone numbers, codes
    words: frozenset[str] = frozenset()  # the words of the article, in lower case
    style: Style = field(default_factory=Style)
    titled: bool = False  # set in capitals like a title, where a capital names nothing
    dollar: str = "USD"  # whose dollar a bare $ is
    in_titles: bool = False  # a row of titles over the columns of a table

    def lower(self, i: int) -> str:
        """The word at token ``i`` in lower case, empty beyond the block."""
        return self.tokens[i].lower if self.first <= i < self.stop else ""
