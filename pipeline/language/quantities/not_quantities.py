"""Numbers that count nothing: names, citations, list numbers, clock times, ordinals, telephone numbers, versions...

Each reader looks at one number and what stands around it and returns the kind of thing it is, or ``None``. The kinds
are the outcomes of ``numbers.parquet``.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline import vocabulary
from pipeline.language.nouns import is_plural
from pipeline.language.quantities.around import Around
from pipeline.language.quantities.counted import counted_noun
from pipeline.language.quantities.qualifiers import movement_words
from pipeline.language.quantities.within_words import ORDINAL_ENDINGS, is_thousands, listed
from pipeline.language.tokens import HYPHENS, Kind, Token
from pipeline.language.written_units import currency_after, currency_before, unit_at

__all__ = ["is_idiom", "is_named_in_words", "what_else"]

_LIST_MARK = re.compile(r"\(?\d{1,2}(?:\.\d{1,2})*[.)]?$")


def what_else(around: Around, first: int, end: int) -> str | None:
    """What the number in tokens ``first`` to ``end`` is, if it is no quantity."""
    for reader in _READERS:
        kind = reader(around, first, end)
        if kind is not None:
            return kind
    return None


def is_idiom(around: Around, i: int) -> bool:
    """Whether number words open a set phrase: ``zero-sum``, ``one-off``."""
    hyphen = around.lower(i + 1) in HYPHENS
    phrase = f"{around.lower(i - 1)}-{around.lower(i)}"  # "net zero"
    return phrase in listed("idioms") or (hyphen and f"{around.lower(i)}-{around.lower(i + 2)}" in listed("idioms"))


def is_named_in_words(around: Around, i: int, end: int) -> bool:
    """Whether capitalised number words belong to a name: ``Six Nations``, ``Three Mile Island``.

    The word behind has a capital too and is what would be counted; ``Two Boeing jets`` counts, as its jets have none.
    """
    tokens = around.tokens
    if around.titled or not tokens[i].capitalised or end >= around.stop or tokens[end].gap != " ":
        return False
    behind = tokens[end]
    if not behind.capitalised or behind.kind is not Kind.WORD or behind.text.isupper():
        return False
    noun = counted_noun(tokens, end, around.stop, around.periods)
    if noun is None:
        return unit_at(tokens, end, around.stop, in_words=True) is not None or not behind.text.isupper()
    head = tokens[noun.end - 1]
    return head.capitalised and not (head.text[:-1].isupper() and head.text.endswith("s"))


Reader = Callable[[Around, int, int], str | None]


def _unit_statement(around: Around, first: int, end: int) -> str | None:  # noqa: ARG001 - the readers' signature
    """``'000 tonnes``: what the numbers of a table are in."""
    return "unit statement" if is_thousands(around.tokens, first) else None


def _exchanged(around: Around, first: int, end: int) -> str | None:
    """``($1 = 20.91 crowns)``: the one of a currency that an exchange rate is for."""
    tokens = around.tokens
    one = tokens[first].text == "1" and end == first + 1 and around.lower(end) == "="
    return "exchange rate" if one and currency_before(tokens, first, around.first) is not None else None


def _citation(around: Around, first: int, end: int) -> str | None:
    """``[8]``, ``[1, 2]``, ``[3-5]``."""
    i, j = first - 1, end
    while first - i < _LONGEST_CITATION and (around.lower(i).isdigit() or around.lower(i) in _CITES):
        i -= 1
    while j - end < _LONGEST_CITATION and (around.lower(j).isdigit() or around.lower(j) in _CITES):
        j += 1
    return "citation" if around.lower(i) == "[" and around.lower(j) == "]" else None


_LONGEST_CITATION = 24  # tokens to either side
_CITES = frozenset({",", "-", "–", ";"})


def _footnote(around: Around, first: int, end: int) -> str | None:
    """``fell.12 Subsidies``: a small number glued to the full stop of a sentence."""
    tokens = around.tokens
    if (
        end != first + 1
        or not tokens[first].glued
        or around.lower(first - 1) not in (".", "”", '"')
        or first - 2 < around.first
    ):
        return None
    ends_sentence = tokens[first - 1].glued and tokens[first - 2].kind is Kind.WORD and len(tokens[first - 2].text) > 2
    small = tokens[first].text.isdigit() and len(tokens[first].text) <= 3
    alone = end >= around.stop or (tokens[end].gap and (tokens[end].capitalised or tokens[end].kind is Kind.SYMBOL))
    return "footnote" if ends_sentence and small and alone else None


