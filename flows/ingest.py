"""The flow ``ingest``: articles in, tables out, one task a batch, so that what failed is tried again by itself.

Tasks hand one another paths and ids, never text. The work is done by worker processes where there are several of them;
the tasks themselves only wait, in threads, which Prefect starts in milliseconds where a process takes half a second.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar, cast

from prefect import State, Task, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import TaskRun
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import exponential_backoff
from prefect.utilities.annotations import quote
from pydantic import BaseModel, ConfigDict, Field, field_validator

from flows import page
from pipeline import ingest as steps
from pipeline import store
from pipeline.ingest import Job, Progress, Summary, batches
from pipeline.ingest.announcing import announce
from pipeline.ingest.batches import BATCH_SIZE, Batch, BatchResult
from pipeline.ingest.pools import Pool, check, pool_of
from pipeline.limits import LIMITS, Limits, Tolerance
from pipeline.mentions import Settings
from pipeline.storage import Place, place_of

T = TypeVar("T")

CORES = os.cpu_count() or 1
_TASKS = 1_000  # at most at a time: threads that wait, started as they are needed; how many are is the pool's to say

_progress: ContextVar[Progress | None] = ContextVar("progress", default=None)
_pool: ContextVar[Pool | None] = ContextVar("pool", default=None)


class Parameters(BaseModel):
    """What a run is asked to do."""

    model_config = ConfigDict(hide_input_in_errors=True)  # it may hold what nobody should see

    sources: list[str] = Field(
        min_length=1,
        description="Articles: files, folders, globs, or bulk JSON Lines or Parquet files, remote ones too (s3://...)",
    )
    out: str = Field("extracted", description="The folder of the tables, or s3://BUCKET/FOLDER")
    names: list[str] = Field(default_factory=list, description="Files that say who is also called what")
    batch_size: int = Field(BATCH_SIZE, ge=1, description="About how many bytes of articles one task reads")
    workers: int = Field(
        CORES, ge=0, description="How many processes to use; with none, an article that crashes or hangs ends the run"
    )
    dask: str | None = Field(
        None, description="A Dask scheduler, such as tcp://scheduler:8786, whose workers read the articles instead"
    )
    max_seconds: float = Field(LIMITS.seconds, gt=0, description="How many seconds one article may take")
    max_memory: int = Field(
        LIMITS.megabytes, ge=512, description="How many megabytes a process may use that reads an article"
    )
    wait: float = Field(0.0, ge=0, description="How many seconds to wait for another run that writes to the folder")
    full_refresh: bool = Field(False, description="Whether to read again what has been read before")
    max_refused: str | None = Field(
        None, description="How many refused articles are borne before nothing is published: 12, or 5% of all"
    )
    webhook: str | None = Field(None, description="An address that is told of new conflicts, by a POST of JSON")

    @field_validator("sources", "out")
    @classmethod
    def _names_places(cls, written: list[str] | str) -> list[str] | str:
        for one in [written] if isinstance(written, str) else written:
            place_of(one)
        return written

    @field_validator("max_refused")
    @classmethod
    def _is_a_tolerance(cls, written: str | None) -> str | None:
        if written is not None:
            Tolerance(written)
        return written


def _is_io(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Only what may pass is tried again: a full disk, a share that is away; a mistake stays one."""
    return isinstance(state.result(raise_on_failure=False), OSError)


@task(
    name="ingest batch",
    task_run_name="batch {number}",
    retries=3,
    retry_delay_seconds=exponential_backoff(2),
    retry_jitter_factor=0.5,
    retry_condition_fn=_is_io,
    cache_policy=NO_CACHE,  # the shards are the memory: they know of code, vocabulary and model, Prefect's keys do not
    persist_result=False,
)
def ingest_batch(
    number: int,  # noqa: ARG001  for the name of the run
    batch: Batch,
    out: Path,
    settings: Settings,
    version: str,
) -> BatchResult:
    """Read one batch of articles, and extract those that have not been."""
    pool = _pool.get()
    if pool is None:
        return batches.ingest_batch(batch, out, settings, version)
    return pool.submit(batch, out, settings, version).result()


