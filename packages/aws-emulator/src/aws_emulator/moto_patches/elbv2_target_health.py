"""The targets that ECS registers for the tasks of its services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ecs.models import ecs_backends
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus

from aws_emulator.moto_patches import Patch
from aws_emulator.moto_patches.ecs_deployments_life import deployments_of
from aws_emulator.moto_patches.ecs_deployments_tasks import tasks_of


class DescribeTargetHealth(Patch, of=ELBv2Backend):
    """DescribeTargetHealth (Elastic Load Balancing API Reference): the health of a target group's targets.

    ECS registers the tasks of a service (Amazon ECS Developer Guide, "Use load balancing to distribute
    Amazon ECS service traffic"); moto's does not. A task that runs is healthy.
    """

    def describe_target_health(self: Any, target_group_arn: str, targets: list[dict[str, Any]]) -> list[Any]:
        """Those that were registered by hand, and the tasks of services."""
        found = DescribeTargetHealth.moto.describe_target_health(self, target_group_arn, targets)
        return found if targets else [*found, *_tasks(self, target_group_arn)]


def _tasks(backend: Any, group: str) -> Iterator[FakeHealthStatus]:
    ecs = ecs_backends[backend.account_id][backend.region_name]
    for service in [*ecs.services.values()]:
        for balancer in service.load_balancers or ():
            if balancer.get("targetGroupArn") != group:
                continue
            deployments_of(service)
            port = str(balancer.get("containerPort", ""))
            for task in tasks_of(service):
                if task.last_status == "RUNNING":
                    yield FakeHealthStatus(_address(task), port, port, "healthy")


def _address(task: Any) -> str:
    details = [one for attachment in task.attachments or () for one in attachment.get("details", ())]
    return next((str(one["value"]) for one in details if one["name"] == "privateIPv4Address"), task.id)