def _list_number(around: Around, first: int, end: int) -> str | None:
    """``1.``, ``(2)``, ``1.1`` at the head of a block, past a bullet, heading marks or emphasis."""
    tokens, i = around.tokens, around.first
    while i < first and tokens[i].text in "#*•-–(_>Q":
        i += 1
    if i != first or end != first + 1 or end >= around.stop:
        return None
    after, written = tokens[end], tokens[first].text
    if not _LIST_MARK.fullmatch(written):
        return None
    if after.glued and after.text in ".):" and (end + 1 >= around.stop or not tokens[end + 1].glued):
        return "list number"
    titled = after.gap and (after.capitalised or after.kind is Kind.NUMBER) and after.kind is not Kind.SYMBOL
    section = re.fullmatch(r"\d{1,2}(?:\.\d{1,2})+", written) and titled
    return "list number" if section and unit_at(tokens, end, around.stop) is None else None


def _ordinal(around: Around, _: int, end: int) -> str | None:
    """``29th``, ``10,000th``."""
    tokens = around.tokens
    if end >= around.stop or not tokens[end].glued or tokens[end].lower not in ORDINAL_ENDINGS:
        return None
    last, tens = tokens[end - 1].text[-1], tokens[end - 1].text[-2:-1]
    ending = "th" if tens == "1" else {"1": "st", "2": "nd", "3": "rd"}.get(last, "th")
    return "ordinal" if tokens[end].lower == ending else None


def _hash_number(around: Around, first: int, end: int) -> str | None:
    """``#1``, ``No. 5``, ``№ 7``, ``page 3 of 12``."""
    if around.lower(first - 1) in ("#", "№") and around.tokens[first].glued:
        return "name"
    abbreviated = around.lower(first - 1) == "." and around.tokens[first - 1].glued
    if abbreviated and around.lower(first - 2) in (
        "no",
        "nos",
        "art",
        "sec",
        "fig",
        "vol",
        "ch",
        "rev",
        "p",
        "pp",
        "par",
    ):
        return "name"
    paged = around.lower(first - 1) == "of" and around.lower(first - 3) in ("page", "slide", "part", "sheet", "step")
    return "name" if paged and end == first + 1 else None


def _address(around: Around, first: int, _: int) -> str | None:
    """``1600 Harbor Avenue``, ``221B Baker Street``: a house number and a street."""
    tokens, i = around.tokens, first + 1
    if i < around.stop and tokens[i].glued and len(tokens[i].text) == 1 and tokens[i].capitalised:
        i += 1
    if i >= around.stop or tokens[i].gap != " " or not tokens[first].text.isdigit():
        return None
    for j in range(i, min(i + 4, around.stop)):
        if not tokens[j].capitalised or tokens[j].kind is not Kind.WORD:
            return None
        if j > i and tokens[j].lower in listed("streets"):
            return "address"
    return None


def _coordinate(around: Around, _: int, end: int) -> str | None:
    """``51.5074° N``."""
    compass = around.lower(end + 1) in ("n", "s", "e", "w") and around.tokens[end + 1].capitalised
    return "coordinate" if around.lower(end) == "°" and compass else None


def _proportion(around: Around, first: int, end: int) -> str | None:
    """``a 60:40 split``, ``a 3-for-1 split``, ``5-to-1 odds``: two numbers that only stand to one another."""
    tokens = around.tokens
    if not _is_bare(around, first, end):
        return None
    for low in (first, first - 2, first - 4):
        if low < around.first or not tokens[low].text.isdigit():
            continue
        joint = [token.lower for token in tokens[low + 1 : low + 4]]
        colon = joint[:1] == [":"] and tokens[low + 1].glued and joint[1:2] and tokens[low + 2].glued
        if colon and joint[1].isdigit() and low + 2 >= first:
            return "ratio"
        spelled = (
            len(joint) == 3 and joint[0] in HYPHENS and joint[2] in HYPHENS and joint[1] in ("for", "to", "on", "in")
        )
        if spelled and around.lower(low + 4).isdigit() and low + 4 >= first:
            return "ratio"
    return None


