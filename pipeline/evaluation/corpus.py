"""A corpus: a folder of articles and, beside them or in its subfolder ``gold``, their gold mentions.

``find_corpus`` looks and reads nothing, ``measure`` reads all of it. An article that cannot be read, or that the
extractor fails on, counts as one in which nothing was found: a crash must not look like progress.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce
from hashlib import blake2b
from operator import add
from pathlib import Path

from pipeline import language, mentions
from pipeline.articles import Article, Portion, Refusal, SourceError, plan, read
from pipeline.evaluation.figures import Figures, evaluate
from pipeline.evaluation.gold import Gold, GoldError, count_gold, read_gold
from pipeline.mentions import Extraction, Settings

__all__ = ["Annotated", "Corpus", "Judged", "Measured", "annotated_articles", "find_corpus", "measure"]

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much

_LAYOUTS = {"bullet": "bullets", "field": "bullets", "table row": "tables", "table header": "tables"}


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article with its gold."""

    article: Article
    gold: tuple[Gold, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Where the articles that have gold stand, and their gold."""

    folder: Path
    files: tuple[tuple[Portion, Path], ...]
    names: tuple[str, ...]  # names files, who is also called what
    without_gold: int

    @property
    def content(self) -> str:
        """A hash of all that can change a figure: the articles, their gold and the names, with the files' own names."""
        files = {Path(name) for name in self.names}.union(*({Path(portion.path), gold} for portion, gold in self.files))
        digest = blake2b(digest_size=16)
        for name, path in sorted((path.relative_to(self.folder).as_posix(), path) for path in files):
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogatepass") + content)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Judged:
    """One article: what was found in it, and how right that is; or why nothing was."""

    doc_id: str
    source: str
    figures: Figures
    article: Article | None = None
    extraction: Extraction | None = None
    error: str | None = None

    @property
    def domain(self) -> str:
        """What it is about, by its file's name: ``cars`` of ``cars-august-registrations``."""
        return Path(self.doc_id).name.partition("-")[0]

    @property
    def layout(self) -> str:
        """What most of its mentions stand in: ``prose``, ``bullets`` or ``tables``; ``none found`` without any."""
        found = self.extraction.mentions if self.extraction is not None else ()
        kinds = Counter(_LAYOUTS.get(mention.block, "prose") for mention in found)
        return kinds.most_common(1)[0][0] if kinds else "none found"


@dataclass(frozen=True, slots=True)
class Measured:
    """A corpus and how right each of its articles was read."""

    corpus: Corpus
    articles: tuple[Judged, ...]
    figures: Figures = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", _together(self.articles))

    @property
    def failures(self) -> tuple[Judged, ...]:
        """The articles that could not be read."""
        return tuple(one for one in self.articles if one.error is not None)

    def by(self, kind: Callable[[Judged], str]) -> dict[str, tuple[int, Figures]]:
        """Of each kind of article how many there are, and their figures."""
        groups: dict[str, list[Judged]] = {}
        for one in self.articles:
            groups.setdefault(kind(one), []).append(one)
        return {name: (len(groups[name]), _together(groups[name])) for name in sorted(groups)}


def find_corpus(folder: Path) -> Corpus:
    """The articles of a folder that have gold, with the ``names.toml`` beside them.

    Raises:
        SourceError: there is no such folder, or no article in it.
        GoldError: no article has gold, or some gold has no article.
    """
    planned = plan([folder])
    if not folder.is_dir():
        raise SourceError(str(folder), "is no folder; name one that holds articles and their gold")
    places = {portion: _gold_of(portion) for portion in planned.portions}
    files = tuple((portion, gold) for portion, gold in places.items() if gold.is_file())
    if not files:
        raise GoldError(f"{folder}: no article has gold: write it to {next(iter(places.values()), folder / 'gold')}")
    for stray in sorted({path for gold in places.values() for path in gold.parent.glob("[!.]*.jsonl")}):
        if stray not in places.values():
            raise GoldError(f"{stray}: is the gold of no article: name it as its article is named, or move it away")
    return Corpus(folder, files, tuple(sorted(map(str, planned.names))), len(places) - len(files))


def _gold_of(portion: Portion) -> Path:
    folder = Path(portion.path).parent
    inner = folder / "gold"
    return (inner if inner.is_dir() else folder) / f"{Path(portion.doc_id or '').name}.jsonl"


def annotated_articles(folder: Path) -> Iterator[Annotated]:
    """The articles of a folder that have gold; those that cannot be read are left out.

    Raises:
        SourceError, GoldError: as ``find_corpus`` does, or some gold is malformed.
    """
    corpus = find_corpus(folder)
    for portion, gold in corpus.files:
        for article in read(portion):
            if isinstance(article, Article):
                yield Annotated(article, tuple(read_gold(gold, article.text)), corpus.names)


def measure(corpus: Corpus, progress: Progress | None = None) -> Measured:
    """Read every article of a corpus and compare what is found with its gold.

    Raises:
        GoldError: some gold is malformed.
        NamesError: the names file is.
    """
    settings = Settings(names=corpus.names)
    language.build(settings.names, settings.model)  # what fails here fails for all: no article is to blame
    judged: list[Judged] = []
    for done, (portion, gold) in enumerate(corpus.files, 1):
        judged += (_judged(one, gold, settings) for one in read(portion))
        if progress is not None:
            progress(f"reading {corpus.folder}", done, len(corpus.files))
    return Measured(corpus, tuple(judged))


def _judged(one: Article | Refusal, gold_file: Path, settings: Settings) -> Judged:
    if isinstance(one, Refusal):
        return Judged(one.doc_id, one.source, Figures(gold=count_gold(gold_file)), error=one.error)
    gold = read_gold(gold_file, one.text)
    try:
        (extraction,) = mentions.extract_batch([one], settings)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        return Judged(one.doc_id, one.source, evaluate(one.doc_id, gold, ()), one, error=reason)
    return Judged(one.doc_id, one.source, evaluate(one.doc_id, gold, extraction.mentions), one, extraction)


def _together(articles: Sequence[Judged]) -> Figures:
    return reduce(add, (one.figures for one in articles), Figures())
