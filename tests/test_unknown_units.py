"""Words that may be units which the vocabulary does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.articles import Article
from pipeline.ingest import run_direct
from pipeline.ingest.unknown_units import UnknownUnit, unknown_units
from pipeline.language.quantities.unit_like import is_unfamiliar, unit_like_at
from pipeline.language.tokens import tokenize
from pipeline.mentions import extract
from pipeline.published import current_version


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("kvarh of reactive energy", "kvarh"),
        ("gCO2e/km", "gCO2e/km"),
        ("°Bx.", "°Bx"),
        ("fps, all told", "fps"),
        ("pJ/bit", "pJ/bit"),
        ("XDR", "XDR"),
        ("kW", None),  # a unit of the vocabulary
        ("N·m", None),
        ("people", None),
        ("and/or", None),
        ("Pro", None),
        ("Galaxy", None),
        ("US", None),
        ("of it", None),
        (", kvarh", None),
        ("12", None),
        ("", None),
    ],
)
def test_what_is_written_like_a_unit(written: str, expected: str | None) -> None:
    tokens = tokenize(written)
    assert unit_like_at(tokens, 0, len(tokens)) == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("petaelectronvolt", True),
        ("kilolitre", True),
        ("arroba", True),
        ("carmaker", False),
        ("packhouse", False),
        ("people", False),
    ],
)
def test_which_counted_nouns_nobody_knows(word: str, expected: bool) -> None:
    assert is_unfamiliar(word) is expected


def test_a_number_before_such_a_word_says_so() -> None:
    (number,) = extract(Article(doc_id="a", text="The reactor draws 45 kvarh.", source="a")).numbers
    assert (number.text, number.outcome, number.reason) == (
        "45",
        "unknown unit",
        "no unit of the vocabulary: kvarh",
    )


def test_they_are_ranked_by_how_many_articles_use_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_text("The reactor draws 45 kvarh. The dam holds 7 kilolitres and feeds 300 people.")
    Path("b.txt").write_text("The reactor draws 48 kvarh. Another draws 52 kvarh at 9 kW.")
    summary = run_direct(["a.txt", "b.txt"], Path("out"))
    expected = (UnknownUnit("kvarh", 3, 2), UnknownUnit("kilolitre", 1, 1))
    assert summary.unknown_units == expected
    version = current_version(Path("out"))
    assert version is not None
    assert unknown_units(version, Path("spill")) == expected