def _resolution(around: Around, first: int, end: int) -> str | None:
    """``1920 x 1200``, ``2,560 × 1,600``: the lines of a screen, where no unit is told."""
    for low in (first, first - 2):
        if around.lower(low + 1) not in ("x", "×") or low < around.first or low + 2 >= around.stop:
            continue
        pair = around.tokens[low : low + 3 : 2]
        lines = all(token.kind is Kind.NUMBER and len(token.text.replace(",", "")) >= 3 for token in pair)
        behind = around.lower(low + 3) in (",", ".", ")", ";", "") or around.tokens[low + 3].capitalised
        if lines and behind and end <= low + 3:
            return "resolution"
    return None


def _score(around: Around, first: int, end: int) -> str | None:
    """``won 3-1``, ``a 2-0 lead``, ``voted 51 to 49``: two whole numbers joined, with nothing counted behind."""
    tokens = around.tokens
    if not _is_bare(around, first, end):
        return None
    back = around.lower(first - 1) in _SCORE_JOINTS and around.lower(first - 2).isdigit()
    low = first - 2 if back else first
    if around.lower(low + 1) not in _SCORE_JOINTS or not around.lower(low + 2).isdigit():
        return None
    dashed = around.lower(low + 1) != "to"
    if dashed and not (tokens[low + 1].glued and tokens[low + 2].glued):
        return None
    beyond = low + 3
    if around.lower(beyond) in ("-", "–", "%") or unit_at(tokens, beyond, around.stop) is not None:
        return None
    if counted_noun(tokens, beyond, around.stop, around.periods) is not None:
        return None
    pair = [tokens[low].text, tokens[low + 2].text]
    near = {around.lower(i) for i in range(low - 5, low)} | {around.lower(i) for i in range(beyond, beyond + 3)}
    told = bool(near & listed("scores"))
    falls = dashed and int(pair[0]) >= int(pair[1]) and all(len(text) <= 2 for text in pair)
    return "score" if falls or (told and all(len(text) <= 3 for text in pair)) else None


_SCORE_JOINTS = frozenset({"-", "–", "to"})


def _designated(around: Around, first: int, end: int) -> str | None:
    """``Phase 2``, ``Model 3``, ``iPhone 11``, ``Leopard 2 tanks``: a bare number that a word before it calls by."""
    tokens, i = around.tokens, first - 1
    if _is_second_number(around, first, end):
        return "name"
    if i < around.first or tokens[i].kind is not Kind.WORD or tokens[first].glued or not _is_bare(around, first, end):
        return _lettered(around, first)
    joined = end + 1 < around.stop and (tokens[end].text in "-–—‐‑" or tokens[end].lower == "to")
    if joined and tokens[end + 1].kind is Kind.NUMBER:
        return None  # a range
    word = tokens[i]
    if word.lower in listed("designators"):
        if word.capitalised:
            return "name"
        measured = end < around.stop and not tokens[end].glued and unit_at(tokens, end, around.stop) is not None
        if measured or around.lower(end) == "%":
            return None  # "together they host 63%", "an average flight 17 minutes"
        return None if word.lower in _SELDOM and _counts(around, end) else "name"
    if (
        around.titled
        or not word.capitalised
        or _is_measured(around, end)
        or _opens_with_a_verb(around, i, end)
        or (len(word.text) < 2 and around.lower(i - 1) != "&")
        or _only_counts(around, word, first)
        or _is_place(around, i, end)
    ):
        return None
    plain = word.lower not in movement_words() and not is_plural(word.lower)
    return "name" if plain and (around.lower(first - 2) not in ("•", "-", "*") or len(tokens[first].text) < 4) else None


def _is_second_number(around: Around, first: int, end: int) -> bool:
    """Whether a number carries on a name that has one already, and nothing is measured behind it: ``the R9 980``."""
    tokens = around.tokens
    if first - 2 < around.first or tokens[first].gap != " " or not _is_bare(around, first, end):
        return False
    named = tokens[first - 1].kind is Kind.NUMBER and tokens[first - 1].glued and tokens[first - 2].text.isupper()
    if not named or len(tokens[first].text) <= 2:
        return False
    return not (_is_counted(around, end) or _is_measured(around, end))


