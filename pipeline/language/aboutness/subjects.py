"""Whom or what a quantity is about: each source of a subject is one function, the surest tried first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from pipeline import units, vocabulary
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.metrics import Metric, metrics_in
from pipeline.language.aboutness.names import Name
from pipeline.language.layout.blocks import BlockKind, Span
from pipeline.language.layout.tables import header_columns
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.tokens import Kind, PhraseTable

__all__ = ["Subject", "find_subject"]

# Behind these a name is where, with whom or against what, seldom whom the number is about.
_ASIDE = frozenset(
    [
        "in",
        "from",
        "with",
        "by",
        "via",
        "through",
        "like",
        "unlike",
        "than",
        "to",
        "against",
        "amid",
        "versus",
        "vs",
        "into",
        "under",
        "compared",
        "between",
        "on",
    ]
)
_SAYS = frozenset({"said", "says", "told", "added", "adds", "wrote", "according"})
_GENERIC_COLUMNS = frozenset({"change", "growth", "difference", "total", "yoy", "y/y", "note", "unit", "share", "%"})
_PRONOUNS = frozenset({"it", "them", "which", "what", "whom", "those", "these", "that"})
_OF = frozenset({"of", "for", "at"})
_SHARE_VERBS = frozenset(
    {
        "account",
        "accounts",
        "accounted",
        "represent",
        "represents",
        "represented",
        "constitute",
        "constitutes",
        "make",
        "makes",
    }
)
_DETERMINERS = frozenset(
    ["the", "a", "an", "its", "their", "his", "her", "our", "this", "that", "these", "those", "of", "all"]
)
_BREAKS = frozenset(",;()–—:.!?|")


_NEVER_ATTRIBUTES = frozenset({"count", "money", "ratio", "ratio_difference", "multiple", "number", "time"})
_LEADS = frozenset({"while", "and", "but", "that", "which"})


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject: its canonical name, the words for it, and how surely it was found."""

    name: str
    text: str
    score: float


def find_subject(case: Case, metric: Metric | None, last: Subject | None) -> Subject | None:
    """The subject of a quantity; ``last`` is that of the statement before it in the same part of the page."""
    sources: tuple[Callable[[Case, Metric | None], Subject | None], ...] = (
        _from_column,
        _from_label,
        _from_share,
        _from_bracket,
        _from_attribute,
        _from_phrase_behind,
        _from_sentence,
    )
    for source in sources:
        found = source(case, metric)
        if found is not None:
            return found
    if case.names.main is not None and _has_phrase(case, "companies"):
        return Subject(case.names.main, "the company", 0.6)
    if last is not None and _has_phrase(case, "stand_ins"):
        return Subject(last.name, last.text, 0.6)
    return _from_heading(case) or _main(case) or (Subject(last.name, last.text, 0.4) if last else None)


def _named(name: Name, score: float) -> Subject:
    return Subject(name.canonical, name.text, score)


def _from_column(case: Case, _: Metric | None) -> Subject | None:
    """From a table: the row's label, unless it says what is measured; then the column names whose number it is."""
    if case.block.kind is not BlockKind.TABLE_ROW:
        return None
    column = _column_name(case)
    label = case.block.label
    is_thing = label is not None and not _is_metric(case, label) and not _is_time(label.of(case.page.text))
    if label is not None and is_thing and case.follows(label):
        return _label_subject(case, label, 0.9)
    if (
        column
        and column.lower().strip("*") not in _GENERIC_COLUMNS
        and not any(character.isdigit() for character in column[:2])
        and not _is_time(column)
    ):
        return Subject(column, column, 0.85)
    return None


def _column_name(case: Case) -> str | None:
    if case.column is not None:
        name = case.column.of(case.page.text)
        return None if _is_metric(case, case.column) else name
    if case.block.header is None or case.quantity not in case.row_quantities or len(case.row_quantities) < 2:
        return None
    columns = header_columns(case.block.header.of(case.page.text), len(case.row_quantities))
    return columns[case.row_quantities.index(case.quantity)] if columns else None


