"""Scalable targets of Application Auto Scaling."""

from __future__ import annotations

from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend

from aws_emulator.moto_patches import Patch

_TASKS = "ecs:service:DesiredCount"


class RegisterScalableTarget(Patch, of=ApplicationAutoscalingBackend):
    """RegisterScalableTarget (Application Auto Scaling API Reference): if the resource is active, "it changes
    the resource's current capacity to a value that is inside of this range"; moto leaves it as it is.
    """

    def register_scalable_target(self: Any, *args: Any, **given: Any) -> Any:
        """Bring the number of tasks of an ECS service into the range."""
        target = RegisterScalableTarget.moto.register_scalable_target(self, *args, **given)
        if target.scalable_dimension == _TASKS:
            _, cluster, name = target.resource_id.split("/")
            ((service, *_), _) = self.ecs_backend.describe_services(cluster, [name])
            if service.status == "ACTIVE":
                service.desired_count = min(
                    max(service.desired_count, target.min_capacity), target.max_capacity
                )
        return target
