"""What a stack's JSON needs of its account's quotas. Pure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modules.terraform_json import blocks
from operations.doctor.account.target import Target

Json = Mapping[str, Any]
_REFERENCE = re.compile(r"\$\{(\w+)\.([\w-]+)\.\w+\}")
_UNITS = 1024  # CPU units of one vCPU
_FARGATE = ("FARGATE", "FARGATE_SPOT")
_DIRECTIONS = {
    "inbound": "aws_vpc_security_group_ingress_rule",
    "outbound": "aws_vpc_security_group_egress_rule",
}


@dataclass(frozen=True, kw_only=True)
class Vcpus:
    """vCPUs of one capacity provider: with all tasks running, and while all services deploy at once."""

    at_rest: float = 0
    deploying: float = 0


def fargate_vcpus(target: Target) -> dict[str, Vcpus]:
    """The vCPUs that the services need, by capacity provider."""
    needed = {name: Vcpus() for name in _FARGATE}
    for service in target.resources("aws_ecs_service").values():
        vcpus = _units(service, target) / _UNITS
        most = service.get("deployment_maximum_percent", 200) / 100
        for provider, tasks in _tasks(service).items():
            before = needed[provider]
            needed[provider] = Vcpus(
                at_rest=before.at_rest + tasks * vcpus,
                deploying=before.deploying + math.ceil(tasks * most) * vcpus,
            )
    return needed


def rules_of_groups(target: Target) -> Counter[tuple[str, str]]:
    """The number of rules by direction and security group."""
    return Counter(
        (direction, _name(rule["security_group_id"]))
        for direction, kind in _DIRECTIONS.items()
        for rule in target.resources(kind).values()
    )


def _units(service: Json, target: Target) -> int:
    task = target.resources("aws_ecs_task_definition").get(_name(service["task_definition"]), {})
    return int(task.get("cpu", 0))


def _tasks(service: Json) -> dict[str, int]:
    """The tasks of a service by capacity provider (Amazon ECS API: CapacityProviderStrategyItem)."""
    count = int(service.get("desired_count", 1))
    strategy = [
        one
        for one in blocks(service.get("capacity_provider_strategy"))
        if one["capacity_provider"] in _FARGATE
    ]
    if not strategy:
        return {"FARGATE": count} if service.get("launch_type", "FARGATE") == "FARGATE" else {}
    tasks = {one["capacity_provider"]: min(count, int(one.get("base", 0))) for one in strategy}
    left, weights = count - sum(tasks.values()), sum(one.get("weight", 0) for one in strategy)
    for one in strategy:
        # Rounded up for each: which provider the odd task goes to is ECS's affair.
        share = left * one.get("weight", 0) / weights if weights else 0
        tasks[one["capacity_provider"]] += math.ceil(share)
    return tasks


def _name(reference: str) -> str:
    found = _REFERENCE.fullmatch(reference)
    return found[2] if found else reference
