"""The quality gate: the project's annotated articles are read as well as its baseline says, and gold is what it says.

Each corpus is read once, whatever is then asked of it. How the gate is pinned is tested in ``test_cli_evaluate``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pipeline.articles import Article, plan
from pipeline.evaluation import (
    BASELINE,
    CORPORA,
    Corpus,
    GoldError,
    Measured,
    find_corpus,
    measure,
    problems,
    read_baseline,
    read_gold,
)
from pipeline.mentions import Extraction

ROOT = Path(__file__).parent.parent
OTHERS = ROOT.parent / "shared"
# The tests of one corpus run in one process, which reads it once.
corpora = pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in CORPORA])


@cache
def measured(name: str) -> Measured:
    return measure(find_corpus(ROOT / CORPORA[name]))


def readings(name: str) -> Iterator[tuple[Article, Extraction]]:
    for one in measured(name).articles:
        assert one.article is not None
        assert one.extraction is not None, one.error
        yield one.article, one.extraction


@corpora
def test_articles_are_read_as_well_as_pinned(name: str) -> None:
    if found := problems(name, measured(name), read_baseline(ROOT / BASELINE)):
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.xdist_group("seeds")
def test_the_seed_articles_are_read_right() -> None:
    rates = measured("seeds").figures.rates
    assert rates["quantity"] >= 0.97
    assert rates["qualifier"] >= 0.97


@pytest.mark.skipif(not OTHERS.exists(), reason="the annotated articles are not at hand")
def test_other_articles_are_read_right() -> None:
    gold = {path.stem: path for path in (OTHERS / "gold").glob("*.jsonl")}
    portions = plan([OTHERS / "seeds"]).portions
    files = tuple((portion, gold[portion.doc_id]) for portion in portions if portion.doc_id in gold)
    rates = measure(Corpus(OTHERS, files, names=(), without_gold=0)).figures.rates
    assert rates["quantity"] >= 0.97
    assert rates["qualifier"] >= 0.97
    assert rates["fact"] >= 0.6


@corpora
def test_every_article_has_its_gold(name: str) -> None:
    assert measured(name).corpus.without_gold == 0


@corpora
def test_every_mention_is_the_text_it_points_to(name: str) -> None:
    for article, extraction in readings(name):
        for mention in extraction.mentions:
            assert article.text[mention.start : mention.end] == mention.text
            assert mention.start >= article.body_start


@corpora
def test_every_number_is_accounted_for(name: str) -> None:
    for article, extraction in readings(name):
        accounted = {i for number in extraction.numbers for i in range(number.start, number.end)}
        missing = [i for i, character in enumerate(article.text) if character.isdecimal() and i not in accounted]
        assert not missing, f"{article.source}: {article.text[missing[0] - 20 : missing[0] + 20]!r}"


GOOD = {
    "text": "5 km",
    "value": 5,
    "low": None,
    "high": None,
    "unit": "km",
    "qualifier": "exact",
    "subject": [],
    "metric": [],
    "period": None,
    "status": "reported",
    "change": "none",
}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "no JSON: "),
        ("5", "is 5: write one object a line"),
        ('["text"]', "is ['text']: write one object a line".replace("'", '"')),
        ('{"text": "5 km"}', "lacks change, high, low, metric"),
        ({"text": "6 km"}, "'6 km', occurrence 0, is not in the article: "),
        ({"nth": 1}, "'5 km', occurrence 1, is not in the article: "),
        ({"nth": -1}, "nth is -1: "),
        ({"nth": True}, "nth is True: "),
        ({"text": ""}, "text is '': "),
        ({"unit": None}, "unit is None: "),
        ({"value": "5"}, "value, low, high do not fit: "),
        ({"value": None, "low": 5}, "value, low, high do not fit: "),
        ({"low": 4}, "value, low, high do not fit: "),
        ({"subject": "Alpha"}, "subject is 'Alpha': "),
        ({"metric": [None]}, "metric is [None]: "),
        ({"qualifier": "about"}, "qualifier is 'about': write one of exact, approx, "),
        ({"status": None}, "status is None: write one of reported, target, forecast"),
        ({"change": "up"}, "change is 'up': write one of none, increase, decrease"),
        ({"period": "last year"}, "period is 'last year': "),
        ({"period": "2025-13"}, "period is '2025-13': "),
        (f"{json.dumps(GOOD)}\n\n{json.dumps(GOOD)}", "is the same place as "),
    ],
    ids=str,
)
def test_gold_that_does_not_fit_is_refused(tmp_path: Path, line: str | dict[str, Any], message: str) -> None:
    path = tmp_path / "gold.jsonl"
    written = line if isinstance(line, str) else json.dumps(GOOD | line)
    path.write_text(written, encoding="utf-8")
    with pytest.raises(GoldError) as raised:
        read_gold(path, "It is 5 km away.")
    assert str(raised.value).startswith(f"{path}:{written.count(chr(10)) + 1}: {message}")


def test_gold_may_hold_any_character_that_is_no_line_end(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOOD | {"text": "5\u2028km"}, ensure_ascii=False), encoding="utf-8")
    (gold,) = read_gold(path, "It is 5\u2028km away.")
    assert (gold.start, gold.end) == (6, 10)
