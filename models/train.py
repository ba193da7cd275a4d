"""Trains factmill's tagger and parser from the treebanks: ``python -m models.train FOLDER``.

Everything is made in a folder of its own first; what stands beside this file is replaced once all of it is there. The
same treebanks give the same bytes on the same machine.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import spacy
import typer
from spacy.language import Language
from spacy.strings import StringStore
from spacy.training.initialize import init_nlp
from spacy.training.loop import DIR_MODEL_BEST
from spacy.training.loop import train as run_training

from models.treebank import TREEBANKS, Sentence, TreebankError, example, find_file, read_sentences

__all__ = ["PARTS", "TREEBANKS", "Scores", "app", "score", "train"]

HERE = Path(__file__).parent
PARTS = ("train", "dev", "test")
_CONFIG = HERE / "config.cfg"
_ABOUT = {
    "name": "factmill",
    "lang": "en",
    "version": "1.0.0",
    "description": "English tagger and parser of factmill, for single sentences with universal relations",
    "license": "CC BY-SA 4.0",
    "sources": [
        {"name": "UD English EWT v2.16", "license": "CC BY-SA 4.0", "url": "https://universaldependencies.org"},
        {
            "name": "UD English GUM v2.16",
            "license": "CC BY 4.0 (annotations)",
            "url": "https://universaldependencies.org",
        },
    ],
}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Scores:
    """How well sentences are read: shares of their words, for the tree without punctuation marks, as spaCy counts."""

    words: int
    tag: float
    uas: float
    las: float

    def __str__(self) -> str:
        return f"{self.words:,} words, tag {self.tag:.1%}, UAS {self.uas:.1%}, LAS {self.las:.1%}"


def train(treebank: Path, out: Path = HERE, *, settings: Mapping[str, Any] | None = None) -> dict[str, Scores]:
    """Train, score on the test parts, and put ``trained`` and ``scores.json`` into ``out``.

    ``settings``: values of ``config.cfg`` to replace, such as ``{"training.max_steps": 100}``.

    Raises:
        TreebankError: a treebank is missing.
    """
    files = {(name, part): find_file(treebank, f"{name}-{part}.conllu") for name in TREEBANKS for part in PARTS}
    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".training-", dir=out) as folder:
        work, made = Path(folder), Path(folder) / "made"
        made.mkdir()
        _save(_best_pipeline(treebank, work, settings or {}), made / "trained")
        nlp = spacy.load(made / "trained")
        scores = {f"{name}-test": score(nlp, read_sentences(files[name, "test"])) for name in TREEBANKS}
        figures = {part: asdict(found) for part, found in scores.items()}
        (made / "scores.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8", newline="\n")
        for path in made.iterdir():
            _replace(out / path.name, path)
    return scores


def _best_pipeline(treebank: Path, work: Path, settings: Mapping[str, Any]) -> Language:
    """The pipeline of the training step that scored best on the dev parts."""
    overrides = {"paths.treebank": str(treebank), **settings}
    nlp = init_nlp(spacy.util.load_config(_CONFIG, overrides=overrides, interpolate=False))
    shown = sys.stderr if sys.stderr.isatty() else io.StringIO()
    run_training(nlp, work, stdout=shown, stderr=shown)
    return spacy.load(work / DIR_MODEL_BEST)


def _save(nlp: Language, path: Path) -> None:
    """Save what loading needs: without the place of the treebanks, and of their words without all but the labels."""
    nlp.config["paths"]["treebank"] = None
    nlp.meta.update(_ABOUT)
    nlp.to_disk(path)
    labels = {label for pipe in nlp.pipe_names for label in nlp.pipe_labels[pipe]}
    StringStore(sorted(labels)).to_disk(path / "vocab" / "strings.json")


def _replace(old: Path, new: Path) -> None:
    if old.is_dir():
        shutil.rmtree(old)
    new.replace(old)


def score(nlp: Language, sentences: Iterable[Sentence]) -> Scores:
    """How well a pipeline reads sentences of a treebank: one at a time, cut into their own words."""
    examples = [example(nlp, sentence, as_one=True) for sentence in sentences]
    found = nlp.evaluate(examples)
    tag, uas, las = (round(float(found[name] or 0), 4) for name in ("tag_acc", "dep_uas", "dep_las"))
    return Scores(sum(len(one.reference) for one in examples), tag, uas, las)


@app.command()
def main(
    treebank: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The treebanks: ewt-train.conllu and so on, plain or .xz")
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the model and its scores go")] = HERE,
) -> None:
    """Train the tagger and parser from UD English EWT and GUM, and score them; takes about 20 minutes."""
    try:
        scores = train(treebank, out)
    except TreebankError as error:
        typer.echo(f"models.train: {error}", err=True)
        raise typer.Exit(2) from error
    for part, found in scores.items():
        typer.echo(f"{part}: {found}")
    typer.echo(f"Written to {out}: trained, scores.json. Next: make test, the table of models/README.md")


if __name__ == "__main__":
    app()
