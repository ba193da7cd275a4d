"""The whole run, from sources to published tables.

running        the run in plain functions: what any scheduler runs, and what runs without one
batches        the work in pieces that any process can do, and do again
pools          who does them: worker processes of this machine, or a Dask cluster
workers        processes that do batches, and outlive what kills them
child          one such process, seen from whoever started it
serving        what runs in it
cluster        a Dask cluster that does batches
reducing       facts made by the cluster, where there are very many mentions
bench          what each of its workers has for that
arrow_batches  the same work as a bare function over Arrow batches, for other engines
jobs           what a run is to do, and what comes of it
publication    the end of a run: its tables, and what has changed by them
records        what a run leaves besides the tables
unknown_units  words that may be units which the vocabulary does not have
announcing     telling others of new conflicts
seen           whether there is anything to do at all
"""

from pipeline.ingest.batches import BATCH_SIZE, Batch, BatchResult
from pipeline.ingest.jobs import Job, Progress, Summary, report
from pipeline.ingest.publication import publish
from pipeline.ingest.running import prepare, run_direct, settings_for, started, watched

__all__ = [
    "BATCH_SIZE",
    "Batch",
    "BatchResult",
    "Job",
    "Progress",
    "Summary",
    "prepare",
    "publish",
    "report",
    "run_direct",
    "settings_for",
    "started",
    "watched",
]
