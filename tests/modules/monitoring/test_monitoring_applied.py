"""Monitoring applied to the emulator: topics, alarms, composites, dashboards; nothing to change after."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.compute.service.alarms import service
from modules.databases.aurora.alarms import aurora
from modules.databases.aurora.settings import AuroraCapacity, AuroraSettings
from modules.edge.distribution.alarms import distribution
from modules.monitoring.settings import AlarmOverride, MonitoringSettings, TopicSettings
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
SETTINGS = MonitoringSettings(
    critical=TopicSettings(emails=("oncall@example.com",)),
    warning=TopicSettings(emails=("team@example.com",)),
)


class Applied:
    """A stack with monitoring of things that need not exist, applied as often as its settings change."""

    def __init__(
        self, directory: Path, emulator: Emulator, terraform: Terraform, synthesize: Callable[..., Any]
    ) -> None:
        self._output, self._synthesize = directory, synthesize
        self.emulator = emulator
        self.terraform = terraform

    def apply(self, settings: MonitoringSettings) -> None:
        """Apply, and find nothing to change afterwards."""

        def build(stack: Any, context: Any) -> None:
            from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup

            from modules.monitoring.monitoring import Monitoring
            from modules.secrets.ages import AgedSecret, SecretAges

            log = CloudwatchLogGroup(stack, "log", name="/aws/rds/cluster/shop/postgresql")
            secret = AgedSecret(arn="arn:aws:secretsmanager:eu-west-1:123456789012:secret:x", days=35)
            ages = SecretAges(stack, "secret-ages", context=context, secrets={"database": secret})
            watched = self._watched(str(log.name))
            watched["watch"].append(ages)
            Monitoring(stack, "monitoring", context=context, settings=settings, **watched)

        self._synthesize(build, self._output)
        self.terraform.init()
        self.terraform.apply()
        assert self.terraform.plan(file="again").empty

    @staticmethod
    def _watched(log_group: str) -> dict[str, Any]:
        api = service(
            key="api",
            cluster_name="shop",
            service_name="api",
            minimum=2,
            scales=True,
            load_balancer="app/alb/1",
            target_groups=("targetgroup/api/1", "targetgroup/api-b/2"),
        )
        database = aurora(
            AuroraSettings(name="database", database="shop", capacity=AuroraCapacity(maximum=4)),
            namespace="shop-test",
            cluster_identifier="shop",
            identifiers={"writer": "shop-a", "reader": "shop-b"},
            log_group_name=log_group,
        )
        site = distribution(key="website", title="Website", distribution_id="E1", additional_metrics=True)
        return {"watch": [api, database, site], "causes": {"api": ["database"]}}

    def alarms(self, region: str = REGION) -> dict[str, Any]:
        """Every alarm there is, by its name."""
        cloudwatch = self.emulator.client("cloudwatch", region)
        found = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
        every = [*found["MetricAlarms"], *found["CompositeAlarms"]]
        return {
            alarm["AlarmName"].removeprefix("shop-test-").removesuffix("-alarm"): alarm for alarm in every
        }


def test_monitoring_through_its_life(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Any]
) -> None:
    applied = Applied(tmp_path, emulator, terraform, synthesize_module)
    applied.apply(SETTINGS)

    # What fails because of the database is suppressed while the database is in ALARM.
    alarms = applied.alarms()
    critical = alarms["api-critical"]
    assert critical["ActionsSuppressor"] == alarms["database-outage"]["AlarmArn"]
    assert (critical["ActionsSuppressorWaitPeriod"], critical["ActionsSuppressorExtensionPeriod"]) == (
        120,
        300,
    )
    assert 'ALARM("shop-test-api-latency-alarm")' in critical["AlarmRule"]
    assert critical["AlarmActions"] == [f"arn:aws:sns:{REGION}:123456789012:shop-test-critical"]
    assert alarms["api-latency"]["AlarmActions"] == []
    assert alarms["api-latency"]["Metrics"]
    assert alarms["database-connection-failures"]["Threshold"] == 10

    # CloudFront's alarms and the topics they notify are in us-east-1.
    elsewhere = applied.alarms("us-east-1")
    assert set(elsewhere) == {"website-server-errors", "website-client-errors"}
    assert elsewhere["website-server-errors"]["AlarmActions"] == [
        "arn:aws:sns:us-east-1:123456789012:shop-test-critical"
    ]

    # The log's lines become the very metric that the alarm is on.
    filters = emulator.client("logs", REGION).describe_metric_filters()["metricFilters"]
    counted = [one for found in filters for one in found["metricTransformations"]]
    alarm = alarms["database-connection-failures"]
    assert (alarm["Namespace"], alarm["MetricName"]) in {
        (one["metricNamespace"], one["metricName"]) for one in counted
    }

    # Dashboards are JSON that names no variable any more.
    cloudwatch = emulator.client("cloudwatch", REGION)
    names = {one["DashboardName"] for one in cloudwatch.list_dashboards()["DashboardEntries"]}
    assert names == {f"shop-test-{group}" for group in ("overview", "api", "database", "frontend")}
    body = cloudwatch.get_dashboard(DashboardName="shop-test-overview")["DashboardBody"]
    assert "${" not in body
    shown = json.loads(body)["widgets"][0]["properties"]["alarms"]
    assert {one["AlarmArn"] for one in (*alarms.values(), *elsewhere.values())} == set(shown)

    # Without a critical topic the warning topic is notified; an alarm that is turned off is gone.
    off = {"api/cpu": AlarmOverride(enabled=False), "api/memory": AlarmOverride(threshold=80)}
    applied.apply(replace(SETTINGS, critical=None, alarms=off))
    alarms = applied.alarms()
    assert alarms["api-critical"]["AlarmActions"] == [f"arn:aws:sns:{REGION}:123456789012:shop-test-warning"]
    assert "api-cpu" not in alarms
    assert alarms["api-memory"]["Threshold"] == 80

    applied.terraform.destroy(refresh=False)
    assert not applied.alarms()
