"""Alarms on a function that a schedule runs. Pure."""

from __future__ import annotations

from ..monitoring.monitored import AlarmRule
from ..monitoring.resource_metrics import ResourceMetrics


def function_metrics(function_name: str, *, period: int = 60) -> ResourceMetrics:
    """Lambda's metrics of a function; `period` (seconds) is that of its alarms."""
    return ResourceMetrics("AWS/Lambda", {"FunctionName": function_name}, period=period)


def failing(
    function: ResourceMetrics,
    *,
    description: str,
    periods: int = 1,
    datapoints: int | None = None,
    key: str = "unread",
) -> AlarmRule:
    """A warning while runs fail; before the first run there is no data."""
    return AlarmRule(
        key=key,
        severity="warning",
        series=function.metric("Errors", "Sum", "failed"),
        comparison=">",
        threshold=0,
        periods=periods,
        datapoints=datapoints,
        missing_data="notBreaching",
        description=description,
    )


def not_running(function: ResourceMetrics, *, description: str, periods: int) -> AlarmRule:
    """A warning after `periods` without a run, of a function that runs when it is created."""
    return AlarmRule(
        key="unrun",
        severity="warning",
        series=function.metric("Invocations", "Sum", "runs"),
        comparison="<",
        threshold=1,
        periods=periods,
        missing_data="breaching",
        description=description,
    )
