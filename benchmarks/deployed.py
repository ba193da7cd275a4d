"""Prefect as it is deployed: a server, a work pool and a worker, each a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

__all__ = ["beside", "prefect_server", "prefect_worker", "run"]


@contextmanager
def prefect_server(environment: Mapping[str, str], folder: Path) -> Iterator[dict[str, str]]:
    """A server with its files in ``folder``; the value is the environment of processes that are to find it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    found = {
        **environment,
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    with _process([beside("prefect"), "server", "start", "--port", port], found, folder):
        _wait_for(f"http://127.0.0.1:{port}/api/health")
        yield found


@contextmanager
def prefect_worker(environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    """A work pool ``factmill`` and a worker of it, which runs in ``folder`` what is deployed."""
    run([beside("prefect"), "--no-prompt", "work-pool", "create", "factmill", "--type", "process"], environment, folder)
    with _process([beside("prefect"), "worker", "start", "--pool", "factmill"], environment, folder):
        yield


@contextmanager
def _process(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Iterator[None]:
    with (folder / "prefect.log").open("a") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:  # its work is done: what it still waits for does not matter
                process.kill()
                process.wait()


def beside(command: str) -> str:
    """The command of that name that is installed beside this Python."""
    return str(Path(sys.executable).parent / command)


def _wait_for(address: str) -> None:
    for _ in range(240):
        try:
            with urlopen(address) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(f"nothing answers at {address}")


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> float:
    """The seconds a command takes that must succeed."""
    start = time.perf_counter()
    subprocess.run(command, env=environment, cwd=folder, check=True)
    return time.perf_counter() - start
