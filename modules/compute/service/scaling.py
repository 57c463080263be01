"""Target tracking of a service with Application Auto Scaling."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.appautoscaling_policy import (
    AppautoscalingPolicy,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification,
)
from cdktf_cdktf_provider_aws.appautoscaling_target import AppautoscalingTarget
from constructs import Construct

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
            min_capacity=settings.minimum,
            max_capacity=settings.maximum,
            tags=tags,
        )
        self._track("cpu", "ECSServiceAverageCPUUtilization", settings.cpu_percent)
        self._track("memory", "ECSServiceAverageMemoryUtilization", settings.memory_percent)

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
