"""The treebank reader, the training command, and the model that stands in models/."""

from __future__ import annotations

import json
import lzma
import os
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc
from threadpoolctl import ThreadpoolController
from typer.testing import CliRunner

import models
from models import make_lexicon, train
from models.make_lexicon import find_classes, find_common_words, find_small_words, with_british_spellings
from models.treebank import Sentence, TreebankError, find_file, read_sentences

FOLDER = Path(models.__file__).parent
MOST_BYTES = 12_000_000
QUICK = {
    "training.max_steps": 6,
    "training.eval_frequency": 3,
    "components.parser.min_action_freq": 1,
    "components.tok2vec.model.encode.width": 16,
    "components.tok2vec.model.encode.depth": 1,
}

SHOP = """\
# sent_id = own-1
# text = The shop doesn't sell tea.
1	The	the	DET	DT	_	2	det	_	_
2	shop	shop	NOUN	NN	_	5	nsubj	_	_
3-4	doesn't	_	_	_	_	_	_	_	_
3	does	do	AUX	VBZ	_	5	aux	_	_
4	n't	not	PART	RB	_	5	advmod	_	_
5	sell	sell	VERB	VB	_	0	root	_	_
6	tea	tea	NOUN	NN	_	5	obj	_	SpaceAfter=No
7	.	.	PUNCT	.	_	5	punct	_	_
"""
ELLIPSIS = """\
# Mills grew by 5 % , ports [grew] by 9 .
1	Mills	mill	NOUN	NNS	_	2	nsubj	_	Note=first|SpaceAfter=No
2	grew	grow	VERB	VBD	_	0	root	_	_
3	,	,	PUNCT	,	_	4	punct	_	_
4	ports	port	NOUN	NNS	_	2	conj	_	_
4.1	grew	grow	VERB	VBD	_	_	_	2:conj	_
5	too	too	ADV	RB	_	4	orphan	_	_
"""
ONE_WORD = "1\tThanks\tthanks\tNOUN\tNN\t_\t0\troot\t_\t_\n"
READ_SHOP = Sentence(
    words=("The", "shop", "does", "n't", "sell", "tea", "."),
    spaces=(True, True, True, True, True, False, True),
    tags=("DT", "NN", "VBZ", "RB", "VB", "NN", "."),
    heads=(1, 4, 4, 4, 4, 4, 4),
    labels=("det", "nsubj", "aux", "advmod", "ROOT", "obj", "punct"),
)
READ_ELLIPSIS = Sentence(
    words=("Mills", "grew", ",", "ports", "too"),
    spaces=(False, True, True, True, True),
    tags=("NNS", "VBD", ",", "NNS", "RB"),
    heads=(1, 1, 3, 1, 3),
    labels=("nsubj", "ROOT", "punct", "conj", "orphan"),
)


