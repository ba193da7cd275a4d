"""Whom or what a number is about: what the layout and the sentence say of it before anything is weighed."""

from __future__ import annotations

import pytest

from pipeline.language.aboutness import Memory
from pipeline.language.aboutness.answers import Metric, Subject
from pipeline.language.aboutness.periods import NO_PERIOD
from pipeline.language.aboutness.subjects.layout import from_run_in
from pipeline.language.aboutness.subjects.memory import from_memory, voice_of
from pipeline.language.aboutness.subjects.names import from_names
from pipeline.language.aboutness.subjects.phrases import from_fuller, from_phrases
from pipeline.language.aboutness.subjects.sections import beside
from pipeline.language.aboutness.tally import Tally

from .reading import case_of, cases_of

SEGMENTS = """# Half-year figures of a maker of trucks

The first half was quiet.

## Warehouse trucks

- Units ordered: 38,200
- Revenue: €890 million

## Counterbalance trucks

- Revenue: €640 million
- Staff on short time: 310

## Outlook

- Capital expenditure: €75 million
"""


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("38,200", "alike"),  # the section tells revenue, as the one beside it does
        ("€890 million", "like"),
        ("€640 million", "like"),
        ("310", "alike"),
        ("€75 million", "unlike"),
    ],
)
def test_a_section_is_compared_with_those_beside_it(number: str, found: str) -> None:
    (case,) = (c for c in cases_of(SEGMENTS) if c.page.written(c.quantity.first, c.quantity.end).startswith(number))
    assert beside(case, case.headings[-1]) == found


def test_a_section_that_has_none_beside_it_is_alone() -> None:
    case = case_of("## Warehouse trucks\n\n- Revenue: €890 million\n")
    assert beside(case, case.headings[-1]) == "alone"


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("Sales rose and it sold 5,000 cars.", "stand_ins nameless sentence"),
        ("It bought Leapmotor, which made 5,000 cars.", "stand_ins named sentence"),
        ("Leapmotor raised its gross margin to 8.4%.", "bound stand_ins named sentence"),
        ("The company said Leapmotor made 5,000 cars.", "companies named sentence"),
        ("Leapmotor said the company made 5,000 cars.", "bound companies named sentence"),
    ],
)
def test_a_pronoun_behind_a_name_of_its_sentence_is_bound(text: str, voice: str) -> None:
    assert voice_of(case_of(text)) == voice


def test_a_subject_is_remembered_with_the_place_of_its_statement() -> None:
    first, second = cases_of("- Acme made 5 cars.\n- It sold 3 cars.\n")
    memory = Memory().after(first, None, Subject("Acme", "Acme", 1.0, first=1), None, "reported", "none")
    assert memory.subjects[0].said == first.quantity.first
    (candidate,) = from_memory(second, memory.subjects, "nameless sentence")
    assert "memory=0 said list" in candidate.signals


@pytest.mark.parametrize(
    ("text", "beside_it"),
    [("Sales rose to $5 million in May.", ("to", "in")), ("5,000 cars", ("^", "$"))],
)
def test_the_words_right_beside_a_number(text: str, beside_it: tuple[str, str]) -> None:
    assert case_of(text).neighbours == beside_it


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- BMW: 15.6%\n- Audi: 12.7%\n- Volvo: 12.6%\n", "things one unit"),
        ("- Range: 520 km\n- Power: 230 kW\n- Price: €41,900\n", "measures units"),
        ("- Power: 230 kW\n- Price: €41,900\n", "few"),
        ("It costs €41,900.", ""),
    ],
)
def test_what_the_labels_of_a_list_stand_for(text: str, found: str) -> None:
    assert {case.label_kind for case in cases_of(text)} == {found}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Climate Solutions: Net sales were $1.52 billion.", ["Climate Solutions"]),
        ("Networks. Revenue went up by 18%.", ["Networks"]),
        ("3. Halcyon H6 – Range is 3,400 km.", ["Halcyon H6"]),
        ("Sales rose to $1.52 billion. Margin was 18%.", []),
        ("In Spain, sales: 5,000 cars.", []),
        ("Acme 1.5 grew to 5,000 cars.", []),
        ("Range: 520 km", []),  # the label of a field is another source
    ],
)
def test_what_opens_a_paragraph_as_a_heading_does(text: str, found: list[str]) -> None:
    assert [candidate.name for candidate in from_run_in(case_of(text))] == found


