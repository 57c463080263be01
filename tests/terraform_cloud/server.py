"""A Terraform Cloud on this machine: real HTTPS on 127.0.0.1, what it holds in memory."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from tests.terraform_cloud import runs, states, workspaces
from tests.terraform_cloud.certificate import write_certificate
from tests.terraform_cloud.requests import answer
from tests.terraform_cloud.store import Store

ORGANIZATION = "acme"
# Somebody's token, and that of a colleague.
TOKEN, OTHER = "a-token", "another-token"
USERS = {TOKEN: "ann", OTHER: "bob"}
# Importing them registers what answers each path.
API = (runs, states, workspaces)


@dataclass
class TerraformCloud:
    """A running server: its address, what it holds, and what it was asked."""

    host: str
    home: Path
    certificate: Path
    store: Store = field(default_factory=lambda: Store(ORGANIZATION))
    requests: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a person who has signed in to it by `terraform login`."""
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        return {
            "INFRA_BACKEND": "cloud",
            "TF_CLOUD_ORGANIZATION": ORGANIZATION,
            "TF_CLOUD_HOSTNAME": self.host,
            "HOME": str(self.home),
            "XDG_CACHE_HOME": cache,  # with the provider's mirror
            "SSL_CERT_FILE": str(self.certificate),
            "TF_CLI_CONFIG_FILE": "",  # one that is set keeps Terraform from what `terraform login` wrote
        }


@contextmanager
def running_terraform_cloud(directory: Path) -> Iterator[TerraformCloud]:
    """Run one on a free port; the credentials of a person and its certificate are in the directory."""
    certificate, key = write_certificate(directory)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    host = f"localhost:{server.server_port}"
    cloud = TerraformCloud(host=host, home=directory / "home", certificate=certificate)
    _sign_in(cloud.home, {host: {"token": TOKEN}})
    server.cloud = cloud  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield cloud
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _sign_in(home: Path, credentials: Mapping[str, Any]) -> None:
    """Write what `terraform login` writes."""
    file = home / ".terraform.d/credentials.tfrc.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"credentials": credentials}))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        cloud: TerraformCloud = self.server.cloud  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, said = answer(
            self.command,
            self.path,
            store=cloud.store,
            base=f"https://{cloud.host}",
            users=USERS,
            token=self.headers.get("Authorization", "").removeprefix("Bearer "),
            body=body,
        )
        cloud.requests.append(f"{self.command} {self.path.partition('?')[0]} {status}")
        self.send_response(status)
        discovery = self.path.startswith("/.well-known/")
        self.send_header("Content-Type", "application/json" if discovery else "application/vnd.api+json")
        self.send_header("TFP-API-Version", "2.6")
        self.send_header("TFP-AppName", "HCP Terraform")
        if status != 204:
            self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Write nothing: `requests` has what was asked."""

    do_GET = do_POST = do_PUT = do_PATCH = _answer  # noqa: N815 - http.server's names
