"""moto's server with connections that stay open, as the AWS SDKs expect them to.

Werkzeug's own handler closes each connection after one answer and waits 10 ms before it does. Under load a Go
client then sometimes loses an answer and repeats a request that had been carried out, and a repeated
conditional PutItem is a lock that refuses its own holder.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from io import BytesIO
from json import JSONDecodeError
from typing import Any

from botocore.model import OperationNotFoundError
from moto.core.parse import RequestParserError
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import get_input_stream

from aws_emulator import strict
from aws_emulator.calls import Answer, Call
from aws_emulator.moto_patches.ecr_layers import downloaded
from aws_emulator.orders import ORDERS, PATH, Orders
from aws_emulator.outages import OUTAGES, Outages
from aws_emulator.outages import PATH as OUTAGES_PATH
from aws_emulator.turns import turn

_WITHOUT_BODY = {204, 304}
# Long polling (Amazon SQS API Reference, "ReceiveMessage") waits for what another call brings.
_WAITING = {"ReceiveMessage"}
_ORDERED: dict[str, Orders | Outages] = {PATH: ORDERS, OUTAGES_PATH: OUTAGES}


def answer(call: Call, application: Any, *, log: Callable[[str], None]) -> Answer:
    """The way of a call: first what may refuse it, then moto, last what becomes of moto's exceptions.

    A check of calls stands at the beginning, before moto sees the call.
    """
    if ordered := _ORDERED.get(call.environ["PATH_INFO"]):
        wrong = ordered.replace(call.body)
        return Answer(code=400 if wrong else 200, headers=[], body=(wrong or "").encode())
    try:
        if call.region in OUTAGES.regions:
            return call.refused(503, "ServiceUnavailable", f"{call.region} does not answer")
        with nullcontext() if call.operation in _WAITING else turn():
            return _carried_out(call, application)
    except OperationNotFoundError as unknown:
        return call.refused(400, call.unknown_operation, f"{unknown} is not an operation of {call.service}")
    except (RequestParserError, JSONDecodeError) as error:
        return call.refused(400, call.unreadable, f"the request cannot be read: {error}")
    except NotImplementedError as missing:
        # 501, which no SDK repeats: whoever wants this call learns at once what moto lacks.
        log(str(missing))
        return call.refused(501, "NotImplemented", f"moto: {missing}")
    except Exception as error:  # noqa: BLE001 - whatever fails in moto, the server goes on
        log(traceback.format_exc())
        # 501 again: Terraform repeats a 500 for as long as its resource may take, to the same answer.
        return call.refused(501, "EmulatorError", f"moto failed, see the emulator's log: {error!r}")


def _carried_out(call: Call, application: Any) -> Answer:
    if known := (strict.refused(call) if strict.is_on() else None) or downloaded(call):
        return known
    parts, status, headers = run_wsgi_app(application, call.environ, buffered=True)
    code = int(status.split(None, 1)[0])
    return Answer(code=code, headers=list(headers.to_wsgi_list()), body=b"".join(parts))


class Handler(MotoRequestHandler):
    """Answers each request in one piece, and waits for the next on the same connection."""

    wbufsize = -1  # headers and body leave together
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Answer one request."""
        if self.headers.get("Expect", "").strip().lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        # All of it, or the rest would be taken for the next request.
        body = get_input_stream(environ).read()
        environ["wsgi.input"] = BytesIO(body)
        self._call = Call(environ=environ, body=body)
        self._send(answer(self._call, self.server.app, log=lambda message: self.log_error("%s", message)))

    def _send(self, answered: Answer) -> None:
        has_body = answered.code not in _WITHOUT_BODY
        self.send_response(answered.code)
        for name, value in answered.headers:
            self.send_header(name, value)
        if has_body and not any(name.lower() == "content-length" for name, _ in answered.headers):
            self.send_header("Content-Length", str(len(answered.body)))
        self.end_headers()
        if has_body and self.command != "HEAD":
            self.wfile.write(answered.body)
        self.wfile.flush()

    def log_request(self, code: object = "-", size: object = "-") -> None:  # noqa: ARG002 - as http.server calls it
        """One line a call, such as `12:00:00 ec2 DescribeVpcs 200`."""
        sys.stderr.write(f"{datetime.now():%H:%M:%S} {self._call} {code}\n")


def make_emulator_server(port: int) -> BaseWSGIServer:
    """moto behind `port` of 127.0.0.1, listening; 0 takes a free one. Raises OSError when it is taken."""
    try:
        application = DomainDispatcherApplication(create_backend_app)
        return make_server("127.0.0.1", port, application, threaded=True, request_handler=Handler)
    except SystemExit as error:  # how werkzeug leaves when the port is taken
        raise OSError(f"port {port} of 127.0.0.1 is taken") from error
