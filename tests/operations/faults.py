"""AWS as it fails now and then: a proxy before the emulator that refuses, drops or stops at some calls."""

from __future__ import annotations

import re
import signal
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import Popen
from threading import Thread
from typing import Any

# Refused; dropped before the emulator sees it; carried out, and the answer lost.
THROTTLED, RESET, LOST = "throttled", "reset", "lost"
SLOW_DOWN = (503, "SlowDown")
# One of these words, a status with an error code, or none.
Answer = str | tuple[int, str] | None
Hook = Callable[[str, str], Answer]
# How each kind of API says an error (Smithy: AWS JSON, AWS query, EC2 query, AWS REST XML protocols).
_JSON = '{{"__type": "{0}", "message": "as asked"}}'
_XML = "<Error><Code>{0}</Code><Message>as asked</Message></Error>"
_QUERY, _EC2 = f"<ErrorResponse>{_XML}</ErrorResponse>", f"<Response><Errors>{_XML}</Errors></Response>"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request: `call` is the operation, such as `PutImage`, or `PUT /bucket/key` of an API of paths."""

    method: str
    path: str
    call: str
    errors: str  # how its API says an error
    throttled: tuple[int, str]

    @classmethod
    def of(cls, handler: BaseHTTPRequestHandler, body: bytes) -> Request:
        """As it came."""
        method, path = handler.command, handler.path
        if target := handler.headers.get("X-Amz-Target"):
            call, errors, throttled = str(target).rpartition(".")[2], _JSON, (400, "ThrottlingException")
        elif action := re.search(rb"(?:^|&)Action=(\w+)", body):
            scope = re.search(r"Credential=[^/]+/\d+/[^/]+/(\w+)/", handler.headers.get("Authorization", ""))
            errors = _EC2 if scope and scope[1] == "ec2" else _QUERY
            call, throttled = action[1].decode(), (400, "Throttling")
        else:
            call, errors, throttled = f"{method} {path.partition('?')[0]}", _XML, SLOW_DOWN
        return cls(method=method, path=path, call=call, errors=errors, throttled=throttled)


@dataclass(frozen=True, kw_only=True)
class _Stop:
    """A process that gets a signal, before or after a call is carried out."""

    process: Popen[Any]
    number: int
    after: bool

    def send(self) -> None:
        """As the kernel does: without a word to anybody else, and waits until it has ended if it must."""
        self.process.send_signal(self.number)
        if self.number == signal.SIGKILL:
            self.process.wait()


class Faults(ThreadingHTTPServer):
    """What happens to the next calls: `faults.of["FilterLogEvents"] = ["throttled", "reset"]`.

    `hook` is asked about each request, by method and path, and answers it, or gives None.
    """

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._port = port
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.of: dict[str, list[Answer]] = {}
        self.hook: Hook = lambda _method, _path: None
        self.calls: list[str] = []
        self.seen: list[tuple[str, str]] = []
        self._stops: dict[str, _Stop] = {}

    def stop_at(
        self, call: str, process: Popen[Any], *, after: bool = False, number: int = signal.SIGKILL
    ) -> None:
        """Send a process a signal at its next call of a kind, before or after it is carried out."""
        self._stops[call] = _Stop(process=process, number=number, after=after)

    @property
    def stopped(self) -> bool:
        """Whether every process has got its signal."""
        return not self._stops

    def next(self, request: Request) -> Answer:
        """The fault of this request; each happens once, and an empty one is none."""
        self.calls.append(request.call)
        self.seen.append((request.method, request.path))
        waiting = self.of.get(request.call)
        return (waiting.pop(0) if waiting else None) or self.hook(request.method, request.path)

    def stop(self, call: str) -> _Stop | None:
        """What stops at this call."""
        return self._stops.pop(call, None)

    def ask(self, handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the emulator answers."""
        connection = HTTPConnection("127.0.0.1", self._port)
        connection.request(handler.command, handler.path, body, dict(handler.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def handle_error(self, *_words: Any) -> None:
        """Say nothing of clients that were killed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Faults

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request.of(self, body)
        fault, stop = self.server.next(request), self.server.stop(request.call)
        if stop and not stop.after:
            stop.send()
            fault = RESET
        if fault == THROTTLED:
            fault = request.throttled
        if fault == RESET:
            self._reset()
        elif isinstance(fault, tuple):
            status, code = fault
            self._say(status, [], request.errors.format(code).encode())
        else:
            said = self.server.ask(self, body)
            if stop:
                stop.send()
            if stop or fault == LOST:
                self._reset()
            else:
                self._say(*said)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _say(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        has_body = self.command != "HEAD"
        for name, value in headers:
            # The length of what HEAD does not send is part of its answer.
            own = name.lower() in ("transfer-encoding", "connection") or (
                has_body and name.lower() == "content-length"
            )
            if not own:
                self.send_header(name, value)
        if has_body:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if has_body:
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = _answer  # noqa: N815 - http.server's names

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@contextmanager
def faulty(port: int) -> Iterator[Faults]:
    """A proxy on 127.0.0.1 before the emulator's port."""
    with Faults(port) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
