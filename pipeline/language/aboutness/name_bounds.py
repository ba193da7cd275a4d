"""Where a name written in capitals begins and ends: ``Bank of England``, ``Coastal & Murray Bank``, ``Model 3``."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from pipeline.language.aboutness.measures import metric_names
from pipeline.language.aboutness.name_words import is_drug, not_names, words_of_names
from pipeline.language.nouns import is_plural
from pipeline.language.periods.days import MONTH_PREFIXES
from pipeline.language.quantities.within_words import ends_dotted_name
from pipeline.language.tokens import HYPHENS, Kind, Token
from pipeline.language.written_units import currency_after, currency_before, unit_at, wordlike_codes

__all__ = [
    "LONGEST_FULL",
    "LONGEST_INITIALS",
    "begins_sentence",
    "end_of_name",
    "is_possessive",
    "is_something_else",
    "opens_name",
]

LONGEST_FULL = 4  # words of a name that a shorter one may stand for
LONGEST_INITIALS = 4  # letters of what is written in capitals because it is short for something
_LONGEST_NUMBER = 4  # digits of a number that something is called by: "Boeing 737", "Ryzen 9700"
_TICKER_REACH = 14  # tokens from the bracket before a share's ticker to its last
# "NYSE : ACM", "TSX - V : BPI", "ASX : BHP ; LON : BHP": exchange and ticker, in tokens with blanks between.
_TICKERS = re.compile(
    r"(?:^|[;,/]? ?)(?:[A-Z][A-Za-z]*(?: - [A-Z]+| [A-Z][A-Za-z]*)? : [A-Z0-9][A-Z0-9 .-]*?(?: [;,/] |$))+"
)
_BEFORE_PERIODS = frozenset({"FY", "H", "Q"})  # before one: "Q3", "FY25"
_OF_PERIODS = frozenset({"M", "H", "Q"})  # behind a number: "9M", "1H25"
_ELIDED = frozenset({"d'", "d’", "l'", "l’"})  # run together with the word of a name behind them
_SENTENCE_MARKS = frozenset('.!?:•“"‘(|*#–—')


def is_possessive(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether an 's stands at token ``i``."""
    return i < stop and tokens[i].glued and (tokens[i].lower in ("'s", "’s") or tokens[i].text in "'’")


_CONTRACTED = ("'ve", "'re", "'ll", "'d", "'m", "n't")


def _contraction(word: str, behind: Sequence[Token]) -> bool:
    """Whether a word is a pronoun or verb run together with the one behind it: "They're", "Don't"."""
    written = word + "".join(token.text for token in behind[:2] if token.glued)
    return written.replace("’", "'").lower().endswith(_CONTRACTED)


def opens_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether a name may begin at token ``i``, by its form alone."""
    token = tokens[i]
    if is_drug(token):
        return True
    if token.kind is not Kind.WORD or not token.capitalised or token.lower in ("'s", "’s"):
        return False
    behind = tokens[i + 1 : i + 3]
    if _opens_phrase(token, behind) or _is_of_period(tokens, i, behind):
        return False
    if _opens_with_letter(token, behind):
        return True
    if behind and behind[0].glued and token.text + behind[0].text in not_names():
        return False  # "CO2"
    if token.text in not_names() and not _is_model(tokens, i, len(tokens)) and not _is_national(tokens, i):
        return False
    if _are_hyphenated(behind) and behind[1].text.islower():
        return False  # "Full-year", "Self-developed"
    if _contraction(token.text, behind):
        return False  # "We've"
    if behind and behind[0].glued and behind[0].text in "$€£¢₵":
        return False  # "HK$"
    return len(token.text) > 1 or (bool(behind) and behind[0].glued and behind[0].kind is not Kind.SYMBOL)


def _are_hyphenated(behind: Sequence[Token]) -> bool:
    """Whether a hyphen and what is glued to it stand right behind a word."""
    return len(behind) == 2 and behind[0].glued and behind[0].text in HYPHENS and behind[1].glued


def _opens_phrase(token: Token, behind: Sequence[Token]) -> bool:
    """Whether a noun stands before a number or a name without being of it: "Table 1", "Kingdom of Norway"."""
    if token.text in words_of_names("numbered"):
        return bool(behind) and behind[0].kind is Kind.NUMBER
    return (
        token.text in words_of_names("realms")
        and len(behind) == 2
        and behind[0].lower == "of"
        and behind[1].capitalised
    )


def _is_of_period(tokens: Sequence[Token], i: int, behind: Sequence[Token]) -> bool:
    """Whether letters are part of a period: "9M25", "Mid-July"."""
    if tokens[i].glued and tokens[i].text in _OF_PERIODS:
        return i > 0 and tokens[i - 1].kind is Kind.NUMBER
    return tokens[i].lower in MONTH_PREFIXES and _are_hyphenated(behind) and behind[1].text in not_names()


def _is_model(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether letters and the figures glued to them name a model: "R9", and neither "Q3" nor "CO2"."""
    following = tokens[i + 1] if i + 1 < stop else None
    if following is None or not following.glued or following.kind is not Kind.NUMBER:
        return False
    text = tokens[i].text
    return text.isupper() and text not in _BEFORE_PERIODS and text + following.text not in not_names()


