"""Databases that stop while their stack is paused, as they are synthesized."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Json = dict[str, Any]


class Built:
    """The JSON of the product, its resources by their construct path."""

    def __init__(self, stack: Json) -> None:
        self.json = stack

    def at(self, kind: str, path: str) -> Json:
        found = self.json["resource"][kind].values()
        named: dict[str, Json] = {one["//"]["metadata"]["path"].removeprefix("small/"): one for one in found}
        assert path in named, f"no {kind} at {path}, but at {', '.join(named)}"
        return named[path]

    def events(self) -> tuple[Any, Any]:
        """What the function is told before the services, and after them."""
        before, after = (self.at("aws_lambda_invocation", f"pause/{one}") for one in ("start", "stop"))
        return before["input"], after["input"]


@pytest.fixture(scope="module")
def running(product: Callable[..., Json]) -> Built:
    return Built(product())


@pytest.fixture(scope="module")
def paused(product: Callable[..., Json]) -> Built:
    return Built(product(paused=True))


def test_the_function_has_something_to_do_in_one_direction_alone(running: Built, paused: Built) -> None:
    nothing, start, stop = '{"do": "nothing"}', '{"do": "start"}', '{"do": "stop"}'
    assert running.events() == (start, nothing)
    assert paused.events() == (nothing, stop)


def test_the_order_is_database_page_services_database(running: Built) -> None:
    page = running.at("aws_lb_listener_rule", "load-balancer/pause-rule")
    assert page["depends_on"] == ["aws_lambda_invocation.pause_start_913D471F"]
    for service in ("web", "jobs"):
        needed = running.at("aws_ecs_service", f"{service}/Default")["depends_on"]
        assert {*page["depends_on"], "aws_lb_listener_rule.load-balancer_pause-rule_1443C1E7"} <= {*needed}
    last = running.at("aws_lambda_invocation", "pause/stop")
    assert {one.partition(".")[0] for one in last["depends_on"]} == {
        "aws_ecs_service",
        "aws_appautoscaling_target",
    }
    assert len(last["depends_on"]) == 3
    assert running.json["output"]["infrastructure_paused"]["depends_on"] == [
        "aws_lambda_invocation.pause_stop_78918B12"
    ]


def test_the_function_may_stop_and_start_its_databases_alone(running: Built) -> None:
    template = json.loads(running.at("aws_cloudformation_stack", "pause/Default/function")["template_body"])
    (policy,) = template["Resources"]["Role"]["Properties"]["Policies"]
    allowed = {
        action: one["Resource"] if isinstance(one["Resource"], list) else [one["Resource"]]
        for one in policy["PolicyDocument"]["Statement"]
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    database = ["${aws_db_instance.database.arn}"]
    assert allowed["rds:StopDBInstance"] == allowed["rds:StartDBInstance"] == database
    assert {arn.rpartition(":service/")[2] for arn in allowed["ecs:DescribeServices"]} == {
        "shop-test/shop-test-web-service",
        "shop-test/shop-test-jobs-service",
    }
    # Of the log group, all streams.
    wide = {resource for one in allowed.values() for resource in one if "*" in resource}
    assert wide == {"${aws_cloudwatch_log_group.pause_log-group_08E1AD96.arn}:*"}
    assert template["Resources"]["Function"]["Properties"]["Timeout"] == 900


def test_what_rds_starts_is_stopped_while_paused_and_only_then(running: Built, paused: Built) -> None:
    rule = paused.at("aws_cloudwatch_event_rule", "pause/started")
    assert rule["state"] == "ENABLED"
    assert running.at("aws_cloudwatch_event_rule", "pause/started")["state"] == "DISABLED"
    assert json.loads(rule["event_pattern"])["detail"] == {
        "EventID": ["RDS-EVENT-0154"],
        "SourceIdentifier": ["${aws_db_instance.database.identifier}"],
    }
    permission = paused.at("aws_lambda_permission", "pause/permission")
    assert permission["source_arn"] == "${aws_cloudwatch_event_rule.pause_started_9B9A6C35.arn}"


def test_the_alarm_on_the_function_is_never_silent(paused: Built) -> None:
    alarm = paused.at("aws_cloudwatch_metric_alarm", "monitoring/alarms/pause/failed")
    assert alarm.get("actions_enabled", True) is True
    assert alarm["alarm_actions"]
    others = paused.at("aws_cloudwatch_metric_alarm", "monitoring/alarms/secrets/unrun")
    assert others["actions_enabled"] is False


def test_a_database_with_replicas_runs_on_and_is_named(product: Callable[..., Json]) -> None:
    built = Built(product(paused=True, replicas=("reports",)))
    assert built.json["output"]["running_while_paused"]["value"] == ["${aws_db_instance.database.identifier}"]
    assert "aws_lambda_invocation" not in {
        kind
        for kind, named in built.json["resource"].items()
        if any(one["//"]["metadata"]["path"].startswith("small/pause/") for one in named.values())
    }
    assert built.at("aws_ecs_service", "jobs/Default")["desired_count"] == 0