@pytest.mark.parametrize(
    ("name", "counts", "share"),
    [
        ("Acme", {}, ""),
        ("Acme", {"Acme": 2}, "all of 3"),
        ("Acme", {"Acme": 3, "Bolt": 1}, "most of 8"),
        ("Acme", {"Acme": 1, "Bolt": 2}, "some of 3"),
        ("Acme", {"Acme": 1, "Bolt": 8}, "few of more"),
        ("Acme", {"Bolt": 1}, "none of 1"),
    ],
)
def test_how_many_of_the_answers_so_far_were_this_one(name: str, counts: dict[str, int], share: str) -> None:
    assert Tally(counts, sum(counts.values())).share(name) == share


def test_the_page_counts_whom_its_statements_were_about() -> None:
    memory = Memory()
    text = "Acme made 5 cars, Bolt made 3 cars and Acme made 2 trucks."
    for case, name in zip(cases_of(text), ("Acme", "Bolt", "Acme"), strict=True):
        memory = memory.after(case, Metric("output", None, 1.0), Subject(name, name, 1.0), None, "reported", "none")
    assert memory.about == Tally({"Acme": 2, "Bolt": 1}, 3)
    assert memory.measured.of("vehicle") == Tally({"output": 2}, 2)
    assert memory.measured.of("truck") == Tally({"output": 1}, 1)
    assert memory.held.counts == {NO_PERIOD: 3}
    assert memory.under_new_heading.about == memory.about


def test_a_page_of_ever_new_answers_forgets_the_first() -> None:
    tally = Tally()
    for i in range(1000):
        tally = tally.with_one(str(i))
    assert tally.total == 1000
    assert len(tally.counts) < 100
    assert "999" in tally.counts
    assert "0" not in tally.counts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The oat drinks market grew. Fenwick says the market reached $5 million.", ["oat drinks market"]),
        ("A late-stage trial of Velorin began. The trial lasted 68 weeks.", ["late-stage trial"]),
        ("A new trial began. The late-stage trial lasted 68 weeks.", []),
        ("The trial lasted 68 weeks. A late-stage trial ended.", []),
        ("A wind farm was sold. A solar farm was not. The farm employs 12 people.", ["wind farm", "solar farm"]),
    ],
)
def test_what_a_noun_was_called_before_in_more_words(text: str, found: list[str]) -> None:
    assert [candidate.name for candidate in from_fuller(case_of(text), None)] == found


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Exports from Asia and Oceania fell by 28%.", ["Asia and Oceania"]),
        ("Exports from China, Asia and Oceania fell by 28%.", []),
        ("Asia took 4 ships and Oceania 5.", []),
    ],
)
def test_an_and_may_join_whom_a_number_is_about(text: str, joined: list[str]) -> None:
    found = from_phrases(case_of(text), None)
    assert [candidate.name for candidate in found if candidate.source == "phrase and"] == joined


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme, parent of Zenith Bank, reported $5 million.", {"Zenith Bank": "words aside"}),
        ("Acme (Zenith) sold 5 cars.", {"Zenith": "words aside"}),
        ("Acme (5 cars) beat Zenith.", {"Acme": "quantity aside", "Zenith": "quantity aside"}),
        ("Acme sold 5 cars, and Zenith 7.", {}),
    ],
)
def test_what_stands_in_an_aside(text: str, expected: dict[str, str]) -> None:
    found = {
        candidate.name: signal.removeprefix("marks=").rpartition(" ")[0]
        for candidate in from_names(case_of(text), None)
        for signal in candidate.signals
        if "aside" in signal
    }
    assert found == expected
