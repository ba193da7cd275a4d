"""The rows of ``documents``: of two articles of one id the first is kept."""

from __future__ import annotations

from itertools import permutations

import pytest

from pipeline.facts import EXTRACTED, REFUSED, first_of_each_id

from .factories import document


def test_articles_of_different_ids_are_all_kept() -> None:
    documents = [document("b"), document("a")]
    assert list(first_of_each_id(documents)) == [document("a"), document("b")]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_first_record_of_an_id_is_kept_in_whatever_order_they_come(order: tuple[int, ...]) -> None:
    records = [document("x", source=f"dump.jsonl:{line}", n_words=line) for line in (9, 10, 11)]
    first, *later = first_of_each_id([records[at] for at in order])
    assert (first, first.status) == (records[0], EXTRACTED)
    assert [(one.source, one.status, one.n_words, one.n_mentions, one.n_numbers, one.error) for one in later] == [
        (
            f"dump.jsonl:{line}",
            REFUSED,
            0,
            0,
            0,
            "its id 'x' is already that of dump.jsonl:9, which was kept: give each article an id of its own",
        )
        for line in (10, 11)
    ]


def test_the_first_source_of_an_id_is_kept() -> None:
    late, early = document("x", source="b.jsonl:1"), document("x", source="a.jsonl:70")
    assert [(one.source, one.status) for one in first_of_each_id([late, early])] == [
        ("a.jsonl:70", EXTRACTED),
        ("b.jsonl:1", REFUSED),
    ]


def test_an_article_refused_already_takes_nobodys_id() -> None:
    refused = document("x", source="a.txt", status=REFUSED, error="it is empty")
    kept = document("x", source="b.jsonl:1")
    assert list(first_of_each_id([kept, refused])) == [refused, kept]