def _opens_with_letter(token: Token, behind: Sequence[Token]) -> bool:
    """Whether one letter and a hyphen open a name: "E-Brisa", "F-150"."""
    return (
        len(token.text) == 1
        and _are_hyphenated(behind)
        and ((behind[1].capitalised and len(behind[1].text) > 1) or behind[1].kind is Kind.NUMBER)
    )


def _is_national(tokens: Sequence[Token], i: int) -> bool:
    """Whether an adjective of a country or region opens a name: ``American Airlines``, ``Danish Regions``, ``Latin
    America``, and not ``American Acme``."""
    if i + 1 >= len(tokens) or tokens[i + 1].gap != " ":
        return False
    if tokens[i].text in words_of_names("national", "regions"):
        return tokens[i + 1].capitalised and tokens[i + 1].text not in not_names()
    if tokens[i].text not in words_of_names("national", "adjectives"):
        return False
    behind = tokens[i + 1]
    return behind.text in words_of_names("national", "nouns") or (behind.capitalised and is_plural(behind.lower))


def is_something_else(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether capitals spell a unit, currency, ticker or by themselves what is measured: ``MW``, ``SEK``, ``Capex``."""
    if _is_ticker(tokens, i):
        return True
    if i > 0 and tokens[i - 1].kind is Kind.NUMBER and unit_at(tokens, i, stop) is not None:
        return True
    if _is_money_in_words(tokens, i, stop):
        return True
    glued = i + 1 < stop and tokens[i + 1].glued and tokens[i + 1].kind is Kind.NUMBER
    if glued and len(tokens[i].text) > 1 and currency_before(tokens, i + 1, i) is not None:
        return True  # "RMB20"; of "R9" only the numbers that are money tell
    if (
        tokens[i].text.isupper()
        and currency_after(tokens, i, stop) is not None
        and not _may_be_company(tokens, i, stop)
    ):
        return True
    measure = metric_names().at(tokens, i, stop)
    return measure is not None and not (measure[0] < stop and tokens[measure[0]].capitalised)


def _is_money_in_words(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a currency is called by one word that opens a sentence or title: "Rand falls", and no "Sterling Bank"."""
    money = currency_after(tokens, i, stop)
    named = i + 1 < stop and tokens[i + 1].capitalised and tokens[i + 1].gap == " "
    return money is not None and money.word and money.end == i + 1 and not named


def _is_ticker(tokens: Sequence[Token], i: int) -> bool:
    """Whether a token belongs to what a share is traded as: ``(NYSE: ACM)``, ``(ASX:BHP; LON:BHP)``."""
    before, behind = range(i - 1, max(-1, i - 1 - _TICKER_REACH), -1), range(i, min(len(tokens), i + _TICKER_REACH))
    opening = next((j for j in before if tokens[j].text in ("(", ")")), None)
    if opening is None or tokens[opening].text == ")":
        return False
    closing = next((j for j in behind if tokens[j].text == ")"), None)
    if closing is None:
        return False
    return _TICKERS.fullmatch(" ".join(token.text for token in tokens[opening + 1 : closing])) is not None


def _may_be_company(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a currency's code is also a name, and no number stands at it: ``AMD``, ``NIO``."""
    at_number = any(tokens[j].kind is Kind.NUMBER for j in (i - 1, i + 1) if 0 <= j < stop)
    return not at_number and tokens[i].text in wordlike_codes()


def begins_sentence(tokens: Sequence[Token], i: int, first: int) -> bool:
    """Whether token ``i`` opens a sentence or a block, past bullets, list numbers and quotes."""
    if i == first or tokens[i - 1].text in _SENTENCE_MARKS:
        return True
    if i - 1 > first and tokens[i - 1].text in ")”" and tokens[i - 2].text in ".!?":
        return True
    return i - first <= 3 and all(token.kind is not Kind.WORD for token in tokens[first:i])


def end_of_name(tokens: Sequence[Token], i: int, stop: int, told: Container[int]) -> int:
    """One past a name: capitalised words in a row, what is glued to them, and a number it is called by.

    ``told``: the tokens of quantities and of times, of which none is such a number.
    """
    end = i + 1
    while end < stop and (length := _part_of_name(tokens, end, stop, told)):
        end += length
    return end


def _part_of_name(tokens: Sequence[Token], i: int, stop: int, told: Container[int]) -> int:
    """How many tokens at ``i`` carry a name on; 0 where it ends."""
    token = tokens[i]
    following = tokens[i + 1] if i + 1 < stop else None
    if token.text in "'’" and token.glued and following is not None and following.text in words_of_names("bodies"):
        return 2  # "the Teachers' Union"
    if token.glued and token.kind is not Kind.SYMBOL:
        return int(token.lower not in ("'s", "’s"))
    if token.text == "+" and token.glued:
        return int(following is None or not following.glued or following.kind is Kind.SYMBOL)  # "Disney+"
    if ends_dotted_name(tokens, i + 1):
        return 2  # "7R.310"
    if token.text in "-‐‑&/" and token.glued and following is not None and following.glued:
        return 2 * int(following.capitalised or following.kind is Kind.NUMBER)
    if token.gap != " ":
        return 0
    if token.text == "&" and following is not None and following.gap == " ":
        return 2 * int(following.capitalised and following.text not in not_names())  # "Coastal & Murray Bank"
    if token.lower in ("of", "for") and following is not None and tokens[i - 1].text in words_of_names("bodies_of"):
        return 2 * int(following.gap == " " and _completes_body(following))
    if token.text[:2] in _ELIDED and token.text[2:3].isupper():
        return 1  # "Val d'Isère"
    if token.lower in words_of_names("particles") and token.text.islower():
        return _particles(tokens, i, stop)
    if token.kind is Kind.WORD:
        if token.text.isupper() and _is_money(tokens, i, stop):
            return 0  # "Nordland NOK 19.80"
        return int(token.capitalised and (token.text not in not_names() or _inner(token) or _is_model(tokens, i, stop)))
    if following is not None and following.glued and following.text in _OF_PERIODS:
        return 0  # "Solmara 9M", "Kestrel 1H25"
    number = token.kind is Kind.NUMBER and token.text.isdigit() and len(token.text) <= _LONGEST_NUMBER
    return int(number and i not in told)  # "Model 3", and not "Tesla 17.9%" or "Tesla 12 plants"


def _particles(tokens: Sequence[Token], i: int, stop: int) -> int:
    """How many tokens from a particle on carry a name on: the "van Dam" of Joost van Dam."""
    end = i + 1
    while end < stop and tokens[end].text in words_of_names("particles"):
        end += 1
    goes_on = end < stop and tokens[end].gap == " " and tokens[end].kind is Kind.WORD and tokens[end].capitalised
    return end + 1 - i if goes_on and tokens[end].text not in not_names() else 0


def _is_money(tokens: Sequence[Token], i: int, stop: int) -> bool:
    """Whether a currency's code stands before a number."""
    return i + 1 < stop and tokens[i + 1].kind is Kind.NUMBER and currency_before(tokens, i + 1, i) is not None


def _completes_body(token: Token) -> bool:
    """Whether a word carries on the name of a body: the "England" of Bank of England."""
    if token.kind is not Kind.WORD or not token.capitalised:
        return False
    return token.text not in not_names() or token.text in words_of_names("national", "adjectives")


def _inner(token: Token) -> bool:
    """Whether a word that names nothing by itself carries a name on."""
    return token.text in words_of_names("not_names", "inner")
