"""What a quantity may measure: the names proposed for one, before any weight chooses among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pipeline.language.aboutness.answers import Metric
from pipeline.language.aboutness.candidates import Candidate
from pipeline.language.aboutness.case import Case
from pipeline.language.aboutness.metrics import metric_candidates
from pipeline.language.aboutness.metrics.layout import from_article
from pipeline.language.aboutness.metrics.nouns import from_counted, from_noun, from_qualified_noun
from pipeline.language.aboutness.metrics.phrases import from_phrases
from pipeline.language.aboutness.metrics.predicates import participle, predicate_of
from pipeline.language.aboutness.metrics.shapes import from_multiple
from pipeline.language.aboutness.metrics.shares import from_share, from_share_of_last
from pipeline.language.aboutness.metrics.times import from_time
from pipeline.language.aboutness.metrics.usual import from_usual
from pipeline.language.aboutness.metrics.verbs import from_verb
from pipeline.language.aboutness.tally import Tally

from .reading import case_of, cases_of


def names(found: Iterator[Candidate]) -> list[str]:
    return [candidate.name for candidate in found]


@pytest.mark.parametrize(
    ("text", "whole", "short"),
    [
        ("About 63% used a coding assistant daily.", "using coding assistant daily", None),
        ("Half of the parts are made in-house.", "made in-house", None),
        ("Nearly half of its staff have left since January.", "left", None),
        ("A third of the plots could not be traced.", "not traced", None),
        ("More than half of them never do a day's work.", "not doing day's work", None),
        ("12% of adults don't have a bank account.", "without bank account", None),
        ("One in ten goes home before the year is out.", "going home before year is out", "going home"),
        ("Fewer than 900 subscribers cancelled.", "cancelled", None),
        ("Some 17% come from Chinese suppliers.", "from Chinese suppliers", None),
        ("A fifth of the fleet had been let at the end of 2024.", "let", None),
        ("In Leeds 58 percent of the young were on fixed-term contracts.", "on fixed-term contracts", None),
    ],
)
def test_what_is_said_of_a_quantity(text: str, whole: str, short: str | None) -> None:
    predicate = predicate_of(case_of(text))
    assert predicate is not None
    assert (predicate.whole, predicate.short) == (whole, short or whole)


@pytest.mark.parametrize("text", ["Revenue rose by 5%.", "The margin was 5%, and costs fell.", "Margin: 5%"])
def test_nothing_is_said_of_a_quantity_that_no_verb_stands_behind(text: str) -> None:
    assert predicate_of(case_of(text)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The firm has repaid 40% of the loan.", "repaid"),
        ("The strike forced it to cancel 1,140 flights.", "canceled"),
        ("It sells 5,000 cars.", "sold"),
        ("It holds 680 patents.", None),
        ("Some 140 people live there.", None),
    ],
)
def test_the_participle_of_the_verb_before_it(text: str, expected: str | None) -> None:
    assert participle(case_of(text)) == expected


@pytest.mark.parametrize(
    ("propose", "text", "expected"),
    [
        (from_share, "It spends 30% of revenue on research.", "share of revenue"),
        (from_share, "The firm has repaid 40% of the loan.", "share of loan repaid"),
        (from_share, "75% of the parts are self-made.", "share of parts self-made"),
        (from_share, "More than 70% of the owners are women.", "share of women"),
        (from_share, "Just 36% of app workers pay into social security.", "share paying into social security"),
        (from_share, "The project is 65% debt-funded.", "share debt-funded"),
        (from_counted, "About 4,600 people were sent home on Monday.", "people sent home"),
        (from_counted, "Some 140 employees live in the village.", "employees living in village"),
        (from_verb, "The strike halted 1,140 flights.", "flights halted"),
        (from_time, "The crossing will take 50 minutes.", "crossing duration"),
        (from_time, "Storms in January stopped the tower cranes for eight days.", "tower crane duration"),
        (from_time, "The van can recharge in 45 minutes.", "recharging time"),
        (from_time, "The robot needed 40 seconds to pick an apple.", "time to pick an apple"),
        (from_time, "It took 188 days to build.", "time to build"),
        (from_phrases, "Acme has a 350,000-unit delivery target.", "delivery target"),
        (from_phrases, "It has a forward P/E ratio of 27x.", "P/E"),
        (from_phrases, "It has a net debt/EBITDA ratio of 1.2x.", "net debt/EBITDA"),
        (from_phrases, "It has a stock-to-sales ratio of 1.2.", "stock-to-sales ratio"),
        (from_phrases, "It boasts an ultra-high automation rate of 91%.", "automation rate"),
        (from_phrases, "The highest-priced version costs $90,000.", "highest-priced version"),
        (from_noun, "A 500-bed hospital opened.", "beds"),
        (from_noun, 'It has millions of "loyal fans".', "loyal fans"),
        (from_qualified_noun, "A 25-tonne crane spans the width.", "crane capacity"),
        (from_qualified_noun, "Batteries of 1.6 MWh allow them to sail.", "battery capacity"),
        (from_qualified_noun, "It has a 5,000-tonne-per-day mill.", "mill capacity"),
        (from_phrases, "It has a throughput capacity of 51,400 tonnes.", "throughput capacity"),
        (from_qualified_noun, "It builds ships of at least 174,000 cubic metres.", "ship capacity"),
    ],
)
def test_a_name_that_is_proposed(propose: Callable[[Case], Iterator[Candidate]], text: str, expected: str) -> None:
    assert expected in names(propose(case_of(text)))


def test_a_task_is_not_cut_in_the_middle_of_a_word() -> None:
    case = cases_of("It took a year to reach its 500-unit sales target.")[0]
    assert "time to reach its 500-unit sales target" in names(from_time(case))


@pytest.mark.parametrize(
    ("propose", "text", "unwanted"),
    [
        (from_verb, "Built on a 32-billion-parameter model, it works.", "parameter production"),
        (from_counted, "A 500-bed hospital treats the sick.", "beds treating sick"),
        (from_multiple, "It trades at a P/E of 27x and EV/Sales of 3x.", "sales multiple"),
    ],
)
def test_a_name_that_is_not_proposed(propose: Callable[[Case], Iterator[Candidate]], text: str, unwanted: str) -> None:
    assert unwanted not in names(propose(case_of(text)))


def test_a_share_of_what_was_measured_before() -> None:
    case = case_of("Exports made up 52% of that.")
    last = Metric("revenue", "revenue", 0.9, dimension="money")
    assert names(from_share_of_last(case, [last])) == ["share of revenue"]
    assert names(from_share_of_last(case, [Metric("share of women", None, 0.9)])) == []


def test_usual_names_are_those_of_the_dimension_but_for_those_proposed_already() -> None:
    case = case_of("The flat on Mill Lane went for £310,000.")
    found = names(from_usual(case, {"cost"}))
    assert "price" in found
    assert not {"cost", "distance"} & set(found)


def test_usual_names_are_told_apart_by_the_words_around() -> None:
    (price,) = [c for c in from_usual(case_of("The flats went for £310,000 each."), set()) if c.name == "price"]
    assert {"usual=price", "usual=price near flat", "usual=price verb go", "usual=price after for"} <= set(
        price.signals
    )


def test_what_the_title_names_and_what_the_article_speaks_of_most_may_be_measured() -> None:
    text = (
        "# Phone shipments of the quarter\n\nShipments fell. Revenue was flat. Shipments of Acme came to 5 million.\n"
    )
    found = {(candidate.source, candidate.name) for candidate in from_article(case_of(text))}
    assert found == {("title", "shipments"), ("salient", "shipments"), ("salient", "revenue")}


def test_what_others_in_its_unit_measured_may_be_measured() -> None:
    found = metric_candidates(
        case_of("Mt Carlton was dearest at $2,674 an ounce."), (), Tally({"cost": 3, "price": 1}, 4)
    )
    assert [one.name for one in found if one.source == "of the unit"] == ["cost", "price"]


@pytest.mark.parametrize(
    ("text", "source", "expected"),
    [
        ("Freight and mail came to 4,260 tonnes.", "and phrase", ["freight and mail"]),
        ("Coal, freight and mail came to 4,260 tonnes.", "and phrase", []),
        ("The NEET rate was 12.9 percent.", "lettered phrase", ["NEET rate"]),
        ("The youth rate was 12.9 percent.", "lettered phrase", []),
        ("It bought back 1.2 million shares.", "noun", ["shares"]),
    ],
)
def test_phrases_that_measure_only_together(text: str, source: str, expected: list[str]) -> None:
    assert [one.name for one in metric_candidates(case_of(text), ()) if one.source == source] == expected
