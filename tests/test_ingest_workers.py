"""The same with the real extractor, in several processes."""

from __future__ import annotations

from pathlib import Path

from pipeline.ingest import run_direct
from pipeline.store import TABLES


def test_workers_change_no_byte(news: Path) -> None:
    one = run_direct([str(news)], Path("one"), batch_size=1, workers=0)
    two = run_direct([str(news)], Path("two"), batch_size=1, workers=2)
    assert (one.tables, one.new) == (two.tables, two.new)
    assert one.tables["facts"] == 4
    for name in TABLES:
        assert Path(f"one/{name}.parquet").read_bytes() == Path(f"two/{name}.parquet").read_bytes()
