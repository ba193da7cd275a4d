"""What is measured: candidates from the words around a quantity, from labels and columns, from its noun and its unit.

Every candidate has a score; the best one fitting the quantity's dimension is taken. The scores order the signals, they
are no probabilities.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline import units, vocabulary
from pipeline.language.aboutness.case import Case
from pipeline.language.layout.blocks import BlockKind, Span
from pipeline.language.layout.tables import header_columns
from pipeline.language.nouns import singular
from pipeline.language.tokens import Kind, PhraseTable

__all__ = ["Metric", "best_metric", "metrics_in"]

_REACH = 26  # tokens before a quantity in which its metric is looked for
# Dimensions that say by themselves what is measured; a name that fits anything does not fit them.
_SELF_TOLD = frozenset(
    {
        "rotational_speed",
        "torque",
        "power",
        "voltage",
        "current",
        "frequency",
        "specific_power",
        "temperature",
        "energy",
    }
)
_COPULAS = frozenset({"is", "are", "was", "were", "come", "comes", "came", "be", "been", "being"})
_MARKS = frozenset(",;()–—")


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured.

    Its standard name, the words for it (null where the unit alone implies it), and where they stand.
    """

    name: str
    text: str | None
    score: float
    first: int = -1
    end: int = -1


def best_metric(case: Case) -> Metric | None:
    """The best candidate, or ``None`` where nothing says what is measured."""
    sources = (
        _from_label,
        _from_columns,
        _from_sentence,
        _from_verb,
        _from_noun,
        _from_share,
        _from_time,
        _from_heading,
        _from_unit,
    )
    candidates = [metric for source in sources for metric in source(case)]
    return max(candidates, key=lambda metric: metric.score, default=None)


@cache
def _names() -> PhraseTable[str]:
    sections = vocabulary.load("metrics")["names"]
    return PhraseTable(
        (form, name) for section in sections.values() for name, forms in section.items() for form in (name, *forms)
    )


@cache
def _kinds() -> dict[str, str]:
    return {name: kind for kind, section in vocabulary.load("metrics")["names"].items() for name in section}


@cache
def _modifiers() -> frozenset[str]:
    return frozenset(vocabulary.load("metrics")["modifiers"]["words"])


def metrics_in(case: Case, first: int, stop: int) -> Iterator[tuple[int, int, str]]:
    """The metric names among some tokens with the modifiers before them, as (first, end, standard name)."""
    tokens = case.page.tokens
    for begin, end, head in _names().all(tokens, first, stop):
        start = begin
        while start > first and tokens[start - 1].lower in _modifiers() and not tokens[start].gap.count("\n\n"):
            start -= 1
        if start > first and tokens[start].glued and tokens[start - 1].text in "-‐‑":
            continue  # part of a compound: "high-voltage platforms"
        yield start, end, _standard_name(case, start, begin, end, head)


def _standard_name(case: Case, start: int, begin: int, end: int, head: str) -> str:
    if start == begin:
        return head
    whole = _names().at(case.page.tokens, start, end)
    if whole is not None and whole[0] == end:
        return whole[1]
    return f"{' '.join(case.page.written(start, begin).lower().split())} {head}"


def _fits(case: Case, name: str) -> bool:
    """Whether a metric of that name may have the quantity's dimension. A change of anything may be told in percent."""
    kind = next((kind for known, kind in _kinds().items() if name == known or name.endswith(" " + known)), "any")
    dimension = units.resolve(case.quantity.unit).dimension.split("/")[0]
    if kind == "any":
        return dimension not in _SELF_TOLD
    if kind == dimension:
        return True
    allowed = {
        "ratio": ("ratio", "ratio_difference", "multiple", "number"),
        "money": ("money", "ratio", "ratio_difference", "number"),
        "count": ("count", "ratio", "ratio_difference", "number"),
        "multiple": ("multiple", "number", "ratio"),
    }
    return dimension in allowed.get(kind, (kind,))


