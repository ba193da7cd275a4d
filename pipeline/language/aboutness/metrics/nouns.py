"""What is measured, from the noun that is counted, or that the quantity qualifies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline import units, vocabulary
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.measures import fit
from pipeline.language.aboutness.metrics.phrases import measure_name, measuring_part, of_one, written
from pipeline.language.aboutness.metrics.predicates import predicate_of, predicate_signals
from pipeline.language.aboutness.relations import government
from pipeline.language.nouns import is_plural, plural
from pipeline.language.syntax.phrases import Phrase
from pipeline.language.tokens import Kind

__all__ = ["from_counted", "from_noun", "from_placed", "from_qualified_noun"]

_PLACING = frozenset("under in on without with at outside above over below".split())
_ARTICLES = frozenset({"a", "an", "the", "its", "their"})
_LONGEST_PLACE = 5  # tokens
_QUALIFIERS = 4  # words between "of" and a number: "of at least some"


def from_noun(case: Case) -> Iterator[Candidate]:
    """From the counted noun: ``680 vehicle-related patents`` are patents."""
    noun = case.quantity.noun
    if noun is None:
        return
    first, end = _without_names(case, *noun)
    name = _counted_name(case, first, end)
    place = "own" if case.quantity.first <= first < case.quantity.end else "lent"
    if case.qualified is not None:  # "a 500-bed hospital"
        place, name = "qualifying", _in_plural(name)
    signals = (f"chunk=noun {place}", f"chunk=noun {place} {case.block.kind}", *government(case, "noun"))
    yield Candidate(name, case.page.written(first, end), "noun", signals, first, end, case.word)
    if end - first > 1 and not case.page.tokens[end - 1].glued:
        yield Candidate(
            _counted_name(case, end - 1, end),
            case.page.written(end - 1, end),
            "noun head",
            signals,
            end - 1,
            end,
            case.word,
        )


def _counted_name(case: Case, first: int, end: int) -> str:
    """A counted noun as a metric's name; as written where the vocabulary's name for it is one of other units: shares
    that are bought back are no share price."""
    name = measure_name(case.setting, first, end)
    return name if fit(name, case.dimension) != "misfits" else written(case.page, first, end)


def _in_plural(name: str) -> str:
    *before, last = name.split()
    return " ".join([*before, last if is_plural(last) else plural(last)])


def from_counted(case: Case) -> Iterator[Candidate]:
    """From what those do or suffer whom it counts: of ``4,600 people were sent home``, people sent home."""
    noun, predicate = case.quantity.noun, predicate_of(case)
    if noun is None or predicate is None or case.tree is None or case.qualified is not None:
        return
    name = measure_name(case.setting, *_without_names(case, *noun))
    signals = predicate_signals(case, predicate, "counted")
    place = (predicate.first, predicate.end, case.tree.word_of(predicate.first))
    text = case.page.written(predicate.first, predicate.end)
    for length, told in predicate.variants:
        yield Candidate(f"{name} {told}", text, f"counted predicated {length}", signals, *place)


def from_placed(case: Case) -> Iterator[Candidate]:
    """From the counted noun and what stands behind it: of ``27,400 systems under lease``, systems under lease."""
    noun, tree, tokens = case.quantity.noun, case.tree, case.page.tokens
    if noun is None or tree is None or case.qualified is not None or noun[1] >= case.stop:
        return
    link = tokens[noun[1]].lower
    phrase = next((phrase for phrase in case.setting.phrases if tree.words[phrase.first].first > noun[1]), None)
    if link not in _PLACING or phrase is None:
        return
    begin, end = tree.words[phrase.first].first, tree.words[phrase.head].end
    between = [token.lower for token in tokens[noun[1] + 1 : begin]]
    if not set(between) <= _ARTICLES or len(between) > 1 or end - noun[1] > _LONGEST_PLACE:
        return
    if any(i in case.setting.times or case.setting.inside_quantity(i, end) for i in range(begin, end)):
        return
    name = f"{_counted_name(case, *_without_names(case, *noun))} {link} {written(case.page, begin, end)}"
    place = tokens[end - 1].lower
    signals = (f"chunk=placed {link}", f"lex=placed {place}", f"lex={link} {place} placed")
    yield Candidate(name, case.page.written(noun[0], end), "noun placed", signals, noun[0], end, case.word)


def _without_names(case: Case, first: int, end: int) -> tuple[int, int]:
    """The counted noun without the name it opens with: of "240,000 YU7 pre-orders" the pre-orders."""
    while first + 1 < end and not case.page.tokens[first].text[0].isalnum():  # a mark of quotation
        first += 1
    for name in case.setting.names:
        behind = case.page.tokens[name.end] if name.end < end else None
        if name.first == first and behind is not None and behind.kind is Kind.WORD and not behind.glued:
            return name.end, end  # but all of "Boeing 757s"
    return first, end


def from_qualified_noun(case: Case) -> Iterator[Candidate]:
    """``a $420 million project`` tells of the project's cost, ``a ten-year contract`` of the contract's duration, ``a
    battery of 60 kWh`` of its capacity."""
    for way, phrase in _qualified(case):
        first, end = measuring_part(case.setting, phrase)
        if way == "qualified":
            first = max(first, case.quantity.end)
        if first >= end:
            continue
        noun, head = measure_name(case.setting, first, end), case.page.tokens[end - 1].lower
        text = case.page.written(first, end)
        signals = (f"path={way} {case.dimension_class}", f"head={head} {way}", f"path={way} {case.dimension}")
        for aspect in _aspects(case):
            yield Candidate(of_one(noun, aspect), text, f"{way} {aspect}", signals, first, end, phrase.head)


def _aspects(case: Case) -> Sequence[str]:
    aspects = vocabulary.load("metrics")["aspects"]
    per = case.quantity.unit.partition("/")[2]
    timed = bool(per) and units.resolve(per).dimension == "time"
    found: Sequence[str] = aspects.get("rate" if timed and case.dimension != "money" else case.dimension, ())
    return found


def _qualified(case: Case) -> Iterator[tuple[str, Phrase]]:
    """The noun phrase that a quantity opens (``qualified``), or that it completes behind an "of" (``measured``)."""
    tree, head, tokens = case.tree, case.qualified, case.page.tokens
    if tree is None:
        return
    if head is not None:
        yield from (("qualified", phrase) for phrase in case.setting.phrases if phrase.first <= head < phrase.end)
    if case.dimension == "count":  # what is counted is the noun's own: "a portfolio of 85 companies"
        return
    i = case.quantity.first - 1
    while i > case.first and case.quantity.first - i <= _QUALIFIERS and tokens[i].lower != "of":
        i -= 1
    if i > case.first and tokens[i].lower == "of":
        behind = (p for p in case.setting.phrases if tree.words[p.head].end == i)
        yield from (("measured", phrase) for phrase in behind)
