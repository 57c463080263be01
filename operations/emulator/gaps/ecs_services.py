"""Services and task definitions of ECS."""

from __future__ import annotations

from typing import Any

from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from operations.emulator.gaps import Gap

# Service (Amazon ECS API Reference) has these as they were given; moto forgets them.
_FORGOTTEN = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
)


def _keep(response: Any, result: Any) -> Any:
    service, given = result.result["service"], response._get_params()  # noqa: SLF001 - moto's own way
    for name in _FORGOTTEN:
        if name in given:
            setattr(service, name, given[name])
    if getattr(service, "capacityProviderStrategy", None):
        # "When you use capacity providers you don't specify a launch type": moto makes it EC2.
        service.launch_type = None
    if service.task_definition:
        # "The family and revision or full ARN": the answer is the ARN. moto repeats what was given.
        service.task_definition = response.ecs_backend.describe_task_definition(service.task_definition).arn
    for deployment in service.deployments:
        deployment["taskDefinition"] = service.task_definition
    return result


class CreateService(Gap, of=EC2ContainerServiceResponse):
    """CreateService (Amazon ECS API Reference) answers with the service as it was described."""

    def create_service(self: Any) -> Any:
        """Keep what moto forgets."""
        return _keep(self, CreateService.moto.create_service(self))


class UpdateService(Gap, of=EC2ContainerServiceResponse):
    """UpdateService (Amazon ECS API Reference) changes what is given, and leaves the rest."""

    def update_service(self: Any) -> Any:
        """Keep what moto forgets."""
        return _keep(self, UpdateService.moto.update_service(self))


class DescribeTaskDefinition(Gap, of=EC2ContainerServiceBackend):
    """DescribeTaskDefinition (Amazon ECS API Reference): "the family for the latest ACTIVE revision"."""

    def describe_task_definition(self: Any, task_definition_str: str) -> Any:
        """Pass over revisions that were deregistered, which moto takes too."""
        family = task_definition_str.split("/")[-1]
        if ":" not in family:
            revisions = self.task_definitions.get(family, {})
            active = [number for number, one in revisions.items() if one.status == "ACTIVE"]
            if active:
                return revisions[max(active)]
        return DescribeTaskDefinition.moto.describe_task_definition(self, task_definition_str)
