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

__all__ = ["beside", "prefect_server", "run"]


@contextmanager
def prefect_server(environment: dict[str, str], folder: Path) -> Iterator[None]:
    """A server, a work pool and a worker that runs what is deployed; ``environment`` learns where they are."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment |= {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "DO_NOT_TRACK": "1",
    }
    with (folder / "server.log").open("w") as log:
        command = [beside("prefect"), "server", "start", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        worker = None
        try:
            _wait_for(f"http://127.0.0.1:{port}/api/health")
            pool = [beside("prefect"), "--no-prompt", "work-pool", "create", "factmill", "--type", "process"]
            run(pool, environment, folder)
            starting = [beside("prefect"), "worker", "start", "--pool", "factmill"]
            worker = subprocess.Popen(starting, env=environment, cwd=folder, stdout=log, stderr=log)
            yield
        finally:
            for process in (worker, server):
                if process is not None:
                    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
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
