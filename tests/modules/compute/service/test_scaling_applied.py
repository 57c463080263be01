"""Scaling applied: what Application Auto Scaling and CloudWatch hold, and nothing left to do afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.compute.service.scaling_metrics import Backlog, ScalingMetric, StepScaling
from modules.compute.service.scaling_settings import ScalingSettings, ScheduledScaling
from modules.compute.service.settings import ServiceSettings
from modules.monitoring.metrics import Metric
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
WAITING = Metric(
    namespace="Shop/Queues", name="Depth", dimensions={"Queue": "mail"}, statistic="Maximum", label="waiting"
)
NIGHT = ScheduledScaling(cron="0 20 ? * MON-FRI *", time_zone="Europe/Madrid", minimum=0, maximum=1)


def test_policies_and_schedules_are_kept_changed_and_removed(
    emulator: Emulator,
    terraform: Terraform,
    tmp_path: Path,
    synthesize_module: Callable[..., Any],
    shop: Callable[..., Any],
) -> None:
    scaling = emulator.client("application-autoscaling", REGION)
    cloudwatch = emulator.client("cloudwatch", REGION)

    def apply(metrics: dict[str, ScalingMetric], schedule: dict[str, ScheduledScaling]) -> None:
        settings = ServiceSettings(
            name="jobs",
            cpu=256,
            memory=512,
            scaling=ScalingSettings(
                minimum=0, maximum=6, cpu_percent=None, memory_percent=None, schedule=schedule
            ),
        )

        def fill(stack: Any, context: Any) -> None:
            shop(stack, context, "jobs").service(settings, scaling_metrics=metrics)

        synthesize_module(fill, tmp_path)
        terraform.init()
        terraform.apply()
        assert terraform.plan().empty

    def held() -> dict[str, Any]:
        found = scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
        return {one["PolicyName"]: one for one in found}

    backlog = Backlog(depth=WAITING, per_task=10)
    steps = StepScaling(series=WAITING, steps={100: 1, 500: 4})
    apply({"backlog": backlog, "many": steps}, {"night": NIGHT})
    tracked = held()["backlog"]["TargetTrackingScalingPolicyConfiguration"]
    dimensions = [
        one["MetricStat"]["Metric"]["Dimensions"]
        for one in tracked["CustomizedMetricSpecification"]["Metrics"]
        if one["Id"] == "tasks"
    ]
    assert [{one["Name"]: one["Value"] for one in each} for each in dimensions] == [
        {"ClusterName": "shop-test", "ServiceName": "shop-test-jobs-service"}
    ]
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["shop-test-jobs-scaling-many-alarm"])["MetricAlarms"]
    assert alarm["AlarmActions"] == [held()["many"]["PolicyARN"]]
    (action,) = scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
    assert (action["Timezone"], action["Schedule"]) == (NIGHT.time_zone, f"cron({NIGHT.cron})")
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 6)

    apply({"backlog": Backlog(depth=WAITING, per_task=4)}, {})
    assert held().keys() == {"backlog"}
    assert held()["backlog"]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 4
    assert scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"] == []
