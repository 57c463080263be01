"""Dashboard widgets and alarms on the age of secrets. Pure.

AWS has no metric for it. An alarm evaluates a week at most (PutMetricAlarm), so counting rotation events
can't show that there was none in 30 days; those events also need a CloudTrail trail. So a function publishes
a custom metric (`modules/functions/secret_ages.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from ..functions.alarms import failing, function_metrics, not_running
from ..functions.secret_ages import DIMENSION, METRIC
from ..monitoring.monitored import AlarmRule, Monitored, Widget
from ..monitoring.resource_metrics import ResourceMetrics

_DAY = 86_400


def secrets(*, key: str, namespace: str, function_name: str, days: Mapping[str, int]) -> Monitored:
    """Secrets by name, each with its maximum age in days."""
    ages = {
        name: ResourceMetrics(namespace, {DIMENSION: name}, period=_DAY).metric(METRIC, "Maximum", name)
        for name in days
    }
    function = function_metrics(function_name, period=_DAY)
    rules = [
        AlarmRule(
            key=f"{name}-age",
            severity="warning",
            series=ages[name],
            comparison=">",
            threshold=most,
            periods=1,
            missing_data="ignore",  # no data on the first day of an environment; later `unread` goes to ALARM
            description=f"The secret {name} has kept its value for over {{threshold}} days: its rotation "
            "fails, or nobody rotated it. The secret's page in Secrets Manager shows the last attempt.",
        )
        for name, most in days.items()
    ]
    unread = failing(
        function,
        description="The function that tells how old secrets are has failed. Its log names the secret: it "
        "was deleted, or the function's role may no longer list its versions.",
    )
    unrun = not_running(
        function,
        periods=2,
        description="The function that tells how old secrets are has not run for two days: nobody would hear "
        "of a secret that is not rotated. Its schedule is off or may no longer invoke it.",
    )
    graph = Widget(
        title="Days since rotation",
        series=tuple(ages.values()),
        unit="days",
        alarms=tuple(rule.key for rule in rules),
    )
    return Monitored(
        key=key, title="Secrets", group="overview", widgets=(graph,), alarms=(*rules, unread, unrun)
    )
