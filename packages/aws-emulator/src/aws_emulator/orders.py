"""What a test orders of the emulator: how the deployments of ECS services go.

`POST /aws-emulator/deployments` with a JSON object; `Emulator.order_deployments` sends it. What was ordered
before is forgotten. Without an order a deployment has succeeded by the first look at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields

PATH = "/aws-emulator/deployments"


@dataclass(frozen=True, kw_only=True)
class Order:
    """How a deployment goes of a service whose name or image contains `match`; the first fit decides."""

    match: str = ""
    seconds: float = (
        0.0  # how long each of its steps takes: to begin, to start tasks, each failure, to roll back
    )
    hangs: bool = False  # its tasks stay pending
    exit_code: int | None = None  # its tasks end with this exit code
    failure: str | None = None  # why its tasks never start, such as `CannotPullContainerError: …`
    unhealthy: bool = False  # its tasks run, and fail their health checks
    logs: tuple[str, ...] = ()  # what the failing container has written before
    rollback_fails: bool = False

    @property
    def fails(self) -> bool:
        """Whether its tasks fail."""
        return self.exit_code is not None or self.failure is not None or self.unhealthy


@dataclass
class Orders:
    """All that is ordered."""

    deployments: tuple[Order, ...] = ()
    pull: bool = False  # whether an image that is not in this account's ECR fails its task

    def of(self, names: Iterable[str]) -> Order:
        """The order for a deployment, by the names of its service and images."""
        known = list(names)
        found = (one for one in self.deployments if any(one.match in name for name in known))
        return next(found, Order())

    def replace(self, body: bytes) -> str | None:
        """Take what is ordered from JSON; else say what is wrong with it."""
        try:
            given = json.loads(body or b"{}")
            made = [
                Order(**{**one, "logs": tuple(one.get("logs", ()))}) for one in given.get("deployments", ())
            ]
        except (ValueError, TypeError, AttributeError) as error:
            return f"{error}; allowed: {', '.join(one.name for one in fields(Order))}"
        self.deployments, self.pull = tuple(made), bool(given.get("pull"))
        return None


ORDERS = Orders()
