"""What the page of a stack says: gathered from its JSON, and from that of a revision. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from operations.cost.estimate import estimate
from operations.cost.lines import Estimate, together
from operations.differences import Difference
from operations.page.alarms import AlarmRow, alarms
from operations.page.data import DataRow, data_rows
from operations.page.services import Connection, ServiceRow, connections, service_rows
from operations.synthesized import SynthesizedStack
from stacks.provider_lock import COMMITTED, locked_version


@dataclass(frozen=True, kw_only=True)
class Against:
    """A revision that the page compares with, and what differs from it."""

    revision: str
    difference: Difference | None

    def mark(self, address: str) -> str:
        """`added`, `changed`, or nothing, of a resource."""
        if self.difference is None:
            return ""
        if address in self.difference.added:
            return "added"
        return "changed" if address in self.difference.changed else ""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """USD a month of a service of AWS, running and paused, as people read it."""

    service: str
    running: str
    paused: str


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything on the page, in its order."""

    stack: str
    region: str
    tags: Mapping[str, str]
    picture: str
    services: list[ServiceRow]
    connections: list[Connection]
    alarms: dict[str, list[AlarmRow]]
    costs: list[Cost]
    together: Cost
    lacks: str  # how many prices the total lacks
    without: tuple[str, ...]
    data: list[DataRow]
    outputs: list[str]
    versions: dict[str, str]
    against: Against | None

    def marks(self, addresses: Iterable[str]) -> list[str]:
        """How resources differ from the revision that the page compares with, if they do."""
        found = {self.against.mark(address) for address in addresses} if self.against else set()
        return sorted(found - {""})


def content(stack: SynthesizedStack, picture: str, against: Against | None = None) -> Content:
    """The content of a stack's page."""
    running = estimate(stack.name, stack.document)
    paused = estimate(stack.name, stack.document, paused=True)
    return Content(
        stack=stack.name,
        region=stack.region,
        tags={str(name): str(value) for name, value in stack.default_tags.items()},
        picture=picture,
        services=service_rows(stack),
        connections=connections(stack),
        alarms=alarms(stack),
        costs=_costs(running, paused),
        together=Cost(service="Together", running=running.together.figure, paused=paused.together.figure),
        lacks=running.together.lacks,
        without=running.without,
        data=data_rows(stack),
        outputs=sorted(stack.document.get("output", {})),
        versions=_versions(stack.document),
        against=against,
    )


def _costs(running: Estimate, paused: Estimate) -> list[Cost]:
    less = {
        service: together(lines).figure for service, lines in paused.by(lambda line: line.service).items()
    }
    return [
        Cost(service=service, running=together(lines).figure, paused=less.get(service, "0.00"))
        for service, lines in running.by(lambda line: line.service).items()
    ]


def _versions(document: Mapping[str, Any]) -> dict[str, str]:
    terraform = document["terraform"]
    locked = locked_version(COMMITTED.read_text()) if COMMITTED.is_file() else None
    return {
        "Terraform": terraform["required_version"],
        "AWS provider": terraform["required_providers"]["aws"]["version"],
        "AWS provider, locked": locked or "none",
        "CDKTF": document["//"]["metadata"]["version"],
    }
