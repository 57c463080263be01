"""Queues of SQS applied: a message that is never deleted becomes a dead letter; a second plan is empty."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.terraform import Terraform
from tests.modules.queues.test_sqs import ORDERS, SMALL

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


def test_they_are_applied_planned_empty_and_redrive(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Any]
) -> None:
    def stack(stack: Any, context: Any) -> None:
        from modules.queues.sqs.queue import Queue

        Queue(stack, "small", context=context, settings=SMALL)
        orders = replace(ORDERS, protected=False, max_receives=1, visibility_seconds=0, wait_seconds=0)
        Queue(stack, "orders", context=context, settings=orders)

    synthesize_module(stack, tmp_path)
    terraform.init()
    terraform.apply()
    assert terraform.plan(file="again").empty

    sqs = emulator.client("sqs", REGION)
    urls = {url.rpartition("/")[2]: url for url in sqs.list_queues()["QueueUrls"]}
    assert set(urls) == {
        "shop-test-orders",
        "shop-test-orders-dead-letters",
        "shop-test-mail-jobs.fifo",
        "shop-test-mail-jobs-dead-letters.fifo",
    }
    queue, dead = urls["shop-test-orders"], urls["shop-test-orders-dead-letters"]
    of = {
        url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        for url in urls.values()
    }
    allowed = json.loads(of[dead]["RedriveAllowPolicy"])
    assert allowed == {"redrivePermission": "byQueue", "sourceQueueArns": [of[queue]["QueueArn"]]}
    assert of[queue]["KmsMasterKeyId"].startswith("arn:aws:kms:")
    assert of[urls["shop-test-mail-jobs.fifo"]]["SqsManagedSseEnabled"] == "true"

    sqs.send_message(QueueUrl=queue, MessageBody="order 1")
    assert [one["Body"] for one in sqs.receive_message(QueueUrl=queue)["Messages"]] == ["order 1"]
    assert "Messages" not in sqs.receive_message(QueueUrl=queue)
    assert [one["Body"] for one in sqs.receive_message(QueueUrl=dead)["Messages"]] == ["order 1"]

    # Not destroyed: the provider waits 45 seconds for each queue to be gone.
