"""Makes the lists of common words and of word classes: ``python -m models.make_lexicon FOLDER``.

They come from the package ``spacy-lookups-data``, which the extra ``train`` brings, and from the train parts of the
treebanks in the folder.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from itertools import chain
from math import inf
from pathlib import Path
from typing import Annotated, Any

import srsly
import typer

from models.lexicon import COMMON_WORDS, WORD_CLASSES
from models.treebank import TREEBANKS, Sentence, TreebankError, find_file, read_sentences

__all__ = ["app", "find_classes", "find_common_words", "find_small_words", "main", "with_british_spellings"]

_LOOKUPS = "spacy_lookups_data"
_LEAST_COMMON = -17.0
_RARE = -12.0  # a word rarer than this is met large by chance alone, so that more must speak for its being common
_MARGIN = 0.9  # of log probability, between a rare word written small and written large

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Table = Mapping[str, Any]


def find_classes(classes: Mapping[str, int]) -> dict[int, list[str]]:
    """The words of every class, in order; a capitalised form only where its class is another than the small one's."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for word, number in classes.items():
        told = word.lower() != word and classes.get(word.lower()) == number
        if number and not told and _is_word(word):
            found[number].append(word)
    return {number: sorted(found[number]) for number in sorted(found)}


def _is_word(text: str) -> bool:
    return text.isascii() and any(map(str.isalpha, text)) and not any(map(str.isspace, text))


def find_common_words(probability: Mapping[str, float]) -> set[str]:
    """Words that are written small more often than large, by their log probabilities."""
    return {
        word
        for word, small in probability.items()
        if small > _LEAST_COMMON
        and len(word) > 1
        and word.isascii()
        and word.isalpha()
        and word.islower()
        and small > probability.get(word.capitalize(), -inf) + (_MARGIN if small < _RARE else 0)
    }


# American spellings and what they are in British English, which the table of words lacks, as it was made of American
# texts. That a pattern also makes forms that nobody writes does no harm.
_BRITISH = (
    (r"(\w{3,})iz(e|ed|es|er|ers|ing|ations?|ational)", r"\1is\2"),
    (r"(\w{2,})yz(e|ed|es|er|ers|ing)", r"\1ys\2"),
    (
        r"(arm|behavi|cand|clam|col|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|parl|rig|rum|sav|splend|tum"
        r"|vap|vig)or(\w*)",
        r"\1our\2",
    ),
    (r"(calib|cent|fib|lit|lust|meag|met|millimet|centimet|kilomet|sab|somb|spect|theat)er(s?)", r"\1re\2"),
    (
        r"(cancel|channel|counsel|dial|equal|fuel|label|level|marvel|model|panel|rival|signal|total|travel|tunnel)"
        r"(ed|ing|ers?)",
        r"\1l\2",
    ),
    (r"(def|off|lic|pret)ens(es?)", r"\1enc\2"),
    (r"(anal|catal|dial|epil|monol|prol)og(s?)", r"\1ogue\2"),
    (r"(program)(s?)", r"\1me\2"),
    (r"tire(s?)", r"tyre\1"),
    (r"aluminum", r"aluminium"),
    (r"(m)old(\w*)", r"\1ould\2"),
    (r"plow(\w*)", r"plough\1"),
    (r"gray(\w*)", r"grey\1"),
    (r"sulf(\w+)", r"sulph\1"),
    (r"(p)ediatric(\w*)", r"\1aediatric\2"),
    (r"(an)em(i\w+)", r"\1aem\2"),
    (r"jewel(ry|er|ers)", r"jewell\1"),
    (r"installment(s?)", r"instalment\1"),
    (r"maneuver(\w*)", r"manoeuvre\1"),
    (r"curb(s?)", r"kerb\1"),
)


def with_british_spellings(words: Iterable[str]) -> set[str]:
    """Some words and how each is spelt in British English."""
    patterns = [(re.compile(american), british) for american, british in _BRITISH]
    found = set(words)
    return found | {
        match.expand(british) for word in found for pattern, british in patterns if (match := pattern.fullmatch(word))
    }


def find_small_words(sentences: Iterable[Sentence]) -> set[str]:
    """Words that a treebank writes small at least twice, and oftener than large as a name inside a sentence."""
    small: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for sentence in sentences:
        for i, (word, tag) in enumerate(zip(sentence.words, sentence.tags, strict=True)):
            if word.islower():
                small[word] += 1
            elif i and tag in ("NNP", "NNPS"):
                names[word.lower()] += 1
    return {word for word, n in small.items() if n > max(1, names[word]) and word.isalpha() and len(word) > 1}


def _table(name: str) -> Table:
    """A table of ``spacy-lookups-data``."""
    path = files(_LOOKUPS) / "data" / f"en_lexeme_{name}.json.gz"
    table: Table = srsly.read_gzip_json(Path(str(path)))
    return table


def _write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


@app.command()
def main(
    treebank: Annotated[Path, typer.Argument(metavar="FOLDER", help="The treebanks: ewt-train.conllu and so on")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the two lists go")] = WORD_CLASSES.parent,
) -> None:
    """List common words and word classes; the tagger and parser are trained with these."""
    try:
        paths = [find_file(treebank, f"{name}-train.conllu") for name in TREEBANKS]
        probability, classes = _table("prob"), _table("cluster")
    except TreebankError as error:
        raise typer.BadParameter(str(error), param_hint="FOLDER") from error
    except ModuleNotFoundError as error:
        typer.echo(f"models.make_lexicon: {error}: install it with: pip install 'factmill[train]'", err=True)
        raise typer.Exit(2) from error
    common = find_common_words(probability) | find_small_words(chain.from_iterable(map(read_sentences, paths)))
    _write(out / COMMON_WORDS.name, sorted(with_british_spellings(common)))
    by_number = find_classes(classes)
    _write(out / WORD_CLASSES.name, [" ".join([str(number), *words]) for number, words in by_number.items()])
    classed = sum(map(len, by_number.values()))
    typer.echo(f"{len(common):,} common words; {classed:,} words in {len(by_number):,} classes")


if __name__ == "__main__":
    app()
