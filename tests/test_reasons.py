"""Why a mention was read as it was: every source has words, and whole answers tell theirs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import pytest

from pipeline.articles import Article
from pipeline.evaluation import annotated_articles
from pipeline.language import aboutness
from pipeline.language.aboutness.answers import Metric, Standing, Subject, When
from pipeline.language.aboutness.reasons import (
    WORDS,
    metric_reason,
    period_reason,
    standing_reason,
    subject_reason,
)
from pipeline.language.periods.periods import Period
from pipeline.mentions import extract
from pipeline.training.examples import QUESTIONS, examples_of, labelled_cases

ROOT = Path(__file__).parent.parent
TABLE = "| Item | 2023 | 2024E |\n|---|---|---|\n| Revenue (EUR m) | 12 | 14 |"
KNOWN = {source for words in WORDS.values() for source in words}


def reasons(text: str, published: date | None = None) -> list[str]:
    """The reasons of the last mention of a text, without how sure they are."""
    mentions = extract(Article(doc_id="a", text=text, source="a.txt", published=published)).mentions
    return [re.sub(r" \(\d\.\d\d\)$", "", reason) for reason in mentions[-1].reasons]


def test_a_mention_tells_why_each_field_is_what_it_is() -> None:
    assert reasons("Acme Motors reported results. Acme's gross margin rose to 26.4% in Q2 2025.") == [
        "quantity: number with a unit",
        'subject: a name in its sentence, "Acme"',
        "metric: a noun phrase in its sentence",
        'period: a time in its sentence, "Q2 2025"',
        "status: reported, nothing near says otherwise",
        'change: increase, the words before it, "rose"',
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Acme Motors delivered 137,700 cars in 2024.", "quantity: number with the noun it counts"),
        ("Acme Motors delivered 137,700 cars in 2024.", "subject: a name in its sentence"),
        ("Acme Motors delivered 137,700 cars in 2024.", 'period: a time in its sentence, "2024"'),
        (
            "Acme aims to sell 5,000 cars next year.",
            'period: none, a time, but nothing tells of which year, "next year"',
        ),
        ("Acme aims to sell 5,000 cars next year.", 'status: target, the words before it, "aims"'),
        (TABLE, "quantity: unit from the table's labels"),
        (TABLE, 'period: a time in the name of its column, "2024E"'),
        ("Bolt lifted its gross margin from 0.5% to 8.4%.", "change: increase, the number it moved from"),
        ("Sales rose from 5,000 cars last year.", "change: none, the level from which something moved"),
        ("V9: 21,000 rpm", "metric: what its unit measures"),
    ],
)
def test_a_field_tells_why(text: str, reason: str) -> None:
    assert reason in reasons(text)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (subject_reason(None), "subject: none, nothing near names one"),
        (metric_reason(None), "metric: none, nothing near says what it measures"),
        (subject_reason(Subject("Acme", "ACME", 0.834, source="name")), "subject: a name in its sentence (0.83)"),
        (
            metric_reason(Metric("deliveries", "has\n delivered", 0.92, source="verb own")),
            'metric: the verb, "has delivered" (0.92)',
        ),
        (metric_reason(Metric("power", None, 1.0, source="unit")), "metric: what its unit measures (1.00)"),
        (metric_reason(Metric("power", None, 0.5, source="brand new")), "metric: brand new (0.50)"),
        (period_reason(When(None, "none"), None), "period: none, nothing near says when"),
        (
            period_reason(When(Period(0, 0, "2025"), "title"), None),
            "period: a time in the article's title",
        ),
        (
            standing_reason("status", Standing("reported", None, "wording")),
            "status: reported, the words around it taken together",
        ),
    ],
)
def test_a_reason_is_one_plain_line(reason: str, told: str) -> None:
    assert reason == told


def sources_in_code() -> Iterator[tuple[str, str]]:
    """Every way in which the code makes the source of a candidate, as a pattern, with where it does."""
    for path in sorted(Path(aboutness.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(call, "func", None), "id", "")
            at = {"Candidate": 2, "_Measure": 3, "Finding": 1}.get(name)
            if isinstance(call, ast.Call) and at is not None and len(call.args) > at:
                yield f"{path.stem}:{call.lineno}", pattern_of(call.args[at])


def pattern_of(source: ast.expr) -> str:
    if isinstance(source, ast.Constant):
        return re.escape(str(source.value))
    if isinstance(source, ast.JoinedStr):
        return "".join(".+" if isinstance(part, ast.FormattedValue) else pattern_of(part) for part in source.values)
    return ".+"  # a variable: what it holds is met in the articles below


@pytest.mark.parametrize(("where", "pattern"), list(sources_in_code()), ids=lambda value: str(value))
def test_every_source_the_code_writes_has_words(where: str, pattern: str) -> None:
    assert any(re.fullmatch(pattern, source) for source in KNOWN), f"{where}: add words to aboutness/reasons.py"


def unknown_sources(folder: str, step: int) -> set[tuple[str, str]]:
    """The sources without words of every so many-th article, question by question."""
    found: set[tuple[str, str]] = set()
    for annotated in islice(annotated_articles(ROOT / folder), 0, None, step):
        examples = examples_of(labelled_cases(annotated), annotated.article.doc_id, {})
        found |= {(one.question, candidate.source) for one in examples for candidate in one.candidates}
    assert len(found) > 60
    return {(question, source) for question, source in found if source not in WORDS[question]}


def test_every_source_met_in_articles_has_words() -> None:
    assert unknown_sources("seeds", 3) == set()


@pytest.mark.slow
def test_every_source_met_in_many_articles_has_words() -> None:
    assert unknown_sources("tests/gold/dev", 4) == set()


def test_every_question_has_words() -> None:
    assert set(WORDS) == set(QUESTIONS)