def _from_label(case: Case) -> Iterator[Metric]:
    """From the label of a line or row: the metric it names, or, where it names nobody either, the whole label."""
    label = case.block.label
    if label is None or not case.follows(label):
        return
    first, stop = case.page.tokens_in(label)
    named = [found for found in metrics_in(case, first, stop) if _fits(case, found[2])]
    if named:
        begin, end, name = named[-1]
        yield Metric(name, case.page.written(begin, end), 0.93, begin, end)
    elif (case.block.kind is not BlockKind.TABLE_ROW or _columns_are_names(case)) and not case.names.among(first, stop):
        text = label.of(case.page.text)
        yield Metric(" ".join(text.lower().split()), text, 0.65, first, stop)


def _columns_are_names(case: Case) -> bool:
    """Whether the columns of a table say whose the numbers are, so that its rows say what is measured."""
    if case.column is not None:
        spans = [name for _, name in case.block.columns]
    elif case.block.header is not None:
        spans = [case.block.header]
    else:
        return False
    return any(case.names.among(*case.page.tokens_in(span), titled=True) for span in spans)


def _from_columns(case: Case) -> Iterator[Metric]:
    """From the name of the quantity's column, or from the end of a header that lost its separators."""
    column = case.column
    if column is not None:
        yield from _named_in(case, column, 0.95)
    elif case.block.header is not None:
        first, stop = case.page.tokens_in(case.block.header)
        found = [metric for metric in metrics_in(case, first, stop) if _fits(case, metric[2])]
        in_row = case.row_quantities
        columns = header_columns(case.block.header.of(case.page.text), len(in_row)) if len(in_row) > 1 else None
        if found and columns is None:
            at = in_row.index(case.quantity) if case.quantity in in_row else -1
            begin, end, name = found[at] if len(found) == len(in_row) else found[-1]
            yield Metric(name, case.page.written(begin, end), 0.8, begin, end)


def _named_in(case: Case, span: Span, score: float) -> Iterator[Metric]:
    first, stop = case.page.tokens_in(span)
    for begin, end, name in metrics_in(case, first, stop):
        if _fits(case, name):
            yield Metric(name, case.page.written(begin, end), score, begin, end)


def _from_sentence(case: Case) -> Iterator[Metric]:
    """From the sentence: right behind the quantity, or before it, the nearer the better and the fewer marks between."""
    quantity, tokens = case.quantity, case.page.tokens
    after = min(case.stop, quantity.end + 8)
    for begin, end, name in metrics_in(case, quantity.end, after):
        between = tokens[quantity.end : begin]
        if not _fits(case, name) or any(token.text in ".;" for token in between):
            continue
        near = len(between) <= 1 and not any(token.kind is Kind.SYMBOL for token in between)
        linked = [token.lower for token in between[:1]] in (["in"], ["of"], ["as"])
        in_it = [token.lower for token in between[:1]] == ["in"] and len(between) <= 3
        score = (
            0.97
            if (near and not linked) or in_it
            else 0.72
            if linked and len(between) <= 3
            else 0.45 - 0.03 * len(between)
        )
        yield Metric(name, case.page.written(begin, end), score, begin, end)
    for begin, end, name in metrics_in(case, max(case.first, quantity.first - _REACH), quantity.first):
        if _fits(case, name):
            yield Metric(name, case.page.written(begin, end), _score_before(case, end), begin, end)


def _score_before(case: Case, end: int) -> float:
    between = case.page.tokens[end : case.quantity.first]
    marks = sum(token.text in _MARKS for token in between)
    others = sum(end <= other.first < case.quantity.first for other in case.others)
    direct = bool(between) and between[0].lower in (
        "of",
        ":",
        "reached",
        "was",
        "is",
        "exceeded",
        "stood",
        "at",
        "rose",
        "to",
    )
    return 0.9 + 0.05 * direct - 0.02 * len(between) - 0.12 * marks - 0.1 * others


def _from_verb(case: Case) -> Iterator[Metric]:
    """From the verb whose object the quantity is: ``delivered 137,700 units``."""
    verbs = vocabulary.load("metrics")["verbs"]
    tokens = case.page.tokens
    for i in range(case.quantity.first - 1, max(case.first, case.quantity.first - 7) - 1, -1):
        if tokens[i].text in ".;:":
            return
        name = verbs.get(tokens[i].lower)
        if name is not None and _fits(case, name):
            yield Metric(name, tokens[i].text, 0.88 - 0.03 * (case.quantity.first - i), i, i + 1)
            return


