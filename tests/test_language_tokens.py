from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.nouns import canonical_noun, is_plural, plural, singular
from pipeline.language.numbers.digits import read_digits
from pipeline.language.numbers.numerals import read_numeral
from pipeline.language.tokens import Kind, PhraseTable, tokenize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RMB18.1bn", ["RMB", "18.1", "bn"]),
        ("288kW/528N·m", ["288", "kW", "/", "528", "N", "·", "m"]),
        ("Xiaomi’s V6s", ["Xiaomi", "’s", "V", "6", "s"]),
        ("don't", ["don't"]),
        ("U.S. firms", ["U.S.", "firms"]),
        ("2½ cups", ["2", "½", "cups"]),
        ("1,526.5, up", ["1,526.5", ",", "up"]),
        ("m² of", ["m²", "of"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert [token.text for token in tokenize(text)] == expected


@given(st.text())
def test_tokens_cover_the_text_and_keep_their_place(text: str) -> None:
    tokens = tokenize(text)
    for token in tokens:
        assert text[token.start : token.end] == token.text
        assert text[token.start - len(token.gap) : token.start] == token.gap
    covered = "".join(token.gap + token.text for token in tokens)
    assert text.startswith(covered)
    assert not text[len(covered) :].strip()


def test_the_longest_phrase_wins_and_exact_phrases_mind_their_case() -> None:
    table = PhraseTable([("gross margin", "margin"), ("gross", "weight")], exact=[("MW", "mega")])
    tokens = tokenize("Gross Margin of 5 MW, not mW or gross")
    assert [(first, end, meaning) for first, end, meaning in table.all(tokens, 0, len(tokens))] == [
        (0, 2, "margin"),
        (4, 5, "mega"),
        (9, 10, "weight"),
    ]
    assert table.before(tokens, 2) == (0, "margin")
    assert table.at(tokens, 7) is None


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,526", 1526),
        ("1,526.25", 1526.25),
        ("1.526,25", 1526.25),
        ("1.526.000", 1526000),
        ("12,34,567", 1234567),
        ("3,5", 3.5),
        ("0.063", 0.063),
        ("1.2.3", None),
        ("12,34,5", None),
        ("2024,2025", None),
    ],
)
def test_digits_by_their_style(written: str, value: float | None) -> None:
    assert read_digits(written) == value


@pytest.mark.parametrize(
    ("text", "value", "span"),
    [
        ("18.6 billion yuan", 18.6e9, "18.6 billion"),
        ("32-billion-parameter", 32e9, "32-billion"),
        ("1.2bn", 1.2e9, "1.2bn"),
        ("5k runners", 5000, "5k"),
        ("3m deep", 3, "3"),
        ("12\u202f500 t", 12500, "12\u202f500"),
        ("2½ cups", 2.5, "2½"),
        ("1 3/4 miles", 1.75, "1 3/4"),
        ("1.2e6 cells", 1.2e6, "1.2e6"),
        (".5 mm", 0.5, ".5"),
        ("twenty-eight thousand", 28000, "twenty-eight thousand"),
        ("three hundred and five", 305, "three hundred and five"),
        ("three million five hundred thousand", 3.5e6, "three million five hundred thousand"),
        ("twenty-five hundred", 2500, "twenty-five hundred"),
        ("two and a half million", 2.5e6, "two and a half million"),
        ("half a million", 5e5, "half a million"),
        ("a dozen eggs", 12, "a dozen"),
        ("two-thirds of", 2 / 3, "two-thirds"),
        ("a quarter of", 0.25, "a quarter"),
        ("hundreds of thousands", 100000, "hundreds of thousands"),
        ("a couple", None, ""),
        ("third time", None, ""),
    ],
)
def test_numerals(text: str, value: float | None, span: str) -> None:
    tokens = tokenize(text)
    numeral = read_numeral(tokens, 0, len(tokens))
    if value is None:
        assert numeral is None
        return
    assert numeral is not None
    assert numeral.value == pytest.approx(value)
    assert text[: tokens[numeral.end - 1].end] == span


@given(st.floats(0, 1e12, allow_nan=False).map(lambda x: round(x, 2)))
def test_a_number_written_with_separators_reads_back(value: float) -> None:
    for written in (f"{value:,.2f}", f"{value:.2f}"):
        assert read_digits(written) == value
    continental = f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")
    if value >= 1000:
        assert read_digits(continental) == value


_NUMBER_TOKENS = st.lists(
    st.sampled_from(
        ["one", "million", "hundred", "and", "a", "half", "-", "5", "1,000", "dozen", "of", "thousands", "¾"]
    )
)


@given(_NUMBER_TOKENS)
def test_number_words_in_any_order_never_raise(words: list[str]) -> None:
    tokens = tokenize(" ".join(words))
    for i, token in enumerate(tokens):
        numeral = read_numeral(tokens, i, len(tokens))
        if numeral is not None:
            assert i < numeral.end <= len(tokens)
            assert numeral.value >= 0
        assert token.kind in Kind


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("deliveries", "delivery"),
        ("units", "unit"),
        ("Cars", "vehicle"),
        ("people", "person"),
        ("buses", "bus"),
        ("pre-orders", "pre-order"),
        ("analyses", "analysis"),
        ("aircraft", "aircraft"),
        ("branches", "branch"),
        ("movies", "movie"),
    ],
)
def test_counted_nouns_in_the_singular(word: str, expected: str) -> None:
    assert canonical_noun(word) == expected


@pytest.mark.parametrize("word", ["this", "bus", "status", "glass", "analysis", "plus", "less"])
def test_not_every_s_is_a_plural(word: str) -> None:
    assert not is_plural(word)


@pytest.mark.parametrize("word", ["delivery", "unit", "branch", "box", "day", "patent", "city"])
def test_a_regular_plural_reads_back(word: str) -> None:
    assert is_plural(plural(word))
    assert singular(plural(word)) == word
