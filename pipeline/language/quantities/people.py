"""Units of numbers about people that leave them out: ages, and how many work somewhere."""

from __future__ import annotations

from pipeline import vocabulary
from pipeline.language.nouns import function_words, is_plural
from pipeline.language.quantities.label_words import Lent, lent_words
from pipeline.language.quantities.opened import Open
from pipeline.language.tokens import Kind

__all__ = ["from_age", "from_age_behind_name", "from_employing"]

_AGES, _AGES_OF_READERS = range(1, 110), range(16, 100)
_BOUNDS = frozenset("over above under below aged".split())
_GROUPS = frozenset("those people children".split())  # "those of 66" are as many
_IS, _ARE = frozenset("is was turned turns".split()), frozenset("are were is was".split())
_SENTENCE_ENDS = frozenset(".!?;")
_NEAR = 8  # tokens before a number in which a word for those who work is looked for


def from_age_behind_name(case: Open) -> Lent | None:
    """From a person's name and the commas around it: ``Corinne Vasseur, 49, drives``."""
    tokens, quantity = case.page.tokens, case.quantity
    commas = case.page.lower(quantity.end) == "," and tokens[quantity.first - 1].text == ","
    if quantity.size not in _AGES_OF_READERS or not commas:
        return None
    name = tokens[max(0, quantity.first - 3) : quantity.first - 1]
    if len(name) < 2 or name[1].glued or not all(token.kind is Kind.WORD and token.capitalised for token in name):
        return None
    follows = tokens[quantity.end + 1 : quantity.end + 2]
    is_list = bool(follows) and (follows[0].capitalised or follows[0].lower in ("and", "or"))
    return None if is_list else Lent("year", 1.0, "an age behind a person's name")


def from_age(case: Open) -> Lent | None:
    """From a noun of people and what bounds their age: ``adults above 60``, ``a woman of 66``, ``of whom 41% are over
    65``, ``she is 34``."""
    tokens, first, end = case.page.tokens, case.quantity.first, case.quantity.end
    begin = case.page.ranges[case.block_at][0]
    if case.quantity.size not in _AGES or first - begin < 2 or tokens[end - 1].kind is not Kind.NUMBER:
        return None
    word, before = tokens[first - 1].lower, tokens[first - 2].lower
    if word in _IS and before in ("he", "she"):
        return Lent("year", 1.0, "a person's age")
    behind = tokens[end] if end < len(tokens) else None
    if behind is not None and behind.kind is Kind.WORD and behind.lower not in function_words():
        return None
    if word == "of":
        one = first - 3 >= begin and tokens[first - 3].lower in ("a", "an")
        told = one and before in lent_words("aged") - _GROUPS
        return Lent("year", 1.0, "a person's age") if told else None
    people = first - 3 if before in _ARE else first - 2
    told = people >= begin and (tokens[people].lower in lent_words("aged") or tokens[people].text == "%")
    return Lent("year", 1.0, "the age of people") if told and word in _BOUNDS else None


def from_employing(case: Open) -> Lent | None:
    """From the verb right before it, or a word that means who works somewhere: ``the yard employs about 22``, ``its
    workforce, which peaked at 2,600``."""
    tokens, first = case.page.tokens, case.quantity.first
    verbs, groups = vocabulary.load("left_out")["employees"]["verbs"], lent_words("employees")
    counting = True  # what stands between is nothing but words that may stand before a number
    for i in range(first - 1, max(case.page.ranges[case.block_at][0], first - _NEAR) - 1, -1):
        word = tokens[i].lower
        if word in groups or (counting and word in verbs):
            return Lent("employee", 1.0, "unit from the word for those who work")
        if tokens[i].kind is Kind.NUMBER or word in _SENTENCE_ENDS or is_plural(word):
            return None
        counting = counting and word in lent_words("predicates")
    return None
