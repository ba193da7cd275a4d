"""Numbers in words.

words    = twenty-eight | three hundred and five | a dozen | two and a half million | ninety-nine point nine
share    = half of | one-third | a quarter of | three in ten | nine out of ten
vague    = dozens | hundreds of thousands
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from pipeline import vocabulary
from pipeline.language.nouns import is_plural
from pipeline.language.numbers.scales import Numeral, is_number_word, scale_word, scaled, words_of
from pipeline.language.tokens import Kind, Token

__all__ = ["ends_in_ordinal", "opens_number", "share_at", "words_at"]

_LARGEST = 1e18  # beyond it words repeat themselves
_TIMES = frozenset(
    {"seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years", "games", "matches", "starts"}
)
_BLURS = frozenset(
    {
        "than",
        "about",
        "by",
        "nearly",
        "gained",
        "lost",
        "up",
        "down",
        "fell",
        "rose",
        "almost",
        "roughly",
        "over",
        "under",
        "around",
        "exactly",
        "just",
        "some",
        "whom",
        "which",
        "another",
    }
)
# Behind a fraction that is a share: "a third cheaper", "a quarter off its price".
_COMPARATIVES = frozenset(
    "of more less fewer higher lower cheaper dearer above below larger smaller longer shorter faster slower better "
    "worse lighter heavier full empty off point percentage".split()
)
# Where the phrase of a share ends: "of which a third had", "by a fifth this year".
_ENDS = frozenset(
    "since from in on to over this last and at for by under had have has are were is was between during after before "
    "as but while goes go went comes come came".split()
)
_FALLS = frozenset("cut drop fall rise gain increase decrease decline jump reduction discount slump surge loss".split())
# Before a share by which something moved: "up a quarter thanks to new shops".
_MOVES = frozenset(
    "up down rose risen fell fallen grew grown shrank gained lost dropped jumped climbed soared slumped declined "
    "increased decreased".split()
)
# Before a share where its phrase ends: "solar took a third", "exports make up a fifth", "accounting for a quarter".
_HOLDS = frozenset(
    "took takes take taking makes make made has have owns own owned holds hold held account accounts bears bear bore "
    "pays pay paid provides provided contributes contributed gets got receives received keeps kept accounting "
    "accounted making".split()
)
_REACHES = frozenset(
    "reach reaches reached hit hits touch touches exceed exceeds exceeded".split()
)  # "reach a third in 2028"
_HOLDS_AND = frozenset({"up", "for"})  # behind such a verb
# Behind a fraction of a measure or of time: "rose a quarter point", "fell a quarter earlier".
_AFTER_MEASURES = frozenset(
    "- point percentage mile inch hour century million billion earlier ago later before".split()
)
_PARTS_OF_TIME = frozenset(  # before a half that is no share: "in the first half", "two and a half"
    "first second last next this that final opening the each a an one and latter former earlier later other -".split()
)


def opens_number(word: str) -> bool:
    """Whether a word in lower case may open a number in words."""
    return is_number_word(word) or word in ("a", "an", "half")


def words_at(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """The number in words at token ``i``, whatever its kind."""
    return (
        _vague(tokens, i, stop)
        or share_at(tokens, i, stop)
        or _fraction_words(tokens, i, stop)
        or _words(tokens, i, stop)
    )


def _vague(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """``dozens``, ``hundreds of thousands``: a plural magnitude, read as its least."""
    value, end, magnitudes = 1.0, i, words_of("vague")
    while end < stop and value < _LARGEST and tokens[end].lower in magnitudes:
        value *= magnitudes[tokens[end].lower]
        end += 1
        if end + 1 < stop and tokens[end].lower == "of" and tokens[end + 1].lower in magnitudes:
            end += 1
    return Numeral(i, end, value, scale=value, in_words=True, vague=True) if end > i else None


def share_at(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """A share told by two numbers: ``three in ten``, ``nine out of ten``, ``nine homes out of ten``, ``1 in 8``,
    ``one cup in 150``."""
    above = _small_whole(tokens[i])
    if above is not None and _things_out_of(tokens, i, stop):
        below = _small_whole(tokens[i + 4])
        return Numeral(i, i + 5, above / below, in_words=True, fraction=True) if below and above < below else None
    if above == 1 and _one_thing_in(tokens, i, stop):
        below = _small_whole(tokens[i + 3])
        return Numeral(i, i + 4, 1 / below, in_words=True, fraction=True) if below and below > 1 else None
    joint = [token.lower for token in tokens[i + 1 : i + 4]]
    j = i + 3 if joint[:2] in (["out", "of"], ["in", "every"], ["of", "every"]) else i + 2
    if joint == ["out", "of", "every"]:
        j += 1
    if above is None or j >= stop or (j == i + 2 and tokens[i + 1].lower != "in"):
        return None
    below = _small_whole(tokens[j])
    if below is None or not above < below:
        return None
    following = tokens[j + 1] if j + 1 < stop else None
    plain = following is None or (following.kind is Kind.WORD and following.gap == " ") or following.text in ".,;"
    if not plain or (j == i + 2 and not (_groups(tokens, j + 1, stop) or _is_told_as_share(tokens, i, j, stop))):
        return None
    return Numeral(i, j + 1, above / below, in_words=True, fraction=True)


def _one_thing_in(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether token ``i`` opens ``one player in five``, and not ``one fire in two years``."""
    if i + 3 >= stop or tokens[i + 2].lower != "in" or tokens[i + 1].kind is not Kind.WORD:
        return False
    thing, following = tokens[i + 1], tokens[i + 4] if i + 4 < stop else None
    if not thing.text.islower() or is_plural(thing.lower):
        return False
    if following is not None and following.glued and following.text not in ".,;:":
        return False
    return following is None or following.lower not in _TIMES