def _is_metric(case: Case, span: Span) -> bool:
    return any(True for _ in metrics_in(case, *case.page.tokens_in(span)))


def _is_time(text: str) -> bool:
    return any(word[:4].isdigit() or word[:2] in ("Q1", "Q2", "Q3", "Q4", "H1", "H2", "FY") for word in text.split())


def _label_subject(case: Case, label: Span, score: float) -> Subject | None:
    first, stop = case.page.tokens_in(label)
    names = case.names.among(first, stop)
    text = " ".join(label.of(case.page.text).split())
    if len(names) == 1 and names[0].first == first and names[0].end == stop:
        return _named(names[0], score)
    return Subject(text, text, score) if text else None


def _from_label(case: Case, metric: Metric | None) -> Subject | None:
    """From the label of a line: a name in it, or the whole label where it is not what is measured."""
    label = case.block.label
    if label is None or case.block.kind is BlockKind.TABLE_ROW or not case.follows(label):
        return None
    first, stop = case.page.tokens_in(label)
    names = case.names.among(first, stop)
    if names:
        return _named(names[-1], 0.85)
    in_sentence = case.names.among(max(case.first, stop), case.quantity.first)
    if in_sentence or metric is None or first <= metric.first < stop or _is_metric(case, label):
        return None
    text = label.of(case.page.text)
    return Subject(text, text, 0.5) if case.block.kind is BlockKind.FIELD else None


def _from_share(case: Case, metric: Metric | None) -> Subject | None:
    """``70% of SU7 owners``, ``electric motors account for 6.5% of costs``: what the share is one of."""
    if units.resolve(case.quantity.unit).dimension != "ratio":
        return None
    tokens, quantity = case.page.tokens, case.quantity
    for i in range(quantity.first - 1, max(case.first, quantity.first - 6) - 1, -1):
        if tokens[i].lower in _SHARE_VERBS:
            return _phrase_before(case, i)
    if metric is not None and 0 <= metric.first < quantity.first and metric.score > 0.75:
        return None
    pronoun = quantity.end + 1 < case.stop and tokens[quantity.end + 1].lower in _PRONOUNS
    if quantity.end + 1 < case.stop and tokens[quantity.end].lower == "of" and not pronoun:
        return _phrase_at(case, quantity.end + 1, 0.8)
    return None


def _phrase_before(case: Case, i: int) -> Subject | None:
    """The noun phrase that ends before token ``i``, back to the last mark or connecting word."""
    tokens, first = case.page.tokens, i
    while first > case.first and tokens[first - 1].text not in _BREAKS and tokens[first - 1].lower not in _LEADS:
        first -= 1
    while first < i and tokens[first].lower in _DETERMINERS:
        first += 1
    text = " ".join(case.page.written(first, i).split())
    return Subject(text, text, 0.75) if 0 < i - first <= 8 else None


def _phrase_at(case: Case, i: int, score: float) -> Subject | None:
    """The noun phrase that begins at token ``i``, up to a function word or a mark."""
    tokens = case.page.tokens
    while i < case.stop and tokens[i].lower in _DETERMINERS:
        i += 1
    names = [name for name in case.names.among(i, min(case.stop, i + 8)) if name.first == i]
    end = i
    limit = min(case.stop, i + 6)
    while end < limit and tokens[end].text not in _BREAKS and (end == i or tokens[end].lower not in _function_words()):
        end += 1
    if names and (names[0].possessive or names[0].end >= end):
        return _named(names[0], score)
    text = " ".join(case.page.written(i, end).split())
    return Subject(text, text, score - 0.1) if end > i else None


@cache
def _function_words() -> frozenset[str]:
    return frozenset(vocabulary.load("nouns")["stop"]["words"])


