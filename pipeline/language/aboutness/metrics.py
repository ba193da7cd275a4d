"""What is measured: the candidates, from the phrases of the sentence, its verbs, the layout, the noun and the unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline import vocabulary
from pipeline.language.aboutness.candidates import Candidate, bucket, proposers
from pipeline.language.aboutness.case import Case, Setting
from pipeline.language.aboutness.measures import fit, implied_by, measures_of_verb, weak_words
from pipeline.language.aboutness.relations import relation
from pipeline.language.layout.blocks import BlockKind, Span
from pipeline.language.layout.page import Page
from pipeline.language.layout.tables import header_columns
from pipeline.language.nouns import singular
from pipeline.language.syntax.phrases import Phrase
from pipeline.language.tokens import Kind
from pipeline.language.verbs import PARTICLES, base_form, measuring_verbs

__all__ = ["Metric", "metric_candidates"]

_PARTICLE_REACH = 4
_VERB_REACH = 7  # tokens before a quantity in which its verb is looked for where there is no tree
_LONGEST_NAME = 7  # words
_COPULAS = frozenset({"is", "are", "was", "were", "come", "comes", "came", "be", "been", "being"})
_HEADINGS_READ = 2
_COMPLETING = frozenset({"of", "in", "for", "on", "before", "per", "from", "to", "at", "with"})  # "price of copper"


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured: its standard name, the words for it (null where the unit alone implies it), how sure it is."""

    name: str
    text: str | None
    probability: float
    first: int = -1
    end: int = -1
    word: int | None = None
    dimension: str = ""  # that of the quantity it was found for


def metric_candidates(case: Case, recent: Sequence[Metric]) -> list[Candidate]:
    """All that a quantity may measure. ``recent``: what those before it in the same part of the page measured, the
    latest first."""
    sources: tuple[Callable[[Case], Iterator[Candidate]], ...] = (
        _from_phrases, _from_verb, _from_noun, _from_qualified_noun, _from_share, _from_time, _from_adjective, _from_direction, _from_multiple, _from_capacity, _from_label, _from_columns,
        _from_headings, _from_unit,
    )  # fmt: skip
    found = [candidate for source in sources for candidate in source(case)]
    found += [_remembered(case, metric, position) for position, metric in enumerate(recent)]
    last = recent[0] if recent else None
    found = [candidate for candidate in found if candidate.name]
    names = proposers(found)
    told: dict[tuple[str, str], tuple[str, ...]] = {}
    for candidate in found:
        key = (candidate.name, candidate.source)
        if key not in told:
            told[key] = tuple(_signals_of_name(case, candidate, names, last))
    return [candidate.with_signals(told[candidate.name, candidate.source]) for candidate in found]


def _signals_of_name(case: Case, candidate: Candidate, names: Mapping[str, str], last: Metric | None) -> Iterator[str]:
    """The signals of the name itself, whoever proposed it."""
    kind = case.dimension_class
    fitting = fit(candidate.name, case.dimension)
    words = candidate.name.split()
    yield f"vocab={fitting}"
    yield f"vocab={fitting} {candidate.source}"
    yield f"vocab={fitting} {kind}"
    yield f"clause={case.clause_kind} {candidate.source}"
    yield f"head={'plural' if words[-1].endswith('s') else 'singular'} {kind}"
    yield f"chunk={candidate.source} {kind}"
    yield f"chunk={bucket(len(words), (1, 2, 3, 4))}"
    yield f"lex={words[-1].lower()} {kind}"
    yield f"lex={words[-1].lower()} {candidate.source}"
    yield f"same={names[candidate.name]}"
    yield f"same={bucket(names[candidate.name].count('+'), (0, 1, 2))} more"
    if last is not None and last.name == candidate.name:
        yield f"memory=metric {candidate.source}"


def _remembered(case: Case, last: Metric, position: int) -> Candidate:
    near = f"{position} {'sentence' if case.first <= last.first < case.stop else 'before'}"
    moved = last.dimension == case.dimension
    tokens, quantity = case.page.tokens, case.quantity
    before = tokens[quantity.first - 1].lower if quantity.first > case.first else "^"
    behind = tokens[quantity.end].lower if quantity.end < case.stop else "$"
    signals = (
        f"memory={near}", f"memory={near} {case.dimension_class}", f"memory={near} {'same' if moved else 'other'} dimension",
        f"memory={near} behind {before}", f"memory={near} before {behind}", f"clause={case.clause_kind} memory {near}",
    )  # fmt: skip
    return Candidate(last.name, last.text, "memory", signals)


