"""A number reads back to its value in whatever style it is written, and every number of an article is accounted for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks import odd_texts
from pipeline.articles import Article
from pipeline.language.numbers.scales import is_number_word
from pipeline.language.tokens import Kind, tokenize
from pipeline.mentions import extract

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(number: int) -> str:
    """A whole number below a trillion in words."""
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand")):
        if number >= size:
            rest = in_words(number % size) if number % size else ""
            return f"{in_words(number // size)} {name} {rest}".strip()
    if number >= 100:
        rest = f" and {in_words(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    if number < 20:
        return _ONES[number]
    return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")


def indian(number: int) -> str:
    head, tail = f"{number:,}".replace(",", "")[:-3], f"{number:,}".replace(",", "")[-3:]
    groups: list[str] = []
    while len(head) > 2:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([group for group in (head, *groups) if group] + [tail])


WHOLE: dict[str, Callable[[int], str]] = {
    "plain": str,
    "commas": lambda number: f"{number:,}",
    "no-break spaces": lambda number: f"{number:,}".replace(",", "\u00a0"),
    "thin spaces": lambda number: f"{number:,}".replace(",", "\u202f"),
    "apostrophes": lambda number: f"{number:,}".replace(",", "'"),
    "words": in_words,
    "indian": indian,
    "thousands": lambda number: f"{number / 1000:.3f} thousand",
    "millions": lambda number: f"{number / 10**6:.6f} million",
    "millions glued": lambda number: f"{number / 10**6:.6f}mn",
    "billions": lambda number: f"{number / 10**9:.9f}bn",
    "lakh": lambda number: f"{number / 10**5:.5f} lakh",
    "exponent": lambda number: f"{number / 10**6:.6f}e6",
    "power of ten": lambda number: f"{number / 10**3:.3f}×10³",
}


def only_value(text: str) -> float | None:
    (mention,) = extract(Article(doc_id="a", text=text, source="a")).mentions
    return mention.value


@pytest.mark.parametrize("style", WHOLE)
@settings(deadline=None, max_examples=60)
@given(number=st.integers(2101, 10**9 - 1))
def test_whole_numbers_read_back_in_every_style(style: str, number: int) -> None:
    assert only_value(f"The plant made {WHOLE[style](number)} tonnes of steel.") == number


@pytest.mark.parametrize("before", ["$", "€", "£", "US$", "RMB ", "HK$", "CHF "])
@settings(deadline=None, max_examples=30)
@given(cents=st.integers(1, 10**11))
def test_money_reads_back(before: str, cents: int) -> None:
    assert only_value(f"It cost {before}{cents / 100:,.2f} in all.") == pytest.approx(cents / 100)


@settings(deadline=None)
@given(whole=st.integers(1, 99), parts=st.sampled_from(["¼", "½", "¾", "⅓", "⅔", "⅛"]))
def test_vulgar_fractions_read_back(whole: int, parts: str) -> None:
    value = {"¼": 0.25, "½": 0.5, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}[parts]
    assert only_value(f"The pipe is {whole}{parts} inches wide.") == pytest.approx(whole + value)


@settings(deadline=None)
@given(low=st.integers(2, 400), width=st.integers(1, 400), joint=st.sampled_from(["-", "–", " to ", " - ", " – "]))
def test_ranges_read_back(low: int, width: int, joint: str) -> None:
    (mention,) = extract(Article(doc_id="a", text=f"It takes {low}{joint}{low + width} weeks.", source="a")).mentions
    assert (mention.low, mention.high, mention.unit) == (low, low + width, "week")


_WORDS = st.sampled_from(
    "one two dozen half third hundred million billion thousands and a of the 5 12,400 3.5 2025 Q1 cars km % $ rose to "
    "from Model V6s [3] 10:30 - – . , ( ) per".split()
)


@settings(deadline=None, max_examples=300)
@given(st.lists(_WORDS, max_size=40).map(" ".join))
@example("12,400 per Model")  # ends in a name that a unit ends with
@example("12,400 per RMB")
def test_every_digit_and_number_word_is_accounted_for_with_a_reason(text: str) -> None:
    numbers = extract(Article(doc_id="a", text=text, source="a")).numbers
    covered = {i for number in numbers for i in range(number.start, number.end)}
    for token in tokenize(text):
        if token.kind is Kind.NUMBER or is_number_word(token.lower):
            assert token.start in covered, token
    assert all(number.reason and number.outcome for number in numbers)
    assert all(text[number.start : number.end] == number.text for number in numbers)


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["7", ",", "one ", "1/2/3/", "thousand million "])
def test_a_megabyte_of_anything_is_read(piece: str) -> None:
    text = odd_texts.repeated(piece, 1_000_000)
    extract(Article(doc_id="a", text=text, source="a"))
