"""Mentions become facts: what makes two mentions one fact, and what a fact knows of them."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts import IDENTITY, REFUSED, Document, Fact
from pipeline.mentions import Mention

from .factories import compared, document, mention


def facts_of(
    mentions: list[Mention], documents: list[Document] | None = None, threads: int = 2
) -> list[dict[str, Any]]:
    return compared(mentions, documents, threads)[0]


def the_fact(*mentions: Mention, documents: list[Document] | None = None) -> dict[str, Any]:
    (fact,) = facts_of(list(mentions), documents)
    return fact


# For every rule of identity two readings that it keeps apart. The article is another one where that must not matter.
APART: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "subject": ({"subject": "Model 9"}, {"subject": "Model 8"}),
    "metric": ({"metric": "power"}, {"metric": "peak power"}),
    "dimension": ({"dimension": "power"}, {"dimension": "heat"}),
    "unit": ({"normal_unit": "kW"}, {"normal_unit": "MW"}),
    "period": ({"period": "2025"}, {"period": None}),
    "status": ({"status": "reported"}, {"status": "forecast"}),
    "change": ({"change": "none"}, {"change": "increase"}),
    "unknown in": ({"metric": None, "doc_id": "a"}, {"metric": None, "doc_id": "b"}),
    "value": ({"value": 288.0}, {"value": 300.0}),
    "low": ({"low": 1.0, "high": 9.0, "qualifier": "range"}, {"low": 2.0, "high": 9.0, "qualifier": "range"}),
    "high": ({"low": 1.0, "high": 8.0, "qualifier": "range"}, {"low": 1.0, "high": 9.0, "qualifier": "range"}),
    "qualifier": ({"qualifier": "less_than"}, {"qualifier": "more_than"}),
}


def test_every_rule_of_identity_has_its_case() -> None:
    assert list(APART) == list(IDENTITY)


@pytest.mark.parametrize("rule", IDENTITY)
def test_mentions_are_kept_apart_by(rule: str) -> None:
    one, other = APART[rule]
    assert len(facts_of([mention(**one), mention(**{"start": 99, **other})])) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"subject": "Model 9"}, {"subject": "MODEL 9"}, id="the case of the subject"),
        pytest.param({"subject": "Škoda"}, {"subject": "ŠKODA"}, id="the case of letters beyond ASCII"),
        pytest.param({"metric": "power"}, {"metric": "Power"}, id="the case of the metric"),
        pytest.param({"doc_id": "a"}, {"doc_id": "b"}, id="another article"),
        pytest.param({"start": 1}, {"start": 2}, id="another place"),
        pytest.param({"confidence": 0.1}, {"confidence": 0.2}, id="confidence"),
        pytest.param({"sentence": "So."}, {"sentence": "Lo."}, id="another sentence"),
        pytest.param({"value": 374.0, "unit": "PS"}, {"value": 275.1, "unit": "kW"}, id="another unit"),
        pytest.param({"normal_value": 0.1 + 0.2}, {"normal_value": 0.3}, id="the last bit of a conversion"),
        pytest.param({"normal_value": 275.0790001}, {"normal_value": 275.0790002}, id="the tenth significant digit"),
        pytest.param({"normal_value": 0.0}, {"normal_value": -0.0}, id="the sign of zero"),
    ],
)
def test_mentions_are_one_fact_whatever(one: dict[str, Any], other: dict[str, Any]) -> None:
    normal = {"normal_value": 275.1, "normal_unit": "kW"}
    assert the_fact(mention(**normal | one), mention(**normal | {"start": 99} | other))["n_mentions"] == 2


@pytest.mark.parametrize("unknown", ["subject", "metric"])
def test_what_an_article_leaves_open_is_one_fact_within_it(unknown: str) -> None:
    assert the_fact(mention(**{unknown: None}), mention(**{unknown: None, "start": 99}))["n_mentions"] == 2


def test_a_fact_has_all_its_columns() -> None:
    known = document("a", publisher="The Post", published=date(2025, 7, 31), url="https://post.example/a")
    assert the_fact(mention(), documents=[known]) == {
        "fact_id": "f461cc2ac9a20f34c",
        "subject": "Model 9",
        "metric": "power",
        "value": 288.0,
        "low": None,
        "high": None,
        "unit": "kW",
        "dimension": "power",
        "normal_value": 288.0,
        "normal_low": None,
        "normal_high": None,
        "normal_unit": "kW",
        "qualifier": "exact",
        "change": "none",
        "status": "reported",
        "period": "2025",
        "period_start": date(2025, 1, 1),
        "period_end": date(2025, 12, 31),
        "n_mentions": 1,
        "n_documents": 1,
        "n_sources": 1,
        "first_published": date(2025, 7, 31),
        "last_published": date(2025, 7, 31),
        "confidence": 0.9,
        "conflict_id": None,
        "duplicate_of": None,
        "sources": [
            {
                "doc_id": "a",
                "start": 16,
                "end": 22,
                "text": "288 kW",
                "sentence": "The Model 9 has 288 kW.",
                "publisher": "The Post",
                "published": date(2025, 7, 31),
                "url": "https://post.example/a",
            }
        ],
    }


def test_the_id_of_a_fact_never_changes() -> None:
    assert the_fact(mention())["fact_id"] == "f461cc2ac9a20f34c"


def test_the_columns_of_a_fact_are_those_of_its_record() -> None:
    assert set(the_fact(mention())) == set(Fact.__dataclass_fields__)


@pytest.mark.parametrize(
    ("written", "speaks"),
    [
        ([("a", 1, "kW"), ("b", 1, "PS"), ("b", 9, "PS")], "PS"),
        ([("a", 9, "PS"), ("a", 1, "kW")], "kW"),
        ([("b", 1, "kW"), ("a", 9, "PS")], "PS"),
        ([("c", 1, "kW"), ("b", 9, "PS"), ("a", 5, "hp"), ("b", 1, "kW"), ("d", 1, "PS")], "kW"),
    ],
    ids=["the most frequent", "of as frequent ones the first", "the first by article, then place", "of both rules"],
)
def test_a_fact_is_given_in_the_unit_that_most_write(written: list[tuple[str, int, str]], speaks: str) -> None:
    values = {"kW": 275.0, "PS": 374.0, "hp": 369.0}
    normal = {"normal_value": 275.0, "normal_unit": "kW"}
    mentions = [mention(doc_id=doc, start=at, unit=unit, value=values[unit], **normal) for doc, at, unit in written]
    fact = the_fact(*mentions)
    assert (fact["unit"], fact["value"]) == (speaks, values[speaks])


def test_a_range_is_given_in_the_unit_that_most_write() -> None:
    normal = {
        "normal_value": None,
        "normal_low": 1000.0,
        "normal_high": 2000.0,
        "normal_unit": "m",
        "qualifier": "range",
    }
    metres = mention(low=1000.0, high=2000.0, unit="m", **normal)
    kilometres = [mention(start=at, low=1.0, high=2.0, unit="km", **normal) for at in (50, 90)]
    fact = the_fact(metres, *kilometres)
    columns = ("value", "low", "high", "unit", "normal_value", "normal_low", "normal_high", "normal_unit")
    assert [fact[name] for name in columns] == [None, 1.0, 2.0, "km", None, 1000.0, 2000.0, "m"]


@pytest.mark.parametrize(
    ("publishers", "expected"),
    [
        (["Post", "Post"], {"n_mentions": 2, "n_documents": 2, "n_sources": 1}),
        (["Post", "POST"], {"n_mentions": 2, "n_documents": 2, "n_sources": 1}),
        (["Post", "Times"], {"n_mentions": 2, "n_documents": 2, "n_sources": 2}),
        ([None, None], {"n_mentions": 2, "n_documents": 2, "n_sources": 2}),
        (["Post", None, "Post"], {"n_mentions": 3, "n_documents": 3, "n_sources": 2}),
        (["1", None], {"n_mentions": 2, "n_documents": 2, "n_sources": 2}),
    ],
)
def test_sources_are_publishers(publishers: list[str | None], expected: dict[str, int]) -> None:
    documents = [document(str(number), publisher=publisher) for number, publisher in enumerate(publishers)]
    fact = the_fact(*(mention(doc_id=one.doc_id) for one in documents), documents=documents)
    assert {name: fact[name] for name in expected} == expected


def test_an_article_that_says_it_twice_is_one_document() -> None:
    fact = the_fact(mention(start=1), mention(start=50))
    assert (fact["n_mentions"], fact["n_documents"], fact["n_sources"]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ([None, None], (None, None)),
        ([date(2025, 3, 1), None], (date(2025, 3, 1), date(2025, 3, 1))),
        ([date(2025, 3, 1), date(2024, 9, 9), date(2025, 1, 1)], (date(2024, 9, 9), date(2025, 3, 1))),
    ],
)
def test_first_and_last_publication(published: list[date | None], expected: tuple[date | None, date | None]) -> None:
    documents = [document(str(number), published=day) for number, day in enumerate(published)]
    fact = the_fact(*(mention(doc_id=one.doc_id) for one in documents), documents=documents)
    assert (fact["first_published"], fact["last_published"]) == expected


def test_a_fact_is_as_sure_as_its_surest_mention() -> None:
    assert the_fact(mention(confidence=0.4), mention(start=50, confidence=0.7))["confidence"] == 0.7


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_sources_stand_by_article_and_place(order: tuple[int, ...]) -> None:
    places = [("a", 5), ("a", 40), ("b", 1)]
    fact = the_fact(*(mention(doc_id=places[at][0], start=places[at][1]) for at in order))
    assert [(source["doc_id"], source["start"]) for source in fact["sources"]] == places


def test_an_article_that_was_refused_states_nothing() -> None:
    twins = [
        document("a", publisher="Post"),
        document("a", publisher="Copycat", status=REFUSED, error="its id is taken"),
    ]
    assert [source["publisher"] for source in the_fact(mention(), documents=twins)["sources"]] == ["Post"]


def test_no_mentions_are_no_facts() -> None:
    assert facts_of([], [document()]) == []


@st.composite
def corpora(draw: st.DrawFn) -> list[Mention]:
    """A few mentions of a few things, many of them the same."""
    few = st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.integers(0, 4),
            st.sampled_from(["Model 9", "MODEL 9", None]),
            st.sampled_from([288.0, 300.0]),
            st.sampled_from(["kW", "PS"]),
            st.floats(0, 1),
        ),
        max_size=12,
        unique_by=lambda drawn: drawn[:2],
    )
    return [
        mention(
            doc_id=doc,
            start=at,
            subject=subject,
            value=value,
            unit=unit,
            normal_value=288.0,
            normal_unit="kW",
            confidence=confidence,
        )
        for doc, at, subject, value, unit, confidence in draw(few)
    ]


@settings(max_examples=20, deadline=None)
@given(corpora().flatmap(lambda corpus: st.tuples(st.just(corpus), st.permutations(corpus))), st.integers(1, 4))
def test_neither_order_nor_threads_change_anything(both: tuple[list[Mention], list[Mention]], threads: int) -> None:
    corpus, shuffled = both
    assert facts_of(corpus, threads=1) == facts_of(shuffled, threads=threads)


@settings(max_examples=20, deadline=None)
@given(corpora())
def test_every_mention_is_a_source_of_one_fact(corpus: list[Mention]) -> None:
    sources = [(source["doc_id"], source["start"]) for fact in facts_of(corpus) for source in fact["sources"]]
    assert sorted(sources) == sorted((one.doc_id, one.start) for one in corpus)
