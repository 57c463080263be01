"""Composite alarms of CloudWatch."""

from __future__ import annotations

from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from aws_emulator.moto_patches import Patch

_SUPPRESSION = {
    "actions_suppressor": "ActionsSuppressor",
    "actions_suppressor_wait_period": "ActionsSuppressorWaitPeriod",
    "actions_suppressor_extension_period": "ActionsSuppressorExtensionPeriod",
}
# What a metric alarm has and a composite has not.
_NONE = (
    *("namespace", "metric_name", "comparison_operator", "evaluation_periods", "period", "threshold"),
    "statistic",
)


class PutCompositeAlarm(Patch, of=CloudWatchResponse):
    """PutCompositeAlarm (Amazon CloudWatch API Reference); moto has the model and not the call."""

    def put_composite_alarm(self: Any) -> ActionResult:
        """Create an alarm of alarms, or replace the whole of its configuration."""
        alarm = self.cloudwatch_backend.put_metric_alarm(
            name=self._get_param("AlarmName"),
            description=self._get_param("AlarmDescription"),
            rule=self._get_param("AlarmRule"),
            actions_enabled=self._get_bool_param("ActionsEnabled"),
            dimensions=[],
            alarm_actions=self._get_param("AlarmActions", []),
            ok_actions=self._get_param("OKActions", []),
            insufficient_data_actions=self._get_param("InsufficientDataActions", []),
            tags=self._get_param("Tags", []),
            **dict.fromkeys(_NONE),
        )
        for attribute, parameter in _SUPPRESSION.items():
            setattr(alarm, attribute, self._get_param(parameter))
        return EmptyResult()


class DescribeAlarms(Patch, of=CloudWatchResponse):
    """DescribeAlarms (Amazon CloudWatch API Reference): without AlarmTypes metric alarms alone; StateValue
    counts beside names too. moto returns both kinds, and in every state.
    """

    def describe_alarms(self: Any) -> ActionResult:
        """The kinds that were asked for, in the state that was asked for."""
        found = DescribeAlarms.moto.describe_alarms(self).result
        wanted = self._get_param("AlarmTypes") or ["MetricAlarm"]
        state = self._get_param("StateValue")
        return ActionResult(
            {
                f"{kind}s": [one for one in found[f"{kind}s"] if state in (None, one.state_value)]
                for kind in wanted
            }
        )
