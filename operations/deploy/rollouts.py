"""Service deployments of ECS: started, found by their ids, looked at, stopped.

A service that is stable may have been rolled back, and a deployment in progress may be somebody else's. So
each is judged by its own service deployment (Amazon ECS API Reference, ServiceDeployment: status).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from operations.aws import batches

ONGOING = ("PENDING", "IN_PROGRESS", "STOP_REQUESTED", "ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS")
_GOOD = ("PENDING", "IN_PROGRESS", "SUCCESSFUL")
# Each call takes so many at most (Amazon ECS API Reference).
_SERVICES, _DEPLOYMENTS = 10, 20
_SCALING = "Scaling activity"


@dataclass(kw_only=True)
class Rollout:
    """One service on its way to a revision of its task definition, and what was last seen of it."""

    service: str  # the short name, such as api
    name: str  # the name in ECS
    cluster: str
    revision: str  # the ARN of the task definition
    before: str  # the one that the service ran
    arn: str = ""  # of the service deployment; empty until ECS lists it
    earlier: frozenset[str] = frozenset()  # service deployments that there were before
    status: str = "PENDING"
    reason: str = ""
    running: int = 0
    desired: int = 0
    failed_tasks: int = 0
    event: str = ""
    runs: str = ""  # the task definition that the service has now
    told: set[str] = field(default_factory=set)  # what a person was told of its tasks already
    told_failed: bool = False
    begun: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more happens."""
        return self.status not in ONGOING

    @property
    def failed(self) -> bool:
        """Whether it has failed, though its rollback may go on."""
        return self.status not in _GOOD

    @property
    def number(self) -> int:
        """The number of its revision."""
        return int(self.revision.rpartition(":")[2])


def start(ecs: Any, one: Rollout) -> None:
    """Deploy the revision; the one that runs, anew."""
    one.earlier = frozenset(each["serviceDeploymentArn"] for each in listed(ecs, one.cluster, one.name))
    anew = {"forceNewDeployment": True} if one.revision == one.before else {}
    ecs.update_service(cluster=one.cluster, service=one.name, taskDefinition=one.revision, **anew)
    one.begun = True


def listed(ecs: Any, cluster: str, name: str, **given: Any) -> list[dict[str, Any]]:
    """The service deployments of a service, latest first: those of the last page suffice."""
    found = ecs.list_service_deployments(cluster=cluster, service=name, **given)["serviceDeployments"]
    return sorted(found, key=lambda one: one["createdAt"], reverse=True)


def ongoing(ecs: Any, cluster: str, name: str) -> tuple[dict[str, Any], str] | None:
    """The service deployment that is in progress, if any, and its task definition."""
    found = listed(ecs, cluster, name, status=list(ONGOING))
    return (found[0], _task_definition(ecs, found[0])) if found else None


def stop(ecs: Any, one: Rollout) -> None:
    """Roll back what is in progress. What has ended a moment ago stays as it is."""
    one.arn = one.arn or _found(ecs, one)
    if not one.arn:
        one.status, one.reason = "STOPPED", "It was not begun."
        return
    try:
        ecs.stop_service_deployment(serviceDeploymentArn=one.arn, stopType="ROLLBACK")
    except ecs.exceptions.ConflictException:
        return


def look(ecs: Any, rollouts: Sequence[Rollout]) -> None:
    """See how far each is."""
    for one in rollouts:
        one.arn = one.arn or _found(ecs, one)
    by_arn = {one.arn: one for one in rollouts if one.arn}
    for arns in batches([*by_arn], _DEPLOYMENTS):
        for seen in ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]:
            one = by_arn[seen["serviceDeploymentArn"]]
            one.status, one.reason = seen["status"], seen.get("statusReason", "")
            target = seen.get("targetServiceRevision", {})
            one.running, one.desired = target.get("runningTaskCount", 0), target.get("requestedTaskCount", 0)
            one.failed_tasks = seen.get("deploymentCircuitBreaker", {}).get("failureCount", 0)
    by_name = {one.name: one for one in rollouts}
    for names in batches([*by_name], _SERVICES):
        cluster = by_name[names[0]].cluster
        for service in ecs.describe_services(cluster=cluster, services=names)["services"]:
            _see(by_name[service["serviceName"]], service)


def _see(one: Rollout, service: dict[str, Any]) -> None:
    one.runs = service["taskDefinition"]
    if events := service.get("events"):
        one.event = events[0]["message"].removeprefix(f"(service {one.name}) ")
    failed = [
        each.get("failedTasks", 0)
        for each in service["deployments"]
        if each["taskDefinition"] == one.revision
    ]
    one.failed_tasks = max([one.failed_tasks, *failed])


def _found(ecs: Any, one: Rollout) -> str:
    """The service deployment that has begun for this revision; ECS may list it a moment later."""
    for each in listed(ecs, one.cluster, one.name):
        arn: str = each["serviceDeploymentArn"]
        if arn not in one.earlier and _task_definition(ecs, each) == one.revision:
            return arn
    return ""


def _task_definition(ecs: Any, deployment: dict[str, Any]) -> str:
    arn = deployment["targetServiceRevisionArn"]
    found = ecs.describe_service_revisions(serviceRevisionArns=[arn])["serviceRevisions"]
    return str(found[0]["taskDefinition"]) if found else ""


def stopped_tasks(ecs: Any, one: Rollout) -> Iterable[dict[str, Any]]:
    """The tasks of the revision that ended by themselves, earliest first; ECS knows them for an hour."""
    arns = ecs.list_tasks(cluster=one.cluster, serviceName=one.name, desiredStatus="STOPPED")["taskArns"]
    if not arns:
        return []
    tasks = ecs.describe_tasks(cluster=one.cluster, tasks=arns)["tasks"]
    own = [
        each
        for each in tasks
        if each["taskDefinitionArn"] == one.revision and each["lastStatus"] == "STOPPED"
    ]
    own = [each for each in own if not each.get("stoppedReason", "").startswith(_SCALING)]
    return sorted(own, key=lambda each: each["stoppedAt"])
