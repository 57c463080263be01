"""A thing that stands in subnets, as the picture sees it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from operations.picture.aws_services import plural


class Kind(StrEnum):
    """Kinds of things, in the order in which they stand below each other; the values are for the legend."""

    LOAD_BALANCER = "load balancer"
    SERVICE = "service"
    FUNCTION = "function"
    FILES = "file system"
    ENDPOINT = "endpoints"
    DATABASE = "database"
    CACHE = "cache"
    OUTSIDE = "outside"


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A thing in subnets: what it is called, what is worth saying of it, and its security groups."""

    kind: Kind
    icon: str
    title: str
    lines: tuple[str, ...]
    resources: tuple[str, ...]
    groups: frozenset[str]
    subnets: tuple[str, ...]
    # The one port it listens on; a service listens wherever a rule lets something reach it.
    port: int | None = None
    # The address of what it replicates, or of the cluster it is a member of.
    follows: str | None = None

    @property
    def address(self) -> str:
        """The address of its main resource."""
        return self.resources[0]


def number_of(value: object, noun: str) -> str:
    """`2 tasks`, or only `tasks` where the number is known after apply alone."""
    return plural(value, noun) if isinstance(value, int) else f"{noun}s"
