"""CloudWatch alarms that roll back a deployment."""

from __future__ import annotations

from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from constructs import Construct

from ...context import Context
from ...edge.load_balancer.target import Target
from ...naming import Limit
from .settings import DeploymentAlarms as DeploymentAlarmSettings


class DeploymentAlarms(Construct):
    """Deployment alarms of a service.

    Creates: an alarm on the memory of its tasks; behind a load balancer, one on the server errors of each of
    its target groups. They have no actions: ECS reads their state during a deployment.
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
        settings: DeploymentAlarmSettings,
        tags: dict[str, str],
    ) -> None:
        super().__init__(scope, id)
        self._context, self._service, self._settings, self._tags = context, service, settings, tags
        tasks = {"ClusterName": cluster_name, "ServiceName": service_name}
        self._alarms = [
            self._create(
                "memory",
                namespace="AWS/ECS",
                metric_name="MemoryUtilization",
                statistic="Average",
                threshold=settings.memory_percent,
                dimensions=tasks,
            )
        ]
        self._alarms += [
            self._create(
                name,
                namespace="AWS/ApplicationELB",
                metric_name="HTTPCode_Target_5XX_Count",
                statistic="Sum",
                threshold=settings.server_errors_per_minute,
                dimensions=requests,
            )
            for name, requests in _requests(target).items()
        ]

    @property
    def names(self) -> list[str]:
        """The names of the alarms, for the ECS service."""
        return [str(alarm.alarm_name) for alarm in self._alarms]

    def _create(self, name: str, **metric: Any) -> CloudwatchMetricAlarm:
        return CloudwatchMetricAlarm(
            self,
            name,
            alarm_name=self._context.naming.of(Limit.ALARM, self._service, "deployment", name, "alarm"),
            alarm_description=f"Rolls a deployment of {self._service} back",
            period=60,
            evaluation_periods=self._settings.minutes,
            comparison_operator="GreaterThanOrEqualToThreshold",
            # Without requests there are no errors.
            treat_missing_data="notBreaching",
            tags=self._tags,
            **metric,
        )


def _requests(target: Target | None) -> dict[str, dict[str, str]]:
    """The metric dimensions of each target group."""
    if target is None:
        return {}
    groups = {"server-errors": target.target_group_arn_suffix}
    if target.alternate_target_group_arn_suffix:
        groups["server-errors-alternate"] = target.alternate_target_group_arn_suffix
    return {
        name: {"LoadBalancer": target.load_balancer_arn_suffix, "TargetGroup": group}
        for name, group in groups.items()
    }
