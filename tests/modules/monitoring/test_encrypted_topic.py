"""A topic of any module: encrypted, and published to over TLS by whom its module names alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modules.iam.policy import Statement

PROJECT = Path(__file__).parents[3]
ARN = "${aws_sns_topic.topic.arn}"


def test_a_topic_is_encrypted_and_publishers_are_named(synthesize_module: Callable[..., Any]) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.kms import Key
        from modules.monitoring.encrypted_topic import EncryptedTopic

        def publishers(arn: str) -> list[Statement]:
            return [
                Statement(actions=["sns:Publish"], resources=[arn], services=["cloudwatch.amazonaws.com"])
            ]

        key = Key(stack, "key", context=context, purpose="test", services=["cloudwatch"], protected=False)
        endpoints = [("email", "Team@example.com"), ("email", "lead@example.com")]
        topic = EncryptedTopic(name="news", key=key, publishers=publishers, endpoints=endpoints)
        topic.create(stack, topic="topic", policy="policy", subscription="to-")

    made = synthesize_module(build)["resource"]
    assert made["aws_sns_topic"]["topic"]["kms_master_key_id"] == "${aws_kms_key.key.key_id}"
    policy = json.loads(made["aws_sns_topic_policy"]["policy"]["policy"])
    allowed, denied = policy["Statement"]
    assert (allowed["Effect"], allowed["Resource"]) == ("Allow", [ARN])
    assert (denied["Effect"], denied["Principal"], denied["Condition"]) == (
        "Deny",
        "*",
        {"Bool": {"aws:SecureTransport": "false"}},
    )
    subscriptions = made["aws_sns_topic_subscription"]
    assert {one["endpoint"] for one in subscriptions.values()} == {"Team@example.com", "lead@example.com"}
    assert all(re.fullmatch(r"to-[0-9a-f]{8}", id) for id in subscriptions)  # noqa: A001


def test_no_module_creates_a_topic_otherwise() -> None:
    creating = {
        str(file.relative_to(PROJECT))
        for file in (PROJECT / "modules").rglob("*.py")
        if re.search(r"\bSnsTopic\(", file.read_text())
    }
    assert creating == {"modules/monitoring/encrypted_topic.py"}
