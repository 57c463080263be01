"""What DescribeServices tells of a service's deployments, from its service deployments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_emulator.moto_patches.ecs_deployments_tasks import tasks_of

if TYPE_CHECKING:
    from aws_emulator.moto_patches.ecs_deployments_life import Deployment


def show(service: Any) -> None:
    """Make DescribeServices tell the same: its deployments, and how many tasks run."""
    latest: Deployment = service.service_deployments[0]
    active = latest
    if not latest.ongoing:
        active = latest if latest.status in ("SUCCESSFUL", "STOPPED") else latest.source or latest
        if latest.status != "ROLLBACK_FAILED":
            active.scale()
    network = service.deployments[0].get("networkConfiguration") if service.deployments else None
    shown = [_shown(service, *one, network) for one in _states(latest)]
    alive = [one for one in tasks_of(service) if one.last_status != "STOPPED"]
    service.running_count = sum(one.last_status == "RUNNING" for one in alive)
    service.pending_count = len(alive) - service.running_count
    if latest.status == "PENDING" and not alive:
        service.pending_count = service.desired_count
        shown[0]["pendingCount"] = service.desired_count
    service.deployments = shown
    count(service)


def _states(latest: Deployment) -> list[tuple[Deployment, str, str, str]]:
    """Deployment (Amazon ECS API Reference): status, rolloutState and its reason, the primary one first."""
    source = latest.source
    failed = (latest, "ACTIVE", "FAILED", f"ECS deployment {latest.name} failed: {latest.statusReason}")
    if latest.status == "ROLLBACK_IN_PROGRESS" and source:
        back = f"{latest.statusReason} Rolling back to {source.name}."
        return [(source, "PRIMARY", "IN_PROGRESS", back), failed]
    if latest.status == "ROLLBACK_SUCCESSFUL" and source:
        return [(source, "PRIMARY", "COMPLETED", f"ECS deployment {source.name} completed.")]
    if latest.status in ("STOPPED", "ROLLBACK_FAILED"):
        return [(failed[0], "PRIMARY", *failed[2:])]
    if latest.status == "SUCCESSFUL":
        return [(latest, "PRIMARY", "COMPLETED", f"ECS deployment {latest.name} completed.")]
    progress = (latest, "PRIMARY", "IN_PROGRESS", f"ECS deployment {latest.name} in progress.")
    before = [(source, "ACTIVE", "COMPLETED", f"ECS deployment {source.name} completed.")] if source else []
    return [progress, *before]


def _shown(
    service: Any, one: Deployment, status: str, state: str, reason: str, network: Any
) -> dict[str, Any]:
    return {
        "id": one.name,
        "status": status,
        "taskDefinition": one.definition.arn,
        "desiredCount": service.desired_count if status == "PRIMARY" else 0,
        **one.counts,
        "failedTasks": one.failures,
        "createdAt": one.createdAt,
        "updatedAt": one.updatedAt,
        "launchType": service.launch_type,
        "platformVersion": service.platform_version,
        "platformFamily": "EC2" if service.launch_type == "EC2" else "FARGATE",
        "networkConfiguration": network,
        "rolloutState": state,
        "rolloutStateReason": reason,
    }


def count(service: Any) -> None:
    """Cluster (Amazon ECS API Reference): how many tasks run and are pending in it."""
    backend = service._backend  # noqa: SLF001 - moto's own
    cluster = backend.clusters[service.cluster_name]
    states = [one.last_status for one in backend.tasks.get(service.cluster_name, {}).values()]
    cluster.running_tasks_count, cluster.pending_tasks_count = (
        states.count("RUNNING"),
        states.count("PENDING"),
    )
