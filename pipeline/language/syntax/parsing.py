"""Parsing: the sentences of a page that hold a quantity, all in one batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc

import models
from pipeline.language.layout.blocks import BlockKind
from pipeline.language.layout.page import Page
from pipeline.language.layout.sentences import split_sentences
from pipeline.language.periods.periods import Period
from pipeline.language.quantities.quantities import Quantity
from pipeline.language.syntax.tree import Tree, tree_of
from pipeline.language.syntax.words import Word, words_of

__all__ = ["Sentence", "read_sentences"]

_REACH = 120  # tokens to either side of a quantity: no sentence that means anything is longer
_BATCH = 64  # sentences; more at once is slower, the matrices leave the processor's cache
_FEWEST_WORDS = 4  # of a sentence worth parsing


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that holds quantities: its tokens ``first`` to ``stop``, and its tree where it was parsed."""

    block: int
    first: int
    stop: int
    quantities: tuple[Quantity, ...]
    tree: Tree | None = None


def read_sentences(
    page: Page,
    quantities: Mapping[int, Sequence[Quantity]],
    periods: Mapping[int, Sequence[Period]],
    parser: Language | None,
) -> list[Sentence]:
    """The sentences of a page that hold quantities, in text order, parsed where they are running text."""
    sentences = [sentence for i in sorted(quantities) for sentence in _of_block(page, i, quantities[i])]
    if parser is None:
        return sentences
    parsed = {i: words for i, sentence in enumerate(sentences) if (words := _worth_parsing(page, sentence, periods))}
    with models.on_one_core():
        trees = dict(zip(parsed, _parse(parser, list(parsed.values())), strict=True))
    return [Sentence(one.block, one.first, one.stop, one.quantities, trees.get(i)) for i, one in enumerate(sentences)]


def _of_block(page: Page, i: int, quantities: Sequence[Quantity]) -> Iterator[Sentence]:
    """The sentences of a block; a very long one is cut to what stands around its quantities."""
    at = 0
    for span in split_sentences(page.text, page.blocks[i].span):
        first, stop = page.tokens_in(span)
        inside: list[Quantity] = []
        while at < len(quantities) and quantities[at].first < stop:
            inside.append(quantities[at])
            at += 1
        for group in _in_reach(inside):
            yield Sentence(i, max(first, group[0].first - _REACH), min(stop, group[-1].end + _REACH), tuple(group))


def _in_reach(quantities: Sequence[Quantity]) -> Iterator[list[Quantity]]:
    """Quantities in groups, each no wider than what is read around one of them."""
    group: list[Quantity] = []
    for quantity in quantities:
        if group and quantity.end - group[0].first > _REACH:
            yield group
            group = []
        group.append(quantity)
    if group:
        yield group


def _worth_parsing(page: Page, sentence: Sentence, periods: Mapping[int, Sequence[Period]]) -> list[Word]:
    if page.blocks[sentence.block].kind is BlockKind.TABLE_ROW:
        return []
    words = words_of(page, sentence.first, sentence.stop, sentence.quantities, periods.get(sentence.block, ()))
    return words if len(words) >= _FEWEST_WORDS else []


def _parse(parser: Language, sentences: Sequence[Sequence[Word]]) -> Iterator[Tree]:
    docs = [
        Doc(
            parser.vocab,
            words=[word.text for word in words],
            spaces=[word.space for word in words],
            sent_starts=[i == 0 for i in range(len(words))],
        )
        for words in sentences
    ]
    for begin in range(0, len(docs), _BATCH):
        batch = docs[begin : begin + _BATCH]
        for name in parser.pipe_names:
            pipe: TrainablePipe = parser.get_pipe(name)
            batch = list(pipe.pipe(batch, batch_size=_BATCH))
        for words, doc in zip(sentences[begin : begin + _BATCH], batch, strict=True):
            yield tree_of(words, doc)
