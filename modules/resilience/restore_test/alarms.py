"""Dashboard widgets and alarms of restore tests. Pure.

An alarm evaluates seven days at most (CloudWatch API: PutMetricAlarm, Period multiplied by
EvaluationPeriods), so none can see that there was no success in 30 days. A function publishes the age of the
last one every day (`modules/functions/restore_ages.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...functions.alarms import failing, function_metrics, not_running
from ...functions.restore_ages import DIMENSION, METRIC
from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics

_DAY = 86_400


def restores(
    *, namespace: str, function_name: str, stack: str, databases: Sequence[str], days: int
) -> Monitored:
    """Databases by name, whose restores are tried every `days`."""
    ages: Mapping[str, ResourceMetrics] = {
        name: ResourceMetrics(namespace, {DIMENSION: name}, period=_DAY) for name in databases
    }
    series = {name: one.metric(METRIC, "Maximum", name) for name, one in ages.items()}
    rules = [
        AlarmRule(
            key=f"{name}-restore",
            severity="warning",
            series=series[name],
            comparison=">",
            threshold=days,
            periods=1,
            missing_data="ignore",  # no data on the first day of an environment; later `unread` goes to ALARM
            description=f"No restore of {name} has succeeded for over {{threshold}} days: nobody knows "
            f"whether its backups are of use. Run: infra restore-test {stack}",
        )
        for name in databases
    ]
    function = function_metrics(function_name, period=_DAY)
    unread = failing(
        function,
        description="The function that tells when a restore last succeeded has failed. Its log names the "
        "record that it could not read.",
    )
    unrun = not_running(
        function,
        periods=2,
        description="The function that tells when a restore last succeeded has not run for two days: nobody "
        "would hear that none does. Its schedule is off or may no longer invoke it.",
    )
    graph = Widget(
        title="Days since a restore succeeded",
        series=tuple(series.values()),
        unit="days",
        alarms=tuple(rule.key for rule in rules),
    )
    return Monitored(
        key="restores",
        title="Restore tests",
        group="database",
        widgets=(graph,),
        alarms=(*rules, unread, unrun),
    )
