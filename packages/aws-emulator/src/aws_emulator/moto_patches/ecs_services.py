"""Services and task definitions of ECS."""

from __future__ import annotations

from typing import Any

from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from aws_emulator.moto_patches import Patch
from aws_emulator.moto_patches.ecs_deployments_life import begin, deployments_of, end
from aws_emulator.moto_patches.ecs_deployments_shown import show

# Service (Amazon ECS API Reference) has these as they were given; moto drops them.
_DROPPED = (
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
)
# UpdateService (Amazon ECS API Reference): a change of these starts new tasks.
_NEED_A_DEPLOYMENT = (
    "task_definition",
    "network_configuration",
    "platform_version",
    "load_balancers",
    "service_registries",
    "capacityProviderStrategy",
)


def _kept(response: Any, result: Any) -> Any:
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
    return service


class CreateService(Patch, of=EC2ContainerServiceResponse):
    """CreateService (Amazon ECS API Reference) answers with the service as given, and begins a service
    deployment; moto drops some of it.
    """

    def create_service(self: Any) -> Any:
        """Keep what moto drops, and begin to deploy."""
        result = CreateService.moto.create_service(self)
        service = _kept(self, result)
        if _by_ecs(service):
            begin(service)
        return result


class UpdateService(Patch, of=EC2ContainerServiceResponse):
    """UpdateService (Amazon ECS API Reference) changes what is given, and begins a service deployment where
    that needs one; moto drops some of it.
    """

    def update_service(self: Any) -> Any:
        """Keep what moto drops, and deploy what changed."""
        backend, given = self.ecs_backend, self._get_params()
        cluster, name = self._get_param("cluster", "default"), self._get_param("service").rpartition("/")[2]
        before = _deployed(backend._get_service(cluster, name))  # noqa: SLF001 - moto's own way
        result = UpdateService.moto.update_service(self)
        service = _kept(self, result)
        if _by_ecs(service):
            if given.get("forceNewDeployment") or _deployed(service) != before:
                begin(service)
            else:
                show(service)
        return result


def _deployed(service: Any) -> dict[str, Any]:
    return {name: getattr(service, name, None) for name in _NEED_A_DEPLOYMENT}


def _by_ecs(service: Any) -> bool:
    return bool(service.deployment_controller["type"] == "ECS" and service.task_definition)


class DescribeServices(Patch, of=EC2ContainerServiceBackend):
    """Deployment (Amazon ECS API Reference), rolloutState: "When the service reaches a steady state, the
    deployment transitions to a COMPLETED state"; moto's tasks are pending, and its deployments in progress,
    for ever.
    """

    def describe_services(self: Any, cluster_str: str, service_names_or_arns: list[str]) -> Any:
        """A look at a service moves its deployment on."""
        found, failures = DescribeServices.moto.describe_services(self, cluster_str, service_names_or_arns)
        for service in found:
            deployments_of(service)
        return found, failures


class DeleteService(Patch, of=EC2ContainerServiceBackend):
    """DeleteService (Amazon ECS API Reference): its tasks are stopped; moto's has none."""

    def delete_service(self: Any, cluster_name: str, service_name: str, force: bool) -> Any:  # noqa: FBT001 - moto's
        """Stop them."""
        service = DeleteService.moto.delete_service(self, cluster_name, service_name, force)
        end(service)
        return service


class RegisterTaskDefinition(Patch, of=EC2ContainerServiceBackend):
    """TaskDefinition (Amazon ECS API Reference) has the time when it was registered; moto's has none."""

    def register_task_definition(self: Any, *given: Any, **named: Any) -> Any:
        """Register it now."""
        definition = RegisterTaskDefinition.moto.register_task_definition(self, *given, **named)
        definition.registered_at = utcnow()
        return definition


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
