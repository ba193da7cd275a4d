from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.language.periods.dates import last_whole, period_bounds, shortest_form
from pipeline.language.periods.periods import find_periods
from pipeline.language.tokens import tokenize

PUBLISHED = date(2025, 9, 3)


def found(text: str, published: date | None = PUBLISHED) -> list[tuple[str, str | None]]:
    tokens = tokenize(text)
    periods = find_periods(tokens, 0, len(tokens), published)
    return [(text[tokens[period.first].start : tokens[period.end - 1].end], period.iso) for period in periods]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in 2024", [("2024", "2024")]),
        ("Q1 2025 and Q2", [("Q1 2025", "2025-Q1"), ("Q2", "2025-Q2")]),
        ("1Q25", [("1Q25", "2025-Q1")]),
        ("2025 Q3", [("2025 Q3", "2025-Q3")]),
        ("the first quarter of 2025", [("the first quarter of 2025", "2025-Q1")]),
        ("in the third quarter", [("the third quarter", "2025-Q3")]),
        ("the June quarter", [("the June quarter", "2025-Q2")]),
        ("H2 2024", [("H2 2024", "2024-H2")]),
        ("the second half of 2024", [("the second half of 2024", "2024-H2")]),
        ("FY2024 and FY25", [("FY2024", "2024"), ("FY25", "2025")]),
        ("full-year 2024 deliveries", [("full-year 2024", "2024")]),
        ("October 7, 2024", [("October 7, 2024", "2024-10-07")]),
        ("7 October 2024", [("7 October 2024", "2024-10-07")]),
        ("Dec.26 2025", [("Dec.26 2025", "2025-12-26")]),
        ("2024-10-07", [("2024-10-07", "2024-10-07")]),
        ("13/07/2024 or 07/13/2024", [("13/07/2024", "2024-07-13"), ("07/13/2024", "2024-07-13")]),
        ("as of July 2025", [("July 2025", "2025-07")]),
        ("in July", [("July", "2025-07")]),
        ("in November", [("November", "2024-11")]),
        ("from January to June 2024", [("January to June 2024", "2024-H1")]),
        ("2019–23", [("2019–23", "2019/2023")]),
        ("from 2019 to 2023", [("2019 to 2023", "2019/2023")]),
        ("the 2010s", [("2010s", "2010/2019")]),
        ("by the end of 2024", [("2024", "2024-12-31")]),
        ("at the end of July 2025", [("July 2025", "2025-07-31")]),
        ("three months ended March 31, 2025", [("three months ended March 31, 2025", "2025-Q1")]),
        ("last year and this quarter", [("last year", "2024"), ("this quarter", "2025-Q3")]),
        ("last month", [("last month", "2025-08")]),
        ("two years ago", [("two years ago", "2023")]),
        ("three months ago", [("three months ago", "2025-06")]),
        ("in the first nine months of 2024", [("the first nine months of 2024", "2024-01/2024-09")]),
        ("in the first six months", [("the first six months", "2025-H1")]),
        ("the first seven months of 2022", [("the first seven months of 2022", "2022-01/2022-07")]),
        ("the first 10 months of last year", [("the first 10 months of last year", "2024-01/2024-10")]),
        ("the first three quarters of 2024", [("the first three quarters of 2024", "2024-01/2024-09")]),
        ("seven months to July 2025", [("seven months to July 2025", "2025-01/2025-07")]),
        ("the 18 months to June 2024", [("the 18 months to June 2024", "2023-01/2024-06")]),
        ("in its first six months", []),
        ("the first nine months", [("the first nine months", "2024-01/2024-09")]),
        ("the first six months of last year", [("the first six months of last year", "2024-H1")]),
        ("in the year to March", [("the year to March", "2024-04/2025-03")]),
        ("the half year to December", [("the half year to December", "2024-H2")]),
        ("by year-end", [("year-end", "2025-12-31")]),
        ("yesterday", [("yesterday", "2025-09-02")]),
        ("on Monday", [("Monday", "2025-09-01")]),
        ("next Tuesday", [("next Tuesday", "2025-09-09")]),
        ("2000 rpm", []),
        ("$2024", []),
        ("the 1810.HK share", []),
        ("it may march on", []),
        ("Sun Microsystems", []),
        ("a version 2024.1", []),
        ("1,999 units", []),
    ],
)
def test_periods(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", ["last year", "this quarter", "yesterday", "in the third quarter", "in July"])
def test_without_a_day_of_publication_relative_times_stay_open(text: str) -> None:
    assert [iso for _, iso in found(text, None)] == [None]


def test_the_year_spoken_of_holds_until_the_next() -> None:
    assert found("Q1 2023 was weak, Q2 better.", None) == [("Q1 2023", "2023-Q1"), ("Q2", "2023-Q2")]


@pytest.mark.parametrize(
    ("text", "before", "expected"),
    [
        ("in March 2024", 2021, ("2024-03", ())),
        ("in March", None, ("2025-03", (("coming", "2026-03"),))),
        ("in March", 2021, ("2025-03", (("coming", "2026-03"), ("before", "2021-03")))),
        ("at the end of December", 2024, ("2024-12-31", (("coming", "2025-12-31"),))),
        ("In 2022 it lost money until March", None, ("2022-03", (("latest", "2025-03"), ("coming", "2026-03")))),
        ("the fourth quarter", None, ("2024-Q4", (("coming", "2025-Q4"),))),
        ("the year to March", None, ("2024-04/2025-03", (("coming", "2025-04/2026-03"),))),
        ("last year", 2021, ("2024", ())),
    ],
)
def test_words_without_a_year_keep_every_year_they_may_mean(
    text: str, before: int | None, expected: tuple[str, tuple[tuple[str, str], ...]]
) -> None:
    tokens = tokenize(text)
    period = find_periods(tokens, 0, len(tokens), PUBLISHED, before)[-1]
    assert (period.iso, period.others) == expected


@pytest.mark.parametrize(
    ("length", "published", "expected"),
    [
        ("year", date(2025, 1, 1), "2024"),
        ("half", date(2025, 6, 30), "2024-H2"),
        ("half", date(2025, 7, 1), "2025-H1"),
        ("quarter", date(2025, 1, 30), "2024-Q4"),
        ("quarter", date(2025, 12, 31), "2025-Q3"),
        ("month", date(2025, 1, 2), "2024-12"),
    ],
)
def test_the_last_whole_stretch_before_a_day(length: str, published: date, expected: str) -> None:
    assert last_whole(length, published) == expected


@pytest.mark.parametrize(
    ("iso", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-Q1", date(2025, 1, 1), date(2025, 3, 31)),
        ("2025-H2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2025-07-31", date(2025, 7, 31), date(2025, 7, 31)),
        ("2024-01/2024-06", date(2024, 1, 1), date(2024, 6, 30)),
    ],
)
def test_bounds(iso: str, first: date, last: date) -> None:
    assert period_bounds(iso) == (first, last)


def test_bounds_of_something_else_name_it() -> None:
    with pytest.raises(
        ValueError, match=r"^'soon' is no period; valid are 2025, 2025-Q1, 2025-H2, 2025-07, 2025-07-31"
    ):
        period_bounds("soon")


_WORDS = (
    "Q1 H2 FY 2025 25 July 31 31st of to the first half quarter last year 2019 - / . , ended months "
    "three on Monday by end"
).split()


@given(st.lists(st.sampled_from(_WORDS), max_size=14), st.booleans())
def test_words_of_time_in_any_order_give_periods_that_have_bounds(words: list[str], dated: bool) -> None:
    for _, iso in found(" ".join(words), PUBLISHED if dated else None):
        if iso is not None:
            first, last = period_bounds(iso)
            assert first <= last


@pytest.mark.parametrize(
    ("iso", "shortest"),
    [
        ("2025-01/2025-03", "2025-Q1"),
        ("2025-10-01/2025-12-31", "2025-Q4"),
        ("2025-07/2025-12", "2025-H2"),
        ("2024-01/2024-12", "2024"),
        ("2024-02-01/2024-02-29", "2024-02"),
        ("2025-Q1/2025-Q2", "2025-H1"),
        ("2025-02/2025-04", "2025-02/2025-04"),
        ("2024-04/2025-03", "2024-04/2025-03"),
        ("2023-02-01/2023-02-27", "2023-02-01/2023-02-27"),
        ("2025-Q1", "2025-Q1"),
        ("2025-07-31", "2025-07-31"),
    ],
)
def test_a_period_has_one_shortest_form(iso: str, shortest: str) -> None:
    assert shortest_form(iso) == shortest
    assert period_bounds(shortest) == period_bounds(iso)
