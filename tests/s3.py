"""An S3 server of our own, before which stands what fails in the ways that networks and stores do."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

BUCKET = "news-bucket"

Answer = Callable[..., Any]  # what WSGI calls start_response
_ERRORS = {
    "slow down": ("503 Slow Down", "SlowDown"),
    "error": ("500 Internal Server Error", "InternalError"),
    "forbidden": ("403 Forbidden", "AccessDenied"),
}


@dataclass
class Fault:
    """What happens to the first ``times`` requests of a method whose path a pattern is found in."""

    kind: str  # slow down, error, forbidden, reset, lost answer, cut, delay
    method: str
    path: str = ""
    times: int = 1
    seconds: float = 2.0  # of a delay

    def takes(self, method: str, path: str) -> bool:
        if self.times and method == self.method and re.search(self.path, path):
            self.times -= 1
            return True
        return False


@dataclass
class Server:
    """The server, which counts requests, and fails as it is told."""

    app: Callable[[dict[str, Any], Answer], Iterable[bytes]]
    address: str = ""
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], answer: Answer) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        with self.lock:
            self.requests.append((method, path))
            fault = next((fault for fault in self.faults if fault.takes(method, path)), None)
        kind = fault.kind if fault else ""
        if fault and kind == "delay":
            time.sleep(fault.seconds)
        if kind in _ERRORS:
            return _refused(environ, answer, *_ERRORS[kind])
        if kind == "reset":
            return _reset(environ)
        with self.lock:  # of two conditional writes at once one comes first, as in a real store
            content = b"".join(self.app(environ, answer))
        if kind == "lost answer":
            return _reset(environ)
        return [content[: len(content) // 2]] if kind == "cut" else [content]

    def made(self, method: str) -> list[str]:
        """The paths of the requests of a method."""
        return [path for found, path in self.requests if found == method]

    def reset(self) -> None:
        """Forget all faults, requests and objects, but for the bucket."""
        self.faults.clear()
        self.requests.clear()
        _store().reset()
        _store().create_bucket(BUCKET, "us-east-1")

    def age(self, prefix: str, seconds: float) -> None:
        """Let objects be so much older."""
        for key, value in _store().buckets[BUCKET].keys.items():
            if key.startswith(prefix):
                value.last_modified -= timedelta(seconds=seconds)


def _store() -> Any:
    from moto.backends import get_backend
    from moto.core.models import DEFAULT_ACCOUNT_ID

    return get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"]


def _refused(environ: dict[str, Any], answer: Answer, status: str, code: str) -> list[bytes]:
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    secret = environ.get("HTTP_AUTHORIZATION", "")  # some stores send back what they got
    answer(status, [("Content-Type", "application/xml")])
    return [f"<Error><Code>{code}</Code><Message>no</Message><Sent>{secret}</Sent></Error>".encode()]


def _reset(environ: dict[str, Any]) -> list[bytes]:
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError


@contextmanager
def faulty_s3() -> Iterator[Server]:
    """A server with one bucket."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    class Quiet(MotoRequestHandler):
        def log(self, *_: Any) -> None:
            pass

    server = Server(DomainDispatcherApplication(create_backend_app))
    listening = make_server("127.0.0.1", 0, server, threaded=True, request_handler=Quiet)
    server.address = f"http://127.0.0.1:{listening.server_port}"
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
