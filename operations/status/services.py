"""The services of a stack as they run now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.aws import batches
from operations.deployed import described_services
from operations.synthesized import Service

Json = Mapping[str, Any]
_BATCH = 100  # DescribeTasks (Amazon ECS API Reference): "up to 100"
# Those of the API of service deployments that say: not with these permissions, or not here.
_UNTOLD = {"AccessDeniedException", "NotImplemented", "UnknownOperationException"}


# Of a service deployment, or of a rollout. One that ECS rolled back has failed.
_WELL = {"SUCCESSFUL", "COMPLETED", "PENDING", "IN_PROGRESS", "none"}


@dataclass(frozen=True, kw_only=True)
class RunningService:
    """A service: its tasks, their zones and images, its targets' health, its last deployment."""

    service: str
    running: int
    desired: int
    zones: tuple[str, ...]
    images: tuple[str, ...]  # of the own container, each as a digest where it has one
    healthy: int | None  # targets; None without a load balancer
    targets: int | None
    deployment: str
    deployed_at: datetime | None

    @property
    def well(self) -> bool:
        """Whether it has its tasks, their targets are healthy, and its last deployment did not fail."""
        return self.running == self.desired and self.reached and self.deployment in _WELL

    @property
    def reached(self) -> bool:
        """Whether all its targets are healthy; one that wants tasks and has no target serves nobody."""
        return self.healthy == self.targets and (self.healthy != 0 or self.desired == 0)


def running_services(ecs: Any, balancers: Any, services: Sequence[Service]) -> list[RunningService]:
    """Those of the services that are deployed."""
    found = described_services(ecs, services)
    return [_running(ecs, balancers, one, found[one.service]) for one in services if one.service in found]


def _running(ecs: Any, balancers: Any, service: Service, described: Json) -> RunningService:
    tasks = [one for one in _tasks(ecs, service) if one["lastStatus"] == "RUNNING"]
    healthy, targets = _health(balancers, described)
    deployment, at = _deployment(ecs, service, described)
    return RunningService(
        service=service.service,
        running=described["runningCount"],
        desired=described["desiredCount"],
        zones=tuple(sorted({one["availabilityZone"] for one in tasks if "availabilityZone" in one})),
        images=tuple(sorted({_image(one, service.container.name) for one in tasks})),
        healthy=healthy,
        targets=targets,
        deployment=deployment,
        deployed_at=at,
    )


def _tasks(ecs: Any, service: Service) -> list[Any]:
    pages = ecs.get_paginator("list_tasks").paginate(cluster=service.cluster, serviceName=service.name)
    names = [name for page in pages for name in page["taskArns"]]
    return [
        one
        for batch in batches(names, _BATCH)
        for one in ecs.describe_tasks(cluster=service.cluster, tasks=batch)["tasks"]
    ]


def _image(task: Json, container: str) -> str:
    own: Json = next((one for one in task["containers"] if one["name"] == container), {})
    return str(own.get("imageDigest") or own.get("image", ""))


def _health(balancers: Any, described: Json) -> tuple[int | None, int | None]:
    groups = [one["targetGroupArn"] for one in described.get("loadBalancers", []) if "targetGroupArn" in one]
    if not groups:
        return None, None
    states = [
        one["TargetHealth"]["State"]
        for group in groups
        for one in balancers.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
        # Those that leave are no part of the service's health.
        if one["TargetHealth"]["State"] != "draining"
    ]
    return states.count("healthy"), len(states)


def _deployment(ecs: Any, service: Service, described: Json) -> tuple[str, datetime | None]:
    """The state of the last service deployment; without permission to ask, that of the service's rollout."""
    try:
        answer = ecs.list_service_deployments(cluster=service.cluster, service=service.name)
    except ecs.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in _UNTOLD:
            raise
        answer = {"serviceDeployments": []}
    briefs = sorted(answer["serviceDeployments"], key=lambda one: one["createdAt"])
    if briefs:
        last = briefs[-1]
        return last["status"], last.get("finishedAt") or last["createdAt"]
    primary: Json = next((one for one in described["deployments"] if one["status"] == "PRIMARY"), {})
    return primary.get("rolloutState", "none"), primary.get("updatedAt")
