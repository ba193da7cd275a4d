"""How a name is spoken of where it stands: as who says something, as a place, as a source, as somebody or something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from pipeline import vocabulary
from pipeline.language.aboutness.measures import owner
from pipeline.language.aboutness.name_words import common_words
from pipeline.language.aboutness.names import Name
from pipeline.language.nouns import company_nouns, function_words
from pipeline.language.tokens import Kind, Token

__all__ = ["SAYS", "is_placed", "is_somebody", "is_something", "is_source", "nouns_at", "speaks"]

SAYS = frozenset(
    "said says told added adds wrote according estimates noted expects reported warned predicted believes predicts "
    "forecasts reckons reckoned anticipates argues argued claims claimed cautioned warns thinks "
    "laughs laughed jokes joked explains explained writes recalls recalled concludes concluded insists insisted "
    "admits admitted".split()
)
_PLACES = frozenset({"in", "at", "near", "from", "outside", "across", "to", "off"})
_TITLES = frozenset(
    "mr mrs ms dr sir dame lord president chairman chairwoman chief executive officer director minister secretary "
    "analyst economist professor head founder governor mayor spokesman spokeswoman ceo cfo editor captain coach".split()
)
# Between such a word and the name from which a number comes: "polled by", "data from", "analysts at".
_FROM_SOURCE = frozenset({"by", "from", "at", "of"})


def _lower(tokens: Sequence[Token], i: int) -> str:
    return tokens[i].lower if 0 <= i < len(tokens) else ""


def speaks(tokens: Sequence[Token], name: Name) -> bool:
    """``Acme said``, ``told the Courier``, ``according to Acme``, ``Professor Vahl``: a person or a source."""
    before, verb = _lower(tokens, name.first - 1), _lower(tokens, name.end)
    told = before == "the" and _lower(tokens, name.first - 2) == "told"  # "told the Courier"
    reports = verb == "reported" and _lower(tokens, name.end + 1) not in ("that", ",", ".")  # "Acme reported a loss"
    return (
        (verb in SAYS and not reports)
        or told
        or before in SAYS
        or before in _TITLES
        or tokens[name.first].lower in _TITLES
        or (_lower(tokens, name.end) == "," and _lower(tokens, name.end + 1) in _TITLES)
        or (before == "to" and _lower(tokens, name.first - 2) == "according")
    )


@cache
def _sources(side: str) -> frozenset[str]:
    return frozenset(vocabulary.load("names")["sources"][side])


def is_source(tokens: Sequence[Token], name: Name) -> bool:
    """``analysts polled by Acme``, ``data from Acme``, ``according to the Acme``, ``Acme figures show``."""
    first = name.first - (_lower(tokens, name.first - 1) == "the")
    before, behind = _lower(tokens, first - 1), _lower(tokens, name.end)
    if (before, _lower(tokens, first - 2)) == ("to", "according"):
        return True
    return (before in _FROM_SOURCE and _lower(tokens, first - 2) in _sources("before")) or behind in _sources("behind")


@cache
def _decisions() -> frozenset[str]:
    return frozenset(vocabulary.load("names")["somebody"]["verbs"])


_AUXILIARIES = frozenset("has had have will would is was also now still recently only".split())  # "Acme has agreed"
_OWNED_REACH = 4  # tokens behind an 's


def is_somebody(tokens: Sequence[Token], name: Name) -> bool:
    """``Acme plans``, ``Acme has sold``, ``Acme's gross margin``, ``the carmaker Acme``."""
    i = name.end
    while i < name.end + 2 and _lower(tokens, i) in _AUXILIARIES:
        i += 1
    decides = _lower(tokens, i) in _decisions() and not _is_definite(tokens, name)
    return decides or _owned(tokens, name) == "somebody" or _lower(tokens, name.first - 1) in company_nouns()


def is_something(tokens: Sequence[Token], name: Name) -> bool:
    """``the R9``, ``Acme's R9's torque``."""
    return _is_definite(tokens, name) or _owned(tokens, name) == "something"


def _owned(tokens: Sequence[Token], name: Name) -> str:
    """Whom what stands behind the 's of a name is measured of; empty where there is none or it tells nothing."""
    if not name.possessive:
        return ""
    words = (_lower(tokens, i) for i in range(name.end + 1, name.end + 1 + _OWNED_REACH))
    return next((of for word in words if (of := owner(word)) != "either"), "")


def _is_definite(tokens: Sequence[Token], name: Name) -> bool:
    """``the R9``, ``its new R9``, and neither ``Acme`` nor the first name of ``the Acme plant``."""
    i = name.first - 1
    while i > 0 and name.first - i < 3 and tokens[i].text.islower() and tokens[i].lower not in function_words():
        i -= 1
    behind = tokens[name.end].text if name.end < len(tokens) else ""
    heads = not behind.islower() or behind in function_words() or behind.endswith(("s", "ed"))  # and is no "plant"
    article = _lower(tokens, i) in ("the", "a", "an", "its", "their", "this", "each", "every")
    return article and heads and tokens[i + 1].lower not in company_nouns()  # "the carmaker Acme"


def is_placed(tokens: Sequence[Token], name: Name) -> bool:
    """``in Leeds``, ``near the Narrows``: where something is."""
    first = name.first - (_lower(tokens, name.first - 1) == "the")  # "in the U.S."
    return _lower(tokens, first - 1) in _PLACES and not name.possessive


def nouns_at(tokens: Sequence[Token], name: Name) -> Iterator[str]:
    """The words right before a name ("parcel carrier Kurierka"), right behind it ("the Stryków hub"), in the name
    itself ("Kambara mine") and in an apposition ("Aldermar, a tanker owner")."""
    for i in (name.first - 1, name.end):
        if (
            0 <= i < len(tokens)
            and tokens[i].kind is Kind.WORD
            and tokens[i].text.islower()
            and tokens[i].lower not in function_words()
        ):
            yield tokens[i].lower
    for i in range(name.first, name.end):
        if tokens[i].lower in common_words():
            yield tokens[i].lower
    if _lower(tokens, name.end) == "," and _lower(tokens, name.end + 1) in ("a", "an", "the", "its", "which"):
        for i in range(name.end + 2, min(len(tokens), name.end + 9)):
            if tokens[i].text in ",.;:" or tokens[i].lower in ("that", "which", "of", "in", "with"):
                break
            yield tokens[i].lower
