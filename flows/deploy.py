"""``python -m flows.deploy``: schedules ingestions of your own articles, from wherever factmill is installed.

    python -m flows.deploy news/*.md --out tables --cron "0 6 * * *" --timezone Europe/Berlin
    python -m flows.deploy inbox --out tables --name inbox --watch 60

``prefect.yaml`` says the same for the examples in this repository, and is the better place where a deployment is kept
under version control.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval
from prefect.types.entrypoint import EntrypointType

from flows.ingest import Parameters, ingest
from flows.watch import watch

POOL = "factmill"
_WAIT = 600.0  # seconds: a run by hand that writes to the same folder is waited for


def deployment(
    parameters: Parameters,
    name: str,
    *,
    cron: str | None = None,
    timezone: str = "UTC",
    watch_seconds: int | None = None,
    pool: str = POOL,
) -> RunnerDeployment:
    """A deployment of ``ingest``, by a cron schedule if there is one, or of ``watch``, every so many seconds.

    One run at a time writes to a folder: another waits for its turn. Runs start in the current folder.
    """
    flow = ingest if watch_seconds is None else watch
    schedule = Cron(cron, timezone=timezone) if cron is not None else None
    if watch_seconds is not None:
        schedule = Interval(timedelta(seconds=watch_seconds), timezone=timezone)
    return flow.to_deployment(
        name=name,
        description=f"Reads {', '.join(parameters.sources)} and publishes the facts in {parameters.out}.",
        version=version("factmill"),
        tags=["factmill"],
        parameters={"parameters": parameters.model_dump(mode="json")},
        schedule=schedule,
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
        work_pool_name=pool,
        job_variables={"working_dir": str(Path.cwd())},
        entrypoint_type=EntrypointType.MODULE_PATH,
    )  # type: ignore[return-value]  # Prefect's decorator lets a flow be called with and without await


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the command line and registers the deployment with the server that ``PREFECT_API_URL`` names."""
    parser = argparse.ArgumentParser(
        prog="python -m flows.deploy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="+", help="articles: files, folders, globs (quoted), bulk files")
    parser.add_argument("--out", default="extracted", help="the folder of the tables")
    parser.add_argument("--names", action="append", default=[], help="a file that says who is also called what")
    parser.add_argument("--dask", metavar="ADDRESS", help="a Dask scheduler whose workers read the articles")
    parser.add_argument("--name", default="scheduled", help="the deployment's name")
    when = parser.add_mutually_exclusive_group()
    when.add_argument(
        "--cron", help='when to run, e.g. "0 6 * * *" for six every morning; never by itself if not given'
    )
    when.add_argument("--watch", type=int, metavar="SECONDS", help="look this often, and run only if anything changed")
    parser.add_argument("--timezone", default="UTC", help="of --cron, e.g. Europe/Berlin")
    parser.add_argument("--pool", default=POOL, help="the work pool, of the type process")
    given = parser.parse_args(arguments)
    asked = {"sources": given.sources, "out": given.out, "names": given.names, "dask": given.dask, "wait": _WAIT}
    parameters = Parameters.model_validate(asked)
    made = deployment(
        parameters, given.name, cron=given.cron, timezone=given.timezone, watch_seconds=given.watch, pool=given.pool
    )
    made.apply()
    print(f"deployed {made.flow_name}/{made.name} to the work pool {given.pool}")
    print(f"Next: prefect worker start --pool {given.pool}")


if __name__ == "__main__":
    main()
