"""The services of a stack with the active revisions of their task definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from modules.errors import ProblemsError, refusal
from operations.deployed import described_services
from operations.revisions import active_revisions, number_of
from operations.synthesized import Service, SynthesizedStack, services

_SHOWN = 5
_DESCRIBED = 20  # DescribeServiceRevisions (Amazon ECS API Reference): "a maximum of 20"


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One revision of a task definition, and the image of the service's own container."""

    arn: str
    number: int
    image: str


@dataclass(frozen=True, kw_only=True)
class DeployedService:
    """A service: the revision that it runs, and the other active ones of the family, latest first."""

    service: str  # the short name, such as api
    name: str  # the name in ECS
    cluster: str
    parameter: str | None  # the one that names its image; None: the code names it
    running: Revision
    others: tuple[Revision, ...]
    rollouts: dict[str, str] = field(default_factory=dict)  # revision -> rolloutState of its deployment
    # The revisions that a service deployment brought well, in the last 90 days.
    good: frozenset[str] = frozenset()

    @property
    def rolled_back(self) -> bool:
        """Whether ECS's circuit breaker rolled it back: there is a later revision that it does not run.

        A pipeline registers a revision right before it deploys it, so a later one without a deployment in
        progress has failed, or its deployment never started.
        """
        later = (one for one in self.others if one.number > self.running.number)
        return any(self.rollouts.get(one.arn) != "IN_PROGRESS" for one in later)

    @property
    def rolling_out(self) -> bool:
        """Whether a deployment is in progress."""
        return "IN_PROGRESS" in self.rollouts.values()

    @property
    def target(self) -> Revision | None:
        """The revision to roll back to: the running one if ECS rolled back to it, else the last good one.

        ECS knows the service deployments of 90 days; where it knows none of the revisions, the one before.
        """
        if self.rolled_back:
            return self.running
        return self._best(one for one in self.others if one.number < self.running.number)

    def with_image(self, image: str) -> Revision | None:
        """The revision that has an image: the running one, else the last good one, else the last one."""
        if self.running.image == image:
            return self.running
        return self._best(one for one in self.others if one.image == image)

    def _best(self, revisions: Iterator[Revision]) -> Revision | None:
        found = list(revisions)
        return next((one for one in found if one.arn in self.good), next(iter(found), None))

    def after(self, target: Revision) -> tuple[Revision, ...]:
        """Every later active revision: a rollback to `target` deregisters them."""
        return tuple(one for one in (self.running, *self.others) if one.number > target.number)

    @property
    def status(self) -> str:
        """The state of its deployment, for people."""
        if self.rolled_back:
            return "rolled back by ECS"
        if self.rolling_out:
            return "rolling out"
        return "failed" if self.rollouts.get(self.running.arn) == "FAILED" else "running"


def read_services(ecs: Any, stack: SynthesizedStack) -> dict[str, DeployedService]:
    """The services of a stack that are deployed, by short name. Raises ProblemsError if none is."""
    known = services(stack)
    found = described_services(ecs, list(known.values()))
    if not found:
        why = refusal(
            got=f"no service in cluster {stack.name} in {ecs.meta.region_name}",
            allowed="a deployed stack",
            fix="deploy it, or name its region with --region",
        )
        raise ProblemsError.one(stack.name, why)
    return {name: _deployed(ecs, one, found[name]) for name, one in known.items() if name in found}


def _deployed(ecs: Any, service: Service, found: Mapping[str, Any]) -> DeployedService:
    running = _revision(ecs, service, found["taskDefinition"])
    others = [arn for arn in active_revisions(ecs, service.family) if arn != running.arn][:_SHOWN]
    return DeployedService(
        service=service.service,
        name=service.name,
        cluster=service.cluster,
        parameter=service.container.image_parameter,
        running=running,
        others=tuple(_revision(ecs, service, arn) for arn in others),
        rollouts={one["taskDefinition"]: one.get("rolloutState", "") for one in found["deployments"]},
        good=frozenset(_good(ecs, service)),
    )


def _good(ecs: Any, service: Service) -> Iterator[str]:
    """The revisions of the service deployments that were successful."""
    found = ecs.list_service_deployments(cluster=service.cluster, service=service.name, status=["SUCCESSFUL"])
    arns = [one["targetServiceRevisionArn"] for one in found["serviceDeployments"]][:_DESCRIBED]
    if arns:
        described = ecs.describe_service_revisions(serviceRevisionArns=arns)
        yield from (one["taskDefinition"] for one in described["serviceRevisions"])


def _revision(ecs: Any, service: Service, arn: str) -> Revision:
    containers = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"]
    own = next((one for one in containers if one["name"] == service.container.name), containers[0])
    return Revision(arn=arn, number=number_of(arn), image=own["image"])
