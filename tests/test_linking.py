"""Choosing what a quantity is about: the ranker, what it learns, and what it answers to texts of every kind."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import models
from pipeline.articles import Article
from pipeline.language.aboutness import Memory
from pipeline.language.aboutness.answers import Subject
from pipeline.language.aboutness.candidates import GROUPS, Candidate, bucket, proposers
from pipeline.language.aboutness.ranker import Weights, choose
from pipeline.language.periods.periods import Period
from pipeline.language.verbs import base_form, verb_forms
from pipeline.mentions import Mention, Settings, extract
from pipeline.training.examples import QUESTIONS, Example
from pipeline.training.fitting import Fitted, Outcome, calibrate
from pipeline.training.loglinear import learn

from .reading import cases_of

PUBLISHED = date(2025, 9, 3)


def mentions(text: str, model: str = models.DEFAULT) -> tuple[Mention, ...]:
    article = Article(doc_id="a", text=text, source="a.txt", published=PUBLISHED)
    return extract(article, Settings(model=model)).mentions


def candidate(name: str, *signals: str, source: str = "phrase") -> Candidate:
    return Candidate(name, name, source, signals)


def test_the_name_with_the_most_weight_over_all_who_propose_it_is_chosen() -> None:
    weights = Weights({"a=1": 1.0, "b=1": 0.9})
    choice = choose([candidate("x", "a=1"), candidate("y", "b=1"), candidate("y", "b=1", source="label")], weights)
    assert choice is not None
    assert choice.candidate.name == "y"
    assert choice.probability == pytest.approx(0.644, abs=0.001)


def test_no_candidate_no_choice() -> None:
    assert choose([], Weights()) is None


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(["a=1", "b=1", "c=1"])), min_size=1, max_size=8))
def test_a_probability_is_one_and_the_order_of_candidates_does_not_matter(rows: list[tuple[str, str]]) -> None:
    weights = Weights({"a=1": 2.0, "b=1": -1.0})
    choices = [choose([candidate(name, signal) for name, signal in order], weights) for order in (rows, rows[::-1])]
    first, second = choices
    assert first is not None
    assert second is not None
    assert 0 < first.probability <= 1.0000001
    assert first.probability == pytest.approx(second.probability)


def test_who_proposes_a_name() -> None:
    found = [candidate("x"), candidate("x", source="label"), candidate("y")]
    assert proposers(found) == {"x": "label+phrase", "y": "phrase"}


@pytest.mark.parametrize(("number", "name"), [(0, "0"), (3, "4"), (4, "4"), (99, "more")])
def test_buckets(number: int, name: str) -> None:
    assert bucket(number) == name


@pytest.mark.parametrize(
    ("entry", "forms"),
    [
        ("deliver", ["deliver", "delivers", "delivering", "delivered"]),
        ("sell", ["sell", "sells", "selling", "sold"]),
        ("carry", ["carry", "carries", "carrying", "carried"]),
        ("buy back", ["buy back", "buys back", "buying back", "bought back"]),
        ("cut", ["cut", "cuts", "cutting"]),
        ("lay off", ["lay off", "lays off", "laying off", "laid off"]),
        ("take", ["take", "takes", "taking", "took", "taken"]),
        ("burn", ["burn", "burns", "burning", "burned", "burnt"]),
        ("free", ["free", "frees", "freeing", "freed"]),
        ("be", ["be", "is", "being", "was", "were", "are", "been"]),
    ],
)
def test_verb_forms(entry: str, forms: list[str]) -> None:
    assert verb_forms(entry) == forms


@pytest.mark.parametrize(
    ("word", "base"),
    [("carries", "carry"), ("are", "be"), ("started", "start"), ("moving", "move"), ("blorqed", "blorqed")],
)
def test_base_forms(word: str, base: str) -> None:
    assert base_form(word) == base


def example(doc_id: str, right: str, *candidates: Candidate) -> Example:
    return Example(doc_id, "metric", candidates, tuple(c.name == right for c in candidates), True)


def test_what_tells_right_from_wrong_is_learnt() -> None:
    examples = [
        example(f"article {i}", "right", candidate("right", "good=1", "both=1"), candidate("wrong", "bad=1", "both=1"))
        for i in range(20)
    ]
    weights = learn(examples, penalty=1.0)
    assert weights["good=1"] > 0.5 > -0.5 > weights["bad=1"]
    assert weights["both=1"] == 0
    assert weights["never met"] == 0


def test_what_one_article_shows_is_not_learnt() -> None:
    examples = [example("one", "right", candidate("right", "good=1"), candidate("wrong", "bad=1"))] * 20
    assert learn(examples, penalty=1.0) == {}


def test_learning_twice_gives_the_same_weights() -> None:
    examples = [example(str(i % 5), "x", candidate("x", f"a={i % 3}"), candidate("y", f"b={i % 2}")) for i in range(40)]
    assert learn(examples, penalty=2.0) == learn(examples, penalty=2.0)


def test_confidence_rises_with_probability_and_counts_what_should_not_have_been_found_as_wrong() -> None:
    def outcome(question: str, i: int, right: bool, known: bool) -> Outcome:
        one = candidate("x")
        choice = choose([one], Weights())
        assert choice is not None
        choice = type(choice)(one, i / 100)
        return Outcome(Example(str(i), question, (one,), (right and known,), known), choice)

    rows = [(i, i > 50 or i % 7 == 0, i % 10 != 0) for i in range(1, 101)]
    outcomes = {question: tuple(outcome(question, *row) for row in rows) for question in QUESTIONS}
    steps = calibrate(Fitted({}, outcomes))
    assert steps[0][0] == 0.0
    assert steps == sorted(steps)
    assert [share for _, share in steps] == sorted(share for _, share in steps)
    assert steps[-1][1] <= 0.9


def test_the_committed_weights_are_there_and_every_signal_belongs_to_a_group() -> None:
    kinds = {kind for group in GROUPS.values() for kind in group}
    for question in QUESTIONS:
        weights = models.linking_weights(question)
        assert len(weights) > 100
        assert {signal.partition("=")[0] for signal in weights} <= kinds
    shares = [share for _, share in models.confidence_steps()]
    assert shares == sorted(shares)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Acme Foundry said revenue rose 12% to $3.4 billion in 2024.",
            ["Acme Foundry | revenue", "Acme Foundry | revenue"],
        ),
        ("Acme's gross margin was 21.4%.", ["Acme | gross margin"]),
        ("Acme, a maker of pumps, reported net profit of €5 million.", ["Acme | net profit"]),
        ("Acme, which employs 4,100 people, is moving.", ["Acme | employees"]),
        (
            "| Company | Gross margin |\n|---|---|\n| Acme | 21% |\n| Bolt | 23% |",
            ["Acme | gross margin", "Bolt | gross margin"],
        ),
        ("Torque\n\n- V8 motor: 310 N·m", ["V8 | torque"]),
        ("Acme Air is a regional airline. Its fleet is 40 aircraft.", ["Acme Air | fleet size"]),
    ],
)
def test_subject_and_metric(text: str, found: list[str]) -> None:
    assert [f"{m.subject} | {m.metric}" for m in mentions(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Acme sold 5 cars in 2023 and 7 in 2024.", ["2023", "2024"]),
        ("Acme plans to build 9,000 cars by 2027.", ["2027"]),
        ("From January to June 2024 Acme sold 5 cars.", ["2024-H1"]),
        ("| Item | 2023 | 2024 |\n|---|---|---|\n| Revenue (EUR m) | 12 | 14 |", ["2023", "2024"]),
    ],
)
def test_periods(text: str, found: list[str]) -> None:
    assert [m.period for m in mentions(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Acme aims to sell 5,000 cars in 2027.", "target none"),
        ("Analysts expect sales of 5,000 cars.", "forecast none"),
        ("Sales fell by 5%.", "reported decrease"),
        ("Sales rose from 5,000 cars last year.", "reported none"),
    ],
)
def test_standing(text: str, found: str) -> None:
    (mention,) = mentions(text)
    assert f"{mention.status} {mention.change}" == found


def test_a_pipeline_of_somebody_elses_is_used_where_it_is_named(tmp_path: object) -> None:
    trained = models.load()
    assert trained is not None
    trained.to_disk(str(tmp_path))
    text = "Acme's gross margin was 21.4%."
    own, other = mentions(text), mentions(text, str(tmp_path))
    assert [(m.subject, m.metric, m.confidence) for m in own] == [(m.subject, m.metric, m.confidence) for m in other]


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("In 2024 it earned $5 million, against $4 million in 2023.", "2024"),
        ("In 2024 it earned $5 million, against $4 million, or 65 cents a share, in 2023.", "2024"),
        ("In 2024 it earned $5 million. In 2023 it earned $4 million.", "2023"),
    ],
)
def test_a_text_goes_on_to_speak_of_what_it_compared_and_not_of_what_it_compared_it_with(
    text: str, latest: str
) -> None:
    memory = Memory()
    for case, name, iso in zip(cases_of(text), ("Acme", "Bolt", "Bolt"), ("2024", "2023", "2023"), strict=False):
        memory = memory.after(case, None, Subject(name, name, 1.0), Period(0, 0, iso), "reported", "none")
    assert memory.periods[0].iso == latest
    assert memory.subjects[0].name == {"2024": "Acme", "2023": "Bolt"}[latest]
