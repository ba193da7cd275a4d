"""How right the mentions are: extracted mentions against gold ones, figure by figure, and the floors under them.

* ``gold`` reads what people annotated and refuses what does not follow the format;
* ``matching`` says which found mention is which gold one, and which of its fields are right;
* ``figures`` counts, for one article or many;
* ``corpus`` finds articles with gold in a folder and measures them;
* ``baseline`` pins the figures of the project's own corpora, and says what has fallen.
"""

from __future__ import annotations

from pipeline.evaluation.baseline import (
    BASELINE,
    CORPORA,
    BaselineError,
    FallenError,
    Pin,
    pinned_anew,
    problems,
    read_baseline,
    write_baseline,
)
from pipeline.evaluation.corpus import Annotated, Corpus, Judged, Measured, annotated_articles, find_corpus, measure
from pipeline.evaluation.figures import SURE, Figures, Sure, Wrong, evaluate
from pipeline.evaluation.gold import Gold, GoldError, read_gold
from pipeline.evaluation.matching import FIELDS, likeness, pair_up

__all__ = [
    "BASELINE",
    "CORPORA",
    "FIELDS",
    "SURE",
    "Annotated",
    "BaselineError",
    "Corpus",
    "FallenError",
    "Figures",
    "Gold",
    "GoldError",
    "Judged",
    "Measured",
    "Pin",
    "Sure",
    "Wrong",
    "annotated_articles",
    "evaluate",
    "find_corpus",
    "likeness",
    "measure",
    "pair_up",
    "pinned_anew",
    "problems",
    "read_baseline",
    "read_gold",
    "write_baseline",
]