def _name(setting: Setting, first: int, end: int) -> str:
    """Some words as a metric's name: as written, but what they end with by the vocabulary's name for it."""
    page, head = setting.page, ""
    for begin, stop, name in setting.readings.measures(first, end):
        if stop == end:
            head, end = name, begin
    return f"{_written(page, first, end)} {head}".strip()


def _written(page: Page, first: int, end: int) -> str:
    """Some words in lower case but for abbreviations, white space folded."""
    written = ""
    for token in page.tokens[first:end]:
        word = token.text if sum(character.isupper() for character in token.text) > 1 else token.lower
        written += ("" if token.glued or not written else " ") + word
    return written


# -- phrases of the sentence ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Measure:
    """Words of a sentence that may say what is measured: tokens ``first`` to ``end``, headed by ``word`` of its tree."""

    first: int
    end: int
    name: str
    source: str
    word: int
    signals: tuple[str, ...]


def _from_phrases(case: Case) -> Iterator[Candidate]:
    """Every noun phrase of the sentence, whole, as its vocabulary name alone, and with the "of" that completes it."""
    kind = case.dimension_class
    related: dict[tuple[int, int], tuple[str, ...]] = {}
    for found in case.setting.once("measures", _measures_of):
        if _is_noun_of(case, found.first, found.end):
            continue
        place = (found.first, found.word)
        if place not in related:
            related[place] = (*relation(case, found.first, found.end, found.word), *_counted_by_another(case, found))
        own = (*found.signals, *(f"{signal} {kind}" for signal in found.signals))
        text = case.page.written(found.first, found.end)
        yield Candidate(found.name, text, found.source, related[place] + own, found.first, found.end, found.word)


def _counted_by_another(case: Case, found: _Measure) -> Iterator[str]:
    if any(q.noun and q.noun[0] < found.end and found.first < q.noun[1] for q in case.others):
        yield f"kind=counted by another {case.dimension_class}"


def _is_noun_of(case: Case, first: int, end: int) -> bool:
    """Whether some tokens are the counted noun itself, which is a source of its own."""
    noun = case.quantity.noun
    return noun is not None and noun[0] < end and first < noun[1]


def _measures_of(setting: Setting) -> list[_Measure]:
    """The words of a sentence that may say what is measured, whichever of its quantities asks."""
    tree = setting.sentence.tree
    if tree is None:
        return []
    found: list[_Measure] = []
    covered: set[int] = set()
    for at, phrase in enumerate(setting.phrases):
        first, end = _measuring_part(setting, phrase)
        if first >= end or end - first > _LONGEST_NAME:
            continue
        signals = tuple(_phrase_signals(setting, phrase, first, end))
        found.append(_Measure(first, end, _name(setting, first, end), "phrase", phrase.head, signals))
        for begin, stop, name in setting.measures:
            if first <= begin and stop == end:
                covered.add(begin)
                if begin > first:
                    found.append(_Measure(begin, stop, name, "vocabulary", phrase.head, signals))
        found += _with_complement(setting, at, first, end, signals)
    for begin, stop, name in setting.measures:  # "assets under management", "net debt/EBITDA": more than a phrase
        word = tree.head_of(begin, stop)
        if begin not in covered and word is not None:
            found.append(_Measure(begin, stop, name, "vocabulary alone", word, ("chunk=alone",)))
    return found


def _measuring_part(setting: Setting, phrase: Phrase) -> tuple[int, int]:
    """The tokens of a phrase without the names, words of time and weak adjectives that it opens with."""
    assert setting.sentence.tree is not None
    tokens, words = setting.page.tokens, setting.sentence.tree.words
    first, end = words[phrase.first].first, words[phrase.head].end
    skipped = {i for period in setting.periods for i in range(period.first, period.end)}
    skipped |= {i for name in setting.names if name.end < end for i in range(name.first, name.end)}
    while first < end and (
        first in skipped
        or tokens[first].lower in weak_words()
        or tokens[first].kind is Kind.SYMBOL
        or tokens[first].lower in ("'s", "’s")
    ):
        first += 1
    while end > first and end - 1 in skipped:
        end -= 1
    return first, end


