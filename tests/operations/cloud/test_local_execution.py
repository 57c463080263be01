"""A stack whose state and lock are in Terraform Cloud, and which Terraform applies on this machine."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from operations.terraform import Terraform
from tests.terraform_cloud.server import TerraformCloud

pytestmark = [pytest.mark.terraform, pytest.mark.emulator]
STACK, REGION = "ohi-dev", "eu-west-1"
FLAG = "${var.infrastructure_paused}"
CONTENTS = {
    "variable.infrastructure_paused": {"type": "bool", "default": False},
    "resource.aws_sqs_queue.work": {"name": "work", "delay_seconds": "${var.infrastructure_paused ? 0 : 5}"},
    "output.infrastructure_paused": {"value": FLAG},
    "output.queue": {"value": "${aws_sqs_queue.work.url}"},
}


def test_a_stack_is_planned_applied_read_and_paused(project: Any, signed_in: TerraformCloud) -> None:
    store, environment = signed_in.store, signed_in.environment
    store.execution_mode = "local"
    project.write(CONTENTS)

    def infra(*words: str) -> str:
        finished = project.infra(*words, **environment)
        assert (finished.returncode, finished.stderr) == (0, ""), finished.stdout + finished.stderr
        return str(finished.stdout)

    synthesized = project.shell(f"{sys.executable} main.py", **environment)
    assert synthesized.returncode == 0, synthesized.stderr
    terraform = Terraform(project.stack, environment=project.emulator.environment(REGION))
    terraform.init()
    terraform.apply()
    workspace = store.named(STACK)
    state = json.loads(workspace.states[-1].content)
    assert "aws_sqs_queue.work" in [f"{one['type']}.{one['name']}" for one in state["resources"]]

    assert delay(project) == 5
    assert json.loads(infra("outputs", STACK, "--json"))["queue"].endswith("/work")

    assert f"{STACK} is paused" in infra("pause", STACK, "--yes")
    assert delay(project) == 0
    assert terraform.plan(variables={"infrastructure_paused": "true"}).empty
    assert workspace.locked_by is None
    assert not store.uploads, "nothing is sent there but the state"
    assert not workspace.variables, "only remote runs read them"


def delay(project: Any) -> int:
    """What the queue in AWS has."""
    queues = project.emulator.client("sqs", REGION)
    url = queues.get_queue_url(QueueName="work")["QueueUrl"]
    found = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["DelaySeconds"])
    return int(found["Attributes"]["DelaySeconds"])
