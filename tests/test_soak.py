"""A deployed run over poisoned articles, with a failing store, loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import soak

from .s3 import Server


@pytest.mark.slow
def test_a_disturbed_run_ends_as_an_undisturbed_one(s3: Server, tmp_path: Path) -> None:
    found = soak.soak(tmp_path, 300, s3)
    assert found["refused are the poisoned ones, each with its reason"] == "yes"
    assert found["all others are read"] == "yes"
    assert found["tables of the same bytes"] == "4 of 4: facts, mentions, conflicts, numbers"
    assert found["poisoned articles"] == "3"
