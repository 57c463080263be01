"""A stack's JSON as it is while the stack is paused, and while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.pause.expressions import resolved

Json = dict[str, Any]


@pytest.mark.parametrize(
    ("written", "paused", "running"),
    [
        ("${var.infrastructure_paused ? 0 : 2.5}", 0, 2.5),
        ('${var.infrastructure_paused ? "DISABLED" : "ENABLED"}', "DISABLED", "ENABLED"),
        ("${var.infrastructure_paused ? [] : [aws_sns_topic.a-b.arn]}", [], ["${aws_sns_topic.a-b.arn}"]),
        ("${var.infrastructure_paused}", True, False),
        ("${!var.infrastructure_paused}", False, True),
        ("${var.other ? 0 : 2}", "${var.other ? 0 : 2}", "${var.other ? 0 : 2}"),
        (3, 3, 3),
    ],
)
def test_an_expression_has_its_value(written: Any, paused: Any, running: Any) -> None:
    assert resolved({"a": [{"b": written}]}, paused=True) == {"a": [{"b": paused}]}
    assert resolved({"a": [{"b": written}]}) == {"a": [{"b": running}]}


RESTING = "var.infrastructure_paused || !var.recovery_active"


@pytest.mark.parametrize(
    ("written", "active", "paused", "standby"),
    [
        (f"${{{RESTING}}}", False, True, True),
        ("${!var.infrastructure_paused && var.recovery_active}", True, False, False),
        (f"${{{RESTING} ? 0 : 2}}", 2, 0, 0),
        ("${var.recovery_active}", True, True, False),
        ("${!var.recovery_active}", False, False, True),
        ('${var.recovery_active ? null : "arn:aws:rds"}', None, None, "arn:aws:rds"),
    ],
)
def test_an_expression_of_a_recovery_stack_has_its_value(
    written: str, active: Any, paused: Any, standby: Any
) -> None:
    assert resolved(written) == active
    assert resolved(written, paused=True) == paused
    assert resolved(written, standby=True) == standby


def test_what_a_stack_writes_is_what_is_resolved(synthesize_module: Callable[..., Json]) -> None:
    def build(stack: Any, context: Any) -> None:
        from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
        from cdktf_cdktf_provider_aws.sns_topic import SnsTopic

        pause = context.pause
        topic = SnsTopic(stack, "topic")
        CloudwatchMetricAlarm(
            stack,
            "alarm",
            alarm_name=pause.text('a "name"', "another"),
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=pause.number(1, 2),
            threshold=pause.number(0.5, 10),
            actions_enabled=pause.is_running,
            alarm_actions=pause.none_of(["arn:aws:sns:eu-west-1:111122223333:one", topic.arn]),
            treat_missing_data=f"while it is {pause.template}",
        )
        # A second context of the stack finds the same variable.
        context.pause.done_after([topic])

    common = {"comparison_operator": "GreaterThanThreshold"}
    common["treat_missing_data"] = "while it is ${var.infrastructure_paused}"
    by_state = {
        paused: synthesize_module(build, paused=paused)["resource"]["aws_cloudwatch_metric_alarm"]["alarm"]
        for paused in (True, False)
    }
    for alarm in by_state.values():
        del alarm["//"]
    assert by_state[True] == {
        **common,
        "alarm_name": 'a "name"',
        "evaluation_periods": 1,
        "threshold": 0.5,
        "actions_enabled": False,
        "alarm_actions": [],
    }
    assert by_state[False] == {
        **common,
        "alarm_name": "another",
        "evaluation_periods": 2,
        "threshold": 10,
        "actions_enabled": True,
        "alarm_actions": ["arn:aws:sns:eu-west-1:111122223333:one", "${aws_sns_topic.topic.arn}"],
    }


def test_the_variable_is_false_by_default_and_its_output_comes_last(
    synthesize_module: Callable[..., Json],
) -> None:
    def build(stack: Any, context: Any) -> None:
        from cdktf_cdktf_provider_aws.sns_topic import SnsTopic

        context.pause.done_after([SnsTopic(stack, "topic")])

    stack = synthesize_module(build)
    variable = stack["variable"]["infrastructure_paused"]
    assert (variable["type"], variable["default"], variable["nullable"]) == ("bool", False, False)
    assert stack["output"]["infrastructure_paused"]["depends_on"] == ["aws_sns_topic.topic"]
