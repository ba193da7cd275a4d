"""Refusals are remembered, for one extractor and for limits no wider than those then."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import store
from pipeline.limits import Limits
from pipeline.store.refusals import refusals_made_by

WHY, THEN = "took longer than 60 seconds", Limits(60.0, 4096)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    store.write_refusal(tmp_path, "0a", "v1", WHY, THEN)
    return tmp_path


@pytest.mark.parametrize(
    ("limits", "known"),
    [
        (THEN, True),
        (Limits(59.0, 4095), True),
        (Limits(60.5, 4096), False),
        (Limits(60.0, 4097), False),
    ],
)
def test_a_refusal_holds_within_its_limits(out: Path, limits: Limits, known: bool) -> None:
    assert store.known_refusals(out, "v1", ["0a", "0b"], limits) == ({"0a": WHY} if known else {})


def test_a_refusal_holds_for_one_version_of_the_extractor(out: Path) -> None:
    assert store.known_refusals(out, "v2", ["0a"], THEN) == {}


def test_of_two_refusals_the_later_counts(out: Path) -> None:
    store.write_refusal(out, "0a", "v1", "took longer than 90 seconds", Limits(90.0, 4096))
    assert store.known_refusals(out, "v1", ["0a"], Limits(80.0, 4096)) == {"0a": "took longer than 90 seconds"}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"why": "x", "seconds": "soon", "megabytes": 1}', b"\xff"])
def test_a_damaged_refusal_counts_for_none(out: Path, content: bytes) -> None:
    (path,) = refusals_made_by(out, "v1")
    path.write_bytes(content)
    assert store.known_refusals(out, "v1", ["0a"], THEN) == {}


def test_all_are_forgotten_together(out: Path) -> None:
    store.forget(out, "v1")
    assert store.known_refusals(out, "v1", ["0a"], THEN) == {}


def test_where_nothing_was_refused_nothing_is_known(tmp_path: Path) -> None:
    assert store.known_refusals(tmp_path, "v1", ["0a"], THEN) == {}
