"""AWS as it fails now and then: a proxy before the emulator that refuses or drops some calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

# Refused; dropped before the emulator sees it; carried out, and the answer lost.
THROTTLED, RESET, LOST = "throttled", "reset", "lost"


class Faults:
    """What happens to the next calls: `faults.of["FilterLogEvents"] = ["throttled", "reset"]`."""

    def __init__(self, port: int, url: str) -> None:
        self.url, self._port = url, port
        self.of: dict[str, list[str]] = {}
        self.calls: list[str] = []

    def next(self, call: str) -> str | None:
        """The fault of this call; each happens once, and an empty one is none."""
        self.calls.append(call)
        waiting = self.of.get(call)
        return waiting.pop(0) if waiting else None

    def forward(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        """Let the emulator answer."""
        status, headers, content = self.ask(handler, body)
        handler.send_response(status)
        for name, value in headers:
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def ask(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the emulator answers."""
        connection = HTTPConnection("127.0.0.1", self._port)
        connection.request(handler.command, handler.path, body, dict(handler.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content


@contextmanager
def faulty(port: int) -> Iterator[Faults]:
    """A proxy on 127.0.0.1 before the emulator's port."""
    box: list[Faults] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            call = str(self.headers.get("X-Amz-Target", "")).rpartition(".")[2]
            fault = box[0].next(call)
            if fault in (RESET, LOST):
                if fault == LOST:
                    box[0].ask(self, body)
                self.close_connection = True
                return
            if fault == THROTTLED:
                said = json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}).encode()
                self.send_response(400)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
                return
            box[0].forward(self, body)

        do_GET = do_POST  # noqa: N815 - as http.server calls it

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    box.append(Faults(port, f"http://127.0.0.1:{server.server_port}"))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield box[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
