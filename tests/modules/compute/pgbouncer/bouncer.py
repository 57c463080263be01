"""The sidecar as it ships, on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from modules.compute.pgbouncer.pgbouncer import DIRECTORY, PgBouncer
from modules.compute.pgbouncer.settings import PgBouncerSettings
from modules.compute.service.container_settings import ContainerSettings
from tests.installed import program
from tests.modules.servers import free_port, unprivileged, wait_until

NAME = "pgbouncer"
# Settings that the versions before don't know (NEWS.md, 1.21.0). Debian 12 has 1.18.
SINCE = {"max_prepared_statements": (1, 21)}


@dataclass
class Running:
    """A running sidecar, what it wrote, and how to reach it."""

    process: subprocess.Popen[bytes]
    port: int
    variables: dict[str, str]
    log: Path
    container: ContainerSettings

    def connect(self, *, password: str | None = None) -> psycopg.Connection[tuple[object, ...]]:
        """A connection as the service makes it."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            dbname=self.variables["DATABASE_NAME"],
            user=self.variables["DATABASE_USER"],
            password=password or self.variables["DATABASE_PASSWORD"],
            sslmode="disable",
            autocommit=True,
            prepare_threshold=None,
        )

    def healthy(self) -> bool:
        """What the container's health check says."""
        assert self.container.health_check
        _, command = self.container.health_check.command
        return not subprocess.run(["/bin/sh", "-c", command], env=self.variables, check=False).returncode


def settings(port: int, authorities: str, **changes: object) -> PgBouncerSettings:
    """Settings for the certificate authority of a test."""
    given: dict[str, object] = {"max_db_connections": 5, **changes}
    return PgBouncerSettings(
        image="edoburu/pgbouncer:v1.25.2-p0",
        version="1.25.2",
        port=port,
        certificate_authorities=authorities,
        **given,  # type: ignore[arg-type]
    )


def version() -> tuple[int, ...]:
    """The version of this machine's PgBouncer, such as (1, 18, 0)."""
    command = [program("pgbouncer"), "--version"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tuple(int(part) for part in shown.split()[1].split("."))


def known(config: str, to: tuple[int, ...]) -> str:
    """The configuration without the lines that a version of PgBouncer doesn't know."""
    unknown = [f"{name} =" for name, since in SINCE.items() if to < since]
    return "\n".join(line for line in config.split("\n") if not line.startswith(tuple(unknown)))


@contextmanager
def running(
    database_port: int,
    authorities: str,
    log: Path,
    *,
    variables: dict[str, str] | None = None,
    **changes: object,
) -> Iterator[Running]:
    """The sidecar's own command with its own variables and `variables`; only its directory is another."""
    port, user = free_port(), unprivileged()
    container = PgBouncer(settings=settings(port, authorities, **changes), region="eu-west-1").sidecars[NAME]
    with TemporaryDirectory() as name:
        if user:
            shutil.chown(name, user)
        environment = {
            **{key: value.replace(DIRECTORY, name) for key, value in container.environment.items()},
            "PATH": f"{Path(program('pgbouncer')).parent}:/usr/bin:/bin",
            "DATABASE_HOST": "localhost",
            "DATABASE_PORT": str(database_port),
            "DATABASE_NAME": "shop",
            "DATABASE_USER": "master",
            "DATABASE_PASSWORD": "master",
            **(variables or {}),
        }
        environment["PGBOUNCER_CONFIG"] = known(environment["PGBOUNCER_CONFIG"], version())
        command = [*container.entry_point, *(word.replace(DIRECTORY, name) for word in container.command)]
        with log.open("wb") as written:
            process = subprocess.Popen(
                command, env=environment, user=user, stdout=written, stderr=written, start_new_session=True
            )
        found = Running(process, port, environment, log, container)
        try:
            wait_until(found.healthy, f"PgBouncer is healthy: {log.read_text()}")
            yield found
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=20)


def ended_after(process: subprocess.Popen[bytes]) -> tuple[int, float]:
    """The exit status of a process, and the seconds until it ended."""
    began = time.monotonic()
    return process.wait(timeout=20), time.monotonic() - began
