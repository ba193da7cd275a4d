"""Words for the parser, the trees it makes of them, and the noun phrases in them."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc

import models
from pipeline import language
from pipeline.language.layout.page import Context
from pipeline.language.syntax.parsing import Sentence, read_sentences
from pipeline.language.syntax.phrases import phrases_of
from pipeline.language.syntax.tree import Tree, tree_of
from pipeline.language.syntax.words import Word, words_of


def words(text: str) -> list[Word]:
    doc = language.read(language.build((), models.NONE), text, Context())
    first, stop = doc._.page.ranges[0]
    return words_of(doc._.page, first, stop, doc._.quantities.get(0, ()), doc._.periods[0])


def tree(*rows: tuple[str, str, int, str]) -> Tree:
    """A tree from (word, tag, place of the head, label), spaces everywhere."""
    nlp = spacy.blank("en")
    texts = [row[0] for row in rows]
    doc = Doc(
        nlp.vocab,
        words=texts,
        tags=[row[1] for row in rows],
        heads=[row[2] for row in rows],
        deps=[row[3] for row in rows],
    )  # fmt: skip
    return tree_of([Word(text, i, i + 1, True) for i, text in enumerate(texts)], doc)


def sentences(text: str) -> list[Sentence]:
    doc = language.read(language.build(), text, Context())
    return list(doc._.sentences)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Revenue rose to RMB 18.6 billion.", "Revenue rose to $ 5 ."),
        ("The motor reaches 22000rpm and 288kW.", "The motor reaches 5 miles and 5 miles ."),
        ("The margin was 21.4% (up 0.6 percentage points).", "The margin was 5 % ( up 5 % ) ."),
        ("It sold 137,700 red cars.", "It sold 5 red cars ."),
        ("A five-year plan for a 1,500-metre runway.", "A 5 - year plan for a 5 - mile runway ."),
        ("It cost US$1.94 per pound.", "It cost $ 5 ."),
        ("It doesn't carry 5 km of rope.", "It does n't carry 5 miles of rope ."),
        ("AT&T said **Acme's** U.S. arm lost 5 km.", "AT&T said Acme 's U.S. arm lost 5 miles ."),
        ("Sales in the first quarter of 2025 were 5 km.", "Sales in 2025 were 5 miles ."),
        ("Mr. Ito earns 5 km.", "Mr. Ito earns 5 miles ."),
    ],
)
def test_quantities_are_told_to_the_parser_in_plain_words(text: str, told: str) -> None:
    assert " ".join(word.text for word in words(text)) == told


@settings(max_examples=50, deadline=None)
@given(st.text("ab AB 12.,%$€-–'’()&/:\n", max_size=60))
def test_every_word_stands_for_tokens_in_their_order(text: str) -> None:
    if not text.strip():
        return
    places = [(word.first, word.end) for word in words(f"Acme {text}")]
    assert all(first < end for first, end in places)
    assert places == sorted(places)


def test_paths_and_roles() -> None:
    parsed = tree(
        ("Revenue", "NN", 1, "nsubj"), ("rose", "VBD", 1, "ROOT"), ("and", "CC", 3, "cc"), ("hit", "VBD", 1, "conj"),
        ("$", "$", 3, "obj"), ("5", "CD", 4, "nummod"),
    )  # fmt: skip
    assert parsed.path(4, 0) == "obj< conj< >nsubj"
    assert parsed.path(4, 4) == ""
    assert parsed.role(4, 0) == "nsubj 1 of conj clause"
    assert parsed.role(4, 3) == "above by obj 1"
    assert parsed.role(4, 5) == "below by nummod 1"
    assert parsed.word_of(5) == 5


def test_two_roots_are_far_apart() -> None:
    parsed = tree(("Acme", "NNP", 0, "ROOT"), ("Bolt", "NNP", 1, "ROOT"))
    assert parsed.path(0, 1) == "far"
    assert parsed.role(0, 1) == "far"


def test_other_english_labels_are_read_in_universal_terms() -> None:
    parsed = tree(
        ("Acme", "NNP", 1, "nsubjpass"), ("sold", "VBN", 1, "ROOT"), ("for", "IN", 1, "prep"), ("$", "$", 2, "pobj"),
        ("in", "IN", 3, "prep"), ("cash", "NN", 4, "pobj"),
    )  # fmt: skip
    assert parsed.labels == ("nsubj:pass", "ROOT", "case", "obl", "case", "nmod")
    assert parsed.heads == (1, 1, 3, 1, 5, 3)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Like-for-like sales of the German group rose 5%.", ["Like-for-like sales", "German group"]),
        ("Acme's gross margin was 5%.", ["Acme", "gross margin"]),
        ("Defence spending rose by 5%.", ["Defence spending"]),
        ("It employs 40 skilled workers.", ["skilled workers"]),
    ],
)
def test_noun_phrases(text: str, phrases: list[str]) -> None:
    (sentence,) = sentences(text)
    parsed = sentence.tree
    assert parsed is not None
    told = frozenset(i for i, word in enumerate(parsed.words) if word.text in ("5", "%"))
    found = phrases_of(parsed, told)
    texts = ["".join(w.text + " " * w.space for w in parsed.words[p.first : p.end]).strip() for p in found]
    assert texts == phrases


def test_what_an_s_stands_between_is_owned() -> None:
    (sentence,) = sentences("Acme's gross margin was 5%.")
    assert sentence.tree is not None
    owner, owned = phrases_of(sentence.tree, frozenset())[:2]
    assert owned.owner == owner


def test_only_sentences_with_a_quantity_are_parsed_and_no_table() -> None:
    text = "Nothing to see here at all. Acme sold 5 cars last year.\n\n| Item | 2024 |\n|---|---|\n| Cars | 7 |\n"
    found = sentences(text)
    assert [sentence.tree is not None for sentence in found] == [True, False]


def test_without_a_parser_sentences_stay_without_trees() -> None:
    doc = language.read(language.build((), models.NONE), "Acme sold 5 cars last year.", Context())
    page, quantities = doc._.page, doc._.quantities
    assert [sentence.tree for sentence in read_sentences(page, quantities, doc._.periods, None)] == [None]
    (statement,) = doc._.statements
    assert (statement.subject.name, statement.status.label) == ("Acme", "reported")


def test_a_pipeline_without_a_parser_is_refused(tmp_path: object) -> None:
    spacy.blank("en").to_disk(str(tmp_path))
    with pytest.raises(ValueError, match="has no parser"):
        models.load(str(tmp_path))
