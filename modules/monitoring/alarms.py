"""CloudWatch alarms from an alarm plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.cloudwatch_composite_alarm import (
    CloudwatchCompositeAlarm,
    CloudwatchCompositeAlarmActionsSuppressor,
)
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from ..context import Context
from ..naming import Limit
from .alarm_plan import AlarmPlan, PlannedCompositeAlarm, PlannedMetricAlarm
from .metrics import Expression, Metric, Series
from .monitored import Severity
from .settings import MonitoringSettings

_OPERATORS = {
    ">": "GreaterThanThreshold",
    ">=": "GreaterThanOrEqualToThreshold",
    "<": "LessThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
}

# The ARN of the topic of a severity, in the alarm's region.
TopicArn = Callable[[Severity, bool], str]


class Alarms(Construct):
    """The metric alarms and composite alarms of a plan.

    Creates: a metric alarm for each rule; the composite alarms. Each is in the region of its metric, the
    stack's or us-east-1, and notifies the topic there, also of the state OK if set. While the stack is paused
    they are silent, but those that watch over the pause.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        plan: AlarmPlan,
        topic_arn: TopicArn,
        settings: MonitoringSettings,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._topic_arn, self._settings = context, topic_arn, settings
        self._scopes: dict[str, Construct] = {}
        self._made: dict[str, CloudwatchMetricAlarm | CloudwatchCompositeAlarm] = {}
        for alarm in plan.alarms:
            self._made[alarm.key] = self._create(alarm)
        for composite in plan.composites:
            self._made[composite.key] = self._compose(composite)

    @property
    def arns(self) -> dict[str, str]:
        """The ARN of every alarm, by its key."""
        return {key: str(alarm.arn) for key, alarm in self._made.items()}

    def _create(self, alarm: PlannedMetricAlarm) -> CloudwatchMetricAlarm:
        rule = alarm.rule
        return CloudwatchMetricAlarm(
            self._scope(alarm.owner),
            rule.key,
            alarm_description=rule.text,
            comparison_operator=_OPERATORS[rule.comparison],
            threshold=rule.threshold,
            evaluation_periods=rule.periods,
            datapoints_to_alarm=rule.datapoints or rule.periods,
            treat_missing_data=rule.missing_data,
            **measured(rule.series),
            actions_enabled=None if rule.while_paused else self._context.pause.is_running,
            **self._common(alarm.owner, rule.key, alarm.topic, in_global_region=rule.series.in_global_region),
        )

    def _compose(self, composite: PlannedCompositeAlarm) -> CloudwatchCompositeAlarm:
        conditions = [f'ALARM("{self._made[key].alarm_name}")' for key in composite.children]
        common = self._common(
            composite.owner, composite.name, composite.topic, in_global_region=composite.in_global_region
        )
        return CloudwatchCompositeAlarm(
            self._scope(composite.owner),
            composite.name,
            alarm_description=composite.description,
            alarm_rule=" OR ".join(conditions),
            actions_suppressor=self._suppressor(composite.suppressor),
            **{**common, **self._silenced(common)},
        )

    def _silenced(self, common: dict[str, Any]) -> dict[str, list[str]]:
        # Another `actions_enabled` would replace a composite alarm.
        actions = {name: common[name] for name in ("alarm_actions", "ok_actions") if common[name]}
        return {name: self._context.pause.none_of(arns) for name, arns in actions.items()}

    def _suppressor(self, key: str | None) -> CloudwatchCompositeAlarmActionsSuppressor | None:
        if key is None:
            return None
        return CloudwatchCompositeAlarmActionsSuppressor(
            alarm=self._made[key].arn,
            wait_period=self._settings.suppressor_wait_seconds,
            extension_period=self._settings.suppressor_extension_seconds,
        )

    def _common(
        self, owner: str, name: str, topic: Severity | None, *, in_global_region: bool
    ) -> dict[str, Any]:
        actions = [self._topic_arn(topic, in_global_region)] if topic else None
        provider: TerraformProvider | None = self._context.global_provider if in_global_region else None
        return {
            "alarm_name": self._context.naming.of(Limit.ALARM, owner, name, "alarm"),
            "alarm_actions": actions,
            "ok_actions": actions if self._settings.notify_recovery else None,
            "tags": self._context.tags.override(Service=owner),
            "provider": provider,
        }

    def _scope(self, owner: str) -> Construct:
        if owner not in self._scopes:
            self._scopes[owner] = Construct(self, owner)
        return self._scopes[owner]


def measured(series: Series) -> dict[str, Any]:
    """The arguments of a metric alarm that name its metric, or its metric math expression."""
    if isinstance(series, Expression):
        return {"metric_query": _queries(series)}
    percentile = series.is_percentile
    return {
        "namespace": series.namespace,
        "metric_name": series.name,
        "dimensions": dict(series.dimensions) or None,
        "period": series.period,
        "statistic": None if percentile else series.statistic,
        "extended_statistic": series.statistic if percentile else None,
        # Percentiles of few requests count too.
        "evaluate_low_sample_count_percentiles": "evaluate" if percentile else None,
    }


def _queries(series: Expression) -> Sequence[CloudwatchMetricAlarmMetricQuery]:
    computed = CloudwatchMetricAlarmMetricQuery(
        id="computed", expression=series.expression, label=series.label, return_data=True
    )
    return [computed, *(_query(name, metric) for name, metric in series.metrics.items())]


def _query(name: str, metric: Metric) -> CloudwatchMetricAlarmMetricQuery:
    measured = CloudwatchMetricAlarmMetricQueryMetric(
        namespace=metric.namespace,
        metric_name=metric.name,
        dimensions=dict(metric.dimensions),
        period=metric.period,
        stat=metric.statistic,
    )
    return CloudwatchMetricAlarmMetricQuery(id=name, metric=measured, return_data=False)
