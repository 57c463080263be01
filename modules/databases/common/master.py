"""The master user of a database. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ...iam.client_access import ClientAccess
from ...iam.policy import Statement


@dataclass(frozen=True, kw_only=True)
class Master:
    """Where the master user of a database logs in, and with what.

    `entry` is the key of the password in the secret's JSON, `statements` are the permissions to read it.
    `resource_id` changes when the database is created anew. Before a login, `ready` must be created.
    """

    host: str
    port: int
    database: str
    user: str
    secret_arn: str
    entry: str
    statements: tuple[Statement, ...]
    resource_id: str
    ready: Sequence[Any]


class Server(Protocol):
    """A PostgreSQL database, on RDS or on Aurora."""

    @property
    def master(self) -> Master:
        """Its master user."""
        ...

    @property
    def read_only(self) -> bool:
        """Whether it is a copy of another stack's database, with that one's logins and none of its own."""
        ...

    @property
    def client_access(self) -> ClientAccess:
        """The access of a client that is the master user."""
        ...
