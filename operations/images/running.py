"""Which images the services of a stack run, and which their parameters name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from operations.synthesized import Service

_BATCH = 10  # DescribeServices, GetParameters (API references): "up to 10"


def running_images(ecs: Any, services: Sequence[Service]) -> dict[tuple[str, str], str]:
    """The image of each container by service and name, of the revision that runs; none before the first."""
    found: dict[tuple[str, str], str] = {}
    for service, revision in _revisions(ecs, services):
        definition = ecs.describe_task_definition(taskDefinition=revision)["taskDefinition"]
        for container in definition["containerDefinitions"]:
            found[service.service, container["name"]] = container["image"]
    return found


def deployed_images(ssm: Any, parameters: Iterable[str]) -> dict[str, str]:
    """The value of each parameter of an image; none before the first apply."""
    names = sorted(set(parameters))
    return {
        one["Name"]: one["Value"]
        for start in range(0, len(names), _BATCH)
        for one in ssm.get_parameters(Names=names[start : start + _BATCH])["Parameters"]
    }


def _revisions(ecs: Any, services: Sequence[Service]) -> Iterable[tuple[Service, str]]:
    by_name = {service.name: service for service in services}
    for start in range(0, len(services), _BATCH):
        batch = services[start : start + _BATCH]
        try:
            found = ecs.describe_services(
                cluster=batch[0].cluster, services=[service.name for service in batch]
            )
        except ecs.exceptions.ClusterNotFoundException:
            return
        for one in found["services"]:
            if one["status"] == "ACTIVE":
                yield by_name[one["serviceName"]], one["taskDefinition"]
