"""Scaling of a service with Application Auto Scaling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.appautoscaling_policy import AppautoscalingPolicy
from cdktf_cdktf_provider_aws.appautoscaling_scheduled_action import (
    AppautoscalingScheduledAction,
    AppautoscalingScheduledActionScalableTargetAction,
)
from cdktf_cdktf_provider_aws.appautoscaling_target import (
    AppautoscalingTarget,
    AppautoscalingTargetSuspendedState,
)
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from constructs import Construct

from ...context import Context
from ...edge.load_balancer.target import Target
from ...monitoring.alarms import measured
from ...naming import Limit
from . import scaling_policies as policies
from .scaling_metrics import Backlog, CustomTarget, ScalingMetric, StepScaling
from .scaling_settings import ScalingSettings, ScheduledScaling


class Scaling(Construct):
    """Scaling of a service; the policy that needs most tasks decides.

    Creates: a scalable target; a target-tracking policy for CPU, memory, the requests of `target` and each
    metric, as set; a step-scaling policy with its alarm; a predictive one; the scheduled actions.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        cluster_name: str,
        service: str,
        service_name: str,
        target: Target | None,
        settings: ScalingSettings,
        metrics: Mapping[str, ScalingMetric],
        tags: dict[str, str],
    ) -> None:
        super().__init__(scope, id)
        self._context, self._settings, self._tags = context, settings, tags
        self._cluster_name, self._service, self._service_name = cluster_name, service, service_name
        self._last: ITerraformDependable | None = None
        self._alarms = Construct(self, "alarms")
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
        self._track_settings(target)
        for name, metric in metrics.items():
            self._follow(name, metric)
        if settings.predictive:
            forecast = policies.predictive(settings.predictive, target)
            self._add("predictive", "PredictiveScaling", predictive_scaling_policy_configuration=forecast)
        self._schedule(settings.schedule)

    @property
    def target(self) -> AppautoscalingTarget:
        """The scalable target, which sets the number of tasks."""
        return self._target

    def _track_settings(self, target: Target | None) -> None:
        settings = self._settings
        if settings.cpu_percent:
            self._track("cpu", settings.cpu_percent, predefined="ECSServiceAverageCPUUtilization")
        if settings.memory_percent:
            self._track("memory", settings.memory_percent, predefined="ECSServiceAverageMemoryUtilization")
        if settings.requests_per_minute and target:
            self._track(
                "requests",
                settings.requests_per_minute,
                predefined="ALBRequestCountPerTarget",
                label=policies.resource_label(target),
            )

    def _follow(self, name: str, metric: ScalingMetric) -> None:
        match metric:
            case StepScaling():
                self._step(name, metric)
            case Backlog():
                self._follow(name, metric.target(self._cluster_name, self._service_name))
            case CustomTarget():
                self._track(name, metric.value, series=metric.series)

    def _track(self, name: str, value: float, **metric: Any) -> None:
        tracked = policies.target_tracking(value, self._settings, **metric)
        self._add(name, "TargetTrackingScaling", target_tracking_scaling_policy_configuration=tracked)

    def _step(self, name: str, steps: StepScaling) -> None:
        policy = self._add(
            name, "StepScaling", step_scaling_policy_configuration=policies.step_scaling(steps)
        )
        CloudwatchMetricAlarm(
            self._alarms,
            name,
            alarm_name=self._context.naming.of(Limit.ALARM, self._service, "scaling", name, "alarm"),
            alarm_description=f"Tells the policy {name} to {'add' if steps.adds else 'remove'} tasks",
            # A step begins at its value: its lower bound belongs to it, above the threshold, and its upper
            # bound below (Application Auto Scaling user guide, "Step adjustments").
            comparison_operator=f"{'Greater' if steps.adds else 'Less'}ThanOrEqualToThreshold",
            threshold=steps.threshold,
            evaluation_periods=steps.periods,
            # Without data the number of tasks stays.
            treat_missing_data="missing",
            alarm_actions=[policy.arn],
            tags=self._tags,
            **measured(steps.series),
        )

    def _schedule(self, schedule: Mapping[str, ScheduledScaling]) -> None:
        scope = Construct(self, "schedule")
        for name, action in schedule.items():
            self._last = AppautoscalingScheduledAction(
                scope,
                name,
                name=name,
                schedule=f"cron({action.cron})",
                timezone=action.time_zone,
                scalable_target_action=AppautoscalingScheduledActionScalableTargetAction(
                    # The provider's arguments are text here.
                    min_capacity=str(action.minimum),
                    max_capacity=str(action.maximum),
                ),
                depends_on=[self._last] if self._last else None,
                **self._of_target(),
            )

    def _add(self, name: str, kind: str, **configuration: Any) -> AppautoscalingPolicy:
        # Application Auto Scaling refuses two changes of one target at once (provider issue 17915). CPU and
        # memory have stood beside each other from the beginning.
        after = [self._last] if self._last and name != "memory" else None
        policy = AppautoscalingPolicy(
            self, name, name=name, policy_type=kind, depends_on=after, **self._of_target(), **configuration
        )
        self._last = policy
        return policy

    def _of_target(self) -> dict[str, str]:
        return {
            "service_namespace": self._target.service_namespace,
            "scalable_dimension": self._target.scalable_dimension,
            "resource_id": self._target.resource_id,
        }
