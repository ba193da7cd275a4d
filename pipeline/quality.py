"""How right the mentions are on whole corpora, and the floors their figures are held to.

A corpus is a folder of articles, each with its gold in ``<stem>.jsonl`` beside it or in the folder ``gold`` beside it.
A baseline file pins what a corpus holds, as a hash, and a floor for each of its figures. Floors rise by themselves and
sink only on purpose; a corpus that has changed must be measured and pinned anew, so that no article is quietly lost.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from hashlib import blake2b
from operator import add
from pathlib import Path

from pipeline.articles import Article, Refusal, plan, read
from pipeline.evaluation import Figures, Gold, GoldError, evaluate, read_gold
from pipeline.ingest import Progress, extract_each, report, settings_for
from pipeline.mentions import Extraction, Settings

__all__ = [
    "CORPORA",
    "Annotated",
    "BaselineError",
    "Corpus",
    "FellError",
    "Measured",
    "Pinned",
    "Reading",
    "complaints",
    "measure",
    "pin",
    "read_baseline",
    "read_corpus",
    "write_baseline",
]

CORPORA = {"seeds": Path("seeds"), "dev": Path("tests/gold/dev"), "test": Path("tests/gold/test")}
"""The project's own corpora, which its baseline pins."""

_PLACES = 3  # decimals of a floor
_LAYOUTS = {"bullet": "bullets", "field": "tables", "table header": "tables", "table row": "tables"}
_HEAD = """\
# What `factmill evaluate` must find at least in the project's annotated articles: `make test` holds it to that.
# Written by `factmill evaluate --pin`, which raises floors; `factmill evaluate --pin --lower` lowers them on purpose.
# `hash` is that of the articles, their gold and their names: whoever changes those pins them anew.
"""


class BaselineError(ValueError):
    """A baseline file does not follow its format."""


class FellError(ValueError):
    """Some figures are below their floors, and nobody asked to lower those; its message says which."""


@dataclass(frozen=True)
class Annotated:
    """An article with its gold."""

    article: Article
    gold: tuple[Gold, ...]
    gold_path: Path


@dataclass(frozen=True)
class Corpus:
    """The annotated articles of a folder, in the order of their ids."""

    folder: Path
    annotated: tuple[Annotated, ...]
    settings: Settings

    @cached_property
    def hash(self) -> str:
        """A hash of all that the figures depend on besides the extractor: articles, gold, and names."""
        digest = blake2b(digest_size=16)
        for one in self.annotated:
            digest.update(one.article.content_hash.encode() + blake2b(one.gold_path.read_bytes()).digest())
        for names in self.settings.names:
            digest.update(blake2b(Path(names).read_bytes()).digest())
        return digest.hexdigest()


@dataclass(frozen=True)
class Reading:
    """What became of one annotated article: its extraction, or why there is none, and its figures."""

    annotated: Annotated
    outcome: Extraction | Refusal
    figures: Figures

    @property
    def domain(self) -> str:
        """The first word of its file's name."""
        return Path(self.annotated.article.source).stem.partition("-")[0]

    @property
    def layout(self) -> str:
        """What most of its mentions stand in: prose, bullets or tables."""
        if isinstance(self.outcome, Refusal):
            return "crashed"
        stands_in = Counter(_LAYOUTS.get(mention.block, "prose") for mention in self.outcome.mentions)
        return max(("prose", "bullets", "tables"), key=lambda layout: stands_in[layout])


@dataclass(frozen=True)
class Measured:
    """A corpus as it was read."""

    corpus: Corpus
    readings: tuple[Reading, ...]

    @cached_property
    def figures(self) -> Figures:
        """The figures of all its articles."""
        return _sum(self.readings)

    @property
    def crashes(self) -> tuple[Refusal, ...]:
        """The articles the extractor failed on."""
        return tuple(reading.outcome for reading in self.readings if isinstance(reading.outcome, Refusal))

    def by(self, kind: str) -> dict[str, Figures]:
        """The figures by ``domain`` or ``layout`` of the articles, in the order of those."""
        groups: dict[str, list[Reading]] = defaultdict(list)
        for reading in self.readings:
            groups[getattr(reading, kind)].append(reading)
        return {name: _sum(groups[name]) for name in sorted(groups)}


@dataclass(frozen=True)
class Pinned:
    """What a baseline says of a corpus: the hash of what was measured, and what must be reached."""

    hash: str
    floors: Mapping[str, float]


def read_corpus(folder: Path, gold_folder: Path | None = None) -> Corpus:
    """The articles of a folder that have gold, which may also lie all in a folder elsewhere.

    Raises:
        SourceError: there is no such folder, or no article in it.
        GoldError: there is no gold, some of it is malformed, or its article is not there or cannot be read.
        NamesError: a names file of the folder is malformed.
    """
    planned = plan([folder])
    outcomes = [outcome for portion in planned.portions for outcome in read(portion)]
    by_gold: dict[Path, list[Article | Refusal]] = defaultdict(list)
    for outcome in (*planned.refusals, *outcomes):
        by_gold[_gold_path(Path(outcome.source), gold_folder)].append(outcome)
    used = {path: _article_of(path, by_gold[path]) for path in _gold_files(by_gold)}
    if not used:
        raise GoldError(f"no article of {folder} has gold: put it beside as <stem>.jsonl, or into {folder / 'gold'}")
    annotated = [Annotated(article, tuple(read_gold(path, article.text)), path) for path, article in used.items()]
    in_order = tuple(sorted(annotated, key=lambda one: one.article.doc_id))
    return Corpus(folder, in_order, settings_for(planned.names))