def _phrase_signals(setting: Setting, phrase: Phrase, first: int, end: int) -> Iterator[str]:
    tree = setting.sentence.tree
    assert tree is not None
    yield f"head={tree.tags[phrase.head]}"
    yield f"det={'owned' if phrase.owner else 'free'}"
    named = any(name.first < end and first < name.end for name in setting.names)
    yield f"kind={'name' if named else 'noun'}"
    children = {tree.labels[i] for i in tree.children[phrase.head]}
    yield f"clause={'relative' if 'acl:relcl' in children else 'plain'}"


def _with_complement(setting: Setting, at: int, first: int, end: int, signals: tuple[str, ...]) -> Iterator[_Measure]:
    """``number of users``, ``price of copper``, ``rise in sales``: a phrase with the one its preposition brings in."""
    phrases, tokens = setting.phrases, setting.page.tokens
    if at + 1 >= len(phrases) or end >= setting.sentence.stop or tokens[end].lower not in _COMPLETING:
        return
    other_first, other_end = _measuring_part(setting, phrases[at + 1])
    if other_first >= other_end or other_first - end > 3 or other_end - first > _LONGEST_NAME + 2:
        return
    if any(end <= q.first < other_end for q in setting.sentence.quantities):
        return
    link = tokens[end].lower
    name = f"{_name(setting, first, end)} {link} {_written(setting.page, other_first, other_end)}"
    yield _Measure(first, other_end, name, f"{link} phrase", phrases[at].head, signals)


# -- verbs and nouns --------------------------------------------------------------------------------------------------


def _governing_verb(case: Case) -> int | None:
    """The token of the verb whose object or complement the quantity is, by the tree."""
    if case.tree is not None and case.word is not None:
        for word in case.tree.ancestors(case.word):
            if case.tree.tags[word].startswith("VB"):
                return case.tree.words[word].first
    return None


def _nearest_verb(case: Case) -> int | None:
    """The token of the nearest verb before the quantity that tells what a number measures."""
    tokens = case.page.tokens
    for i in range(case.quantity.first - 1, max(case.first, case.quantity.first - _VERB_REACH) - 1, -1):
        if tokens[i].text in ".;:":
            return None
        if _with_particle(case, i) in measuring_verbs():
            return i
    return None


def _with_particle(case: Case, verb: int) -> str:
    """A verb in lower case with the particle that follows it near by, where both together have a meaning of their own."""
    tokens = case.page.tokens
    for i in range(verb + 1, min(case.stop, verb + _PARTICLE_REACH)):
        together = f"{tokens[verb].lower} {tokens[i].lower}"
        if tokens[i].lower in PARTICLES and together in measuring_verbs():
            return together
    return tokens[verb].lower


def _from_verb(case: Case) -> Iterator[Candidate]:
    """``delivered 137,700 units`` tells of deliveries, ``carried 4 million passengers`` of passengers carried."""
    tokens = case.page.tokens
    governing, nearest = _governing_verb(case), _nearest_verb(case)
    for verb in sorted({i for i in (governing, nearest) if i is not None}):
        where = f"{'governing' if verb == governing else ''}{'nearest' if verb == nearest else ''}"
        signals = (f"verb={where}", f"verb={where} {case.dimension_class}", *_verb_relation(case, verb))
        written = _with_particle(case, verb)
        names = measures_of_verb(written, case.dimension)
        exact = "own" if case.dimension in measuring_verbs().get(written, {}) else "other"
        word = case.tree.word_of(verb) if case.tree is not None else None
        text = tokens[verb].text
        for name in names:
            known = (*signals, f"verb=known {exact} {case.dimension_class}", f"verb=is {name}")
            yield Candidate(name, text, f"verb {exact}", known, verb, verb + 1, word)
            for noun in _objects(case) if exact == "own" else ():
                yield Candidate(
                    f"{singular(noun.lower())} {name}", text, "object and verb", known, verb, verb + 1, word
                )
        if verb == governing and case.tree is not None and tokens[verb].lower.endswith("ed"):
            for noun in _objects(case):
                made = (*signals, "verb=participle")
                yield Candidate(
                    f"{noun.lower()} {tokens[verb].lower}", noun, "object and participle", made, verb, verb + 1, word
                )


