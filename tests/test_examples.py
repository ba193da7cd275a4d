"""Every example beside the vocabulary is read as a careful reader would.

The same spans, numbers, units and qualifiers.
"""

from __future__ import annotations

import pytest

from pipeline import units
from pipeline.articles import Article
from pipeline.mentions import Mention, extract
from tests.examples import VOCABULARY, Example, Expected, read_examples

# Those of the other files have answers of their own kind: tests/test_answers.py.
FILES = ("numbers", "units", "currencies", "nouns", "qualifiers", "not_quantities", "ambiguous", "rates", "left_out")
EXAMPLES = [example for name in FILES for example in read_examples(VOCABULARY / f"{name}.examples.txt")]


def told(mention: Mention) -> str:
    number = mention.value if mention.value is not None else f"{mention.low}..{mention.high}"
    return f"{mention.text!r} = {number} {mention.unit} {mention.qualifier}"


def meets(expected: Expected, mention: Mention) -> bool:
    unit = units.resolve(expected.unit)
    if min(expected.end, mention.end) <= max(expected.start, mention.start):
        return False
    if (unit.dimension, unit.normal, expected.qualifier) != (mention.dimension, mention.normal_unit, mention.qualifier):
        return False
    numbers = [
        (expected.value, mention.normal_value),
        (expected.low, mention.normal_low),
        (expected.high, mention.normal_high),
    ]
    return all(_same(None if a is None else unit.normalise(a), b) for a, b in numbers)


def _same(a: float | None, b: float | None) -> bool:
    return a is b if a is None or b is None else abs(a - b) <= 1e-4 * max(abs(a), abs(b), 1e-12)


def reads_right(example: Example) -> tuple[bool, list[str]]:
    mentions = extract(Article(doc_id="example", text=example.text, source="example")).mentions
    right = len(mentions) == len(example.expected) and all(
        meets(expected, mention) for expected, mention in zip(example.expected, mentions, strict=True)
    )
    return right, [told(mention) for mention in mentions]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.where)
def test_example(example: Example) -> None:
    right, found = reads_right(example)
    assert right, f"{example.text!r}: found {found}, expected {example.expected}"


def test_there_are_examples_of_every_kind() -> None:
    assert len(EXAMPLES) >= 1000
    assert len({example.section for example in EXAMPLES}) >= 30
