"""What a pause changes in every stack: arguments that Terraform changes in place, and no data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modules.pause.expressions import resolved
from operations.plan.data_holding import DATA_HOLDING
from tests.stacks.environments import environments
from tests.stacks.synthesized import every

Json = dict[str, Any]
# Type and argument. None of these has ForceNew in the source of AWS provider 5.100.
IN_PLACE = {
    "aws_appautoscaling_target.max_capacity",
    "aws_appautoscaling_target.min_capacity",
    "aws_appautoscaling_target.suspended_state.scheduled_scaling_suspended",
    "aws_cloudfront_function.code",
    "aws_cloudwatch_composite_alarm.alarm_actions",
    "aws_cloudwatch_composite_alarm.ok_actions",
    "aws_cloudwatch_event_rule.state",
    "aws_cloudwatch_metric_alarm.actions_enabled",
    "aws_ecs_service.desired_count",
    "aws_lb_listener_rule.condition.path_pattern.values",
    "aws_rds_cluster.serverlessv2_scaling_configuration.min_capacity",
}
# Replaced, or gone while paused: they hold nothing.
WITHOUT_DATA = {"aws_lambda_invocation.input", "aws_nat_gateway.count", "aws_route.count"}


def dependent(shipped: Json) -> set[str]:
    """Type and argument of all in a stack that depends on the variable."""
    return {
        f"{kind}.{path}"
        for kind, named in shipped["resource"].items()
        for body in named.values()
        for path in _paths(body, "")
    }


def _paths(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _paths(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for one in value:
            yield from _paths(one, path)
    elif isinstance(value, str) and "var.infrastructure_paused" in value:
        yield path


@pytest.fixture
def shipped(name: str, output: Path) -> Json:
    """A stack's JSON as Terraform gets it."""
    found: Json = json.loads((output / "stacks" / name / "cdk.tf.json").read_text())
    return found


@pytest.mark.parametrize("name", environments())
def test_a_pause_changes_what_terraform_changes_in_place(shipped: Json) -> None:
    found = dependent(shipped)
    assert found
    assert not found - IN_PLACE - WITHOUT_DATA
    assert not [one for one in WITHOUT_DATA if one.partition(".")[0] in DATA_HOLDING]


def test_an_argument_that_replaces_is_found() -> None:
    body = {"name": '${var.infrastructure_paused ? "a" : "b"}'}
    stack = {"resource": {"aws_s3_bucket": {"files": body}}}
    assert dependent(stack) - IN_PLACE - WITHOUT_DATA == {"aws_s3_bucket.name"}


@pytest.mark.parametrize("name", environments())
def test_a_paused_stack_has_no_tasks_and_tells_nobody(shipped: Json) -> None:
    paused = resolved(shipped, paused=True)
    assert {one["desired_count"] for one in every(paused, "aws_ecs_service")} == {0}
    ranges = paused["resource"].get("aws_appautoscaling_target", {}).values()
    assert {(one["min_capacity"], one["max_capacity"]) for one in ranges} <= {(0, 0)}
    alarms = every(paused, "aws_cloudwatch_metric_alarm")
    telling = {
        one["//"]["metadata"]["path"].rpartition("/monitoring/alarms/")[2]
        for one in alarms
        if one.get("actions_enabled", True) and one.get("alarm_actions")
    }
    # A recovery that stands by is as if it were paused; how far its copy is behind matters then.
    assert {one for one in telling if not one.endswith("/recovery-lag")} <= {"pause/failed"}
    for one in paused["resource"].get("aws_cloudwatch_composite_alarm", {}).values():
        assert not one.get("alarm_actions")


@pytest.mark.parametrize("name", environments())
def test_every_database_stops_or_is_said_to_run_on(shipped: Json) -> None:
    instances = shipped["resource"].get("aws_db_instance", {})
    replicated = any("replicate_source_db" in one for one in instances.values())
    functions = [
        one for one in shipped["resource"].get("aws_lambda_invocation", {}) if one.startswith("pause_")
    ]
    assert ("running_while_paused" in shipped["output"]) is replicated
    assert bool(functions) is (bool(instances) and not replicated)
    for cluster in resolved(shipped, paused=True)["resource"].get("aws_rds_cluster", {}).values():
        assert cluster["serverlessv2_scaling_configuration"]["min_capacity"] == 0


@pytest.mark.parametrize("name", environments())
def test_people_see_a_page_wherever_they_come_in(shipped: Json) -> None:
    paused = resolved(shipped, paused=True)["resource"]
    rules = [one for one in paused.get("aws_lb_listener_rule", {}).values() if one["priority"] == 1]
    assert len(rules) == len(paused.get("aws_lb", {}))
    for rule in rules:
        assert rule["condition"] == [{"path_pattern": {"values": ["/*"]}}]
        assert rule["action"][0]["fixed_response"]["status_code"] == "503"
    for function in paused.get("aws_cloudfront_function", {}).values():
        assert '"paused": "${var.infrastructure_paused}"' in function["code"]


def test_the_products_have_such_places(stacks: dict[str, Json]) -> None:
    for kind in ("aws_lb", "aws_cloudfront_function", "aws_appautoscaling_target"):
        assert [name for name in environments() if stacks[name]["resource"].get(kind)]
