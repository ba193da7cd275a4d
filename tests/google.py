"""A server that speaks as Google's storage does, in both of its interfaces: fake-gcs-server
(https://github.com/fsouza/fake-gcs-server) knows writing on condition in the JSON one alone, so that a ``PUT`` of the
XML one is passed on to that with its condition.

``python -m tests.google`` is the server; it ends with its standard input. Every so many requests, as its argument says,
it is too busy to answer.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

BUCKET = "box"
_EMULATOR = ("fake-gcs-server", "-scheme", "http", "-backend", "memory", "-host", "127.0.0.1", "-log-level", "error")
_BOUNDARY = "part-of-an-upload"
_OF_ONE_HOP = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})
_OF_JSON = ("/download/", "/resumable/", "/storage/", "/upload/")

Answer = tuple[int, Mapping[str, str], bytes]


@contextmanager
def google_server(busy_every: int = 0) -> Iterator[str]:
    """The address of a server with one bucket that is empty, in a process of its own: pyarrow lets no other thread
    run while it waits for an answer."""
    command = [sys.executable, "-m", "tests.google", str(busy_every)]
    with subprocess.Popen(
        command, cwd=Path(__file__).parent.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


def main() -> None:
    """Serves until standard input ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    front = ThreadingHTTPServer(("127.0.0.1", 0), _front_of(port, int(sys.argv[1])))
    host = f"127.0.0.1:{front.server_port}"
    with subprocess.Popen([*_EMULATOR, "-port", str(port), "-public-host", host]) as emulator:
        threading.Thread(target=front.serve_forever, daemon=True).start()
        try:
            _make_bucket(port)
            print(f"http://{host}", flush=True)
            sys.stdin.read()
        finally:
            front.shutdown()
            emulator.terminate()


def _make_bucket(port: int) -> None:
    body = json.dumps({"name": BUCKET}).encode()
    for _ in range(200):
        try:
            _asked(port, "POST", "/storage/v1/b?project=p", {"content-type": "application/json"}, body)
        except OSError:
            time.sleep(0.05)
        else:
            return


def _asked(port: int, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def _put(port: int, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """A ``PUT /bucket/key`` as the upload in parts that it is in the JSON interface, with its condition."""
    bucket, _, key = urlsplit(path).path.lstrip("/").partition("/")
    where = f"/upload/storage/v1/b/{bucket}/o?uploadType=multipart&name={quote(unquote(key), safe='')}"
    if "x-goog-if-generation-match" in headers:
        where += f"&ifGenerationMatch={headers['x-goog-if-generation-match']}"
    first, second = (
        f"--{_BOUNDARY}\r\nContent-Type: application/{kind}\r\n\r\n".encode() for kind in ("json", "octet-stream")
    )
    parts = first + b"{}\r\n" + second + body + f"\r\n--{_BOUNDARY}--\r\n".encode()
    kind = {"content-type": f"multipart/related; boundary={_BOUNDARY}"}
    status, _, told = _asked(port, "POST", where, kind, parts)
    if status != 200:
        return status, {}, told
    made = json.loads(told)
    return status, {"ETag": made["etag"], "x-goog-generation": str(made["generation"])}, b""


def _front_of(port: int, busy_every: int) -> type[BaseHTTPRequestHandler]:
    requests = count(1)

    class Front(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self._body(headers)
            # fake-gcs-server takes the question of how much it has got of an upload for the end of it.
            asked = "upload_id=" in self.path
            if busy_every and not asked and next(requests) % busy_every == 0:
                self._tell(503, {}, b"busy")
                return
            if self.command == "PUT" and not self.path.startswith(_OF_JSON):
                self._tell(*_put(port, self.path, headers, body))
                return
            kept = {name: value for name, value in headers.items() if name not in _OF_ONE_HOP}
            self._tell(*_asked(port, self.command, self.path, {**kept, "host": headers["host"]}, body))

        def _body(self, headers: Mapping[str, str]) -> bytes:
            if headers.get("transfer-encoding") != "chunked":
                return self.rfile.read(int(headers.get("content-length", 0)))
            chunks = []
            while size := int(self.rfile.readline(), 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(chunks)

        def _tell(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in _OF_ONE_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", headers.get("Content-Length", str(len(body))))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    for method in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"):
        setattr(Front, f"do_{method}", Front.handle_any)
    return Front


if __name__ == "__main__":
    main()