def _from_bracket(case: Case, _: Metric | None) -> Subject | None:
    """``lower than BYD's (21.02%)``: the name right before the bracket that holds the number."""
    tokens, i = case.page.tokens, case.quantity.first - 1
    if i <= case.first or tokens[i].text != "(":
        return None
    before = [name for name in case.names.among(case.first, i) if name.end >= i - 3]
    return _named(before[-1], 0.85) if before else None


def _from_phrase_behind(case: Case, metric: Metric | None) -> Subject | None:
    """``waiting time for an SU7``, ``240,000 units for its YU7 model``, ``27,200 rpm in the V8s``: a name behind."""
    tokens = case.page.tokens
    places = [metric.end] if metric is not None and case.first <= metric.end < case.quantity.first else []
    for place in [*places, case.quantity.end]:
        if place >= case.stop or tokens[place].lower not in (*_OF, "in"):
            continue
        names = case.names.among(place + 1, min(case.stop, place + 7))
        near = names and names[0].first <= place + 3
        if near and not any(token.text in _BREAKS for token in tokens[place : names[0].first]):
            if tokens[place].lower != "in" or _is_product(names[0]):
                return _named(names[0], 0.8)
        elif (
            place != case.quantity.end and tokens[place].lower == "of" and (phrase := _phrase_if_thing(case, place + 1))
        ):
            return phrase
    return None


def _is_product(name: Name) -> bool:
    """Whether a name is a product's and no place's: it has a digit."""
    return any(character.isdigit() for character in name.text)


def _phrase_if_thing(case: Case, i: int) -> Subject | None:
    """The phrase behind ``of``, unless it is the number's own: "a gross margin of 21.02%"."""
    if any(i <= q.first <= i + 2 and not is_attributive(case, q) for q in case.row_quantities):
        return None
    return _phrase_at(case, i, 0.75)


def _from_attribute(case: Case, metric: Metric | None) -> Subject | None:
    """``800V high-voltage platforms``, ``a 96.3 kWh battery``: what the quantity stands before as an adjective."""
    if not is_attributive(case) or (metric is not None and metric.first >= case.quantity.end):
        return None
    return _phrase_at(case, case.quantity.end, 0.8)


def is_attributive(case: Case, quantity: Quantity | None = None) -> bool:
    """Whether a physical quantity, the case's own if no other is named, stands before a noun like an adjective."""
    quantity = quantity or case.quantity
    tokens, i = case.page.tokens, quantity.end
    if units.resolve(quantity.unit).dimension in _NEVER_ATTRIBUTES or i >= case.stop:
        return False
    if case.block.kind is BlockKind.TABLE_ROW or tokens[i].kind is not Kind.WORD or tokens[i].gap != " ":
        return False
    return tokens[i].text.islower() and tokens[i].lower not in _function_words()


def _thing_at_head(case: Case) -> Subject | None:
    """``The next-generation motor adopts ...``: the thing a sentence opens with."""
    tokens, first = case.page.tokens, case.first
    while first < case.stop and tokens[first].kind is Kind.SYMBOL:
        first += 1
    if first >= case.stop or tokens[first].lower not in ("the", "a", "an"):
        return None
    for i in range(first + 1, min(first + 7, case.quantity.first)):
        if tokens[i].text in _BREAKS or (tokens[i].lower in _function_words()):
            return None
        if tokens[i].lower in vocabulary.load("names")["parts"]["words"] and not (
            i + 1 < case.stop and tokens[i + 1].glued
        ):
            text = " ".join(case.page.written(first + 1, i + 1).split())
            return Subject(text, text, 0.65) if i > first + 1 else None
    return None


def _from_sentence(case: Case, metric: Metric | None) -> Subject | None:
    """The name in the sentence before the quantity that scores best: a possessor, the nearest, not an aside."""
    names = case.names.among(case.first, case.quantity.first)
    if not names:
        return _right_behind(case) or _thing_at_head(case)
    best = max(names, key=lambda name: (_score(case, metric, name), name.first))
    if _score(case, metric, best) <= -1.0:
        return _right_behind(case) or _thing_at_head(case)
    return _with_part(case, best) or _named(best, 0.7)