@task(
    name="publish",
    task_run_name="publish",
    retries=3,
    retry_delay_seconds=exponential_backoff(2),
    retry_jitter_factor=0.5,
    retry_condition_fn=_is_io,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def publish(job: Job, results: list[BatchResult]) -> Summary:
    """Make the tables of what all the batches yielded, and put them in place together."""
    return steps.publish(job, results, _progress.get())


@flow(
    name="ingest",
    flow_run_name="ingest into {parameters.out}",
    task_runner=ThreadPoolTaskRunner(max_workers=_TASKS),  # type: ignore[arg-type]
    persist_result=False,
)
def ingest(parameters: Parameters) -> Summary:
    """Articles in, tables of numeric facts out; what has been read before is not read again."""
    with page.logging_there():
        try:
            summary = _ingested(parameters)
        except Exception as error:
            page.leave_failure(place_of(parameters.out), error)
            raise
        announce(parameters.webhook, summary.out, summary.changes)  # first: whatever else fails, it is told
        page.emit_news(summary)
        page.leave_summary(summary)
    return summary


def _ingested(parameters: Parameters) -> Summary:
    with steps.started(
        parameters.sources,
        place_of(parameters.out),
        parameters.names,
        batch_size=parameters.batch_size,
        wait=parameters.wait,
        full_refresh=parameters.full_refresh,
        max_refused=parameters.max_refused,
        limits=Limits(parameters.max_seconds, parameters.max_memory),
        dask=parameters.dask,
    ) as job:
        results = steps.watched(job, _batches(job, parameters.workers), _progress.get())
        return publish(_unwalked(job), _unwalked(list(results)))


def run(
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
    """Run the flow, here and now, with the arguments and the result of ``pipeline.ingest.run_direct``.

    Raises:
        TooManyRefusedError: more articles are refused than ``max_refused`` allows; the tables stay as they are.
        SourceError: a source does not exist, or cannot be one.
        NamesError: a names file does not exist, or cannot be one.
        BusyError: another run is writing to ``out``, and still is after ``wait`` seconds.
        ClusterError: the Dask cluster cannot do the work.
        OSError: there is no room for the tables, or they may not be written; those there are stay as they are.
    """
    parameters = Parameters(
        sources=list(sources),
        out=str(out),
        names=list(names),
        batch_size=batch_size,
        workers=workers,
        dask=dask,
        wait=wait,
        full_refresh=full_refresh,
        max_refused=max_refused,
        webhook=webhook,
        max_seconds=limits.seconds,
        max_memory=limits.megabytes,
    )
    steps.prepare(sources, out, names, batch_size=batch_size)  # what is wrong is told before a server is started,
    with store.writing(store.folder_of(out), wait, out):  # and without a trace of Prefect's engine
        pass
    if dask is not None:
        check(dask)
    steps.report(progress, "starting Prefect", 0, 0)
    _start_server()
    token = _progress.set(progress)
    try:
        return ingest(parameters)
    finally:
        _progress.reset(token)


def _start_server() -> None:
    """Start Prefect's temporary server, if there is no other, where Ctrl-C does not reach it.

    Prefect tells its server how a run ended, and tries for minutes if the same Ctrl-C has ended the server.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # processes started meanwhile inherit it
    try:
        get_client(sync_client=True)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _batches(job: Job, workers: int) -> Iterator[tuple[Batch, BatchResult]]:
    """Every batch with its result, as it is done."""
    if not job.batches or not (workers or job.dask):
        for number, batch in enumerate(job.batches, 1):
            yield batch, ingest_batch(number, _unwalked(batch), job.folder, job.settings, job.version)
        return
    submitted: dict[PrefectFuture[BatchResult], Batch] = {}
    with pool_of(job.folder, min(workers, len(job.batches)), job.limits, job.dask) as pool, _working(pool):
        for number, batch in enumerate(job.batches, 1):
            future = ingest_batch.submit(number, _unwalked(batch), job.folder, job.settings, job.version)
            submitted[future] = batch
            # No more than keeps all busy: who interrupts a run has to wait for these.
            if len(submitted) > min(pool.count, _TASKS - 1):
                yield _first_done(submitted)
        while submitted:
            yield _first_done(submitted)


def _first_done(submitted: dict[PrefectFuture[BatchResult], Batch]) -> tuple[Batch, BatchResult]:
    future = next(as_completed(list(submitted)))
    return submitted.pop(future), future.result()


@contextmanager
def _working(pool: Pool) -> Iterator[None]:
    """Let the tasks submitted meanwhile work in this pool: Prefect's threads get a copy of the context."""
    token = _pool.set(pool)
    try:
        yield
    finally:
        _pool.reset(token)


def _unwalked(value: T) -> T:
    """A task's argument that Prefect does not search, record by record, for results of other tasks."""
    return cast("T", quote(value))
