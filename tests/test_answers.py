"""The examples beside the vocabulary of time, standing, metrics, names, verbs, layout: a line a text and its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from pipeline.articles import Article
from pipeline.language.layout.layout import read_layout
from pipeline.language.periods.periods import find_periods
from pipeline.language.tokens import tokenize
from pipeline.language.verbs import base_form, gerund, past_participle
from pipeline.mentions import Mention, extract
from tests.examples import VOCABULARY


def periods(text: str) -> str:
    tokens = tokenize(text)
    found = find_periods(tokens, 0, len(tokens), date(2025, 9, 3))
    return " ; ".join(str(period.iso) for period in found) or "nothing"


def last(text: str) -> Mention:
    return extract(Article(doc_id="a", text=text, source="a")).mentions[-1]


ANSWERS: dict[str, Callable[[str], str]] = {
    "periods": periods,
    "standing": lambda text: f"{last(text).status} {last(text).change}",
    "metrics": lambda text: str(last(text).metric),
    "names": lambda text: str(last(text).subject),
    "verbs": lambda verb: f"{base_form(verb)} {gerund(verb)} {past_participle(verb)}",
    "layout": lambda text: " ; ".join(str(block.kind) for block in read_layout(text)),
}


def lines() -> Iterator[tuple[str, str, str]]:
    for name in ANSWERS:
        path = VOCABULARY / f"{name}.examples.txt"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text, arrow, answer = line.rpartition(" => ")
            if arrow and not line.startswith(("# Examples", "## ")):
                yield f"{name}:{number}", text.replace("\\n", "\n"), answer.strip()


@pytest.mark.parametrize(
    ("where", "text", "answer"), list(lines()), ids=lambda value: value if ":" in str(value)[:12] else ""
)
def test_answer(where: str, text: str, answer: str) -> None:
    assert ANSWERS[where.partition(":")[0]](text) == answer


def test_every_vocabulary_file_has_its_examples() -> None:
    for path in VOCABULARY.glob("*.toml"):
        assert path.with_name(f"{path.stem}.examples.txt").exists(), (
            f"write {path.stem}.examples.txt beside {path.name}"
        )
