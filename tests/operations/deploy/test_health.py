"""Health asked from outside: TLS is checked, and an answer that is no success is told."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from operations.deploy.health import unhealthy

ANSWERS = {"/health": 200, "/moved": 304, "/broken": 503}


class _Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(ANSWERS[self.path])
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of localhost, in one file."""
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    ]
    files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(file), "-out", f"{file}.crt"]
    subprocess.run([*made, *files], check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


@pytest.fixture
def address(certificate: Path) -> Iterator[str]:
    """A service behind TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")


def test_who_answers_is_healthy(address: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    assert unhealthy([f"{address}/health", f"{address}/broken"], pause=0) == {
        f"{address}/broken": "answers 503"
    }
    assert unhealthy([]) == {}


def test_a_certificate_that_nobody_trusts_is_told(address: str) -> None:
    (why,) = unhealthy([f"{address}/health"], pause=0).values()
    assert "CERTIFICATE_VERIFY_FAILED" in why


def test_nobody_there() -> None:
    (why,) = unhealthy(["https://127.0.0.1:1/health"], pause=0).values()
    assert "refused" in why
