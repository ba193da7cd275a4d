"""The quality gate: mentions against gold, on the seed articles and, where they are at hand, on others."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, reduce
from operator import add
from pathlib import Path

import pytest

from pipeline.articles import Article, plan, read
from pipeline.evaluation import Figures, GoldError, evaluate, read_gold
from pipeline.mentions import Extraction, Settings, extract

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
OTHERS = ROOT.parent / "shared"
NAMES = Settings(names=(str(SEEDS / "names.toml"),))


def articles(folder: Path) -> Iterator[Article]:
    for portion in plan([folder]).portions:
        for article in read(portion):
            assert isinstance(article, Article)
            yield article


@cache
def extractions(folder: Path, settings: Settings) -> tuple[tuple[Article, Extraction], ...]:
    return tuple((article, extract(article, settings)) for article in articles(folder))


def figures(folder: Path, gold: Path, settings: Settings) -> Figures:
    return reduce(
        add,
        (
            evaluate(article.doc_id, read_gold(gold / f"{article.doc_id}.jsonl", article.text), extraction.mentions)
            for article, extraction in extractions(folder, settings)
            if (gold / f"{article.doc_id}.jsonl").exists()
        ),
    )


def test_the_seed_articles_are_read_right() -> None:
    rates = figures(SEEDS, SEEDS / "gold", NAMES).rates
    assert rates["quantity"] >= 0.97
    assert rates["qualifier"] >= 0.97


@pytest.mark.skipif(not OTHERS.exists(), reason="the annotated articles are not at hand")
def test_other_articles_are_read_right() -> None:
    rates = figures(OTHERS / "seeds", OTHERS / "gold", Settings()).rates
    assert rates["quantity"] >= 0.97
    assert rates["qualifier"] >= 0.97
    assert rates["fact"] >= 0.75


def test_every_seed_article_has_its_gold() -> None:
    assert {article.doc_id for article in articles(SEEDS)} == {path.stem for path in (SEEDS / "gold").glob("*.jsonl")}


def test_every_mention_is_the_text_it_points_to() -> None:
    for article, extraction in extractions(SEEDS, NAMES):
        for mention in extraction.mentions:
            assert article.text[mention.start : mention.end] == mention.text
            assert mention.start >= article.body_start


def test_every_number_is_accounted_for() -> None:
    for article, extraction in extractions(SEEDS, NAMES):
        accounted = {i for number in extraction.numbers for i in range(number.start, number.end)}
        assert all(i in accounted for i, character in enumerate(article.text) if character.isdecimal())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "gold.jsonl:1: no JSON"),
        ('{"text": "5 km"}', "gold.jsonl:1: lacks change, high, low, metric"),
        (
            '{"text": "6 km", "value": 6, "low": null, "high": null, "unit": "km", "qualifier": "exact", "subject": [],'
            ' "metric": [], "period": null, "status": "reported", "change": "none"}',
            "gold.jsonl:1: '6 km', occurrence 0, is not in the article",
        ),
    ],
)
def test_gold_that_does_not_fit_is_refused(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(GoldError, match=message):
        read_gold(path, "It is 5 km away.")
