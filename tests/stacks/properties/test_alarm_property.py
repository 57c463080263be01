"""The ninth property: every alarm of the list exists, as the specification has it, and tells a topic."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

Json = dict[str, Any]
# docs/specification/webapp.md, "What it has", CloudWatch: what rings above or below which figure.
ALARMS = {
    "api-latency": ("TargetResponseTime", "GreaterThanThreshold", 2),
    "api-error-rate": ("HTTPCode_Target_5XX_Count", "GreaterThanThreshold", 5),
    "aurora-connection-failures": ("aurora-connection-failures", "GreaterThanThreshold", 10),
    "api-running-tasks": ("RunningTaskCount", "LessThanThreshold", None),
    "aurora-acu-utilisation": ("ACUUtilization", "GreaterThanThreshold", 90),
}


def alarms(stack: Json) -> dict[str, tuple[str, Json]]:
    """The alarms of the list by their key: address and body."""
    (base,) = {one["name"] for one in stack["resource"]["aws_ecs_cluster"].values()}
    found = stack["resource"]["aws_cloudwatch_metric_alarm"]
    by_name = {one["alarm_name"]: (f"aws_cloudwatch_metric_alarm.{id_}", one) for id_, one in found.items()}
    return {key: by_name[f"{base}-{key}-alarm"] for key in ALARMS}


def told(stack: Json, address: str, alarm: Json) -> Iterator[str]:
    """The topics that an alarm tells, itself or through a composite alarm that it is in."""
    yield from alarm.get("alarm_actions") or ()
    for composite in stack["resource"].get("aws_cloudwatch_composite_alarm", {}).values():
        if f"{address}.alarm_name" in composite["alarm_rule"]:
            yield from composite.get("alarm_actions") or ()


@pytest.fixture(params=["webapp-dev", "webapp-staging", "webapp-production", "generated"])
def watched(request: pytest.FixtureRequest, stacks: dict[str, Json]) -> dict[str, Json]:
    if request.param == "generated":
        found: dict[str, Json] = request.getfixturevalue("generated")
        return found
    return {request.param: stacks[request.param]}


def test_9_the_five_alarms_have_the_figures_of_the_list(watched: dict[str, Json]) -> None:
    for name, stack in watched.items():
        (target,) = stack["resource"]["aws_appautoscaling_target"].values()
        for key, (_, alarm) in alarms(stack).items():
            metric, comparison, threshold = ALARMS[key]
            wanted = target["min_capacity"] if threshold is None else threshold
            assert f'"metric_name": "{metric}"' in json.dumps(alarm), (name, key)
            assert (alarm["comparison_operator"], alarm["threshold"]) == (comparison, wanted), (name, key)
        latency = alarms(stack)["api-latency"][1]
        assert latency["extended_statistic"] == "p95"
        failures = alarms(stack)["aurora-connection-failures"][1]
        assert (failures["period"] * failures["evaluation_periods"], failures["statistic"]) == (300, "Sum")


def test_9_every_alarm_of_the_list_tells_a_topic(watched: dict[str, Json]) -> None:
    for name, stack in watched.items():
        topics = {f"${{aws_sns_topic.{id_}.arn}}" for id_ in stack["resource"]["aws_sns_topic"]}
        for key, (address, alarm) in alarms(stack).items():
            assert set(told(stack, address, alarm)) & topics, (name, key)


def test_9_nothing_rings_unheard(subjects: dict[str, Json]) -> None:
    """An alarm tells a topic, or rolls a deployment back."""
    for name, stack in subjects.items():
        services = json.dumps(stack["resource"]["aws_ecs_service"])
        found = stack["resource"]["aws_cloudwatch_metric_alarm"]
        assert found, name
        for id_, alarm in found.items():
            address = f"aws_cloudwatch_metric_alarm.{id_}"
            heard = list(told(stack, address, alarm)) or f"{address}.alarm_name" in services
            assert heard, (name, alarm["alarm_name"])


def test_every_topic_is_encrypted_and_has_a_subscriber(watched: dict[str, Json]) -> None:
    for name, stack in watched.items():
        subscribed = json.dumps(
            [one["topic_arn"] for one in stack["resource"]["aws_sns_topic_subscription"].values()]
        )
        for id_, topic in stack["resource"]["aws_sns_topic"].items():
            assert "aws_kms_key." in topic["kms_master_key_id"], name
            assert f"aws_sns_topic.{id_}.arn" in subscribed, name
