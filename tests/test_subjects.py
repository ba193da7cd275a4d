"""Whom or what a number is about: what the layout and the sentence say of it before anything is weighed."""

from __future__ import annotations

import pytest

from pipeline.language.aboutness import Memory
from pipeline.language.aboutness.answers import Subject
from pipeline.language.aboutness.subjects.memory import from_memory, voice_of
from pipeline.language.aboutness.subjects.sections import beside

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
