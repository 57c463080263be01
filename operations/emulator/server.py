"""moto's server, spoken to as the AWS SDKs speak to AWS: over connections that stay open.

Werkzeug's own handler closes each connection after one answer and waits 10 ms before it does. Under load a Go
client then sometimes loses an answer and repeats a request that had been carried out, and a repeated
conditional PutItem is a lock that refuses its own holder.
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import get_input_stream

_WITHOUT_BODY = {204, 304}
_SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/")
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
_SHORT = 10_000


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
        sent = get_input_stream(environ).read()
        environ["wsgi.input"] = BytesIO(sent)
        self._call = _called(environ, sent)
        code, headers, body = self._answer(environ)
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        if code not in _WITHOUT_BODY and not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if code not in _WITHOUT_BODY and self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log_request(self, code: object = "-", size: object = "-") -> None:  # noqa: ARG002 - as http.server calls it
        """One line a call, such as `12:00:00 ec2 DescribeVpcs 200`."""
        sys.stderr.write(f"{datetime.now():%H:%M:%S} {self._call} {code}\n")

    def _answer(self, environ: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
        try:
            parts, status, headers = run_wsgi_app(self.server.app, environ, buffered=True)
            return int(status.split(None, 1)[0]), list(headers.to_wsgi_list()), b"".join(parts)
        except NotImplementedError as missing:
            # 501, which no SDK repeats: whoever wants this call learns at once what moto lacks.
            self.log_error("%s", missing)
            return _refusal(501, "NotImplemented", f"moto: {missing}", environ)
        except Exception as error:  # noqa: BLE001 - whatever moto stumbles over, the server goes on
            self.log_error("%s", traceback.format_exc())
            return _refusal(500, "InternalError", f"moto failed: {error!r}", environ)


def _called(environ: dict[str, Any], body: bytes) -> str:
    """The service and the call: by the target header, by the query protocol's Action, else by the path."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    action = _ACTION.search(body[:_SHORT]) if "form-urlencoded" in environ.get("CONTENT_TYPE", "") else None
    target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    path = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}".rstrip("?")
    return f"{scope[1] if scope else '-'} {target or (action[1].decode() if action else path)}"


def _refusal(
    code: int, name: str, message: str, environ: dict[str, Any]
) -> tuple[int, list[tuple[str, str]], bytes]:
    """An error in the words of the request's protocol: XML for AWS's query protocol, else JSON."""
    if "form-urlencoded" in environ.get("CONTENT_TYPE", ""):
        error = f"<Error><Code>{name}</Code><Message>{escape(message)}</Message></Error>"
        return code, [("Content-Type", "text/xml")], f"<ErrorResponse>{error}</ErrorResponse>".encode()
    headers = [("Content-Type", "application/json"), ("X-Amzn-ErrorType", name)]
    return code, headers, json.dumps({"__type": name, "message": message}).encode()


def make_emulator_server(port: int) -> BaseWSGIServer:
    """moto behind `port` of 127.0.0.1, listening; 0 takes a free one. Raises OSError when it is taken."""
    try:
        application = DomainDispatcherApplication(create_backend_app)
        return make_server("127.0.0.1", port, application, threaded=True, request_handler=Handler)
    except SystemExit as error:  # how werkzeug leaves when the port is taken
        raise OSError(f"port {port} of 127.0.0.1 is taken") from error
