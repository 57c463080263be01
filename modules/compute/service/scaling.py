"""Target tracking of a service with Application Auto Scaling."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.appautoscaling_policy import (
    AppautoscalingPolicy,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification,
)
from cdktf_cdktf_provider_aws.appautoscaling_target import (
    AppautoscalingTarget,
    AppautoscalingTargetSuspendedState,
)
from constructs import Construct

from ...context import Context
from .settings import ScalingSettings


class Scaling(Construct):
    """Target tracking of CPU and of memory; the policy that needs more tasks decides.

    Creates: a scalable target and a target-tracking policy for each of CPU and memory.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        cluster_name: str,
        service_name: str,
        settings: ScalingSettings,
        tags: dict[str, str],
    ) -> None:
        super().__init__(scope, id)
        self._settings = settings
        self._target = AppautoscalingTarget(
            self,
            "Default",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=f"service/{cluster_name}/{service_name}",
            # "It changes the resource's current capacity to a value that is inside of this range"
            # (Application Auto Scaling API: RegisterScalableTarget), so that no task is left while paused.
            min_capacity=context.pause.number(0, settings.minimum),
            max_capacity=context.pause.number(0, settings.maximum),
            # A scheduled action would set the range that it has.
            suspended_state=AppautoscalingTargetSuspendedState(
                scheduled_scaling_suspended=context.pause.is_paused
            ),
            tags=tags,
        )
        self._track("cpu", "ECSServiceAverageCPUUtilization", settings.cpu_percent)
        self._track("memory", "ECSServiceAverageMemoryUtilization", settings.memory_percent)

    @property
    def target(self) -> AppautoscalingTarget:
        """The scalable target, which sets the number of tasks."""
        return self._target

    def _track(self, name: str, metric: str, percent: int) -> None:
        AppautoscalingPolicy(
            self,
            name,
            name=name,
            policy_type="TargetTrackingScaling",
            service_namespace=self._target.service_namespace,
            scalable_dimension=self._target.scalable_dimension,
            resource_id=self._target.resource_id,
            target_tracking_scaling_policy_configuration=(
                AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration(
                    predefined_metric_specification=(
                        AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification(
                            predefined_metric_type=metric
                        )
                    ),
                    target_value=percent,
                    scale_out_cooldown=self._settings.scale_out_seconds,
                    scale_in_cooldown=self._settings.scale_in_seconds,
                )
            ),
        )
