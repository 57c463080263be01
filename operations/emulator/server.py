"""moto's server, spoken to as the AWS SDKs speak to AWS: over connections that stay open.

Werkzeug's own handler closes each connection after one answer and waits 10 ms before it does. Under load a Go
client then sometimes loses an answer and repeats a request that had been carried out, and a repeated
conditional PutItem is a lock that refuses its own holder.
"""

from __future__ import annotations

import json
import traceback
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
        unread = environ["wsgi.input"] = get_input_stream(environ)  # ends where the request does
        code, headers, body = self._answer(environ)
        unread.read()  # or it would be taken for the next request
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        if code not in _WITHOUT_BODY and not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if code not in _WITHOUT_BODY and self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

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
