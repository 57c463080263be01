"""Alarms on ages that a function publishes once a day, as it can be for what has no metric of AWS. Pure.

An alarm evaluates seven days at most (CloudWatch API: PutMetricAlarm, Period multiplied by
EvaluationPeriods), so none can see that something did not happen in 30 days: it looks at the age of the last
time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..monitoring.metrics import Metric
from ..monitoring.monitored import AlarmRule, Widget
from ..monitoring.resource_metrics import ResourceMetrics
from .alarms import failing, function_metrics, not_running

_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class DailyAges:
    """The ages of things by name, each with its maximum in days, and the function that publishes them.

    `dimension` of `metric` has the name.
    """

    namespace: str
    metric: str
    dimension: str
    days: Mapping[str, int]
    function_name: str

    def rule(self, name: str, *, key: str, description: str) -> AlarmRule:
        """A warning while something is older than it may be."""
        return AlarmRule(
            key=key,
            severity="warning",
            series=self._series[name],
            comparison=">",
            threshold=self.days[name],
            periods=1,
            missing_data="ignore",  # no data on the first day of an environment; later `unread` goes to ALARM
            description=description,
        )

    def graph(self, title: str, rules: list[AlarmRule]) -> Widget:
        """All ages, with the limits of their rules."""
        return Widget(
            title=title,
            series=tuple(self._series.values()),
            unit="days",
            alarms=tuple(rule.key for rule in rules),
        )

    def function_rules(self, *, unread: str, unrun: str) -> tuple[AlarmRule, AlarmRule]:
        """Warnings by their descriptions: the function fails; it has not run for two days."""
        function = function_metrics(self.function_name, period=_DAY)
        return failing(function, description=unread), not_running(function, periods=2, description=unrun)

    @cached_property
    def _series(self) -> dict[str, Metric]:
        return {
            name: ResourceMetrics(self.namespace, {self.dimension: name}, period=_DAY).metric(
                self.metric, "Maximum", name
            )
            for name in self.days
        }
