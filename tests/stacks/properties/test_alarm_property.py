"""The ninth property, for every environment: every alarm tells a topic. The list is each specification's."""

from __future__ import annotations

import json

from tests.stacks.synthesized import Json, told


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


def test_every_topic_is_encrypted_and_has_a_subscriber(subjects: dict[str, Json]) -> None:
    for name, stack in subjects.items():
        subscribed = json.dumps(
            [one["topic_arn"] for one in stack["resource"]["aws_sns_topic_subscription"].values()]
        )
        assert stack["resource"]["aws_sns_topic"], name
        for id_, topic in stack["resource"]["aws_sns_topic"].items():
            assert "aws_kms_key." in topic["kms_master_key_id"], name
            assert f"aws_sns_topic.{id_}.arn" in subscribed, name
