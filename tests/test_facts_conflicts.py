"""Which facts contradict one another, and what is told of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.columns import stable_id
from pipeline.facts import Conflict
from pipeline.mentions import Mention

from .factories import compared, document, mention


def numbers(*written: str) -> list[Mention]:
    """Mentions of one thing in different articles: ``288``, ``about 288``, ``over 288``, ``2-3``, ..."""
    return [_number(f"d{place}", words) for place, words in enumerate(written)]


_QUALIFIERS = {
    "about": "approx",
    "over": "more_than",
    "at_least": "at_least",
    "under": "less_than",
    "at_most": "at_most",
    "±": "tolerance",
}


def _number(doc_id: str, words: str) -> Mention:
    *qualifier, number = words.split()
    low, dash, high = number.partition("..")
    if dash:
        return mention(doc_id=doc_id, text=words, low=float(low), high=float(high), qualifier="range")
    return mention(
        doc_id=doc_id, text=words, value=float(low), qualifier=_QUALIFIERS[qualifier[0]] if qualifier else "exact"
    )


@pytest.mark.parametrize(
    "written",
    [
        ["288"],
        ["288", "288"],
        ["288", "over 280"],
        ["288", "at_least 288"],
        ["288", "over 288"],
        ["288", "under 300"],
        ["288", "at_most 288"],
        ["100", "at_most 288"],
        ["900", "at_least 288"],
        ["288", "about 300"],
        ["270", "about 300"],
        ["330", "about 300"],
        ["about 300", "about 360"],
        ["288", "280..290"],
        ["290", "280..290"],
        ["over 100", "under 200"],
        ["over 100", "over 200"],
        ["280..290", "290..300"],
        ["280..290", "about 260"],
        ["-288", "about -300"],
        ["288", "about 280", "over 200", "under 400", "250..300"],
    ],
    ids=" | ".join,
)
def test_numbers_that_can_all_be_true(written: list[str]) -> None:
    assert compared(numbers(*written))[1] == []


@pytest.mark.parametrize(
    ("written", "claims"),
    [
        (["288", "300"], ["288", "300"]),
        (["300", "288"], ["288", "300"]),
        (["288", "288.1"], ["288", "288.1"]),
        (["269", "about 300"], ["269", "about 300"]),
        (["331", "about 300"], ["about 300", "331"]),
        (["-331", "about -300"], ["-331", "about -300"]),
        (["about 300", "about 380"], ["about 300", "about 380"]),
        (["288", "over 300"], ["288", "over 300"]),
        (["288", "at_least 289"], ["288", "at_least 289"]),
        (["288", "under 200"], ["under 200", "288"]),
        (["288", "at_most 287"], ["at_most 287", "288"]),
        (["over 300", "under 200"], ["under 200", "over 300"]),
        (["288", "289..290"], ["288", "289..290"]),
        (["280..289", "290..300"], ["280..289", "290..300"]),
        (["± 1", "± 2"], ["± 1", "± 2"]),
        (["288", "300", "over 200"], ["288", "300"]),
        (["288", "300", "about 294"], ["288", "300"]),
        (["288", "300", "312"], ["288", "300", "312"]),
        (["288", "300", "at_most 290"], ["288", "at_most 290", "300"]),
    ],
    ids=lambda words: " | ".join(words),
)
def test_numbers_that_cannot_all_be_true(written: list[str], claims: list[str]) -> None:
    (conflict,) = compared(numbers(*written))[1]
    assert [claim["number"] for claim in conflict["facts"]] == claims
    assert conflict["n_facts"] == len(claims)


@pytest.mark.parametrize(
    "difference",
    [
        {"subject": "Model 8"},
        {"subject": None},
        {"metric": "peak power"},
        {"metric": None},
        {"dimension": "heat"},
        {"normal_unit": "MW"},
        {"period": "2024"},
        {"period": None},
        {"status": "target"},
        {"change": "increase"},
    ],
    ids=str,
)
def test_numbers_of_different_things_are_no_conflict(difference: dict[str, Any]) -> None:
    assert compared([mention(value=288.0), mention(doc_id="b", value=300.0, **difference)])[1] == []


@pytest.mark.parametrize("unknown", ["subject", "metric"])
def test_numbers_of_unknown_things_are_no_conflict(unknown: str) -> None:
    assert compared([mention(**{"start": at, unknown: None, "value": float(at)}) for at in (1, 50)])[1] == []


@pytest.mark.parametrize("same", [{"subject": "MODEL 9"}, {"metric": "POWER"}, {"qualifier": "tolerance"}], ids=str)
def test_numbers_of_the_same_thing_are_a_conflict_whatever(same: dict[str, Any]) -> None:
    assert len(compared([mention(value=288.0), mention(doc_id="b", value=300.0, **same)])[1]) == 1


def test_units_are_compared_as_normal_ones() -> None:
    normal = {"normal_unit": "kW"}
    same = [
        mention(value=374.0, unit="PS", normal_value=275.0, **normal),
        mention(doc_id="b", value=275.0, normal_value=275.0, **normal),
    ]
    other = mention(doc_id="c", value=374.0, unit="PS", normal_value=275.0, text="374 PS", **normal)
    more = mention(doc_id="d", value=0.4, unit="MW", normal_value=400.0, text="0.4 MW", **normal)
    assert compared(same)[1] == []
    (conflict,) = compared([other, more])[1]
    assert (conflict["low"], conflict["high"], conflict["normal_unit"]) == (275.0, 400.0, "kW")


def test_a_conflict_has_all_its_columns() -> None:
    documents = [document("a", publisher="Post", published=date(2025, 7, 31)), document("b")]
    mentions = [mention(value=300.0, text="300 kW", doc_id="b", sentence="It has 300 kW."), mention(value=240.0)]
    facts, conflicts = compared(mentions, documents)
    ids = {fact["value"]: fact["fact_id"] for fact in facts}
    topic = ("different number", "model 9", "power", "power", "kW", "2025", "reported", "none")
    assert conflicts == [
        {
            "conflict_id": stable_id("c", *topic),
            "kind": "different number",
            "subject": "Model 9",
            "metric": "power",
            "dimension": "power",
            "period": "2025",
            "status": "reported",
            "change": "none",
            "normal_unit": "kW",
            "n_facts": 2,
            "low": 240.0,
            "high": 300.0,
            "spread": 0.25,
            "facts": [
                {
                    "fact_id": ids[240.0],
                    "number": "240 kW",
                    "sentence": "The Model 9 has 288 kW.",
                    "doc_id": "a",
                    "publisher": "Post",
                    "published": date(2025, 7, 31),
                },
                {
                    "fact_id": ids[300.0],
                    "number": "300 kW",
                    "sentence": "It has 300 kW.",
                    "doc_id": "b",
                    "publisher": None,
                    "published": None,
                },
            ],
        }
    ]
    assert set(conflicts[0]) == set(Conflict.__dataclass_fields__)


def test_the_id_of_a_conflict_never_changes_though_facts_come_and_go() -> None:
    two, three = compared(numbers("288", "300")), compared(numbers("288", "300", "400"))
    assert [row["conflict_id"] for row in (*two[1], *three[1])] == ["cc4c3dc94ea2cb109"] * 2


def test_facts_carry_the_conflict_they_are_part_of() -> None:
    facts, ((conflict),) = compared(numbers("288", "300", "over 200"))
    carried = {(fact["value"], fact["conflict_id"]) for fact in facts}
    assert carried == {(288.0, conflict["conflict_id"]), (300.0, conflict["conflict_id"]), (200.0, None)}


@pytest.mark.parametrize(
    ("written", "low", "high", "spread"),
    [
        (["100", "150"], 100.0, 150.0, 0.5),
        (["100", "200..300"], 100.0, 300.0, 2.0),
        (["-100", "-150"], -150.0, -100.0, 0.5),
        (["-100", "100"], -100.0, 100.0, None),
        (["0", "100"], 0.0, 100.0, None),
        (["-100", "0"], -100.0, 0.0, None),
    ],
    ids=str,
)
def test_spread_is_how_far_apart_the_numbers_are(
    written: list[str], low: float, high: float, spread: float | None
) -> None:
    (conflict,) = compared(numbers(*written))[1]
    assert (conflict["low"], conflict["high"], conflict["spread"]) == (low, high, spread)


NUMBERS = st.lists(
    st.sampled_from(
        ["100", "105", "about 100", "about 130", "over 120", "at_most 90", "under 300", "80..95", "95..110"]
    ),
    max_size=5,
    unique=True,
)


def _allowed(one: Mention) -> tuple[float, float]:
    """The interval a number allows, worked out once more and more simply."""
    value = one.value if one.value is not None else 0.0
    return {
        "exact": (value, value),
        "approx": (value * 0.9, value * 1.1),
        "more_than": (value, float("inf")),
        "at_most": (float("-inf"), value),
        "less_than": (float("-inf"), value),
        "range": (one.low or 0.0, one.high or 0.0),
    }[one.qualifier]


@settings(max_examples=40, deadline=None)
@given(NUMBERS)
def test_whoever_contradicts_another_is_in_the_conflict_and_nobody_else(written: list[str]) -> None:
    mentions = numbers(*written)
    contradicted = {
        one.text
        for one in mentions
        for other in mentions
        if _allowed(one)[0] > _allowed(other)[1] or _allowed(other)[0] > _allowed(one)[1]
    }
    assert {claim["number"] for row in compared(mentions)[1] for claim in row["facts"]} == contradicted
