"""What each ECS service of a stack runs, and the active revisions of its task definition around that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from modules.errors import ProblemsError, refusal

_SHOWN = 5
_BATCH = 10  # DescribeServices (Amazon ECS API Reference): "up to 10 services"


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One revision of a task definition, and the image of the service's own container."""

    arn: str
    number: int
    image: str


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """One service: what it runs, and the other active revisions of the family, latest first."""

    service: str
    name: str
    running: Revision
    others: tuple[Revision, ...]
    rollouts: dict[str, str] = field(default_factory=dict)

    @property
    def rolled_back(self) -> bool:
        """Whether ECS returned it already: a later revision is there that it does not run.

        A pipeline registers a revision right before it deploys it, so a later one that no deployment is
        about has failed, or was never begun.
        """
        later = (one for one in self.others if one.number > self.running.number)
        return any(self.rollouts.get(one.arn) != "IN_PROGRESS" for one in later)

    @property
    def rolling_out(self) -> bool:
        """Whether a deployment is under way."""
        return "IN_PROGRESS" in self.rollouts.values()

    @property
    def good(self) -> Revision | None:
        """Where to go back to: what runs, if ECS went back to it; else the active revision before."""
        if self.rolled_back:
            return self.running
        return next((one for one in self.others if one.number < self.running.number), None)

    @property
    def bad(self) -> tuple[Revision, ...]:
        """Every active revision after the good one."""
        good = self.good
        everything = (self.running, *self.others)
        return tuple(one for one in everything if good and one.number > good.number)

    @property
    def verdict(self) -> str:
        """How it stands, in words."""
        if self.rolled_back:
            return "taken back by ECS"
        if self.rolling_out:
            return "rolling out"
        return "failed" if self.rollouts.get(self.running.arn) == "FAILED" else "running"


def read_services(ecs: Any, stack: str) -> dict[str, Deployed]:
    """Every service of the stack's cluster, by its short name. Raises ProblemsError when there is none."""
    try:
        pages = ecs.get_paginator("list_services").paginate(cluster=stack)
        arns = [arn for page in pages for arn in page["serviceArns"]]
    except ecs.exceptions.ClusterNotFoundException:
        arns = []
    if not arns:
        why = refusal(
            got=f"no service in cluster {stack} in {ecs.meta.region_name}",
            allowed="a deployed stack",
            fix="deploy it, or name its region with --region",
        )
        raise ProblemsError.one(stack, why)
    batches = (arns[start : start + _BATCH] for start in range(0, len(arns), _BATCH))
    found = [
        _deployed(ecs, stack, service)
        for batch in batches
        for service in ecs.describe_services(cluster=stack, services=batch)["services"]
    ]
    return {one.service: one for one in sorted(found, key=lambda one: one.service)}


def _deployed(ecs: Any, stack: str, service: dict[str, Any]) -> Deployed:
    name = service["serviceName"]
    short = name.removeprefix(f"{stack}-").removesuffix("-service")
    running = _revision(ecs, short, service["taskDefinition"])
    family = running.arn.rpartition("/")[2].rpartition(":")[0]
    others = [_revision(ecs, short, arn) for arn in _active(ecs, family) if arn != running.arn][:_SHOWN]
    rollouts = {one["taskDefinition"]: one.get("rolloutState", "") for one in service["deployments"]}
    return Deployed(service=short, name=name, running=running, others=tuple(others), rollouts=rollouts)


def _active(ecs: Any, family: str) -> Iterator[str]:
    """The active revisions of a family, latest first; `familyPrefix` is the whole name to ECS."""
    pages = ecs.get_paginator("list_task_definitions").paginate(
        familyPrefix=family, status="ACTIVE", sort="DESC"
    )
    arns = [arn for page in pages for arn in page["taskDefinitionArns"]]
    own = [arn for arn in arns if arn.rpartition("/")[2].rpartition(":")[0] == family]
    return iter(sorted(own, key=_number, reverse=True))


def _revision(ecs: Any, service: str, arn: str) -> Revision:
    containers = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"]
    own = next((one for one in containers if one["name"] == service), containers[0])
    return Revision(arn=arn, number=_number(arn), image=own["image"])


def _number(arn: str) -> int:
    return int(arn.rpartition(":")[2])
