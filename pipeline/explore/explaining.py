"""One fact explained: who says it in which words, why it was read so, and who contradicts it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pipeline.explore.tables import TablesError, first_lines, opened, rows_of
from pipeline.facts import quantity_words
from pipeline.storage import Place

__all__ = ["Explanation", "Passage", "Said", "explain", "mark"]

_FEW = 5  # facts that are named where a prefix leaves the choice

Row = Mapping[str, Any]

# Each source's mention, and which of the like mentions in like sentences of its article it is, counted from 0.
_SAID = """
WITH placed AS (
    SELECT *, row_number() OVER (PARTITION BY doc_id, sentence, "text" ORDER BY "start", "end", mention_id) - 1 AS nth
    FROM mentions
    WHERE list_contains($articles, doc_id)
)
SELECT doc_id, "start", "end", nth, reasons, confidence
FROM placed
QUALIFY row_number() OVER (PARTITION BY doc_id, "start", "end" ORDER BY mention_id) = 1
"""

_OTHERS = """
SELECT unnest(facts, max_depth := 2)
FROM conflicts
WHERE conflict_id = $conflict
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence cut in three: what stands before the quantity, the quantity, what stands behind it."""

    before: str
    quantity: str
    behind: str


@dataclass(frozen=True, slots=True)
class Said:
    """One source of a fact: its row, its sentence, and why its mention was read so."""

    source: Row
    sentence: Passage
    reasons: tuple[str, ...]
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A fact's row, all that say it, and the claims of the other facts of its conflict."""

    fact: Row
    said: tuple[Said, ...]
    contradictions: tuple[Row, ...]


def explain(folder: Place, prefix: str) -> Explanation:
    """The fact whose id begins with ``prefix``, explained.

    Raises:
        TablesError: no fact's id begins so, or those of several do; or the tables are not there, or of another version.
    """
    with opened(folder, "facts", "mentions", "conflicts") as database:
        fact = _the_one(database, folder, prefix)
        try:
            said = tuple(_said(database, fact))
            others = rows_of(database, _OTHERS, {"conflict": fact["conflict_id"]})
            contradictions = tuple(claim for claim in others if claim["fact_id"] != fact["fact_id"])
        except duckdb.Error as error:
            raise TablesError(
                f"the tables of {folder} are of another version ({first_lines(error)}): "
                "make them anew with `factmill ingest SOURCE...`"
            ) from error
    return Explanation(fact, said, contradictions)


def _the_one(database: duckdb.DuckDBPyConnection, folder: Place, prefix: str) -> Row:
    query = "FROM facts WHERE starts_with(fact_id, $prefix) ORDER BY fact_id"
    found = list(rows_of(database, f"SELECT * {query} LIMIT {_FEW + 1}", {"prefix": prefix}))
    if not found:
        raise TablesError(
            f"no fact of {folder} has an id that begins with {prefix!r}: `factmill facts {folder}` prints the ids, last"
        )
    if len(found) > 1:
        named = "; ".join(f"{row['fact_id']} is {_in_short(row)}" for row in found[:_FEW])
        more = "; and more" if len(found) > _FEW else ""
        raise TablesError(
            f"several facts have ids that begin with {prefix!r}: {named}{more}; "
            f"type more of it, such as `factmill explain {_telling_apart(prefix, found)} {folder}`"
        )
    return found[0]


def _in_short(row: Row) -> str:
    number = quantity_words(*(row[column] for column in ("value", "low", "high", "unit", "qualifier", "change")))
    return " · ".join(part for part in (row["subject"] or "?", row["metric"] or "?", number, row["period"]) if part)


def _telling_apart(prefix: str, found: Sequence[Row]) -> str:
    """As much of the first id as no other begins with."""
    first, second = found[0]["fact_id"], found[1]["fact_id"]
    shared = next(i for i, (a, b) in enumerate(zip(first, second, strict=True)) if a != b)
    return str(first[: max(len(prefix), shared) + 1])


def _said(database: duckdb.DuckDBPyConnection, fact: Row) -> Iterator[Said]:
    articles = sorted({source["doc_id"] for source in fact["sources"]})
    mentions = {
        (row["doc_id"], row["start"], row["end"]): row for row in rows_of(database, _SAID, {"articles": articles})
    }
    for source in fact["sources"]:
        mention = mentions.get((source["doc_id"], source["start"], source["end"]), {})
        passage = mark(source["sentence"], source["text"], mention.get("nth", 0))
        yield Said(source, passage, tuple(mention.get("reasons") or ()), mention.get("confidence"))


def mark(sentence: str, quantity: str, nth: int = 0) -> Passage:
    """A sentence cut at a quantity, at the ``nth`` of several; where it stands nowhere in it, nothing is cut out."""
    written = re.escape(" ".join(quantity.split()))
    places = list(re.finditer(rf"(?<!\w)(?<!\d[.,]){written}(?!\w)", sentence)) or list(re.finditer(written, sentence))
    if not places or not written:
        return Passage(sentence, "", "")
    place = places[nth % len(places)]
    return Passage(sentence[: place.start()], place[0], sentence[place.end() :])