def _things_out_of(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether token ``i`` opens ``nine homes out of ten``."""
    if i + 4 >= stop or [token.lower for token in tokens[i + 2 : i + 4]] != ["out", "of"]:
        return False
    return tokens[i + 1].text.islower() and is_plural(tokens[i + 1].lower)


def _groups(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether what follows is what a share is taken of: ``patients``, ``booking requests``, ``of these patients``."""
    if i < stop and tokens[i].lower in ("of", "is", "are", "was", "were", "has", "have", "had"):
        return True
    for token in tokens[i : min(stop, i + 3)]:
        if token.kind is not Kind.WORD or token.lower in _TIMES:
            return False
        if is_plural(token.lower):
            return True
    return False


def _is_told_as_share(tokens: Sequence[Token], i: int, j: int, stop: int) -> bool:
    """Whether two numbers are a share whatever follows: ``one in eight closed``, ``from 1 in 300 to 1 in 60.``"""
    following = tokens[j + 1] if j + 1 < stop else None
    ends = following is None or following.text in ".,;" or following.lower == "to"
    if all(token.kind is Kind.WORD for token in (tokens[i], tokens[j])):
        return ends or (following is not None and following.text.islower() and following.lower not in _TIMES)
    return ends and tokens[i].lower in ("one", "1")


def _small_whole(token: Token) -> int | None:
    if token.kind is Kind.NUMBER:
        return int(token.text) if token.text.isdecimal() and len(token.text) <= 3 and int(token.text) else None
    value = words_of("cardinals").get(token.lower)
    return int(value) if value else None


def _fraction_words(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """``half``, ``a quarter``, ``one-third``, ``two-thirds``, ``three quarters``.

    A share, where ``of`` or nothing follows.
    """
    fractions = words_of("fractions")
    if tokens[i].lower == "half":
        return _half(tokens, i, stop)
    count = 1.0 if tokens[i].lower in ("a", "an") else float(words_of("cardinals").get(tokens[i].lower, 0))
    j = i + 2 if i + 2 < stop and tokens[i + 1].text == "-" else i + 1
    if not count or j >= stop or tokens[j].lower not in fractions:
        return None
    parts, whole = fractions[tokens[j].lower]
    if count * parts >= whole or " ".join(token.lower for token in tokens[j + 1 : j + 4]) == "in a row":
        return None  # "four quarters", "three quarters in a row" are stretches of time
    of_scale = scale_word(tokens, j + 3, stop) if [t.lower for t in tokens[j + 1 : j + 3]] == ["of", "a"] else None
    if of_scale is not None:
        return Numeral(i, of_scale[0], count * parts / whole * of_scale[1], scale=of_scale[1], in_words=True)
    if count == 1 and j == i + 1 and not _share_follows(tokens, j + 1, stop):
        return None
    return Numeral(i, j + 1, count * parts / whole, in_words=True, fraction=True)


def _share_follows(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether ``of`` follows, or a comparative ("a third fewer"), or the phrase ends behind a word that blurs."""
    if i < stop and tokens[i].lower in _COMPARATIVES:
        return True
    if i >= 3 and tokens[i - 3].lower in _MOVES and (i >= stop or tokens[i].lower not in _AFTER_MEASURES):
        return True
    ends = i >= stop or tokens[i].kind is Kind.SYMBOL or tokens[i].lower in _ENDS
    sized = i >= 4 and tokens[i - 3].lower == "of" and tokens[i - 4].lower in _FALLS  # "a cut of a third"
    return ends and i >= 3 and (sized or tokens[i - 3].lower in _BLURS or _is_held(tokens, i, stop))


def _is_held(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether the share whose phrase ends before token ``i`` is what something takes or makes up."""
    closed = i >= stop or tokens[i].text in ".,;"
    verb = tokens[i - 4].lower if i >= 4 and tokens[i - 3].lower in _HOLDS_AND else tokens[i - 3].lower
    if verb in _REACHES:
        return closed or tokens[i].lower in _ENDS
    return closed and verb in _HOLDS


def _half(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """``half a million`` is a number, ``half an hour`` part of a unit, ``half of`` and ``nearly half`` a share."""
    if i + 2 < stop and tokens[i + 1].lower in ("a", "an"):
        word = tokens[i + 2].lower
        scale = float(words_of("scales").get(word, 0) or words_of("collectives").get(word, 0))
        if scale:
            return Numeral(i, i + 3, scale / 2, scale=scale, in_words=True)
        return Numeral(i, i + 2, 0.5, in_words=True)
    following = tokens[i + 1].lower if i + 1 < stop else ""
    blurred = i > 0 and tokens[i - 1].lower in _BLURS and following not in ("-", "year", "time", "hour")
    owed = i > 0 and tokens[i - 1].text.islower() and tokens[i - 1].lower not in _PARTS_OF_TIME
    ends = owed and (i + 1 == stop or tokens[i + 1].text in ".,;")  # "of which the state will pay half."
    if following in ("of", "the", "its", "their", "all", "that", "what", "as") or blurred or ends:
        return Numeral(i, i + 1, 0.5, in_words=True, fraction=True)
    return None


def _words(tokens: Sequence[Token], i: int, stop: int) -> Numeral | None:
    """Number words: ``twenty-eight thousand``, ``a dozen``, ``three hundred and five``, ``two and a half million``."""
    cardinals, scales, collectives = words_of("cardinals"), words_of("scales"), words_of("collectives")
    total, current, last, end, j = 0.0, 0.0, 0.0, i, i
    top = 1.0
    while j < stop:
        word = tokens[j].lower
        if total > _LARGEST:
            break
        if word in cardinals and (end == i or _may_follow(last, cardinals[word])):
            current, last = current + cardinals[word], float(cardinals[word])
        elif word in scales and (end > i):
            top = max(top, float(scales[word]))
            if scales[word] == 100:
                current, last = max(current, 1.0) * 100, 100.0
            else:
                total, current, last = (
                    (total + max(current, 1.0)) * scales[word] if not total else total + current * scales[word],
                    0.0,
                    1000.0,
                )
        elif word in collectives and (end > i or j > i):
            current, last = max(current, 1.0) * collectives[word], 1000.0
        elif (
            word in ("a", "an")
            and j == i
            and j + 1 < stop
            and (tokens[j + 1].lower in scales or tokens[j + 1].lower in collectives)
        ):
            current, last = 1.0, 1000.0
        elif _joins(tokens, j, stop, last) and end == j:
            j += 1
            continue
        else:
            break
        j += 1
        end = j
    if end == i:
        return None
    numeral = Numeral(i, end, total + current, scale=top, in_words=True)
    return _and_a_half(tokens, numeral, stop)


def _may_follow(last: float, value: float) -> bool:
    """Whether one number word may follow another within a number.

    ``twenty`` then ``eight``, ``hundred`` then ``five``.
    """
    return (20 <= last < 100 and 0 < value < 10) or (last >= 100 and value > 0)


def _joins(tokens: Sequence[Token], j: int, stop: int, last: float) -> bool:
    """Whether token ``j`` only ties two number words together: a hyphen, or ``and`` behind hundred or thousand."""
    if j + 1 >= stop or not is_number_word(tokens[j + 1].lower):
        return False
    if tokens[j].text == "-" and tokens[j].glued and tokens[j + 1].glued:
        return True
    return tokens[j].lower == "and" and last >= 100 and tokens[j + 1].lower in words_of("cardinals")


def _and_a_half(tokens: Sequence[Token], numeral: Numeral, stop: int) -> Numeral:
    """``two and a half`` and ``ninety-nine point nine``, with what they are multiplied by.

    ``two and a half million``.
    """
    if numeral.scale != 1:
        return numeral
    added = _added_fraction(tokens, numeral.end, stop) or _spoken_decimals(tokens, numeral.end, stop)
    if added is None:
        return numeral
    end, fraction = added
    return scaled(tokens, replace(numeral, end=end, value=numeral.value + fraction, decimal=True), stop, money=False)


def _added_fraction(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, float] | None:
    """``and a half``, ``and three-quarter``, ``and three quarters`` at token ``i``, as (one past it, its value)."""
    if i + 2 >= stop or tokens[i].lower != "and":
        return None
    count = 1.0 if tokens[i + 1].lower in ("a", "one") else float(words_of("cardinals").get(tokens[i + 1].lower, 0))
    j = i + 3 if tokens[i + 2].text == "-" and i + 3 < stop else i + 2
    if not count or tokens[j].lower not in words_of("fractions"):
        return None
    parts, whole = words_of("fractions")[tokens[j].lower]
    return (j + 1, count * parts / whole) if count * parts < whole else None


def _spoken_decimals(tokens: Sequence[Token], i: int, stop: int) -> tuple[int, float] | None:
    """``point nine five`` at token ``i``."""
    if i + 1 >= stop or tokens[i].lower != "point":
        return None
    cardinals, digits, j = words_of("cardinals"), "", i + 1
    while j < stop and len(digits) < 6 and cardinals.get(tokens[j].lower, 10) < 10:
        digits += str(cardinals[tokens[j].lower])
        j += 1
    return (j, float("0." + digits)) if digits else None


def ends_in_ordinal(tokens: Sequence[Token], end: int, stop: int) -> bool:
    """Whether a hyphen and an ordinal follow number words that end at ``end``: ``twenty-first``."""
    return end + 1 < stop and tokens[end].text == "-" and tokens[end + 1].lower in _ordinals()


@cache
def _ordinals() -> frozenset[str]:
    return frozenset(vocabulary.load("numbers")["ordinals"]["words"])
