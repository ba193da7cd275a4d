"""Units told by a plural that stands apart from its number: ``orders exceeded 248,000``, ``8,300 of them``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import models
from pipeline.language.nouns import canonical_noun, function_words, is_plural
from pipeline.language.quantities.label_words import Lent, is_proper, lent_words, noun_at
from pipeline.language.quantities.opened import Open
from pipeline.language.tokens import Kind, Token
from pipeline.language.written_units import currency_after

__all__ = ["counted_plural", "from_plural_beside", "from_plural_in_clause", "from_them"]

_SUBJECTS = frozenset("it he she this that which who".split())
_THEM_REACH = 60  # tokens back to what "them" stands for


def from_plural_beside(case: Open) -> Lent | None:
    """From the plural right before it, but for a verb: ``orders exceeded 248,000``, ``deliveries of 75,869``."""
    place = _before_predicates(case) if not _is_of_them(case) else None
    if place is None or is_proper(case.page, case.page.tokens[place]):
        return None
    name = counted_plural(case.page.tokens, place)
    return Lent(name, 1.0, "unit from the plural it counts") if name is not None else None


_BEFORE_NUMBERS = frozenset("about around some nearly only over through almost roughly up more".split())


def _is_of_them(case: Open) -> bool:
    end = case.quantity.end
    return [token.lower for token in case.page.tokens[end : end + 2]] == ["of", "them"]


def from_them(case: Open) -> Lent | None:
    """``of them``: from the plural spoken of last, and of these rather from one that completes no other noun."""
    tokens, end = case.page.tokens, case.quantity.end
    if not _is_of_them(case):
        return None
    completing: str | None = None
    for i in range(case.quantity.first - 1, max(case.page.ranges[case.block_at][0], end - _THEM_REACH) - 1, -1):
        name = counted_plural(tokens, i)
        if i + 1 == case.quantity.first or tokens[i + 1].lower in _BEFORE_NUMBERS:
            continue  # a verb: "runs 8,300 of them"
        if name is not None and (i == 0 or tokens[i - 1].lower != "of"):
            return Lent(name, 1.0, "unit from the plural spoken of before")
        completing = completing or name
    return Lent(completing, 1.0, "unit from the plural spoken of before") if completing is not None else None


def from_plural_in_clause(case: Open) -> Lent | None:
    """From the plural that heads its clause: ``pre-orders for the console reached 12,400``."""
    tokens, place = case.page.tokens, _before_predicates(case)
    last = max(case.page.ranges[case.block_at][0], case.quantity.first - 14)
    while place is not None and place >= last and tokens[place].text not in ".;:!?":
        behind = tokens[place + 1].lower
        heads = behind in ("for", "of", "in", "at", "by", "to", "on", "from") or behind in lent_words("predicates")
        if heads and not is_proper(case.page, tokens[place]) and (name := counted_plural(tokens, place)) is not None:
            return Lent(name, 1.0, "unit from the plural that heads the clause")
        place -= 1
    return None


def _before_predicates(case: Open) -> int | None:
    """The token before the verbs and prepositions that lead up to a whole number; ``None`` where none do."""
    if case.quantity.size < 2 or case.quantity.size != int(case.quantity.size):
        return None
    tokens, first = case.page.tokens, case.quantity.first
    last = max(case.page.ranges[case.block_at][0], first - 14)
    behind = [token.lower for token in tokens[case.quantity.end : case.quantity.end + 2]]
    if (
        behind in (["of", "which"], ["of", "whom"], ["of", "them"])
        and first - 2 >= last
        and tokens[first - 1].text == ","
    ):
        return first - 2  # "tickets, 18,400 of which"
    i = first - 1
    while i >= last and (_leads_up(tokens, i) or tokens[i].text in "*_"):
        i -= 1
    return i if last <= i < first - 1 else None


def _leads_up(tokens: Sequence[Token], i: int) -> bool:
    """Whether the word at token ``i`` may stand between a plural and its number; "from" may behind "went"."""
    if tokens[i].lower == "from":
        return i > 0 and tokens[i - 1].lower in lent_words("moves")
    return tokens[i].lower in lent_words("predicates")


def _is_verb(tokens: Sequence[Token], i: int) -> bool:
    """Whether what looks like a plural is the verb of what stands before it: ``it displaces``, ``Kestrel builds``."""
    if tokens[i].lower in lent_words("levels") or _is_followed_by_infinitive(tokens, i):
        return True
    if i == 0 or models.word_class(tokens[i].lower) & models.COARSE != _verbs():
        return False
    before = tokens[i - 1]
    return before.text == "," or before.capitalised or before.lower in _SUBJECTS


def _is_followed_by_infinitive(tokens: Sequence[Token], i: int) -> bool:
    """``the ministry wants to reach``, ``the firm intends to build``: a verb, where a verb follows its "to"."""
    following = [token.lower for token in tokens[i + 1 : i + 3]]
    return len(following) == 2 and following[0] == "to" and following[1] in lent_words("predicates")


@cache
def _verbs() -> int:
    """The coarse class of verbs in the third person."""
    return models.word_class("makes") & models.COARSE


def counted_plural(tokens: Sequence[Token], i: int) -> str | None:
    """The noun of a plural at token ``i`` that may be counted; of "visitor numbers" it is the visitor."""
    word = tokens[i].lower
    if word in lent_words("employees"):
        return "employee"
    possessive = i + 1 < len(tokens) and tokens[i + 1].lower in ("'s", "’s")
    if (
        possessive
        or _is_verb(tokens, i)
        or not is_plural(word)
        or word in lent_words("amounts")
        or currency_after(tokens, i, i + 1)
    ):
        return None
    if word in ("numbers", "figures", "totals") and i > 0 and tokens[i - 1].kind is Kind.WORD:
        counted = tokens[i - 1].lower
        if counted == "whose" and i > 2 and tokens[i - 2].text == ",":
            return counted_plural(tokens, i - 3)  # "seals, whose numbers are down to 75,000"
        return canonical_noun(counted) if counted not in function_words() and counted != "whose" else None
    return "unit" if word == "sales" else noun_at(tokens, i, 0)
