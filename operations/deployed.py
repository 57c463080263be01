"""The services of a stack as ECS has them, and the images that they run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from modules.errors import ProblemsError, refusal
from operations.aws import batches
from operations.synthesized import Service

_SERVICES = 10  # DescribeServices (Amazon ECS API Reference): "up to 10 services"
_PARAMETERS = 10  # GetParameters (AWS Systems Manager API Reference), Names: at most 10
_ACTIVE = "ACTIVE"


def described_services(ecs: Any, services: Sequence[Service]) -> dict[str, dict[str, Any]]:
    """The answers of DescribeServices by short name; a service that is not deployed is not among them."""
    names = {one.name: one.service for one in services}
    found: dict[str, dict[str, Any]] = {}
    for batch in batches([*names], _SERVICES):
        try:
            answer = ecs.describe_services(cluster=services[0].cluster, services=batch)
        except ecs.exceptions.ClusterNotFoundException:
            return {}
        # One that was deleted is still told of, as INACTIVE.
        active = [one for one in answer["services"] if one["status"] == _ACTIVE]
        found |= {names[one["serviceName"]]: one for one in active}
    return found


def deployed_services(ecs: Any, stack: str, services: Sequence[Service]) -> dict[str, dict[str, Any]]:
    """The same, all of them. Raises ProblemsError if one is not deployed."""
    found = described_services(ecs, services)
    if missing := [one.service for one in services if one.service not in found]:
        why = refusal(
            got=f"no service {', '.join(missing)} in cluster {services[0].cluster} in {ecs.meta.region_name}",
            allowed="a stack that was applied",
            fix=f"apply it first (infra plan {stack}), or check the account and the region",
        )
        raise ProblemsError.one(stack, why)
    return found


def running_images(ecs: Any, services: Sequence[Service]) -> dict[tuple[str, str], str]:
    """The image of each container by service and name, of the revision that runs; none before the first."""
    found: dict[tuple[str, str], str] = {}
    for service, one in described_services(ecs, services).items():
        definition = ecs.describe_task_definition(taskDefinition=one["taskDefinition"])["taskDefinition"]
        for container in definition["containerDefinitions"]:
            found[service, container["name"]] = container["image"]
    return found


def deployed_images(ssm: Any, parameters: Iterable[str]) -> dict[str, str]:
    """The value of each parameter of an image; none before the first apply."""
    return {
        one["Name"]: one["Value"]
        for batch in batches(sorted(set(parameters)), _PARAMETERS)
        for one in ssm.get_parameters(Names=batch)["Parameters"]
    }
