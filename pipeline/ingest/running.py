"""From sources to published tables, in plain functions: what any scheduler runs, and what runs without one.

``prepare`` says what is to be done, ``ingest_batch`` does one batch of it anywhere, ``publish`` makes the tables of all
batches' results. ``run_direct`` does the three in turn, while it alone holds the folder of the tables (``started``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipeline import mentions, store
from pipeline.articles import plan
from pipeline.facts import REFUSED
from pipeline.ingest.announcing import announce
from pipeline.ingest.batches import BATCH_SIZE, Batch, BatchResult, batch_bytes, ingest_batch, into_batches
from pipeline.ingest.jobs import Job, Progress, Summary, report
from pipeline.ingest.pools import pool_of
from pipeline.ingest.publication import publish
from pipeline.ingest.records import now, write_failure
from pipeline.language.aboutness import NamesError, read_names
from pipeline.limits import LIMITS, Limits, Tolerance
from pipeline.logs import log
from pipeline.mentions import Settings
from pipeline.storage import LocationError, Place, local_copy, place_of

_READING = "reading articles"


def run_direct(
    sources: Sequence[str],
    out: Place,
    names: Sequence[str] = (),
    *,
    batch_size: int = BATCH_SIZE,
    workers: int = 0,
    dask: str | None = None,
    wait: float = 0.0,
    full_refresh: bool = False,
    max_refused: str | None = None,
    webhook: str | None = None,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Summary:
    """Ingest ``sources`` into the tables of the folder ``out``, without a scheduler.

    ``workers``: so many processes, in which an article that crashes, hangs or eats memory beyond ``limits`` is refused
    and does no harm; with none, all is done in this process, and such an article ends it.
    ``dask``: the address of a Dask scheduler, whose workers do the same instead.
    ``max_refused``: how many refused articles are borne, such as ``12`` or ``5%``; ``webhook``: who is told of new
    conflicts.

    Raises:
        TooManyRefusedError: more articles are refused than that; the tables there are stay as they are.
        SourceError: a source does not exist, or cannot be one.
        NamesError: a names file does not exist, or cannot be one.
        BusyError: another run is writing to ``out``, and still is after ``wait`` seconds, or has published meanwhile.
        ClusterError: the Dask cluster cannot do the work.
        OSError: there is no room for the tables, or they may not be written; those there are stay as they are.
    """
    with started(
        sources,
        out,
        names,
        batch_size=batch_size,
        wait=wait,
        full_refresh=full_refresh,
        max_refused=max_refused,
        limits=limits,
        dask=dask,
    ) as job:
        results = watched(job, ingest_batches(job, workers), progress)
        summary = publish(job, results, progress)
    announce(webhook, job.out, summary.changes)
    return summary


@contextmanager
def started(
    sources: Sequence[str],
    out: Place,
    names: Sequence[str] = (),
    *,
    batch_size: int = BATCH_SIZE,
    wait: float = 0.0,
    full_refresh: bool = False,
    max_refused: str | None = None,
    limits: Limits = LIMITS,
    dask: str | None = None,
) -> Iterator[Job]:
    """A job, and ``out`` held for it alone; with ``full_refresh`` nothing counts that was extracted before.

    Raises:
        ValueError: ``max_refused`` is neither a number nor a share.
        SourceError: a source does not exist, or cannot be one.
        NamesError: a names file does not exist, or cannot be one.
        BusyError: another run is writing to ``out``, and still is after ``wait`` seconds.
    """
    tolerance = Tolerance(max_refused) if max_refused is not None else None
    job = prepare(sources, out, names, batch_size=batch_size)
    with store.working(out, wait) as workspace:
        if workspace.waited:  # and meanwhile articles may have come and gone
            job = prepare(sources, out, names, batch_size=batch_size)
        begun = now()
        try:
            if full_refresh:
                store.forget(workspace.folder, job.version)
            store.drop_damaged(workspace.folder, job.version)
            yield replace(job, tolerance=tolerance, begun=begun, limits=limits, dask=dask, held=workspace)
        except store.BusyError:
            raise  # another run has published meanwhile: what stands there is its own, the record too
        except BaseException as error:
            write_failure(workspace, job.version, begun, error)
            raise


def prepare(sources: Sequence[str], out: Place, names: Sequence[str] = (), *, batch_size: int = BATCH_SIZE) -> Job:
    """Look at the sources, without reading them, and divide the work into batches.

    Raises:
        SourceError: a source does not exist, or cannot be one.
        NamesError: a names file does not exist, or cannot be one.
    """
    planned = plan(sources, portion_bytes=batch_size)
    settings = settings_for([*planned.names, *names])
    batches = tuple(into_batches(planned.portions, batch_size))
    return Job(out, batches, tuple(planned.refusals), settings, mentions.extractor_version(settings))


def settings_for(names: Iterable[str | Path]) -> Settings:
    """The extractor's settings with these names files, in whatever order they are given.

    Raises:
        NamesError: one of the files is not there, or does not follow the grammar of names files.
    """
    settings = Settings(names=tuple(sorted({_names_file(path) for path in names})))
    read_names(settings.names)  # what is wrong with them is told now, not of every article
    return settings


def _names_file(written: str | Path) -> str:
    """A names file as a file of this machine."""
    try:
        return str(local_copy(place_of(written)))
    except (FileNotFoundError, PermissionError) as error:
        raise NamesError(f"{written}: cannot be read as a names file: {error.strerror}") from None
    except LocationError as error:
        raise NamesError(f"a names file cannot be read: {error}") from None


def ingest_batches(job: Job, workers: int) -> Iterator[tuple[Batch, BatchResult]]:
    """Every batch with its result, as it is done: by the job's Dask cluster, else by so many worker processes, by this
    process alone if by none.
    """
    if not job.batches or not (workers or job.dask):
        for batch in job.batches:
            yield batch, ingest_batch(batch, job.folder, job.settings, job.version)
        return
    with pool_of(job.folder, min(workers, len(job.batches)), job.limits, job.dask) as pool:
        futures = {pool.submit(batch, job.folder, job.settings, job.version): batch for batch in job.batches}
        for future in as_completed(futures):
            yield futures[future], future.result()


def watched(
    job: Job, batches: Iterable[tuple[Batch, BatchResult]], progress: Progress | None = None
) -> Iterator[BatchResult]:
    """The results alone, while whoever wants to know is told how far things are."""
    total, done = sum(map(batch_bytes, job.batches)), 0
    report(progress, _READING, done, total)
    for number, (batch, result) in enumerate(batches, 1):
        done += batch_bytes(batch)
        job.workspace.keep(store.shard_path(job.folder, one, job.version) for one in sorted(result.new))
        counts = _counts(result)
        fields = {"event": "batch", "number": number, "of": len(job.batches), **counts}
        told = "batch %d of %d: %s articles, %s of them new, %s refused"
        log.info(told, number, len(job.batches), *(f"{count:,}" for count in counts.values()), extra=fields)
        report(progress, _READING, done, total)
        yield result


def _counts(result: BatchResult) -> dict[str, int]:
    refusals = sum(document.status == REFUSED for document in result.documents)
    return {"articles": len(result.documents), "new": len(result.new), "refused": refusals}
