"""Near copies: articles that repeat another one, so that they are no witnesses of their own.

Every article carries a MinHash of its runs of words (``pipeline.articles.similarity``). Those that agree in one of its
bands are compared, and one that is like an earlier article is its copy (Leskovec, Rajaraman and Ullman, "Mining of
Massive Datasets", chapter 3).
"""

from __future__ import annotations

import duckdb

from pipeline.facts.records import EXTRACTED

__all__ = ["mark_copies"]

ALIKE = 0.7  # share of their runs of words that two articles must have in common
_ROWS = 4  # of a band: with 32 bands of 4, two articles that are alike meet in one of them 9,998 times in 10,000

# Earlier ones first: of articles without a date nobody knows, so they come last.
_ARTICLES = f"""
CREATE OR REPLACE TEMP TABLE articles AS
SELECT documents.* EXCLUDE (copy_of), signature, row_number() OVER (ORDER BY published NULLS LAST, doc_id) AS place
FROM documents LEFT JOIN signatures USING (doc_id)
WHERE status = '{EXTRACTED}'
"""

# Only the first article of a band is compared with: ten thousand copies of one article are ten thousand comparisons.
_PAIRS = f"""
CREATE OR REPLACE TEMP TABLE pairs AS
WITH bands AS (
    SELECT place, unnest(range(len(signature) // {_ROWS})) AS band,
        signature[band * {_ROWS} + 1 : (band + 1) * {_ROWS}] AS hashes
    FROM articles
)
SELECT DISTINCT place, first FROM (SELECT place, min(place) OVER (PARTITION BY band, hashes) AS first FROM bands)
WHERE first < place
"""

_COPIES = f"""
CREATE OR REPLACE TEMP TABLE copies AS
SELECT copy.doc_id, min(first.place) AS first
FROM pairs
JOIN articles AS copy ON copy.place = pairs.place
JOIN articles AS first ON first.place = pairs.first
WHERE list_sum(list_transform(list_zip(copy.signature, first.signature), lambda pair: (pair[1] = pair[2])::INT))
    >= {ALIKE} * len(copy.signature)
GROUP BY copy.doc_id
"""

_MARKED = """
CREATE OR REPLACE TEMP TABLE marked AS
SELECT documents.* REPLACE (CASE WHEN documents.status = 'extracted' THEN articles.doc_id END AS copy_of)
FROM documents LEFT JOIN copies USING (doc_id) LEFT JOIN articles ON articles.place = copies.first
"""

# Articles count as one source where their publisher is the same, or that of what they are a copy of.
_ORIGINS = """
CREATE OR REPLACE TEMP TABLE origins AS
SELECT
    copy.doc_id,
    coalesce(
        'publisher ' || lower(coalesce(original.publisher, copy.publisher)), 'article ' || original.doc_id
    ) AS origin
FROM marked AS copy JOIN marked AS original ON original.doc_id = coalesce(copy.copy_of, copy.doc_id)
WHERE copy.status = 'extracted' AND original.status = 'extracted'
"""


def mark_copies(database: duckdb.DuckDBPyConnection) -> None:
    """From ``documents`` and ``signatures`` (doc_id, signature): makes ``documents`` anew with ``copy_of`` set, and
    ``origins`` (doc_id, origin): whom each article counts as where sources are counted."""
    for statement in (_ARTICLES, _PAIRS, _COPIES, _MARKED, _ORIGINS):
        database.execute(statement)
    for table in ("articles", "pairs", "copies"):
        database.execute(f"DROP TABLE {table}")
    database.execute("CREATE OR REPLACE TEMP VIEW documents AS SELECT * FROM marked")