def _from_noun(case: Case) -> Iterator[Metric]:
    """From the counted noun itself: ``680 vehicle-related patents`` are patents."""
    noun = case.quantity.noun
    if noun is None:
        return
    first, end = noun
    named = list(metrics_in(case, first, end))
    text = case.page.written(first, end)
    if named and named[-1][1] == end:
        yield Metric(named[-1][2], case.page.written(named[-1][0], end), 0.86, named[-1][0], end)
        return
    head = case.page.tokens[end - 1].lower
    generic = singular(head) in ("unit", "vehicle", "car", "item", "piece", "time")
    yield Metric(_phrase(text), text, 0.3 if generic else 0.6, first, end)


def _phrase(text: str) -> str:
    return " ".join(text.lower().split())


def _from_share(case: Case) -> Iterator[Metric]:
    """``75% of the parts are self-made``, ``17% come from suppliers``.

    The share that is, or comes from, what follows.
    """
    if case.quantity.unit != "%":
        return
    tokens, i = case.page.tokens, case.quantity.end
    limit = min(case.stop, i + 14)
    if i < limit and tokens[i].lower == "of":
        while i < limit and tokens[i].lower not in _COPULAS and tokens[i].text not in ".,;:":
            i += 1
    elif i < limit and tokens[i].lower not in _COPULAS:
        return
    if i >= limit or tokens[i].lower not in _COPULAS:
        return
    first = end = i + 1
    while (
        end < case.stop
        and end < first + 6
        and tokens[end].text not in ".,;:!?()[]"
        and tokens[end].lower not in ("and", "but", "while")
    ):
        end += 1
    if end > first:
        text = case.page.written(first, end)
        yield Metric(f"share {_phrase(text)}", text, 0.74, first, end)


def _from_time(case: Case) -> Iterator[Metric]:
    """``reached profitability in under two years``, ``took 188 days to build``, ``240,000 orders in 24 hours``."""
    if units.resolve(case.quantity.unit).dimension != "time":
        return
    tokens, quantity = case.page.tokens, case.quantity
    i = quantity.first - 1
    while i > max(case.first, quantity.first - 5) and tokens[i].lower not in ("in", "within", "took", "takes", "take"):
        i -= 1
    if i < case.first:
        return
    if tokens[i].lower in ("in", "within"):
        yield from _time_before(case, i)
    elif (
        tokens[i].lower in ("took", "takes", "take")
        and quantity.end + 1 < case.stop
        and tokens[quantity.end].lower == "to"
    ):
        end = min(case.stop, quantity.end + 5)
        text = case.page.written(quantity.end + 1, end)
        yield Metric(f"time to {_phrase(text)}", text, 0.7, quantity.end, end)


def _time_before(case: Case, i: int) -> Iterator[Metric]:
    """What was reached in that time, or counted in it."""
    tokens = case.page.tokens
    for j in range(i - 1, max(case.first, i - 7) - 1, -1):
        if tokens[j].lower in ("reached", "reach", "achieved", "achieve", "hit", "attained", "turned") and j + 1 < i:
            text = case.page.written(j + 1, i)
            yield Metric(f"time to {_phrase(text)}", text, 0.8, j + 1, i)
            return
    counted = [q for q in case.others if q.noun is not None and i - 7 <= q.end <= i]
    if counted:
        head = tokens[counted[-1].end - 1]
        yield Metric(f"{singular(head.lower)} period", head.text, 0.7, counted[-1].end - 1, counted[-1].end)


def _from_heading(case: Case) -> Iterator[Metric]:
    for position, i in enumerate(reversed(case.headings)):
        first, stop = case.page.ranges[i]
        for begin, end, name in metrics_in(case, first, stop):
            if _fits(case, name):
                yield Metric(name, case.page.written(begin, end), 0.5 - 0.1 * position, begin, end)
        if position:
            return


def _from_unit(case: Case) -> Iterator[Metric]:
    dimension = units.resolve(case.quantity.unit).dimension
    name = vocabulary.load("metrics")["implied"].get(dimension)
    if name is not None:
        specific = dimension not in ("time", "money", "length", "mass", "energy", "pressure")
        yield Metric(name, None, 0.62 if specific else 0.2)
