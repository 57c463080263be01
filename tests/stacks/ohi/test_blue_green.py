"""A service of OHI whose deployments shift traffic from blue to green, chosen by its row."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import backend
from modules.provider import ProviderVersions
from stacks.entry import environment_entry
from stacks.ohi.settings import PROD
from stacks.synthesis import synthesize
from tests.stacks.synthesized import Json, at

NAME = PROD.environment.naming.base


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """Production, with two services on blue/green."""
    output = tmp_path_factory.mktemp("blue-green")
    shifted = (
        replace(one, strategy="BLUE_GREEN") if one.name in {"api", "sse"} else one for one in PROD.services
    )
    newer = replace(PROD.environment, provider=ProviderVersions())
    assert PROD.load_balancer.failover
    # The health of the whole is that of a service whose one group the listener rule of the check knows.
    failover = replace(PROD.load_balancer.failover, target="graphql")
    load_balancer = replace(PROD.load_balancer, failover=failover)
    settings = replace(PROD, environment=newer, services=tuple(shifted), load_balancer=load_balancer)
    entry = environment_entry(settings, "stacks.ohi.stack:OhiStack")
    synthesize([entry], state=backend.load(), output=output, known=[NAME])
    read: Json = json.loads(Path(output, "stacks", NAME, "cdk.tf.json").read_text())
    return read


@pytest.mark.parametrize("service", ["api", "sse"])
def test_traffic_shifts_between_two_target_groups(stack: Json, service: str) -> None:
    found = at(stack, "aws_ecs_service", f"services/{service}/Default")
    assert found["deployment_configuration"]["strategy"] == "BLUE_GREEN"
    advanced = found["load_balancer"][0]["advanced_configuration"]
    assert "alternate-targets" in advanced["alternate_target_group_arn"]
    assert f"{service}-rule" in advanced["production_listener_rule"]
    rule = at(stack, "aws_lb_listener_rule", f"load-balancer/{service}-rule")
    groups = rule["action"][0]["forward"]["target_group"]
    assert [one["weight"] for one in groups] == [100, 0]


def test_the_others_roll_and_streams_are_still_balanced_by_connections(stack: Json) -> None:
    found = at(stack, "aws_ecs_service", "services/graphql/Default")
    assert (found.get("deployment_configuration") or {}).get("strategy", "ROLLING") == "ROLLING"
    for group in ("sse-targets", "sse-alternate-targets"):
        target = at(stack, "aws_lb_target_group", f"load-balancer/{group}")
        assert target["load_balancing_algorithm_type"] == "least_outstanding_requests"


def test_the_stack_asks_for_the_provider_that_knows_it(stack: Json) -> None:
    assert ">= 6.4.0" in stack["terraform"]["required_providers"]["aws"]["version"]
