"""Budgets and anomaly alarms as the JSON has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.cost.settings import BudgetSettings, CostAnomalySettings
from modules.errors import ProblemsError

Json = dict[str, Any]


@pytest.fixture
def budget(synthesize_module: Callable[..., Json]) -> Callable[..., Json]:
    """`budget(…settings)` gives the budget of a stack."""

    def make(**given: Any) -> Json:
        from modules.cost.budget import Budget

        def build(stack: Any, context: Any) -> None:
            Budget(stack, "budget", context=context, settings=BudgetSettings(monthly_usd=70.5, **given))

        (found,) = synthesize_module(build)["resource"]["aws_budgets_budget"].values()
        return dict(found)

    return make


def test_a_budget_is_the_environment_s_by_its_tag(budget: Callable[..., Json]) -> None:
    found = budget(tag="Service", emails=("team@example.com",))
    assert found["cost_filter"] == [{"name": "TagKeyValue", "values": ["user:Service$platform"]}]
    assert (found["limit_amount"], found["time_unit"]) == ("70.5", "MONTHLY")


def test_shares_spent_and_forecast_are_told_to_each_address(budget: Callable[..., Json]) -> None:
    found = budget(tag=None, actual_percent=(50,), forecast_percent=(120,), emails=("team@example.com",))
    assert "cost_filter" not in found
    told = [(one["notification_type"], one["threshold"]) for one in found["notification"]]
    assert told == [("ACTUAL", 50), ("FORECASTED", 120)]
    assert {tuple(one["subscriber_email_addresses"]) for one in found["notification"]} == {
        ("team@example.com",)
    }


def test_a_budget_of_which_nobody_hears_is_refused(budget: Callable[..., Json]) -> None:
    with pytest.raises(ProblemsError, match="got no address, no topic"):
        budget(tag=None)


def test_a_tag_that_the_environment_has_not_is_refused(budget: Callable[..., Json]) -> None:
    with pytest.raises(ProblemsError, match="got 'Environment'; allowed: Service, or None"):
        budget(emails=("team@example.com",))


@pytest.fixture
def anomalies(synthesize_module: Callable[..., Json]) -> Callable[..., Json]:
    """`anomalies(…settings)` gives the resources of a stack."""

    def make(**given: Any) -> Json:
        from modules.cost.anomalies import CostAnomalies

        def build(stack: Any, context: Any) -> None:
            CostAnomalies(stack, "anomalies", context=context, settings=CostAnomalySettings(**given))

        return dict(synthesize_module(build)["resource"])

    return make


def test_the_monitor_that_aws_made_is_used(anomalies: Callable[..., Json]) -> None:
    arn = "arn:aws:ce::123456789012:anomalymonitor/0f1e2d3c"
    made = anomalies(existing_monitor=arn, emails=("team@example.com",))
    assert "aws_ce_anomaly_monitor" not in made
    (subscription,) = made["aws_ce_anomaly_subscription"].values()
    assert subscription["monitor_arn_list"] == [arn]


def test_each_value_of_a_tag_has_a_monitor(anomalies: Callable[..., Json]) -> None:
    made = anomalies(by_tag={"Environment": ("dev", "prod")}, emails=("team@example.com",))
    custom = [one for one in made["aws_ce_anomaly_monitor"].values() if one["monitor_type"] == "CUSTOM"]
    watched = [json.loads(one["monitor_specification"])["Tags"] for one in custom]
    assert [(one["Key"], one["Values"]) for one in watched] == [
        ("Environment", ["dev"]),
        ("Environment", ["prod"]),
    ]
    (subscription,) = made["aws_ce_anomaly_subscription"].values()
    assert len(subscription["monitor_arn_list"]) == len(made["aws_ce_anomaly_monitor"])


def test_anomalies_of_which_nobody_hears_are_refused(anomalies: Callable[..., Json]) -> None:
    with pytest.raises(ProblemsError, match="got no address, no topic"):
        anomalies()
