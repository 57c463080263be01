"""Settings of PgBouncer beside a service. Pure."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ...databases.connection_budget import Client
from ...errors import Problem, refusal
from ...settings import settings
from ...values import Image, Mebibytes, Name, NotNegative, Positive

# PgBouncer's NEWS.md, 1.25.2: CVE-2026-6664, a malformed SCRAM packet of a client that has not logged in ends
# the process.
OLDEST = (1, 25, 2)
_VERSION = re.compile(r"\d+\.\d+\.\d+")
# Of a reference without a digest.
_TAG = re.compile(r"[^@]*:(?P<tag>\w[\w.-]*)")
_PRIVILEGED = 1024
_LONGEST_STOP = 120  # ECS developer guide, "Task definition parameters for Fargate", stopTimeout


@settings
class PgBouncerSettings:
    """PgBouncer in a task, between a service and PostgreSQL, which pools connections by transaction.

    `image` is whole, with its tag or digest, and has a shell, PgBouncer and psql, such as
    edoburu/pgbouncer:v1.25.2-p0 copied to ECR. `version` is PgBouncer's in it. `max_db_connections` is the
    most that one task opens to the database: see `client`. Timeouts are in seconds, 0 turns one off.
    """

    image: Image
    version: str
    max_db_connections: Positive
    name: Name = "pgbouncer"
    port: Annotated[int, Field(le=65535)] = 6432
    # PgBouncer has one pool for each user and database. None: as many as `max_db_connections`.
    default_pool_size: Positive | None = None
    # Connections of the service's own processes and threads, which are cheap.
    max_client_connections: Positive = 200
    # Statements that clients prepare by the protocol, kept for each server connection; 0: none.
    max_prepared_statements: NotNegative = 200
    # How long a client waits for a server connection before it is refused.
    query_wait_timeout: NotNegative = 30
    # A client that is idle within a transaction keeps a server connection from all others.
    idle_transaction_timeout: NotNegative = 60
    # An idle server connection is closed, so that a pool shrinks to what is used.
    server_idle_timeout: NotNegative = 300
    # A server connection is replaced, so that a failover or a new reader is noticed.
    server_lifetime: Positive = 1800
    server_connect_timeout: Positive = 10
    # Root certificates of the database, as PEM. None: Amazon RDS's of the region.
    certificate_authorities: str | None = None
    # Of the service's last connections: ECS stops PgBouncer after the service.
    stop_timeout_seconds: Annotated[int, Field(ge=0, le=_LONGEST_STOP)] = 30
    # In MiB, of the task's; None: no limit of its own.
    memory: Mebibytes | None = None
    log_connections: Literal[0, 1] = 0

    @property
    def pool_size(self) -> int:
        """The connections of one pool, of one user and database."""
        return self.default_pool_size or self.max_db_connections

    def client(self, name: str, *, tasks: int, deployment_percent: int = 200) -> Client:
        """The service in the budget of the database's connections (`check_connection_budget`).

        `tasks` is the maximum of its scaling.
        """
        return Client(
            name=name,
            tasks=tasks,
            pool_size=self.max_db_connections,
            deployment_percent=deployment_percent,
        )

    def problems(self) -> Iterator[Problem]:
        """An old version, a tag of another, a privileged port, and a pool over its maximum."""
        yield from self._version_problems()
        if self.port < _PRIVILEGED:
            allowed = f"{_PRIVILEGED} to 65535"
            why = refusal(got=self.port, allowed=allowed, fix="take 6432; it doesn't run as root")
            yield Problem(where="port", what=why)
        if self.pool_size > self.max_db_connections:
            why = refusal(
                got=f"{self.pool_size} over max_db_connections {self.max_db_connections}",
                allowed=f"1 to {self.max_db_connections}",
                fix="lower it; PgBouncer would never open more than the maximum",
            )
            yield Problem(where="default_pool_size", what=why)
        if self.certificate_authorities is not None and "BEGIN CERT" not in self.certificate_authorities:
            allowed = "certificates as PEM, or None for those of Amazon RDS"
            why = refusal(got="no certificate", allowed=allowed, fix="pass the text of the file")
            yield Problem(where="certificate_authorities", what=why)

    def _version_problems(self) -> Iterator[Problem]:
        oldest = ".".join(map(str, OLDEST))
        version = _VERSION.fullmatch(self.version)
        if not version or tuple(map(int, self.version.split("."))) < OLDEST:
            why = refusal(
                got=repr(self.version),
                allowed=f"{oldest} or later, in full",
                fix="take a newer image: older ones can be ended by whoever reaches their port "
                "(CVE-2026-6664)",
            )
            yield Problem(where="version", what=why)
        elif (tag := _TAG.fullmatch(self.image)) and self.version not in tag["tag"]:
            why = refusal(
                got=f"{self.version} in an image tagged {tag['tag']}",
                allowed="the version in the tag",
                fix="correct the one or the other",
            )
            yield Problem(where="version", what=why)
