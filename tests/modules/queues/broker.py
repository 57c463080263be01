"""A Redis as ElastiCache makes it, and Dramatiq's broker on it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dramatiq.brokers.redis import RedisBroker

from tests.modules.servers import free_port, program, running

TOKEN = "token" * 8


@dataclass
class Cache:
    """A Redis with TLS and one user, and the certificate that clients trust."""

    port: int
    certificate: Path

    def broker(self, **arguments: Any) -> RedisBroker:
        """A broker, as a worker or a sender has it."""
        return RedisBroker(**self.arguments, **arguments)  # type: ignore[no-untyped-call]

    @property
    def arguments(self) -> dict[str, Any]:
        """How Dramatiq's client connects."""
        return {
            "host": "localhost",
            "port": self.port,
            "username": "default",
            "password": TOKEN,
            "ssl": True,
            "ssl_ca_certs": str(self.certificate),
        }


@contextmanager
def cache(directory: Path, permissions: str) -> Iterator[Cache]:
    """A Redis whose user may do what an access string says."""
    certificate, key, users = (directory / name for name in ("certificate.pem", "key.pem", "users.acl"))
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    made = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*make, *made], check=True, capture_output=True)
    users.write_text(f"user default {permissions} >{TOKEN}\n")
    port = free_port()
    command = [program("redis-server"), "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1"]
    tls = ["--tls-cert-file", str(certificate), "--tls-key-file", str(key), "--tls-auth-clients", "no"]
    with running([*command, *tls, "--save", "", "--aclfile", str(users)], port, cwd=directory):
        yield Cache(port, certificate)
