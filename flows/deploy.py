"""``python -m flows.deploy``: schedules ingestions of your own articles, from wherever factmill is installed.

    python -m flows.deploy news/*.md --out tables --cron "0 6 * * *" --timezone Europe/Berlin
    python -m flows.deploy inbox --out tables --name inbox --watch 60

What factmill.toml or the environment settles (sources, out, workers and so on) is taken into the deployment as it
is now; what is typed is stronger. ``prefect.yaml`` says the same for the examples in this repository, and is the better
place where a deployment is kept under version control: each carries its own parameters there.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import available_timezones

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import DeploymentApplyError, RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Cron, Interval
from prefect.settings import PREFECT_API_URL
from prefect.types.entrypoint import EntrypointType
from pydantic import ValidationError

from flows.ingest import Parameters, ingest
from flows.watch import watch
from pipeline.config import DEFAULT_SOURCE, ConfigError, read_config

POOL = "factmill"
_WAIT = 600.0  # seconds: a run by hand that writes to the same folder is waited for
_TYPED = ("sources", "out", "names", "dask")  # of the parameters, those that may be typed


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
    """Reads the command line and registers the deployment with the server that ``PREFECT_API_URL`` names.

    Wrong usage, and a server that does not take the deployment, end it with exit code 2 and one line.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    asked = (
        {"wait": _WAIT}
        | _settings(parser, given.config)
        | {key: vars(given)[key] for key in _TYPED if vars(given)[key]}
    )
    if not asked.get("sources"):
        parser.error("there are no sources: name some, or settle them in factmill.toml")
    made = deployment(
        Parameters.model_validate(asked),
        given.name,
        cron=given.cron,
        timezone=given.timezone,
        watch_seconds=given.watch,
        pool=given.pool,
    )
    try:
        _apply(made, given.pool)
    except ObjectNotFound:
        remedy = f"make it with `prefect work-pool create {given.pool} --type process`"
        parser.error(f"there is no work pool {given.pool}: {remedy}")
    except httpx.TransportError as error:
        remedy = "start it with `prefect server start`, or let PREFECT_API_URL name another"
        parser.error(f"no server answers at {PREFECT_API_URL.value()} ({error}): {remedy}")
    except (httpx.HTTPStatusError, DeploymentApplyError) as error:
        parser.error(f"the server does not take it: {' '.join(str(error).split())}")
    print(f"deployed {made.flow_name}/{made.name} to the work pool {given.pool}")
    print(f"Next: prefect worker start --pool {given.pool}")


def _apply(made: RunnerDeployment, pool: str) -> None:
    with get_client(sync_client=True) as client:
        client.read_work_pool(pool)  # without it a server fails in ways that say nothing
    made.apply()


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one line."""
        self.exit(2, f"{self.prog}: {message}\n")


def _parser() -> _Parser:
    parser = _Parser(
        prog="python -m flows.deploy", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="*", help="articles: files, folders, globs, bulk files; e.g. news/ dump.jsonl")
    parser.add_argument(
        "--out", metavar="DIR", help="the folder of the tables, extracted if not given; e.g. --out tables"
    )
    parser.add_argument(
        "--names", metavar="FILE", action="append", help="who is also called what; e.g. --names names.toml"
    )
    parser.add_argument(
        "--dask", metavar="ADDRESS", help="a Dask scheduler, whose workers read; e.g. --dask tcp://scheduler:8786"
    )
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE or DIR",
        help="where settings are, if not in the current folder; e.g. --config jobs/news.toml",
    )
    parser.add_argument("--name", default="scheduled", help="the deployment's name; e.g. --name daily")
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--cron", type=_cron, help='when to run, by itself never if not given; e.g. --cron "0 6 * * *"')
    when.add_argument(
        "--watch", type=_seconds, metavar="SECONDS", help="look this often, run if anything changed; e.g. --watch 60"
    )
    parser.add_argument("--timezone", type=_timezone, default="UTC", help="of --cron; e.g. --timezone Europe/Berlin")
    parser.add_argument("--pool", default=POOL, help="the work pool, of the type process; e.g. --pool factmill")
    return parser


def _settings(parser: _Parser, named: Path | None) -> dict[str, Any]:
    """What is settled for every run, here or where it is named."""
    try:
        found = read_config(Path.cwd(), os.environ, named)
    except ConfigError as error:
        parser.error(str(error))
    return {
        key: setting.value
        for key, setting in found.items()
        if key in Parameters.model_fields and setting.source != DEFAULT_SOURCE
    }


def _cron(written: str) -> str:
    try:
        return CronSchedule(cron=written).cron
    except ValidationError as error:
        raise argparse.ArgumentTypeError(
            f"{written!r} is no cron schedule; one is '0 6 * * *': minute, hour, day, month, day of the week"
        ) from error


def _timezone(written: str) -> str:
    if written not in available_timezones():
        raise argparse.ArgumentTypeError(f"{written!r} is no timezone; one is Europe/Berlin")
    return written


def _seconds(written: str) -> int:
    if not written.isascii() or not written.isdigit() or int(written) < 1:
        raise argparse.ArgumentTypeError(f"{written!r} is no number of seconds from 1")
    return int(written)


if __name__ == "__main__":
    main()
