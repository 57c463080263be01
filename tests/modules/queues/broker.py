"""A Redis as ElastiCache makes it, and Dramatiq's broker on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dramatiq.brokers.redis import RedisBroker

from tests.installed import program
from tests.modules.servers import encrypted, free_port, running, write_certificate

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
    write_certificate(directory)
    users = directory / "users.acl"
    users.write_text(f"user default {permissions} >{TOKEN}\n")
    plain = free_port()
    command = [program("redis-server"), "--port", str(plain), "--bind", "127.0.0.1", "--save", ""]
    # Not every build of Redis has TLS.
    with (
        running([*command, "--aclfile", str(users)], plain, cwd=directory),
        encrypted(plain, directory) as port,
    ):
        yield Cache(port, directory / "certificate.pem")