def long_sentence(words: int) -> str:
    root = "1\tgo\tgo\tVERB\tVB\t_\t0\troot\t_\t_\n"
    return root + "".join(f"{i}\ton\ton\tADV\tRB\t_\t1\tadvmod\t_\t_\n" for i in range(2, words + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(SHOP + "\n", [READ_SHOP], id="comments, a multiword token, SpaceAfter"),
        pytest.param(ELLIPSIS + "\n", [READ_ELLIPSIS], id="an empty node, further notes beside SpaceAfter"),
        pytest.param(f"{SHOP}\n{ELLIPSIS}\n", [READ_SHOP, READ_ELLIPSIS], id="two sentences"),
        pytest.param(f"\n\n{SHOP}\n\n\n{ELLIPSIS}", [READ_SHOP, READ_ELLIPSIS], id="blank lines, none at the end"),
        pytest.param(f"{ONE_WORD}\n{SHOP}\n", [READ_SHOP], id="a single word is left out"),
        pytest.param(f"{long_sentence(121)}\n{SHOP}\n", [READ_SHOP], id="a list of 121 words is left out"),
        pytest.param("# nothing but comments\n", [], id="no sentences"),
        pytest.param("", [], id="an empty file"),
    ],
)
@pytest.mark.parametrize("ending", ["", ".xz"])
def test_reader(text: str, expected: list[Sentence], ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"own.conllu{ending}"
    path.write_bytes(lzma.compress(text.encode()) if ending else text.encode())
    assert list(read_sentences(path)) == expected


def test_reader_keeps_120_words(tmp_path: Path) -> None:
    path = tmp_path / "own.conllu"
    path.write_text(long_sentence(120), encoding="utf-8")
    assert [len(sentence.words) for sentence in read_sentences(path)] == [120]


def test_reader_refuses_a_sentence_that_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "own.conllu"
    path.write_text("\n".join(SHOP.splitlines()[:4]), encoding="utf-8")
    with pytest.raises(TreebankError) as caught:
        list(read_sentences(path))
    assert str(caught.value) == f"{path} is cut short or damaged: word 5 is missing in 'The shop'"


def test_plain_file_is_taken_before_a_compressed_one(tmp_path: Path) -> None:
    (tmp_path / "b.conllu.xz").touch()
    (tmp_path / "a.conllu.xz").touch()
    (tmp_path / "a.conllu").touch()
    assert [find_file(tmp_path, name).name for name in ("a.conllu", "b.conllu")] == ["a.conllu", "b.conllu.xz"]


@pytest.fixture(scope="module")
def treebank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A treebank of two sentences, many times over."""
    folder = tmp_path_factory.mktemp("treebank")
    for name in train.TREEBANKS:
        for part in train.PARTS:
            text = f"{SHOP}\n{ELLIPSIS}\n" * 12
            (folder / f"{name}-{part}.conllu").write_text(text, encoding="utf-8", newline="\n")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_treebanks_give_same_bytes(treebank: Path, tmp_path: Path) -> None:
    for out in ("first", "second"):
        train.train(treebank, tmp_path / out, settings=QUICK)
    first = contents(tmp_path / "first")
    assert first == contents(tmp_path / "second")
    assert {"scores.json", "trained/config.cfg", "trained/tok2vec/model"} <= first.keys()
    assert str(treebank).encode() not in b"".join(first.values())


def test_training_leaves_nothing_else_and_replaces_what_was_there(treebank: Path, tmp_path: Path) -> None:
    (tmp_path / "trained").mkdir()
    (tmp_path / "trained" / "old").touch()
    scores = train.train(treebank, tmp_path, settings=QUICK)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scores.json", "trained"]
    assert not (tmp_path / "trained" / "old").exists()
    assert scores["ewt-test"].words == 12 * (len(READ_SHOP.words) + len(READ_ELLIPSIS.words))


def test_failed_training_leaves_what_was_there(treebank: Path, tmp_path: Path) -> None:
    (tmp_path / "trained").mkdir()
    (tmp_path / "trained" / "old").touch()
    with pytest.raises(ValueError, match="max_steps"):
        train.train(treebank, tmp_path, settings={"training.max_steps": "many"})
    assert contents(tmp_path) == {"trained/old": b""}


def test_missing_treebank_is_named(treebank: Path, tmp_path: Path) -> None:
    for path in treebank.iterdir():
        if path.name != "gum-dev.conllu":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    result = CliRunner().invoke(train.app, [str(tmp_path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert result.stderr == (
        f"models.train: there is no {tmp_path / 'gum-dev.conllu'}, nor gum-dev.conllu.xz beside it: the train, dev and "
        "test parts of UD English EWT and UD English GUM v2.16 are expected, as ewt-train.conllu, gum-train.conllu and "
        "so on; they come from universaldependencies.org, and models/README.md tells which parts of them are used\n"
    )
    assert not (tmp_path / "out").exists()


def sentence(words: str, tags: str) -> Sentence:
    cut = tuple(words.split())
    return Sentence(cut, (True,) * len(cut), tuple(tags.split()), (0,) * len(cut), ("dep",) * len(cut))


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        pytest.param(["a fine apple|DT JJ NN", "an apple|DT NN"], ["apple"], id="small twice"),
        pytest.param(["an apple|DT NN", "Apple grew|NNP VBD"], [], id="small once"),
        pytest.param(["apple|NN", "apple|NN", "at Apple|IN NNP", "by Apple|IN NNP"], [], id="as often a name"),
        pytest.param(["apple|NN", "apple|NN", "at Apple|IN NNP"], ["apple"], id="less often a name"),
        pytest.param(["apple|NN", "apple|NN", "Apple|NNP", "Apple|NNP"], ["apple"], id="large at the head only"),
        pytest.param(["x v2 co-op|NN NN NN"] * 2, [], id="one letter, digits, hyphens"),
        pytest.param(["pears and figs|NNS CC NNS"] * 2, ["and", "figs", "pears"], id="in order"),
    ],
)
def test_words_a_treebank_writes_small(sentences: list[str], expected: list[str]) -> None:
    assert sorted(find_small_words(sentence(*text.split("|")) for text in sentences)) == expected


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        pytest.param({"mine": -9.0, "Mine": -11.0}, {"mine"}, id="mostly small"),
        pytest.param({"apple": -10.5, "Apple": -10.0}, set(), id="mostly large"),
        pytest.param({"lorries": -16.2, "Lorries": -18.8}, {"lorries"}, id="rare, and large by chance"),
        pytest.param({"alma": -14.3, "Alma": -14.9}, set(), id="rare, and large nearly as often"),
        pytest.param({"skua": -18.0}, set(), id="too rare"),
        pytest.param({"x": -5.0, "v2": -5.0, "Mon": -5.0, "naïf": -5.0}, set(), id="no plain small word"),
    ],
)
def test_words_that_are_common_by_their_frequency(probability: dict[str, float], expected: set[str]) -> None:
    assert find_common_words(probability) == expected


def test_word_classes_list_a_capitalised_form_only_where_it_differs() -> None:
    classes = {"rose": 5, "Rose": 9, "fell": 5, "Fell": 5, "\n": 5, "?": 5, "rare": 0}
    assert find_classes(classes) == {5: ["fell", "rose"], 9: ["Rose"]}


def test_words_of_one_class_stand_in_like_places() -> None:
    assert models.word_class("slid") == models.word_class("climbed") != models.word_class("mine")
    assert models.word_class("Slid") == models.word_class("slid")  # as in lower case, where it has none of its own
    assert models.word_class("xqzzv") == 0


def test_the_lexicon_needs_its_treebanks(tmp_path: Path) -> None:
    found = CliRunner().invoke(make_lexicon.app, [str(tmp_path)])
    assert found.exit_code == 2
    assert "ewt-train.conllu" in found.output


@pytest.fixture(scope="module")
def nlp() -> Language:
    loaded = models.load()
    assert loaded is not None
    return loaded


def test_committed_model_has_a_tagger_and_a_parser_with_universal_labels(nlp: Language) -> None:
    assert {"tagger", "parser"} <= set(nlp.pipe_names)
    assert {"NN", "NNP", "CD", "VBD", "$"} <= set(nlp.pipe_labels["tagger"])
    assert {"ROOT", "nsubj", "obj", "obl", "nmod", "nummod", "case"} <= set(nlp.pipe_labels["parser"])
    assert nlp.meta["license"] == "CC BY-SA 4.0"


def test_committed_model_parses(nlp: Language) -> None:
    words = "Revenue rose 5 % to $ 5 in 2025 .".split()
    doc = Doc(nlp.vocab, words=words, sent_starts=[i == 0 for i in range(len(words))])
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    relations = {(token.text, token.dep_, token.head.text) for token in doc}
    assert {("Revenue", "nsubj", "rose"), ("rose", "ROOT", "rose"), ("5", "nummod", "$")} <= relations


def test_models_stay_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if "__pycache__" not in path.parts) < MOST_BYTES


def test_committed_files_name_no_folder_of_the_machine_they_were_made_on(nlp: Language) -> None:
    assert nlp.config["paths"]["treebank"] is None


def test_card_repeats_the_scores() -> None:
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    for part, found in json.loads((FOLDER / "scores.json").read_text(encoding="utf-8")).items():
        score = train.Scores(**found)
        row = f"| `{part}` | {score.words:,} | {score.tag:.1%} | {score.uas:.1%} | {score.las:.1%} |"
        assert row in card, f"models/README.md should have the row {row}"


@pytest.mark.skipif("TREEBANK" not in os.environ, reason="TREEBANK does not name the folder of the treebanks")
def test_committed_scores_are_those_of_the_committed_model(nlp: Language) -> None:
    recorded = json.loads((FOLDER / "scores.json").read_text(encoding="utf-8"))["gum-test"]
    sentences = read_sentences(find_file(Path(os.environ["TREEBANK"]), "gum-test.conllu"))
    assert train.score(nlp, sentences) == train.Scores(**recorded)


def test_products_are_made_by_numpy_on_one_core_and_the_trees_are_those_of_thincs_own() -> None:
    ours, path = models.load(), models.find()
    assert ours is not None
    assert path is not None
    theirs = spacy.load(path)
    assert (operations_of(ours), operations_of(theirs)) == ({"NumpyProducts"}, {"NumpyOps"})
    for text in (
        "The mill sold 5 tonnes of rye in March and 7 in April .",
        "Acme , a maker of pumps , lost $ 5 a share .",
    ):
        found = [[(word.tag_, word.dep_, word.head.i) for word in nlp(text)] for nlp in (ours, theirs)]
        assert found[0] == found[1]


def operations_of(nlp: Language) -> set[str]:
    found = set()
    for name in nlp.pipe_names:
        pipe: TrainablePipe = nlp.get_pipe(name)
        found.add(type(pipe.model.ops).__name__)
    return found


def test_numpy_multiplies_on_one_core_only_as_long_as_it_is_told_to() -> None:
    def threads() -> set[int]:
        libraries = ThreadpoolController().info()
        return {library["num_threads"] for library in libraries if "numpy" in library["filepath"]}

    before = threads()
    with models.on_one_core():
        assert threads() == {1}
    assert threads() == before


@pytest.mark.parametrize(
    ("american", "british"),
    [
        ("amortization", "amortisation"),
        ("labor", "labour"),
        ("center", "centre"),
        ("traveled", "travelled"),
        ("defense", "defence"),
        ("tires", "tyres"),
    ],
)
def test_a_common_word_is_one_in_british_english_too(american: str, british: str) -> None:
    assert with_british_spellings([american]) == {american, british}
    assert british in models.common_words(), "the list was made without them: make model makes it anew"


def test_a_word_without_a_british_spelling_stays_alone() -> None:
    assert with_british_spellings(["anchor", "miller", "revised"]) == {"anchor", "miller", "revised"}