def _verb_relation(case: Case, verb: int) -> Iterator[str]:
    tree = case.tree
    if tree is None or case.word is None or (word := tree.word_of(verb)) is None:
        return
    yield f"path={tree.path(case.word, word)} verb"
    yield f"side={'before' if verb < case.quantity.first else 'behind'} verb"
    yield f"gap={bucket(abs(case.quantity.first - verb))} verb"


def _objects(case: Case) -> list[str]:
    """What the verb acts on: the counted noun, or the noun that an amount of is told (``tonnes of ore``)."""
    noun, tokens = case.quantity.noun, case.page.tokens
    if noun is not None and case.quantity.first < noun[0]:
        return [tokens[noun[1] - 1].text]
    if case.tree is None or case.word is None:
        return []
    below = [
        i for i in case.tree.children[case.word]
        if case.tree.labels[i].startswith(("nmod", "obl")) and case.tree.tags[i].startswith("NN")
    ]  # fmt: skip
    return [case.tree.words[i].text for i in below if case.tree.words[i].first >= case.quantity.end][:1]


def _from_noun(case: Case) -> Iterator[Candidate]:
    """From the counted noun: ``680 vehicle-related patents`` are patents."""
    noun = case.quantity.noun
    if noun is None:
        return
    first, end = noun
    place = "own" if case.quantity.first <= first < case.quantity.end else "lent"
    signals = (f"chunk=noun {place}", f"chunk=noun {place} {case.block.kind}", *_noun_relation(case))
    yield Candidate(
        _name(case.setting, first, end), case.page.written(first, end), "noun", signals, first, end, case.word
    )
    if end - first > 1:
        yield Candidate(
            _name(case.setting, end - 1, end),
            case.page.written(end - 1, end),
            "noun head",
            signals,
            end - 1,
            end,
            case.word,
        )


def _noun_relation(case: Case) -> Iterator[str]:
    if case.tree is None or case.word is None:
        return
    yield f"label={case.tree.labels[case.word]} noun"
    verb = next((w for w in case.tree.ancestors(case.word) if case.tree.tags[w].startswith("VB")), None)
    if verb is not None:
        yield f"verb={case.tree.words[verb].text.lower()} noun"


def _from_qualified_noun(case: Case) -> Iterator[Candidate]:
    """``a $420 million project`` tells of the project's cost, ``a ten-year contract`` of the contract's duration."""
    if case.tree is None or case.word is None:
        return
    word = case.tree.heads[case.word]
    if word == case.word or word < case.word or not case.tree.tags[word].startswith("NN"):
        return
    if case.tree.labels[case.word] not in (
        "nummod",
        "compound",
        "amod",
        "nmod",
        "nmod:unmarked",
        "nmod:npmod",
        "obl:npmod",
    ):
        return
    phrase = next((p for p in case.setting.phrases if p.first <= word < p.end), None)
    if phrase is None:
        return
    first, end = _measuring_part(case.setting, phrase)
    first = max(first, case.quantity.end)
    if first >= end:
        return
    noun, head = _name(case.setting, first, end), case.page.tokens[end - 1].lower
    text = case.page.written(first, end)
    signals = (f"path=qualifies {case.dimension_class}", f"head={head} qualified")
    for aspect in vocabulary.load("metrics")["aspects"].get(case.dimension, ()):
        yield Candidate(f"{noun} {aspect}", text, f"qualified {aspect}", signals, first, end, phrase.head)


def _from_share(case: Case) -> Iterator[Candidate]:
    """``30% of revenue`` is a share of revenue; of ``75% of the parts are self-made`` it is the share self-made."""
    if case.quantity.unit != "%":
        return
    tokens, i = case.page.tokens, case.quantity.end
    if i < case.stop and tokens[i].lower == "of":
        behind = _phrase_behind(case, i)
        if behind is not None and case.tree is not None:
            first, end = _measuring_part(case.setting, behind)
            signals = ("path=share of", *(s for s in _noun_relation(case)))
            if first >= end:
                return
            text = case.page.written(first, end)
            yield Candidate(
                f"share of {_written(case.page, first, end)}", text, "share of", signals, first, end, behind.head
            )
    yield from _predicated_share(case, i)


