"""Examples to learn from: which candidates of an annotated quantity count as right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.evaluation import annotated_articles
from pipeline.training.examples import Example, examples_of, labelled_cases

TEXT = "The flat on Mill Lane went for £310,000."
GOLD = {
    "text": "£310,000", "nth": 0, "value": 310000, "low": None, "high": None, "unit": "GBP", "qualifier": "exact",
    "subject": ["flat on Mill Lane", "flat"], "metric": ["price"], "period": None, "status": "reported",
    "change": "none",
}  # fmt: skip


@pytest.fixture
def metric(tmp_path: Path) -> Example:
    (tmp_path / "flat.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "flat.jsonl").write_text(json.dumps(GOLD), encoding="utf-8")
    (annotated,) = annotated_articles(tmp_path)
    examples = examples_of(labelled_cases(annotated), "flat", {})
    return next(example for example in examples if example.question == "metric")


def test_a_usual_name_is_right_only_where_it_is_word_for_word_one_of_golds(metric: Example) -> None:
    usual = {c.name: right for c, right in zip(metric.candidates, metric.right, strict=True) if c.source == "usual"}
    assert usual["price"]
    assert not usual["starting price"], "it shares words enough with price, and says more than the text"
    assert [name for name, right in usual.items() if right] == ["price"]
