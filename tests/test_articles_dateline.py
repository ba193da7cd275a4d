"""The day of publication, where only the head of a text tells it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.articles import Article, article_of
from pipeline.articles.dateline import day_in_head

PROSE = (
    "Sales of the new pump rose by 5% last month, and the company hopes to sell 400 more of them before summer is over."
)


@pytest.mark.parametrize(
    ("head", "day"),
    [
        # datelines
        ("OSLO, Sept 1, 2025 (Agency) - Pump sales rose 5%.", date(2025, 9, 1)),
        ("PORTO – November 6, 2024 – Pump sales rose 5%.", date(2024, 11, 6)),
        ("Leuven, 18 June 2024. Pump sales rose 5%.", date(2024, 6, 18)),
        ("TAMPA, Florida, June 24, 2025 -- Pumpworks Inc. sold\n5% more.", date(2025, 6, 24)),
        ("SÃO PAULO, 2025-06-24: Pump sales rose 5%.", date(2025, 6, 24)),
        # bylines
        ("Pumps sell well\n\nJanuary 10, 2026\n", date(2026, 1, 10)),
        ("Pumps sell well\nTuesday, Oct 7, 2025 10:22 pm ET2min read", date(2025, 10, 7)),
        ("Pumps sell well\nBy Ada Berg | Updated 6 November 2025", date(2025, 11, 6)),
        ("Pumps sell well\nAda Berg, Bo Lund\n12 August 2025, 07:30", date(2025, 8, 12)),
        ("Published by Pump Desk on 14th November 2025\nPumps sell well", date(2025, 11, 14)),
        ("Issue 88 / Friday 6 June 2025", date(2025, 6, 6)),
        ("Report date: 2025-08-18", date(2025, 8, 18)),
        ("**Posted: Dec. 3, 2025**", date(2025, 12, 3)),
        ("1 May 2025 | updated 3 May 2025", date(2025, 5, 1)),
        # what the article is about
        ("Results for the six months to 30 June 2024", None),
        ("Results for the half-year ended September 30, 2025", None),
        ("The auction closed on 14 March 2025 after 47 rounds.", None),
        ("Ada Berg, who sold 400 pumps by 3 May 2025, is content.", None),
        ("Pumps sold in March 2025", None),
        ("March 2025", None),
        # what is no day
        ("30 February 2025", None),
        ("3/5/2025", None),
        ("OSLO, Sept 1 (Agency) - Pump sales rose 5%.", None),
        ("", None),
        # what is no head
        (f"{PROSE}\n3 May 2025", None),
        ("\n".join(f"Section {i}" for i in range(15)) + "\n3 May 2025", None),
    ],
)
def test_the_day_in_the_head_of_a_text(head: str, day: date | None) -> None:
    assert day_in_head(head) == day
    if day is not None:
        assert day_in_head(f"{head}\r\n\r\n{PROSE}") == day


def test_what_metadata_tell_is_stronger() -> None:
    record = {"id": "a", "text": f"3 May 2025\n\n{PROSE}"}
    assert _published(record) == date(2025, 5, 3)
    assert _published({**record, "published": "2025-05-04"}) == date(2025, 5, 4)


def _published(record: dict[str, str]) -> date | None:
    article = article_of(record, "bulk.jsonl:1")
    assert isinstance(article, Article)
    return article.published


@given(st.text(max_size=300))
def test_any_text_is_looked_at(text: str) -> None:
    day_in_head(text)


def test_a_long_line_takes_no_longer() -> None:
    assert day_in_head("A, " * 100_000 + "May 3, 2025") is None
    assert day_in_head("May 3, 2025, " * 50_000) is None
    assert day_in_head(" by on" * 100_000) is None
