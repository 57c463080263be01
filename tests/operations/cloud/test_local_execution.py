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
    # Not a queue: the provider waits long for each of its attributes.
    "resource.aws_ssm_parameter.state": {
        "name": "/shop/state",
        "type": "String",
        "value": '${var.infrastructure_paused ? "off" : "on"}',
    },
    "output.infrastructure_paused": {"value": FLAG},
    "output.parameter": {"value": "${aws_ssm_parameter.state.arn}"},
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
    assert "aws_ssm_parameter.state" in [f"{one['type']}.{one['name']}" for one in state["resources"]]

    assert value(project) == "on"
    assert json.loads(infra("outputs", STACK, "--json"))["parameter"].endswith("/shop/state")

    assert f"{STACK} is paused" in infra("pause", STACK, "--yes")
    assert value(project) == "off"
    assert terraform.plan(variables={"infrastructure_paused": "true"}).empty
    assert workspace.locked_by is None
    assert not store.uploads, "nothing is sent there but the state"
    assert not workspace.variables, "only remote runs read them"


def value(project: Any) -> str:
    """What the parameter in AWS says."""
    found = project.emulator.client("ssm", REGION).get_parameter(Name="/shop/state")
    return str(found["Parameter"]["Value"])
