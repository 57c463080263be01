"""Scaling policies of Application Auto Scaling, as the provider takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from cdktf_cdktf_provider_aws.appautoscaling_policy import (
    AppautoscalingPolicyPredictiveScalingPolicyConfiguration,
    AppautoscalingPolicyPredictiveScalingPolicyConfigurationMetricSpecification,
    AppautoscalingPolicyPredictiveScalingPolicyConfigurationMetricSpecificationPredefinedMetricPairSpecification,
    AppautoscalingPolicyStepScalingPolicyConfiguration,
    AppautoscalingPolicyStepScalingPolicyConfigurationStepAdjustment,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecification,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetrics,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricsMetricStat,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricsMetricStatMetric,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricsMetricStatMetricDimensions,
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification,
)

from ...edge.load_balancer.target import Target
from ...monitoring.metrics import Expression, Metric, Series
from .scaling_metrics import StepScaling
from .scaling_settings import PredictiveScaling, ScalingSettings

# PredictiveScalingPredefinedMetricPairSpecification (Application Auto Scaling API Reference).
_PAIRS: dict[Literal["cpu", "memory", "requests"], str] = {
    "cpu": "ECSServiceCPUUtilization",
    "memory": "ECSServiceMemoryUtilization",
    "requests": "ALBRequestCount",
}

# The provider's own names, shortened.
_Configuration: TypeAlias = AppautoscalingPolicyTargetTrackingScalingPolicyConfiguration
_Customized = AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecification
_Query: TypeAlias = (
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetrics
)
_Stat: TypeAlias = (
    AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricsMetricStat
)
_Metric = AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricsMetricStatMetric  # noqa: E501
_Dimension = AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricsMetricStatMetricDimensions  # noqa: E501
_Predefined = AppautoscalingPolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification
_Steps: TypeAlias = AppautoscalingPolicyStepScalingPolicyConfiguration
_Step = AppautoscalingPolicyStepScalingPolicyConfigurationStepAdjustment
_Forecast: TypeAlias = AppautoscalingPolicyPredictiveScalingPolicyConfiguration
_ForecastMetric = AppautoscalingPolicyPredictiveScalingPolicyConfigurationMetricSpecification
_Pair = AppautoscalingPolicyPredictiveScalingPolicyConfigurationMetricSpecificationPredefinedMetricPairSpecification  # noqa: E501


def resource_label(target: Target) -> str:
    """The name of a target group in predefined metrics (API_PredefinedMetricSpecification)."""
    return f"{target.load_balancer_arn_suffix}/{target.target_group_arn_suffix}"


def target_tracking(
    value: float,
    settings: ScalingSettings,
    *,
    predefined: str | None = None,
    label: str | None = None,
    series: Series | None = None,
) -> _Configuration:
    """Target tracking of a predefined metric, or of `series`."""
    return _Configuration(
        predefined_metric_specification=(
            _Predefined(predefined_metric_type=predefined, resource_label=label) if predefined else None
        ),
        customized_metric_specification=_Customized(metrics=[*_queries(series)]) if series else None,
        target_value=value,
        disable_scale_in=None if settings.scale_in else True,
        scale_out_cooldown=settings.scale_out_seconds,
        scale_in_cooldown=settings.scale_in_seconds,
    )


def step_scaling(steps: StepScaling) -> _Steps:
    """Steps from the threshold of their alarm on."""
    return _Steps(
        adjustment_type="ChangeInCapacity",
        cooldown=steps.cooldown_seconds,
        # Of the values of several periods the worst decides.
        metric_aggregation_type="Maximum" if steps.adds else "Minimum",
        step_adjustment=[
            _Step(
                metric_interval_lower_bound=_bound(lower),
                metric_interval_upper_bound=_bound(upper),
                scaling_adjustment=tasks,
            )
            for lower, upper, tasks in steps.adjustments
        ],
    )


def predictive(settings: PredictiveScaling, target: Target | None) -> _Forecast:
    """A forecast by a pair of predefined metrics: the load of all tasks, and that of one."""
    label = resource_label(target) if target and settings.metric == "requests" else None
    return _Forecast(
        mode=settings.mode,
        scheduling_buffer_time=settings.buffer_seconds,
        max_capacity_breach_behavior="HonorMaxCapacity",
        metric_specification=[
            _ForecastMetric(
                target_value=str(settings.target),
                predefined_metric_pair_specification=_Pair(
                    predefined_metric_type=_PAIRS[settings.metric], resource_label=label
                ),
            )
        ],
    )


def _queries(series: Series) -> Iterator[_Query]:
    if isinstance(series, Metric):
        yield _Query(id="tracked", label=series.label, metric_stat=_stat(series), return_data=True)
    else:
        yield from _expression(series)


def _expression(series: Expression) -> Iterator[_Query]:
    yield _Query(id="computed", label=series.label, expression=series.expression, return_data=True)
    for name, metric in series.metrics.items():
        yield _Query(id=name, metric_stat=_stat(metric), return_data=False)


def _stat(metric: Metric) -> _Stat:
    dimensions = [_Dimension(name=name, value=value) for name, value in metric.dimensions.items()]
    measured = _Metric(metric_name=metric.name, namespace=metric.namespace, dimensions=dimensions)
    return _Stat(metric=measured, stat=metric.statistic)


def _bound(offset: float | None) -> str | None:
    # The provider keeps a bound as text, and compares it with what AWS returns.
    return None if offset is None else f"{offset:g}"
