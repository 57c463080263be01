"""The ECS services of a stack, and the active revisions of their task definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from modules.errors import ProblemsError, refusal

Json = Mapping[str, Any]
_SHOWN = 5
_DESCRIBED = 20  # DescribeServiceRevisions (Amazon ECS API Reference): "a maximum of 20"
_BATCH = 10  # DescribeServices (Amazon ECS API Reference): "up to 10 services"


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
    running: Revision
    others: tuple[Revision, ...]
    rollouts: dict[str, str] = field(default_factory=dict)  # revision -> rolloutState of its deployment
    good: frozenset[str] = (
        frozenset()
    )  # revisions that a service deployment brought well, in the last 90 days

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
        earlier = [one for one in self.others if one.number < self.running.number]
        return next((one for one in earlier if one.arn in self.good), next(iter(earlier), None))

    @property
    def superseded(self) -> tuple[Revision, ...]:
        """Every active revision after the target: a rollback deregisters them."""
        target = self.target
        active = (self.running, *self.others)
        return tuple(one for one in active if target and one.number > target.number)

    @property
    def status(self) -> str:
        """The state of its deployment, for people."""
        if self.rolled_back:
            return "rolled back by ECS"
        if self.rolling_out:
            return "rolling out"
        return "failed" if self.rollouts.get(self.running.arn) == "FAILED" else "running"


def read_services(ecs: Any, stack: str) -> dict[str, DeployedService]:
    """Read the services of a stack's cluster, by short name. Raises ProblemsError if there is none."""
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


def _deployed(ecs: Any, stack: str, service: dict[str, Any]) -> DeployedService:
    name = service["serviceName"]
    short = name.removeprefix(f"{stack}-").removesuffix("-service")
    running = _revision(ecs, short, service["taskDefinition"])
    family = running.arn.rpartition("/")[2].rpartition(":")[0]
    others = [_revision(ecs, short, arn) for arn in active_revisions(ecs, family) if arn != running.arn][
        :_SHOWN
    ]
    rollouts = {one["taskDefinition"]: one.get("rolloutState", "") for one in service["deployments"]}
    return DeployedService(
        service=short,
        name=name,
        running=running,
        others=tuple(others),
        rollouts=rollouts,
        good=frozenset(_good(ecs, stack, name)),
    )


def _good(ecs: Any, stack: str, name: str) -> Iterator[str]:
    """The revisions of the service deployments that were successful."""
    found = ecs.list_service_deployments(cluster=stack, service=name, status=["SUCCESSFUL"])
    arns = [one["targetServiceRevisionArn"] for one in found["serviceDeployments"]][:_DESCRIBED]
    if arns:
        described = ecs.describe_service_revisions(serviceRevisionArns=arns)
        yield from (one["taskDefinition"] for one in described["serviceRevisions"])


def active_revisions(ecs: Any, family: str) -> Iterator[str]:
    """The active revisions of a family, latest first; to ECS, `familyPrefix` is the whole name."""
    pages = ecs.get_paginator("list_task_definitions").paginate(
        familyPrefix=family, status="ACTIVE", sort="DESC"
    )
    arns = [arn for page in pages for arn in page["taskDefinitionArns"]]
    own = [arn for arn in arns if arn.rpartition("/")[2].rpartition(":")[0] == family]
    return iter(sorted(own, key=number_of, reverse=True))


def described(ecs: Any, name: str) -> Json:
    """A revision and its tags, as ECS describes them; by a family alone, its latest active one."""
    answer: Json = ecs.describe_task_definition(taskDefinition=name, include=["TAGS"])
    return answer


def registrable(ecs: Any, answer: Json) -> dict[str, Any]:
    """What is described, as RegisterTaskDefinition takes it.

    What can be registered is asked of botocore: a description has more, such as the revision, and a list that
    is typed here would lack the next field that AWS adds.
    """
    known = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    found = {name: value for name, value in answer["taskDefinition"].items() if name in known}
    return found | ({"tags": answer["tags"]} if answer.get("tags") else {})


def _revision(ecs: Any, service: str, arn: str) -> Revision:
    containers = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["containerDefinitions"]
    own = next((one for one in containers if one["name"] == service), containers[0])
    return Revision(arn=arn, number=number_of(arn), image=own["image"])


def number_of(arn: str) -> int:
    """The number of a revision, by its ARN."""
    return int(arn.rpartition(":")[2])
