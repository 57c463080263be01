"""A way to the emulator on which calls of ECR fail when they are told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import urllib3

from aws_emulator import Emulator

BUSY = "busy"  # ThrottlingException
LOST = "lost"  # it arrives, and the connection breaks before the answer
RESET = "reset"  # it doesn't arrive


class Faults:
    """Where calls go, and what becomes of the next ones of an operation."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.next: dict[str, list[str]] = {}
        self.calls: list[str] = []
        self.url = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    faults: Faults
    http: urllib3.PoolManager

    def do_POST(self) -> None:
        operation = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.faults.calls.append(operation)
        planned = self.faults.next.get(operation) or [""]
        fault = planned.pop(0)
        if fault == BUSY:
            self._answer(400, json.dumps({"__type": "ThrottlingException", "message": "Rate exceeded"}))
            return
        if fault == RESET:
            self.close_connection = True
            return
        answer = self.http.request(
            "POST", f"{self.faults.emulator.url}{self.path}", headers=dict(self.headers), body=body
        )
        if fault == LOST:
            self.close_connection = True
        else:
            self._answer(answer.status, answer.data.decode(), answer.headers.get("X-Amzn-ErrorType"))

    def _answer(self, code: int, body: str, error: str | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        if error:
            self.send_header("X-Amzn-ErrorType", error)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_words: Any) -> None:
        pass


@contextmanager
def faulty(emulator: Emulator) -> Iterator[Faults]:
    """A way to an emulator, on a free port."""
    faults = Faults(emulator)
    bound = {"faults": faults, "http": urllib3.PoolManager(retries=False)}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), bound))
    server.daemon_threads = True
    faults.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield faults
    finally:
        server.shutdown()
        server.server_close()
