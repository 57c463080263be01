"""Variables, secrets and permissions for the clients of a resource. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..networking.connections import Peer
from .policy import Statement


@dataclass(frozen=True, kw_only=True)
class ClientAccess:
    """The access of a client to a resource, besides security-group rules.

    `environment`: environment variables. `secrets`: environment variables by reference, in the form of ECS's
    `valueFrom`, `<secret arn>:<json key>::`. `statements`: permissions of the task role.
    `execution_statements`: permissions of the execution role to inject `secrets`. `server`: the peer that
    clients connect to; None for what is reached through AWS's API.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    execution_statements: tuple[Statement, ...] = ()
    server: Peer | None = None
