"""Examples to learn from: which candidates of an annotated quantity count as right."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.evaluation import annotated_articles
from pipeline.training.examples import Example, examples_of, labelled_cases

TEXT = "The flat on Mill Lane went for £310,000."
GOLD = {
    "text": "£310,000", "nth": 0, "value": 310000, "low": None, "high": None, "unit": "GBP", "qualifier": "exact",
    "subject": ["flat on Mill Lane", "flat"], "metric": ["price"], "period": None, "status": "reported",
    "change": "none",
}  # fmt: skip


def metric_of(folder: Path, article: str, **gold: object) -> Example:
    """The example of what the only quantity of a text measures."""
    (folder / "a.txt").write_text(article, encoding="utf-8")
    (folder / "a.jsonl").write_text(json.dumps(GOLD | gold), encoding="utf-8")
    (annotated,) = annotated_articles(folder)
    examples = examples_of(labelled_cases(annotated), "a", {})
    return next(example for example in examples if example.question == "metric")


def test_a_usual_name_is_right_only_where_it_is_word_for_word_one_of_golds(tmp_path: Path) -> None:
    metric = metric_of(tmp_path, TEXT)
    usual = {c.name: right for c, right in zip(metric.candidates, metric.right, strict=True) if c.source == "usual"}
    assert usual["price"]
    assert not usual["starting price"], "it shares words enough with price, and says more than the text"
    assert [name for name, right in usual.items() if right] == ["price"]


def test_a_name_with_a_word_too_many_is_less_right(tmp_path: Path) -> None:
    metric = metric_of(
        tmp_path, "Acme halted 500 flights.", text="500 flights", value=500, unit="flight", metric=["flights"]
    )
    right = {c.name: right for c, right in zip(metric.candidates, metric.right, strict=True)}
    assert right["flights"] == 1
    assert 0 < right["flights halted"] < 1