def measure(corpus: Corpus, progress: Progress | None = None) -> Measured:
    """Read every article of a corpus. Where the extractor fails on one, all of its gold counts as missed."""
    readings: list[Reading] = []
    for one in corpus.annotated:
        ((_, outcome),) = extract_each([one.article], corpus.settings)
        found = () if isinstance(outcome, Refusal) else outcome.mentions
        readings.append(Reading(one, outcome, evaluate(one.article.doc_id, one.gold, found)))
        report(progress, f"reading {corpus.folder}", len(readings), len(corpus.annotated))
    return Measured(corpus, tuple(readings))


def complaints(name: str, measured: Measured, pinned: Pinned | None) -> list[str]:
    """All that keeps a corpus from passing the gate: what is wrong, and what to do about it."""
    command = f"factmill evaluate {CORPORA.get(name, measured.corpus.folder)} --pin"
    if pinned is None:
        return [f"{name} has no floors: measure and pin it with `{command}`"]
    found = [f"crashed on {crash.source}: {crash.error}" for crash in measured.crashes]
    if pinned.hash != measured.corpus.hash:
        found.append(f"the articles or the gold of {name} have changed: measure and pin them anew with `{command}`")
    return found + [f"{name} {fall}" for fall in _falls(measured, pinned)]


def pin(name: str, measured: Measured, pinned: Pinned | None, *, lower: bool = False) -> Pinned:
    """What to pin of a corpus: its hash, and its figures as floors where those are not higher already.

    Raises:
        FellError: a figure is below its floor, and floors are not to be lowered.
    """
    floors = {figure: _rounded_down(rate) for figure, rate in measured.figures.rates.items()}
    if pinned is not None and not lower:
        if falls := _falls(measured, pinned):
            raise FellError("; ".join(f"{name} {fall}" for fall in falls))
        floors = {figure: max(floor, pinned.floors.get(figure, 0.0)) for figure, floor in floors.items()}
    return Pinned(measured.corpus.hash, floors)


def read_baseline(path: Path) -> dict[str, Pinned]:
    """What is pinned, by the name of the corpus; nothing where there is no such file.

    Raises:
        BaselineError: the file is not written as `write_baseline` writes it.
    """
    if not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _pinned(corpus) for name, corpus in content.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BaselineError(
            f"{path}: is no baseline ({type(error).__name__}: {error}): take back what was changed, or delete it and write it anew "
            "with `factmill evaluate --pin`"
        ) from error


def write_baseline(path: Path, pinned: Mapping[str, Pinned]) -> None:
    """Write a baseline, its corpora in the order given."""
    sections = [_HEAD]
    for name, corpus in pinned.items():
        floors = "".join(f"{figure} = {floor:.{_PLACES}f}\n" for figure, floor in corpus.floors.items())
        sections.append(f'[{name}]\nhash = "{corpus.hash}"\n\n[{name}.floors]\n{floors}')
    path.write_text("\n".join(sections), encoding="utf-8")


def _pinned(content: Mapping[str, object]) -> Pinned:
    floors = content["floors"]
    figures = Figures().rates.keys()
    if not isinstance(floors, Mapping) or floors.keys() != figures:
        raise ValueError(f"the floors must be {', '.join(figures)}")
    return Pinned(str(content["hash"]), {str(figure): float(floor) for figure, floor in floors.items()})


def _falls(measured: Measured, pinned: Pinned) -> list[str]:
    rates = measured.figures.rates
    return [
        f"{figure} fell from {floor:.{_PLACES}f} to {_rounded_down(rates[figure]):.{_PLACES}f}"
        for figure, floor in pinned.floors.items()
        if _rounded_down(rates[figure]) < floor
    ]


def _rounded_down(rate: float) -> float:
    """To the decimals of a floor; what is a hair below one because of how floats are kept counts as that."""
    return math.floor(rate * 10**_PLACES + 1e-9) / 10**_PLACES


def _gold_path(article: Path, gold_folder: Path | None) -> Path:
    beside = article.parent / "gold"
    folder = gold_folder or (beside if beside.is_dir() else article.parent)
    return folder / f"{article.stem}.jsonl"


def _gold_files(paths: Iterable[Path]) -> list[Path]:
    """All gold of the folders in which gold is looked for, that of no article too: it must not be lost unnoticed."""
    return sorted(file for folder in {path.parent for path in paths} for file in folder.glob("*.jsonl"))


def _article_of(path: Path, outcomes: Iterable[Article | Refusal]) -> Article:
    """The one article that a gold file belongs to."""
    match list(outcomes):
        case [Article() as article]:
            return article
        case [Refusal() as refusal]:
            raise GoldError(f"{path}: its article {refusal.source} cannot be read: {refusal.error}")
        case []:
            raise GoldError(f"{path}: there is no article of this name: add it, or take the gold away")
        case several:
            raise GoldError(f"{path}: could be of {' or '.join(one.source for one in several)}: rename one")


def _sum(readings: Iterable[Reading]) -> Figures:
    return reduce(add, (reading.figures for reading in readings), Figures())