def _counts(around: Around, end: int) -> bool:
    """Whether a unit or a plural stands behind a number."""
    return unit_at(around.tokens, end, around.stop) is not None or _is_counted(around, end)


def _is_counted(around: Around, end: int) -> bool:
    """Whether a plural stands behind a number."""
    return counted_noun(around.tokens, end, around.stop, around.periods) is not None


_BULLETS = ("-", "–", "—", "•", "*", "▪")


def _opens_with_a_verb(around: Around, i: int, end: int) -> bool:
    """Whether a capital is only that of a sentence's first word: ``Producing 306 games took €11.9 million``."""
    opens = i == around.first or around.lower(i - 1) in (".", "!", "?", ":", "“", '"', *_BULLETS)
    verb = around.lower(i).endswith(("ing", "ed"))
    return opens and verb and _is_counted(around, end)


def _only_counts(around: Around, word: Token, first: int) -> bool:
    """Whether a capitalised word before a number is a function word or a currency, and names nothing by it."""
    if word.lower in listed("counting") or word.lower in vocabulary.load("nouns")["stop"]["words"]:
        return True
    return currency_before(around.tokens, first, around.first) is not None


def _is_place(around: Around, i: int, end: int) -> bool:
    """Whether the name before a number is of a place, where the number counts: ``In Norway 89 people died``."""
    tokens = around.tokens
    if tokens[i].text in vocabulary.load("names")["countries"]["words"]:
        return _is_counted(around, end)
    counted = counted_noun(tokens, end, around.stop, around.periods)
    return around.lower(i - 1) == "in" and counted is not None and counted.name in listed("in_places")


# Words that only sometimes name what follows them.
_SELDOM = frozenset(
    {
        "top",
        "day",
        "week",
        "number",
        "no",
        "line",
        "unit",
        "u",
        "group",
        "form",
        "way",
        "place",
        "level",
        "mark",
        "error",
        "core",
        "class",
        "plot",
        "seat",
        "host",
        "issue",
        "catch",
        "block",
    }
)


def _lettered(around: Around, first: int) -> str | None:
    """``Seat 23A``, ``runway 27L``: a number with a letter, behind a word that it names."""
    letter = first + 1
    named = around.lower(first - 1) in listed("designators") and letter < around.stop
    single = (
        named and around.tokens[letter].glued and len(around.lower(letter)) == 1 and around.tokens[letter].capitalised
    )
    return "name" if single else None


def _is_bare(around: Around, first: int, end: int) -> bool:
    """Whether a number is a plain whole one: no separators, no multiplier, no words."""
    return end == first + 1 and around.tokens[first].text.isdigit()


def _version(around: Around, first: int, end: int) -> str | None:
    """``HyperOS 2.0``, ``Python 3.8``: a number with a point right behind a name, with nothing measured behind it."""
    tokens, i = around.tokens, first - 1
    if i < around.first or tokens[i].kind is not Kind.WORD or tokens[first].glued or end != first + 1:
        return None
    designated = tokens[i].lower in listed("designators")
    if "." not in tokens[first].text or not (tokens[i].capitalised or designated):
        return None
    titled = around.titled or (i == around.first and tokens[i].text.istitle())
    if (titled and not designated) or _only_counts(around, tokens[i], first):
        return None
    return None if _is_measured(around, end) else "name"


def _is_measured(around: Around, end: int) -> bool:
    """Whether a unit or a currency stands right behind a number."""
    tokens, stop = around.tokens, around.stop
    if around.lower(end) in ("%", "$", "€", "£", "¥", "°"):
        return True
    return unit_at(tokens, end, stop) is not None or currency_after(tokens, end, stop) is not None


_READERS: tuple[Reader, ...] = (
    _unit_statement,
    _exchanged,
    _citation,
    _footnote,
    _list_number,
    _ordinal,
    _hash_number,
    _address,
    _coordinate,
    _proportion,
    _resolution,
    _score,
    _designated,
    _version,
)
