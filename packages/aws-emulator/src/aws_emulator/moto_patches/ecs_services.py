"""Services and task definitions of ECS."""

from __future__ import annotations

from typing import Any

from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.moto_api._internal import mock_random

from aws_emulator.moto_patches import Patch

# Service (Amazon ECS API Reference) has these as they were given; moto drops them.
_DROPPED = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
)


def _keep(response: Any, result: Any) -> Any:
    service, given = result.result["service"], response._get_params()  # noqa: SLF001 - moto's own way
    for name in _DROPPED:
        if name in given:
            setattr(service, name, given[name])
    if getattr(service, "capacityProviderStrategy", None):
        # "When you use capacity providers you don't specify a launch type": moto makes it EC2.
        service.launch_type = None
    if service.task_definition:
        # "The family and revision or full ARN": the answer is the ARN. moto repeats what was given.
        service.task_definition = response.ecs_backend.describe_task_definition(service.task_definition).arn
    for deployment in service.deployments:
        if given.get("forceNewDeployment") or deployment["taskDefinition"] != service.task_definition:
            deployment |= _begun(service)
    return result


def _begun(service: Any) -> dict[str, Any]:
    """Deployment (Amazon ECS API Reference), rolloutState: "it begins in an IN_PROGRESS state"."""
    name = f"ecs-svc/{mock_random.randint(0, 32**12)}"
    state = {"rolloutState": "IN_PROGRESS", "rolloutStateReason": f"ECS deployment {name} in progress."}
    return {"id": name, "taskDefinition": service.task_definition, **state}


class CreateService(Patch, of=EC2ContainerServiceResponse):
    """CreateService (Amazon ECS API Reference) answers with the service as given; moto drops some of it."""

    def create_service(self: Any) -> Any:
        """Keep what moto drops."""
        return _keep(self, CreateService.moto.create_service(self))


class UpdateService(Patch, of=EC2ContainerServiceResponse):
    """UpdateService (Amazon ECS API Reference) changes what is given; moto drops some of it."""

    def update_service(self: Any) -> Any:
        """Keep what moto drops."""
        return _keep(self, UpdateService.moto.update_service(self))


class DescribeServices(Patch, of=EC2ContainerServiceBackend):
    """Deployment (Amazon ECS API Reference), rolloutState: "When the service reaches a steady state, the
    deployment transitions to a COMPLETED state"; moto's tasks are pending, and its deployments in progress,
    for ever.
    """

    def describe_services(self: Any, cluster_str: str, service_names_or_arns: list[str]) -> Any:
        """All tasks have started by the first look: none takes time here, and none fails."""
        found, failures = DescribeServices.moto.describe_services(self, cluster_str, service_names_or_arns)
        for service in found:
            if service.status == "ACTIVE":
                _settle(self, service)
        return found, failures


def _settle(backend: Any, service: Any) -> None:
    cluster = backend.clusters[service.cluster_name]
    started = service.desired_count - service.running_count
    backend.update_cluster_resources(cluster, started, task_state="RUNNING")
    backend.update_cluster_resources(cluster, -service.pending_count, task_state="PENDING")
    service.running_count, service.pending_count = service.desired_count, 0
    counts = {"desiredCount": service.desired_count, "runningCount": service.desired_count, "pendingCount": 0}
    for deployment in service.deployments:
        reason = f"ECS deployment {deployment['id']} completed."
        deployment |= {**counts, "rolloutState": "COMPLETED", "rolloutStateReason": reason}


class DescribeTaskDefinition(Patch, of=EC2ContainerServiceBackend):
    """DescribeTaskDefinition (Amazon ECS API Reference): "the family for the latest ACTIVE revision"; moto
    takes one that was deregistered, too.
    """

    def describe_task_definition(self: Any, task_definition_str: str) -> Any:
        """Take the latest active revision where only the family is given."""
        family = task_definition_str.split("/")[-1]
        if ":" not in family:
            revisions = self.task_definitions.get(family, {})
            active = [number for number, one in revisions.items() if one.status == "ACTIVE"]
            if active:
                return revisions[max(active)]
        return DescribeTaskDefinition.moto.describe_task_definition(self, task_definition_str)
