"""Rough statements and the precise number they round; facts that leave something open; near copies of articles."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from pipeline.articles.similarity import PLACES, signature_of
from pipeline.mentions import Mention

from .factories import compared, document, mention

CARS: dict[str, Any] = {"metric": "deliveries", "dimension": "count", "unit": "vehicle"}
MONEY: dict[str, Any] = {"metric": "revenue", "dimension": "money", "unit": "CNY"}


def facts_of(*mentions: Mention) -> list[dict[str, Any]]:
    return compared(list(mentions))[0]


def said(doc_id: str, text: str, value: float, qualifier: str = "exact", **given: Any) -> Mention:
    return mention(doc_id=doc_id, text=text, value=value, qualifier=qualifier, **given)


MERGED = {
    "about, and precisely": (
        said("a", "137,000", 137000.0, "approx", **CARS),
        said("b", "136,854", 136854.0, **CARS),
        136854.0,
    ),
    "the multiplier written out": (
        said("a", "18.6 billion RMB", 18.6e9, **MONEY),
        said("b", "RMB 18,600,000,000", 18.6e9, **MONEY),
        18.6e9,
    ),
    "one digit fewer": (
        said("a", "18.6 billion", 18.6e9, **MONEY),
        said("b", "18.57 billion", 18.57e9, **MONEY),
        18.57e9,
    ),
    "another unit, within the precision of both": (
        mention(doc_id="a", text="374 PS", value=374.0, unit="PS", normal_unit="kW", normal_value=275.0794),
        mention(doc_id="b", text="275 kW", value=275.0, normal_value=275.0),
        374.0,
    ),
    "over a round number, and the number": (
        said("a", "240,000", 240000.0, "more_than", **CARS),
        said("b", "240,000", 240000.0, **CARS),
        240000.0,
    ),
    "over a round number, and a little more": (
        said("a", "240,000", 240000.0, "more_than", **CARS),
        said("b", "243,100", 243100.0, **CARS),
        243100.0,
    ),
    "nearly": (said("a", "30 kW", 30.0, "less_than"), said("b", "29.6 kW", 29.6), 29.6),
    "at most": (said("a", "50 kW", 50.0, "at_most"), said("b", "50 kW", 50.0), 50.0),
}


@pytest.mark.parametrize(("rough", "precise", "value"), MERGED.values(), ids=MERGED)
def test_a_rough_statement_is_the_fact_it_rounds(rough: Mention, precise: Mention, value: float) -> None:
    for order in permutations([rough, precise]):
        (fact,) = facts_of(*order)
        assert (fact["value"], fact["qualifier"], fact["n_mentions"], fact["n_documents"]) == (value, "exact", 2, 2)


APART = {
    "too far for the digits written": [
        said("a", "18.6 billion", 18.6e9, **MONEY),
        said("b", "18.5 bn", 18.5e9, **MONEY),
    ],
    "an exact number that ends in zeros": [
        said("a", "137,000", 137000.0, **CARS),
        said("b", "136,854", 136854.0, **CARS),
    ],
    "a rounding of either of two": [
        said("a", "137,000", 137000.0, "approx", **CARS),
        said("b", "136,854", 136854.0, **CARS),
        said("c", "137,400", 137400.0, **CARS),
    ],
    "far above a bound": [said("a", "240,000", 240000.0, "more_than", **CARS), said("b", "290,000", 290000.0, **CARS)],
    "below a lower bound": [
        said("a", "240,000", 240000.0, "more_than", **CARS),
        said("b", "239,900", 239900.0, **CARS),
    ],
    "another period": [said("a", "18.6 bn", 18.6e9, **MONEY), said("b", "18.57 bn", 18.57e9, **MONEY, period="2024")],
    "an unknown period": [said("a", "18.6 bn", 18.6e9, **MONEY), said("b", "18.57 bn", 18.57e9, **MONEY, period=None)],
    "a range": [said("a", "300", 300.0), mention(doc_id="b", text="290-310", low=290.0, high=310.0, qualifier="range")],
    "an unknown subject": [said("a", "18.6 bn", 18.6e9, subject=None), said("b", "18.57 bn", 18.57e9, subject=None)],
}


@pytest.mark.parametrize("mentions", APART.values(), ids=APART)
def test_statements_that_stay_apart(mentions: list[Mention]) -> None:
    assert len(facts_of(*mentions)) == len(mentions)


@pytest.mark.parametrize(
    ("open_one", "others", "linked"),
    [
        pytest.param({"period": None}, [{}], True, id="the only fact with a period"),
        pytest.param({"period": None}, [{}, {"period": "2024"}], False, id="two facts with a period"),
        pytest.param({"period": None}, [{"value": 300.0}], False, id="another number"),
        pytest.param({"subject": None}, [{}], True, id="the only fact with a subject"),
        pytest.param({"subject": None}, [{}, {"subject": "Model 8"}], False, id="two facts with a subject"),
        pytest.param({"subject": None, "period": None}, [{}], False, id="both left open"),
        pytest.param({"metric": None}, [{}], False, id="no metric"),
    ],
)
def test_what_is_left_open_is_linked_and_never_merged(
    open_one: dict[str, Any], others: list[dict[str, Any]], linked: bool
) -> None:
    mentions = [mention(doc_id="a", **open_one), *(mention(doc_id=f"b{i}", **one) for i, one in enumerate(others))]
    facts = facts_of(*mentions)
    assert len(facts) == len(mentions)
    links = {fact["sources"][0]["doc_id"]: fact["duplicate_of"] for fact in facts if fact["duplicate_of"]}
    target = next(fact["fact_id"] for fact in facts if fact["sources"][0]["doc_id"] == "b0")
    assert links == ({"a": target} if linked else {})


STORY = " ".join(f"The works at place {i} made {i * 7} tonnes of steel in a month of {i} shifts." for i in range(60))


def test_a_signature_tells_how_much_two_texts_share() -> None:
    def alike(one: str, other: str) -> float:
        return sum(a == b for a, b in zip(signature_of(one), signature_of(other), strict=True)) / PLACES

    assert len(signature_of("")) == PLACES
    assert alike(STORY, STORY.upper().replace(" ", "\n ")) == 1
    assert alike(STORY, f"Our reporter writes: {STORY} Subscribe now.") > 0.9
    assert alike(STORY, STORY[: len(STORY) // 2]) < 0.65
    assert alike(STORY, "Nobody came to the harbour today, and the ferry left without a soul on board.") == 0


def test_near_copies_count_as_one_source() -> None:
    documents = [
        document("wire", publisher="Wire", published=date(2025, 1, 1)),
        document("copy", publisher="Daily", published=date(2025, 1, 2)),
        document("own", publisher="Weekly", published=date(2025, 1, 3)),
    ]
    signatures = {
        "wire": signature_of(STORY),
        "copy": signature_of(f"{STORY} By our staff."),
        "own": signature_of("Another text."),
    }
    mentions = [mention(doc_id=one.doc_id) for one in documents]
    (fact,) = compared(mentions, documents, signatures=signatures)[0]
    assert (fact["n_documents"], fact["n_sources"]) == (3, 2)
    (fact,) = compared(mentions, documents)[0]
    assert fact["n_sources"] == 3
