"""What a run bears: what an article may take, and how many articles may be refused. Nothing heavy is imported here."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["LIMITS", "Limits", "Tolerance"]


@dataclass(frozen=True)
class Limits:
    """What an article may take before it is refused."""

    seconds: float = 60.0
    megabytes: int = 4096  # that its worker process may use in all


LIMITS = Limits()


@dataclass(frozen=True)
class Tolerance:
    """How many refused articles a run bears: a number, or a share of all it reads."""

    written: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d+|\d+(\.\d+)?%", self.written) or self._number > (100 if self._is_share else 1e18):
            raise ValueError(f"max_refused is {self.written!r}; valid are a number such as 12 and a share such as 5%")

    def bears(self, refused: int, articles: int) -> bool:
        """Whether so many refused of so many are few enough."""
        return refused <= (articles * self._number / 100 if self._is_share else self._number)

    @property
    def _is_share(self) -> bool:
        return self.written.endswith("%")

    @property
    def _number(self) -> float:
        return float(self.written.removesuffix("%"))