def _phrase_behind(case: Case, i: int) -> Phrase | None:
    """The noun phrase behind "of": of "of last year's revenue" and of "of the group's sales" the one that is owned."""
    if case.tree is None:
        return None
    words, found = case.tree.words, None
    for phrase in case.setting.phrases:
        first, end = _measuring_part(case.setting, phrase)
        near = words[phrase.first].first in range(i + 1, i + 4) or (found is not None and phrase.owner is found)
        if near and (first < end or found is None):
            found = phrase
    return found


def _predicated_share(case: Case, i: int) -> Iterator[Candidate]:
    tokens = case.page.tokens
    limit = min(case.stop, i + 14)
    if i < limit and tokens[i].lower == "of":
        while i < limit and tokens[i].lower not in _COPULAS and tokens[i].text not in ".,;:":
            i += 1
    if i >= limit or tokens[i].lower not in _COPULAS:
        return
    first = end = i + 1
    while (
        end < min(case.stop, first + 6)
        and tokens[end].text not in ".,;:!?()[]"
        and tokens[end].lower not in ("and", "but", "while")
    ):
        end += 1
    if end > first:
        text = case.page.written(first, end)
        yield Candidate(f"share {_folded(text)}", text, "share predicated", ("path=share predicated",), first, end)


def _from_time(case: Case) -> Iterator[Candidate]:
    """``reached profitability in under two years``, ``took 188 days to build``, ``240,000 orders in 24 hours``."""
    if case.dimension != "time":
        return
    tokens, quantity = case.page.tokens, case.quantity
    i = quantity.first - 1
    while i > max(case.first, quantity.first - 5) and tokens[i].lower not in (
        "in",
        "within",
        "took",
        "takes",
        "take",
        "for",
        "after",
        "over",
    ):
        i -= 1
    if i < case.first:
        return
    lead = tokens[i].lower
    if lead in ("in", "within", "for", "after", "over"):
        yield from _time_before(case, i)
    elif lead in ("took", "takes", "take") and quantity.end + 1 < case.stop and tokens[quantity.end].lower == "to":
        end = min(case.stop, quantity.end + 5)
        text = case.page.written(quantity.end + 1, end)
        yield Candidate(f"time to {_folded(text)}", text, "time to", ("path=time to",), quantity.end, end)
    if case.tree is not None and (verb := _governing_verb(case)) is not None:
        stem = tokens[verb].lower
        signals = (f"path=time {lead}", f"verb={stem} time")
        yield Candidate("duration", None, "duration", signals)
        yield Candidate(f"time to {base_form(stem)}", tokens[verb].text, "time to verb", signals, verb, verb + 1)
        phrase = next(
            (p for p in reversed(case.setting.phrases) if case.tree.words[p.head].end <= quantity.first), None
        )
        if phrase is not None:
            first, end = _measuring_part(case.setting, phrase)
            if first < end:
                yield Candidate(
                    f"{_name(case.setting, first, end)} duration",
                    case.page.written(first, end),
                    "phrase duration",
                    signals,
                    first,
                    end,
                    phrase.head,
                )


def _time_before(case: Case, i: int) -> Iterator[Candidate]:
    """What was reached in that time, or counted in it."""
    tokens = case.page.tokens
    reaching = ("reached", "reach", "achieved", "achieve", "hit", "attained", "turned")
    for j in range(i - 1, max(case.first, i - 7) - 1, -1):
        if tokens[j].lower in reaching and j + 1 < i:
            text = case.page.written(j + 1, i)
            yield Candidate(f"time to {_folded(text)}", text, "time to", ("path=time reached",), j + 1, i)
            return
    counted = [q for q in case.others if q.noun is not None and i - 7 <= q.end <= i]
    if counted:
        head = tokens[counted[-1].end - 1]
        yield Candidate(
            f"{singular(head.lower)} period",
            head.text,
            "counted in",
            ("path=counted in",),
            counted[-1].end - 1,
            counted[-1].end,
        )


