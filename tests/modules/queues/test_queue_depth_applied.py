"""The metrics of queues applied: a plan after it is empty, and everything can be destroyed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.terraform import Terraform
from tests.modules.databases.built import network
from tests.modules.queues.test_queue_depth import SETTINGS, build

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"


def test_it_is_applied_planned_empty_and_destroyed(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Any]
) -> None:
    def stack(stack: Any, context: Any) -> None:
        from cdktf_cdktf_provider_aws.security_group import SecurityGroup

        vpc = network(stack, context, "network", ("a", "b"))
        group = SecurityGroup(stack, "group", name_prefix="shop-", vpc_id=vpc.vpc_id)
        build()(stack, {"context": context, "network": vpc, "security_group": group})

    synthesize_module(stack, tmp_path)
    terraform.init()
    terraform.apply()
    assert terraform.plan(file="again").empty

    (function,) = emulator.client("lambda", REGION).list_functions()["Functions"]
    variables = function["Environment"]["Variables"]
    assert json.loads(variables["QUEUES"]) == list(SETTINGS.queues)
    assert variables["TOKEN"].startswith("arn:aws:secretsmanager:")
    assert variables["HOST"]
    (rule,) = emulator.client("events", REGION).list_rules()["Rules"]
    assert rule["State"] == "ENABLED"

    terraform.destroy(refresh=False)
    assert not emulator.client("lambda", REGION).list_functions()["Functions"]
