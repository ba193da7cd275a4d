"""What is said of whom a quantity counts: the verb behind it in its clause, as words that a metric's name can hold.

Of "half of the parts are made in-house" it is "made in-house", of "63% used it daily" it is "using it daily".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.relations import role_of
from pipeline.language.nouns import is_plural
from pipeline.language.tokens import Token
from pipeline.language.verbs import gerund, past_participle

__all__ = ["Predicate", "participle", "predicate_of", "predicate_signals"]

_BE = frozenset({"is", "are", "was", "were", "be", "been", "being", "'re"})
_COME = frozenset({"come", "comes", "came", "coming"})  # "17% come from Chinese suppliers"
_HAVE = frozenset({"have", "has", "had", "having", "'ve"})
_DO = frozenset({"do", "does", "did"})
_AUXILIARIES = frozenset("is are was were has have had do does did".split())  # whatever the tagger takes them for
_HAVING = frozenset("be have hold own get include number total".split())  # say no more of a number than that it is
_NOT = frozenset({"not", "n't", "n’t", "never", "cannot", "no"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_ADVERBS = frozenset({"RB", "RBR", "RBS"})
_COMPLEMENTS = frozenset({"NN", "NNS", "NNP", "NNPS", "JJ"})
_REACH = 14  # tokens behind a quantity in which its verb is looked for
_LONGEST = 5  # words behind the verb
_ENDS_CLAUSE = frozenset(".;:,()–—") | {"and", "but", "while"}
_ENDS_PREDICATE = frozenset('.,;:!?()[]–—“”"') | frozenset(
    "and but while because after when than since if which who that so though although".split()
)
_LEFT_OUT = frozenset("the a an its their his her our this that these those".split())
_LINKS = frozenset("at by in on since until of from up down during for to with as into within over before".split())
_BEFORE_TIMES = _LINKS | _LEFT_OUT | {"end", "start", "beginning"}


@dataclass(frozen=True, slots=True)
class Predicate:
    """What is said of something, in tokens ``first`` to ``end``: ``whole``, and ``short`` up to its first complement.

    ``kind``: ``active`` (used it), ``passive or copula`` (were made), ``perfect`` (have left), ``participle``
    (sold). ``nominal`` where it names a plural: "are women".
    """

    kind: str
    first: int
    end: int
    whole: str
    short: str
    nominal: bool

    @property
    def variants(self) -> list[tuple[str, str]]:
        """Both with their names, each wording once."""
        return [("long", self.whole), *([("short", self.short)] if self.short != self.whole else [])]


def predicate_of(case: Case) -> Predicate | None:
    """What the clause says of a quantity, or of what it counts, that its verb stands behind."""
    i = _verb_behind(case)
    if i is None:
        return None
    tokens, tree = case.page.tokens, case.tree
    assert tree is not None
    first, kind, denied = _past_auxiliaries(case, i)
    if first >= case.stop or tokens[first].text in _ENDS_PREDICATE or _is_quantity(case, first):
        return None
    end = _end_of_predicate(case, first)
    told = _words(tokens[first:end])
    if kind == "active" and tokens[first].lower in _HAVE:
        told[0], denied = "without" if denied else "with", False
    elif kind == "active":
        told[0] = gerund(told[0])
    if denied:
        told.insert(0, "not")
    word = tree.word_of(first)
    noun = word is not None and tree.tags[word] in _COMPLEMENTS and is_plural(tokens[end - 1].lower)
    cut = next((j for j, word in enumerate(told[2:], 2) if word in _LINKS), len(told))
    nominal = noun and kind == "passive or copula"
    return Predicate(kind, first, end, " ".join(told), " ".join(told[:cut]), nominal)


def predicate_signals(case: Case, predicate: Predicate, what: str) -> tuple[str, ...]:
    """How a predicate stands to the quantity; ``what`` it is told of: a share, those that are counted."""
    return (
        f"path={what} {role_of(case, predicate.first)}", f"verb={what} {predicate.short.split()[0]}",
        f"chunk={what} {predicate.kind}", f"side={what} {'verb' if case.verb is not None else 'no verb'}",
    )  # fmt: skip


def participle(case: Case) -> str | None:
    """The past participle of the verb that governs a quantity behind it: of "repaid 40% of the loan", repaid.

    None for a verb that says no more than whose the number is: "holds 680 patents".
    """
    if case.tree is None or case.verb is None or case.verb > case.quantity.first or case.verb_base in _HAVING:
        return None
    word, written = case.tree.word_of(case.verb), case.page.tokens[case.verb].lower
    return written if word is not None and case.tree.tags[word] == "VBN" else past_participle(written)


def _verb_behind(case: Case) -> int | None:
    """The token of the finite verb, or of the participle, behind a quantity in its clause."""
    tree, tokens = case.tree, case.page.tokens
    if tree is None:
        return None
    for i in range(case.quantity.end, min(case.stop, case.quantity.end + _REACH)):
        if tokens[i].lower in _ENDS_CLAUSE or _is_quantity(case, i):
            return None
        word = tree.word_of(i)
        tag = tree.tags[word] if word is not None else ""
        if (
            tag in _FINITE
            or tag == "VBN"
            or tokens[i].lower in _AUXILIARIES
            or (tag == "VB" and tokens[i - 1].lower != "to")
        ):
            return i
    return None


def _is_quantity(case: Case, i: int) -> bool:
    return any(q.first <= i < q.end for q in case.others)


def _past_auxiliaries(case: Case, i: int) -> tuple[int, str, bool]:
    """The token of the main verb, or of what is behind the copula; what kind it is, and whether it is denied."""
    tokens, kind, denied = case.page.tokens, "active", case.page.tokens[i - 1].lower in _NOT
    while i < case.stop:
        lower, tag = tokens[i].lower, _tag(case, i)
        if lower in _NOT or lower.endswith(("n't", "n’t")):
            denied = True
        elif lower in _BE or (lower in _COME and i + 1 < case.stop and tokens[i + 1].lower == "from"):
            kind = "passive or copula"
        elif lower in _HAVE | _DO and _verb_follows(case, i):
            kind = "perfect" if lower in _HAVE else kind
        elif lower in _LINKS or (tag != "MD" and tag not in _ADVERBS):
            break
        i += 1
    if kind == "active" and i < case.stop and _tag(case, i) == "VBN":  # "ships sold for scrap"
        kind = "participle"
    return i, kind, denied


def _tag(case: Case, i: int) -> str:
    assert case.tree is not None
    word = case.tree.word_of(i)
    return case.tree.tags[word] if word is not None else ""


def _verb_follows(case: Case, i: int) -> bool:
    """Whether a verb stands right behind a token, past adverbs, which makes that an auxiliary."""
    following = (_tag(case, j) for j in range(i + 1, min(case.stop, i + 4)))
    return next((tag for tag in following if tag not in _ADVERBS), "").startswith("VB")


def _end_of_predicate(case: Case, i: int) -> int:
    tokens = case.page.tokens
    times = {period.first for period in case.setting.periods}
    end, words = i + 1, 0
    while end < case.stop and words < _LONGEST:
        if end in times or tokens[end].lower in _ENDS_PREDICATE or _is_quantity(case, end):
            break
        words += tokens[end].lower not in _LEFT_OUT and not tokens[end].glued
        end += 1
    while end > i + 1 and tokens[end - 1].lower in _BEFORE_TIMES:  # "let at the end of 2024"
        end -= 1
    return end


def _words(tokens: Sequence[Token]) -> list[str]:
    """Some tokens as words without articles, the first in lower case, what is glued together as one."""
    found = [tokens[0].lower]
    for token in tokens[1:]:
        if token.glued:
            found[-1] += token.text
        elif token.lower not in _LEFT_OUT:
            found.append(token.text)
    return found
