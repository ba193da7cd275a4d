"""Points that are the difference of two percentages: ``the margin narrowed by 1.8 points to 6.1%``."""

from __future__ import annotations

from pipeline.language.quantities.opened import Open, is_change

__all__ = ["are_of_percent"]

_RATED = frozenset("margin margins share rate rates turnout support approval ratio unemployment inflation".split())
_SCORED = frozenset("index score scores scored average dow nikkei ftse dax nasdaq win wins league table game".split())
_POLLS = frozenset("poll polls voters vote".split())
_POLLED = frozenset("lead leads led trails trailed ahead swing poll error".split())
_POINTS_BEHIND = frozenset("of above below better worse ahead behind higher lower".split())  # "two points of margin"
_SIGNS = frozenset("+-−–")
# "That 1.9-point gain came from cheaper memory".
_CHANGES = frozenset(
    "gain rise drop fall increase decrease decline improvement cut hike jump slide swing lead advantage".split()
)
_RATED_REACH = 25  # tokens to either side


def are_of_percent(case: Open) -> bool:
    """``the margin narrowed by 1.8 points to 6.1%``: whether points are the difference of two percentages."""
    tokens, quantity = case.page.tokens, case.quantity
    first, stop = case.page.ranges[case.block_at]
    near = tokens[max(first, quantity.first - _RATED_REACH) : min(stop, quantity.end + _RATED_REACH)]
    words = {token.lower for token in near}
    behind = tokens[quantity.end].lower if quantity.end < stop else ""
    signed = tokens[quantity.first].text in _SIGNS or tokens[quantity.first - 1].text in _SIGNS  # "81% 80% +1 pts"
    if words & _SCORED:
        return False
    if any(q is not None and q.unit == "pp" and 0 < quantity.first - q.end <= _RATED_REACH for q in case.quantities):
        return True  # "by 0.6 percentage points over the year and by 0.2 points over the quarter"
    if not (signed or is_change(case) or words & _POLLED or behind in _POINTS_BEHIND | _CHANGES):
        return False
    shares = any(
        q is not None and q.unit in ("%", "pp") and abs(q.first - quantity.first) <= _RATED_REACH
        for q in case.quantities
    )
    return shares or bool(words & (_RATED | _POLLS))
