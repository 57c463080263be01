"""What a target gives each of its clients: variables, secrets and permissions. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .policy import Statement


@dataclass(frozen=True, kw_only=True)
class ClientAccess:
    """How a client reaches a target, besides the open port.

    `environment`: plain environment variables. `secrets`: environment variables by reference, in ECS's
    `valueFrom` form, `<secret arn>:<json key>::`. `statements`: what the task's own role may do.
    `execution_statements`: what the execution role must be allowed to inject `secrets`, and no more.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    statements: tuple[Statement, ...] = ()
    execution_statements: tuple[Statement, ...] = ()
