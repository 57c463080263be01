"""Costs applied to the emulator: budget, anomalies, allocation tags, report; nothing to change after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.cost.settings import (
    AllocationTagSettings,
    BudgetSettings,
    CostAnomalySettings,
    UnusedResourceSettings,
)
from modules.monitoring.settings import TopicSettings
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
ACCOUNT = "123456789012"
EMAIL = "team@example.com"
BUDGET = BudgetSettings(monthly_usd=70, tag="Service", emails=(EMAIL,))
ANOMALIES = CostAnomalySettings(by_tag={"Service": ("platform",)}, emails=(EMAIL,))


class Applied:
    """A stack of costs, applied as often as its settings change."""

    def __init__(self, directory: Path, terraform: Terraform, synthesize: Callable[..., Any]) -> None:
        self._output, self._synthesize = directory, synthesize
        self.terraform = terraform

    def apply(self, budget: BudgetSettings, anomalies: CostAnomalySettings) -> None:
        """Apply, and find nothing to change afterwards."""

        def build(stack: Any, context: Any) -> None:
            from modules.cost import AllocationTags, Budget, CostAnomalies, CostTopic, UnusedResources

            topic = CostTopic(stack, "topic", context=context, settings=TopicSettings(emails=(EMAIL,)))
            shared = {"context": context, "topic": topic}
            Budget(stack, "budget", settings=budget, **shared)
            CostAnomalies(stack, "anomalies", settings=anomalies, **shared)
            AllocationTags(stack, "tags", settings=AllocationTagSettings(keys=("Service", "aws:createdBy")))
            UnusedResources(stack, "unused", settings=UnusedResourceSettings(), **shared)

        self._synthesize(build, self._output)
        self.terraform.init()
        self.terraform.apply()
        assert self.terraform.plan(file="again").empty


def test_costs_through_their_life(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Any]
) -> None:
    applied = Applied(tmp_path, terraform, synthesize_module)
    applied.apply(BUDGET, ANOMALIES)
    budgets, explorer = (emulator.client(name, "us-east-1") for name in ("budgets", "ce"))
    topics = emulator.client("sns", REGION).list_topics()["Topics"]
    (topic,) = [one["TopicArn"] for one in topics]

    # Each share is told to the address and to the topic.
    which = {"AccountId": ACCOUNT, "BudgetName": "shop-test-costs"}
    notifications = budgets.describe_notifications_for_budget(**which)["Notifications"]
    assert sorted((one["NotificationType"], one["Threshold"]) for one in notifications) == [
        ("ACTUAL", 80),
        ("ACTUAL", 100),
        ("FORECASTED", 100),
    ]
    for one in notifications:
        told = budgets.describe_subscribers_for_notification(**which, Notification=one)["Subscribers"]
        assert {subscriber["Address"] for subscriber in told} == {EMAIL, topic}

    # What publishes to the topic may use its key.
    subscriptions = explorer.get_anomaly_subscriptions()["AnomalySubscriptions"]
    assert {one["Frequency"]: one["Subscribers"][0]["Address"] for one in subscriptions} == {
        "IMMEDIATE": topic,
        "DAILY": EMAIL,
    }
    monitors = explorer.get_anomaly_monitors()["AnomalyMonitors"]
    assert {one["MonitorType"] for one in monitors} == {"DIMENSIONAL", "CUSTOM"}
    active = explorer.list_cost_allocation_tags(Status="Active")["CostAllocationTags"]
    assert {one["TagKey"] for one in active} == {"Service", "aws:createdBy"}

    # Another limit, other shares and another threshold change what is there, and leave nothing behind.
    applied.apply(
        replace(BUDGET, monthly_usd=99.5, actual_percent=(90,)), replace(ANOMALIES, least_usd=5, by_tag={})
    )
    assert budgets.describe_budget(**which)["Budget"]["BudgetLimit"]["Amount"] == "99.5"
    notifications = budgets.describe_notifications_for_budget(**which)["Notifications"]
    assert sorted(one["Threshold"] for one in notifications) == [90, 100]
    assert len(explorer.get_anomaly_monitors()["AnomalyMonitors"]) == 1

    applied.terraform.destroy(refresh=False)
    assert budgets.describe_budgets(AccountId=ACCOUNT)["Budgets"] == []
    assert explorer.get_anomaly_subscriptions()["AnomalySubscriptions"] == []