def _from_adjective(case: Case) -> Iterator[Candidate]:
    """``12 metres long`` is a length, ``5% dearer`` a price."""
    tokens, quantity = case.page.tokens, case.quantity
    adjectives = vocabulary.load("metrics")["adjectives"]
    for i in range(quantity.end, min(case.stop, quantity.end + 2)):
        name = adjectives.get(tokens[i].lower)
        if name is not None:
            yield Candidate(name, tokens[i].text, "adjective", ("path=adjective",), i, i + 1)
            return
    aged = tokens[quantity.first - 1].lower if quantity.first > case.first else ""
    if aged == "aged":
        yield Candidate(
            "age", tokens[quantity.first - 1].text, "adjective", ("path=adjective",), quantity.first - 1, quantity.first
        )


def _from_direction(case: Case) -> Iterator[Candidate]:
    """``40 km from the coast`` is a distance, ``six weeks late`` a delay, ``the first nine months`` a reporting period."""
    if case.dimension not in ("length", "time"):
        return
    tokens, quantity = case.page.tokens, case.quantity
    before = tokens[quantity.first - 1].lower if quantity.first > case.first else "^"
    behind = tokens[quantity.end].lower if quantity.end < case.stop else "$"
    for name in vocabulary.load("metrics")["directions"].get(behind, ()):
        signals = (f"path=direction {case.dimension}", f"path=direction {behind}", f"path=direction {behind} {name}")
        yield Candidate(
            name, tokens[quantity.end].text, f"direction {case.dimension}", signals, quantity.end, quantity.end + 1
        )
    if case.dimension == "time":
        signals = (f"path=window {before}", f"path=window {before} {behind}", f"path=window before {behind}")
        for name in ("reporting period", "comparison period", "interval", "age"):
            yield Candidate(name, None, name, (*signals, *(f"{signal} {name}" for signal in signals)))


def _from_multiple(case: Case) -> Iterator[Candidate]:
    """``27 times earnings`` is a price-earnings ratio."""
    if case.dimension != "multiple":
        return
    tokens, names = case.page.tokens, vocabulary.load("metrics")["multiples"]
    for i in range(case.quantity.end, min(case.stop, case.quantity.end + 4)):
        if tokens[i].lower in names:
            signals = ("path=multiple of", f"path=multiple of {i - case.quantity.end}")
            yield Candidate(names[tokens[i].lower], tokens[i].text, "multiple of", signals, i, i + 1)
            yield Candidate(f"{tokens[i].lower} multiple", tokens[i].text, "multiple of noun", signals, i, i + 1)
            return


_ABLE = frozenset({"can", "could", "able", "designed", "capable", "rated", "capacity", "room", "space", "good"})


def _from_capacity(case: Case) -> Iterator[Candidate]:
    """``can build 150,000 cars a year``, ``designed for 9,000 wafers a month``: what could be done is a capacity."""
    unit, per = case.quantity.unit.partition("/")[::2]
    tokens = case.page.tokens
    able = [token.lower for token in tokens[case.first : case.quantity.first] if token.lower in _ABLE]
    if not able or unit in ("%", "pp") or case.dimension == "time":
        return
    signals = (f"verb={able[-1]} capacity", f"verb=able {'rate' if per else 'amount'} {case.dimension_class}")
    yield Candidate("capacity", None, "capacity", signals)
    rate = {"year": "annual", "month": "monthly", "day": "daily", "hour": "hourly", "week": "weekly"}.get(per)
    if rate is not None:
        yield Candidate(f"{rate} capacity", None, "rated capacity", signals)


# -- layout and unit --------------------------------------------------------------------------------------------------


def _folded(text: str) -> str:
    return " ".join(text.lower().split())


def _without_notes(case: Case, span: Span) -> tuple[int, int]:
    """The tokens of a label or title up to its first bracket or comma, marks of Markdown left out."""
    tokens = case.page.tokens
    first, stop = case.page.tokens_in(span)
    while first < stop and (tokens[first].kind is Kind.SYMBOL or _is_list_number(case, first, stop)):
        first += 1
    end = first
    while end < stop and tokens[end].text not in "(,[|:;–—?":
        end += 1
    while end > first and tokens[end - 1].text in "*_.":
        end -= 1
    return first, end