def _with_part(case: Case, name: Name) -> Subject | None:
    """``Xiaomi with its EV business reporting``, ``Xiaomi's EV business``: the part of somebody whose number it is."""
    tokens, parts = case.page.tokens, vocabulary.load("names")["parts"]["words"]
    owners = [
        i
        for i in range(name.end, case.quantity.first)
        if tokens[i].lower == "its" or (i == name.end and name.possessive)
    ]
    for i in reversed(owners):
        for end in range(i + 2, min(i + 6, case.quantity.first)):
            if tokens[end - 1].lower in _function_words() or tokens[end - 1].text in _BREAKS:
                break
            if tokens[end - 1].lower in parts and (inner := case.names.among(i + 1, end)):
                return _named(inner[-1], 0.75)
            if tokens[end - 1].lower in parts and end > i + 2:
                part = " ".join(case.page.written(i + 1, end).split())
                return Subject(
                    f"{name.canonical}'s {part}", case.page.written(name.first if name.possessive else i, end), 0.7
                )
    return None


def _score(case: Case, metric: Metric | None, name: Name) -> float:
    tokens = case.page.tokens
    between = tokens[name.end : case.quantity.first]
    marks = sum(token.text in ",;()" for token in between)
    before = tokens[name.first - 1].lower if name.first > case.first else ""
    if before in _DETERMINERS and name.first - 2 >= case.first:
        before = tokens[name.first - 2].lower
    aside = before in _ASIDE
    owner = name.possessive and metric is not None and name.end <= metric.first <= name.end + 5
    behind = tokens[name.end].lower if name.end < len(tokens) else ""
    speaker = behind in _SAYS or before in _SAYS
    if speaker or name.filed:
        return -1.0
    return 1.0 - 0.02 * len(between) - 0.15 * marks - 0.5 * aside + 0.6 * owner + 0.2 * (name.first == case.first)


def _right_behind(case: Case) -> Subject | None:
    """A name that follows the quantity: ``40% of orders went to the Max``, ``12.5 m tall, the X1``."""
    noun = case.quantity.noun
    inside = case.names.among(noun[0], noun[1]) if noun else []
    return _named(inside[-1], 0.7) if inside else None


@cache
def _phrases(section: str) -> PhraseTable[bool]:
    return PhraseTable((phrase, True) for phrase in vocabulary.load("names")[section]["phrases"])


def _has_phrase(case: Case, section: str) -> bool:
    """Whether a phrase that stands for somebody named before stands in the sentence before the quantity."""
    return any(True for _ in _phrases(section).all(case.page.tokens, case.first, case.quantity.first))


def _from_heading(case: Case) -> Subject | None:
    """From the headings above, the nearest first: a name in one, or one that is a name itself."""
    for position, i in enumerate(reversed(case.headings)):
        first, stop = case.page.ranges[i]
        names = case.names.among(first, stop, titled=True)
        if names:
            return _named(names[-1], 0.55 - 0.05 * position)
        if position == 0 and case.page.blocks[i].level >= 4 and _names_a_thing(case, i):
            text = _without_number(case.page.blocks[i].span.of(case.page.text))
            return Subject(text, text, 0.55)
    return None


def _names_a_thing(case: Case, i: int) -> bool:
    words = _without_number(case.page.blocks[i].span.of(case.page.text)).split()
    named = any(character.isdigit() for word in words for character in word) or any(
        word in ("I", "II", "III", "IV") for word in words
    )
    part = bool(words) and words[-1].lower() in vocabulary.load("names")["parts"]["words"]
    return 1 < len(words) <= 5 and all(word[0].isupper() for word in words) and (named or part)


def _without_number(text: str) -> str:
    return text.strip("#*: ").lstrip("(0123456789.) ").strip()


def _main(case: Case) -> Subject | None:
    return Subject(case.names.main, case.names.main, 0.3) if case.names.main else None
