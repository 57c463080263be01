"""The services of a stack as ECS has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from modules.errors import Problem, ProblemsError, refusal
from operations.synthesized import Service

_BATCH = 10  # DescribeServices (Amazon ECS API Reference): "up to 10 services"
_ACTIVE = "ACTIVE"


def described_services(ecs: Any, services: Sequence[Service]) -> dict[str, dict[str, Any]]:
    """The answers of DescribeServices by short name; a service that is not deployed is not among them."""
    names = {one.name: one.service for one in services}
    wanted = list(names)
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(wanted), _BATCH):
        try:
            answer = ecs.describe_services(
                cluster=services[0].cluster, services=wanted[start : start + _BATCH]
            )
        except ecs.exceptions.ClusterNotFoundException:
            return {}
        # One that was deleted is still told of, as INACTIVE.
        active = [one for one in answer["services"] if one["status"] == _ACTIVE]
        found |= {names[one["serviceName"]]: one for one in active}
    return found


def deployed_services(ecs: Any, stack: str, services: Sequence[Service]) -> dict[str, dict[str, Any]]:
    """The same, all of them. Raises ProblemsError for each that is not deployed."""
    found = described_services(ecs, services)
    problems = [
        Problem(
            where=f"{stack} {one.service}",
            what=refusal(
                got=f"no service {one.name} in cluster {one.cluster} in {ecs.meta.region_name}",
                allowed="a deployed service",
                fix="apply the stack first, or check the account and the region",
            ),
        )
        for one in services
        if one.service not in found
    ]
    if problems:
        raise ProblemsError(problems)
    return found
