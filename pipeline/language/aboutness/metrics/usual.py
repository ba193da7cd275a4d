"""What numbers of a kind usually measure, where no word of the text names it: of money a price, of a length a distance.

Which of the usual names it is, is told by the words around the number: "homes", "went for" and "asking" by a price.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cache

import models
from pipeline import vocabulary
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case, Setting
from pipeline.language.nouns import function_words, singular
from pipeline.language.tokens import Kind, Token

__all__ = ["from_usual"]

_NEAR = 6  # tokens to either side


def from_usual(case: Case, named: Container[str]) -> Iterator[Candidate]:
    """The usual names of its dimension, but for those that are ``named`` already."""
    names = [name for name in _usual(case.dimension) if name not in named]
    if not names:
        return
    around = [f" {fact}" for fact in _around(case)]
    for name in names:
        kind = f"usual={name}"
        signals = (kind, *[kind + fact for fact in around])
        yield Candidate(name, None, "usual", signals)


@cache
def _usual(dimension: str) -> tuple[str, ...]:
    return tuple(vocabulary.load("metrics")["usual"].get(dimension, ()))


def _around(case: Case) -> Iterator[str]:
    """What stands around a quantity, each as a short fact."""
    quantity, (before, behind) = case.quantity, case.neighbours
    yield f"clause {case.clause_kind}"
    yield f"in {case.block.kind}"
    yield f"after {before}"
    yield f"before {behind}"
    per = quantity.unit.partition("/")[2]
    if per:
        yield f"per {per}"
    yield f"verb {case.verb_base}"
    yield f"verb class {models.word_class(case.verb_base)}"
    words = case.setting.once("telling words", _telling_words)
    near = {word for i, word in words if quantity.first - _NEAR <= i < quantity.end + _NEAR}
    for word in sorted(near):
        yield f"near {word}"
    if case.tree is not None and case.clause_subject is not None:
        subject = singular(case.tree.words[case.clause_subject].text.lower())
        yield f"of {subject}"
        yield f"of class {models.word_class(subject)}"
    if case.headings:
        heading = case.page.ranges[case.headings[-1]]
        for word in case.setting.once("words of the heading", lambda setting: _words_of(setting.page.tokens, *heading)):
            yield f"under {word}"


def _telling_words(setting: Setting) -> Sequence[tuple[int, str]]:
    """The words of a sentence that tell something by themselves, with their places."""
    first, stop = setting.sentence.first, setting.sentence.stop
    return [(i, singular(t.lower)) for i, t in enumerate(setting.page.tokens[first:stop], first) if _tells(t)]


def _words_of(tokens: Sequence[Token], first: int, stop: int) -> list[str]:
    return sorted({singular(token.lower) for token in tokens[first:stop] if _tells(token)})


def _tells(token: Token) -> bool:
    return token.kind is Kind.WORD and len(token.text) > 2 and token.lower not in function_words()
