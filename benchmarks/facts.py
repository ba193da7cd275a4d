"""Facts from synthetic mentions: seconds and memory beside a bare DuckDB query that only groups them.

``python -m benchmarks.facts [MENTIONS]``: of 10 thousand, 100 thousand, 1 million and 10 million mentions, or of as
many as are asked for. Every size runs in processes of its own, so that each peak of memory is its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from rich.console import Console
from rich.table import Table

from pipeline.columns import schema_of
from pipeline.facts import build_facts, open_database
from pipeline.facts.database import MEMORY_LIMIT
from pipeline.mentions import Mention

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
_A_DOCUMENT = 20  # mentions
_BARE_LIMIT = "8GB"  # of ten million mentions it runs out of memory with the 2 GB that factmill keeps to

# Six facts from ten mentions: a fifth of the subjects are spoken of by many, the others once or twice.
_MENTIONS = """
SELECT
    'm' || i AS mention_id,
    'd' || i // {a_document} AS doc_id,
    i % {a_document} * 40 AS start,
    i % {a_document} * 40 + 9 AS "end",
    v || ' kW' AS text,
    'The Model ' || s || ' reaches ' || v || ' kW, said the maker.' AS sentence,
    v::DOUBLE AS value, NULL::DOUBLE AS low, NULL::DOUBLE AS high,
    'kW' AS unit, 'power' AS dimension,
    v::DOUBLE AS normal_value, NULL::DOUBLE AS normal_low, NULL::DOUBLE AS normal_high, 'kW' AS normal_unit,
    CASE WHEN h % 10 = 0 THEN 'approx' ELSE 'exact' END AS qualifier,
    'none' AS change, 'reported' AS status,
    'Model ' || s AS subject, 'Model ' || s AS subject_text, 'power' AS metric, 'power' AS metric_text,
    CASE WHEN h % 3 = 0 THEN NULL ELSE '2025' END AS period,
    CASE WHEN h % 3 = 0 THEN NULL ELSE DATE '2025-01-01' END AS period_start,
    CASE WHEN h % 3 = 0 THEN NULL ELSE DATE '2025-12-31' END AS period_end,
    NULL::VARCHAR AS period_text, []::VARCHAR[] AS citations, 'paragraph' AS block, 0.9::DOUBLE AS confidence
FROM (
    SELECT
        i, h,
        CASE WHEN h % 5 = 0 THEN h % greatest({n} // 50, 1) ELSE i // 2 + {n} END AS s,
        100 + s % 700 + h % 2 AS v
    FROM (SELECT range AS i, hash(range) AS h FROM range({n}))
)
"""

_BARE = """
CREATE TEMP TABLE grouped AS
SELECT
    lower(subject), lower(metric), dimension, normal_unit, normal_value, qualifier, change, status, period,
    count(*) AS n_mentions, count(DISTINCT doc_id) AS n_documents, max(confidence) AS confidence,
    list(struct_pack(doc_id, "start", "end", "text", sentence) ORDER BY doc_id, "start") AS sources
FROM mentions
GROUP BY ALL
"""


def _make(folder: Path, n: int) -> None:
    columns = ", ".join(f'"{name}"' for name in schema_of(Mention).names if name != "reasons")
    extra = ", []::VARCHAR[] AS reasons" if "reasons" in schema_of(Mention).names else ""
    mentions = _MENTIONS.format(n=n, a_document=_A_DOCUMENT)
    with duckdb.connect() as database:
        database.execute(f"COPY (SELECT {columns}{extra} FROM ({mentions})) TO '{folder}/mentions.parquet'")
        database.execute(f"""COPY (
            SELECT 'd' || range AS doc_id, 'd' || range AS source, NULL::VARCHAR AS title,
                'P' || range % 90 AS publisher,
                DATE '2025-06-01' + (range % 200)::INT AS published, NULL::VARCHAR AS url, 'h' || range AS content_hash,
                'extracted' AS status, NULL::VARCHAR AS error, NULL::VARCHAR AS copy_of
            FROM range({-(-n // _A_DOCUMENT)})
        ) TO '{folder}/documents.parquet'""")


def _measured(what: str, folder: Path) -> None:
    """Prints the seconds, the peak megabytes and the facts of one way, in a process of its own."""
    limit = _BARE_LIMIT if what == "bare" else MEMORY_LIMIT
    with open_database(folder / "spill", memory_limit=limit) as database:
        for name in ("mentions", "documents"):
            database.execute(f"CREATE VIEW {name} AS SELECT * FROM '{folder}/{name}.parquet'")
        database.execute(
            "CREATE VIEW signatures AS SELECT NULL::VARCHAR AS doc_id, []::BIGINT[] AS signature WHERE false"
        )
        start = time.perf_counter()
        if what == "bare":
            database.execute(_BARE)
        else:
            build_facts(database)
        spent = time.perf_counter() - start
        ((rows,),) = database.execute(f"SELECT count(*) FROM {'grouped' if what == 'bare' else 'merged'}").fetchall()
    print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, rows)


def _apart(what: str, folder: Path) -> tuple[float, float, int]:
    code = (
        f"from pathlib import Path; from benchmarks.facts import _measured; _measured({what!r}, Path({str(folder)!r}))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    return float(told[0]), float(told[1]), int(told[2])


def main() -> None:
    """Measures every size."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    table = Table("mentions", "facts", "bare query, s", "factmill, s", "times", "factmill, peak MB", title="Facts")
    for n in sizes:
        with TemporaryDirectory() as name:
            folder = Path(name)
            _make(folder, n)
            bare, ours = _apart("bare", folder), _apart("ours", folder)
        table.add_row(
            f"{n:,}", f"{ours[2]:,}", f"{bare[0]:.1f}", f"{ours[0]:.1f}", f"{ours[0] / bare[0]:.2f}", f"{ours[1]:,.0f}"
        )
        Console().print(table)


if __name__ == "__main__":
    main()
