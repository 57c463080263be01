"""Alarms on costs that are unusual (Cost Anomaly Detection)."""

from __future__ import annotations

import json

from cdktf_cdktf_provider_aws.ce_anomaly_monitor import CeAnomalyMonitor
from cdktf_cdktf_provider_aws.ce_anomaly_subscription import (
    CeAnomalySubscription,
    CeAnomalySubscriptionSubscriber,
    CeAnomalySubscriptionThresholdExpression,
    CeAnomalySubscriptionThresholdExpressionDimension,
)
from constructs import Construct

from ..context import Context
from ..errors import ProblemsError, refusal
from ..naming import Limit
from .settings import CostAnomalySettings, kebab
from .topic import CostTopic

# What the API gives back beside the tags; without them the plan would show a difference.
_NOTHING = dict.fromkeys(("And", "CostCategories", "Dimensions", "Not", "Or"))


class CostAnomalies(Construct):
    """Unusual costs of an account by service, and by tag where the settings say so.

    Creates: the monitor of services, unless there is one; a monitor for each value of a tag; the
    subscriptions: with `topic` at once, by e-mail once a day. For the stack of an account: it has one monitor
    of services at most.

    Raises ProblemsError when nobody would be told.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: CostAnomalySettings,
        topic: CostTopic | None = None,
    ) -> None:
        super().__init__(scope, id)
        self._context, self.settings = context, settings
        if not settings.emails and topic is None:
            why = refusal(got="no address, no topic", allowed="one of them", fix="set emails= or pass topic=")
            raise ProblemsError.one(f"{self.node.path} emails", why)
        self._monitors = [settings.existing_monitor or self._of_services(), *self._by_tag()]
        if topic:
            at_once = self._subscription("at-once", "IMMEDIATE", "SNS", (topic.arn,))
            at_once.node.add_dependency(topic.policy)
        if settings.emails:
            self._subscription("daily", "DAILY", "EMAIL", settings.emails)

    def _of_services(self) -> str:
        monitor = CeAnomalyMonitor(
            self,
            "services",
            name=self._context.naming.of(Limit.ANOMALY, "services"),
            monitor_type="DIMENSIONAL",
            monitor_dimension="SERVICE",
        )
        return str(monitor.arn)

    def _by_tag(self) -> list[str]:
        monitors = []
        for key, values in self.settings.by_tag.items():
            for value in values:
                tags = {"Key": key, "MatchOptions": None, "Values": [value]}
                monitor = CeAnomalyMonitor(
                    self,
                    f"{kebab(key)}-{kebab(value)}",
                    name=f"{self._context.naming.base} {key} {value}",
                    monitor_type="CUSTOM",
                    monitor_specification=json.dumps({**_NOTHING, "Tags": tags}),
                )
                monitors.append(str(monitor.arn))
        return monitors

    def _subscription(
        self, name: str, frequency: str, kind: str, addresses: tuple[str, ...]
    ) -> CeAnomalySubscription:
        return CeAnomalySubscription(
            self,
            name,
            name=self._context.naming.of(Limit.ANOMALY, name),
            frequency=frequency,
            monitor_arn_list=self._monitors,
            subscriber=[CeAnomalySubscriptionSubscriber(type=kind, address=one) for one in addresses],
            threshold_expression=CeAnomalySubscriptionThresholdExpression(
                dimension=CeAnomalySubscriptionThresholdExpressionDimension(
                    key="ANOMALY_TOTAL_IMPACT_ABSOLUTE",
                    match_options=["GREATER_THAN_OR_EQUAL"],
                    values=[f"{self.settings.least_usd:.10g}"],
                )
            ),
        )
