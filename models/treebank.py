"""Universal Dependencies treebanks as training examples for spaCy: CoNLL-U files, plain or xz-compressed.

factmill parses one sentence at a time, cut into words as the treebanks cut them, so every sentence is one example and
its gold words are the words.
"""

from __future__ import annotations

import lzma
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import registry

__all__ = ["TREEBANKS", "Sentence", "TreebankError", "example", "find_file", "read_sentences", "treebank_reader"]

TREEBANKS = ("ewt", "gum")
_COLUMNS = 10  # of a CoNLL-U line
_LONGEST = 120  # words; the few longer sentences are lists


class TreebankError(ValueError):
    """A treebank cannot be used: the message names the file and tells what is expected."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a treebank: its words, whether a space follows each, and its tree (heads by position)."""

    words: tuple[str, ...]
    spaces: tuple[bool, ...]
    tags: tuple[str, ...]
    heads: tuple[int, ...]
    labels: tuple[str, ...]


def find_file(folder: Path, name: str) -> Path:
    """The file of that name in a folder, plain or xz-compressed.

    Raises:
        TreebankError: it is not there.
    """
    for path in (folder / name, folder / f"{name}.xz"):
        if path.is_file():
            return path
    raise TreebankError(
        f"there is no {folder / name}, nor {name}.xz beside it: the train, dev and test parts of UD English EWT and UD "
        "English GUM v2.16 are expected, as ewt-train.conllu, gum-train.conllu and so on; they come from "
        "universaldependencies.org, and models/README.md tells which parts of them are used"
    )


def read_sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a CoNLL-U file; those of a single word or of more than 120 are left out.

    Raises:
        TreebankError: a sentence breaks off before the word that another hangs on.
    """
    rows: list[list[str]] = []
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            columns = line.rstrip("\n").split("\t")
            if len(columns) == _COLUMNS and columns[0].isdigit():
                rows.append(columns)
            elif not line.strip():
                if 1 < len(rows) <= _LONGEST:
                    yield _sentence(path, rows)
                rows = []
    if 1 < len(rows) <= _LONGEST:
        yield _sentence(path, rows)


def _sentence(path: Path, rows: Sequence[Sequence[str]]) -> Sentence:
    heads = [int(row[6]) for row in rows]
    if max(heads) > len(rows):
        words = " ".join(row[1] for row in rows)
        raise TreebankError(f"{path} is cut short or damaged: word {max(heads)} is missing in {words!r}")
    return Sentence(
        words=tuple(row[1] for row in rows),
        spaces=tuple("SpaceAfter=No" not in row[9] for row in rows),
        tags=tuple(row[4] for row in rows),
        heads=tuple(head - 1 if head else i for i, head in enumerate(heads)),
        labels=tuple("ROOT" if head == 0 else row[7] for head, row in zip(heads, rows, strict=True)),
    )


@registry.readers("factmill.treebank.v1")  # type: ignore[untyped-decorator]
def treebank_reader(
    folder: str, files: list[str], repeat: dict[str, int], seed: int
) -> Callable[[Language], Iterator[Example]]:
    """A spaCy corpus reader over ``files`` of a folder; ``repeat`` gives the files that are read more than once."""

    def examples(nlp: Language) -> Iterator[Example]:
        sentences = [
            sentence
            for file in files
            for sentence in read_sentences(find_file(Path(folder), file))
            for _ in range(repeat.get(file, 1))
        ]
        random.Random(seed).shuffle(sentences)
        return (example(nlp, sentence) for sentence in sentences)

    return examples


def example(nlp: Language, sentence: Sentence, *, as_one: bool = False) -> Example:
    """A sentence as an example; ``as_one`` tells the parser beforehand that it is one, as factmill does."""
    words, spaces = list(sentence.words), list(sentence.spaces)
    starts: list[bool | int | None] | None = [i == 0 for i in range(len(words))] if as_one else None
    gold = Doc(
        nlp.vocab, words=words, spaces=spaces, tags=list(sentence.tags), heads=list(sentence.heads),
        deps=list(sentence.labels),
    )  # fmt: skip
    return Example(Doc(nlp.vocab, words=words, spaces=spaces, sent_starts=starts), gold)