def _is_list_number(case: Case, i: int, stop: int) -> bool:
    tokens = case.page.tokens
    return tokens[i].kind is Kind.NUMBER and i + 1 < stop and tokens[i + 1].text in ".)"


def _of_span(case: Case, span: Span, source: str, *facts: str) -> Iterator[Candidate]:
    """The metric names in a label or title, and the whole of it without brackets, names and words of time."""
    kind = case.dimension_class
    first, end = _without_notes(case, span)
    names = case.readings.names(first, end)
    measures = case.readings.measures(*case.page.tokens_in(span))
    holds = f"{'name' if names else ''}{'measure' if measures else ''}" or "words"
    signals = tuple(f"layout={source} {fact}" for fact in (kind, holds, case.block.kind, *facts))
    for at, (begin, stop, name) in enumerate(measures):
        place = f"layout={source} {'last' if at == len(measures) - 1 else 'inner'} measure"
        yield Candidate(name, case.page.written(begin, stop), f"{source} measure", (*signals, place), begin, stop)
    begin, stop = _plain_part(case, first, end)
    if begin < stop and stop - begin <= _LONGEST_NAME:
        yield Candidate(
            _name(case.setting, begin, stop), case.page.written(begin, stop), f"{source} whole", signals, begin, stop
        )


def _plain_part(case: Case, first: int, end: int) -> tuple[int, int]:
    """Some tokens without the names and words of time at either end."""
    tokens = case.page.tokens
    skipped = {i for name in case.readings.names(first, end) for i in range(name.first, name.end)}
    skipped |= {
        i for period in case.readings.periods(first, end)
        for i in range(period.first, period.end)
    }  # fmt: skip
    while first < end and (
        first in skipped
        or tokens[first].lower in ("'s", "’s", "the", "a", "in", "of", "for")
        or tokens[first].text in "-–"
    ):
        first += 1
    while end > first and (end - 1 in skipped or tokens[end - 1].lower in ("in", "of", "for", "at", "by")):
        end -= 1
    return first, end


def _from_label(case: Case) -> Iterator[Candidate]:
    """From the label of a line or row."""
    label = case.block.label
    if label is not None and case.follows(label):
        yield from _of_span(case, label, "label", "columns " + case.readings.columns_hold(case.block))


def _from_columns(case: Case) -> Iterator[Candidate]:
    """From the name of the quantity's column, or from a header that lost its separators."""
    if case.column is not None:
        yield from _of_span(case, case.column, "column", case.readings.columns_hold(case.block))
        return
    header = case.block.header
    if header is None:
        return
    first, stop = case.page.tokens_in(header)
    found = case.readings.measures(first, stop)
    row = case.row_quantities
    at = next((i for i, q in enumerate(row) if q is case.quantity), -1)
    for i, (begin, end, name) in enumerate(found):
        matched = "own" if len(found) == len(row) and i == at else "other" if len(found) == len(row) else "some"
        signals = (f"layout=header {matched}", f"layout=header {matched} {fit(name, case.dimension)}")
        yield Candidate(name, case.page.written(begin, end), "header", signals, begin, end)
    columns = header_columns(header.of(case.page.text), len(row)) if len(row) > 1 else None
    if columns and at >= 0:
        yield Candidate(
            _folded(columns[at]),
            columns[at],
            "header column",
            (f"layout=header column {case.readings.columns_hold(case.block)}",),
        )


def _from_headings(case: Case) -> Iterator[Candidate]:
    """From the headings above, the nearest first, and the line that leads into a list."""
    for position, i in enumerate(reversed(case.headings)):
        if position >= _HEADINGS_READ:
            return
        block = case.page.blocks[i]
        above = "lead" if i == case.block.lead_in and block.kind is not BlockKind.HEADING else str(block.kind)
        yield from _of_span(case, block.span, "heading", f"{above} {position}")


def _from_unit(case: Case) -> Iterator[Candidate]:
    name = implied_by(case.dimension)
    if name is not None:
        yield Candidate(name, None, "unit", (f"implied={case.dimension}",))
