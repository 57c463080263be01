"""A recovery stack stands by as if it were paused, until it is active."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modules.pause.expressions import AS_DEPLOYED

Json = dict[str, Any]


def alarm(stack: Any, context: Any) -> None:
    """An alarm whose arguments depend on pause and standby."""
    from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
    from cdktf_cdktf_provider_aws.sns_topic import SnsTopic

    pause, recovery = context.pause, context.recovery
    CloudwatchMetricAlarm(
        stack,
        "alarm",
        alarm_name=recovery.text("active", "standby"),
        alarm_description=recovery.none_once_active(
            context.account.arn("rds", "db:shop", region="eu-west-2")
        ),
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=pause.number(1, 2),
        actions_enabled=pause.is_running,
        alarm_actions=pause.none_of([SnsTopic(stack, "topic").arn]),
        treat_missing_data=f"while it is {pause.template}",
    )
    CloudwatchMetricAlarm(
        stack,
        "flags",
        alarm_name="flags",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        actions_enabled=recovery.is_active,
    )
    CloudwatchMetricAlarm(
        stack,
        "opposite",
        alarm_name="opposite",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        actions_enabled=recovery.is_standby,
    )


@pytest.mark.parametrize(
    ("standby", "paused", "rests"),
    [(True, False, True), (True, True, True), (False, True, True), (False, False, False)],
)
def test_a_stack_rests_while_it_stands_by_or_is_paused(
    synthesize_module: Callable[..., Json], *, standby: bool, paused: bool, rests: bool
) -> None:
    stack = synthesize_module(alarm, standby=standby, paused=paused)
    found = stack["resource"]["aws_cloudwatch_metric_alarm"]
    assert found["alarm"]["evaluation_periods"] == (1 if rests else 2)
    assert found["alarm"]["actions_enabled"] is not rests
    assert found["alarm"]["alarm_actions"] == ([] if rests else ["${aws_sns_topic.topic.arn}"])
    assert found["alarm"]["alarm_name"] == ("standby" if standby else "active")
    assert found["flags"]["actions_enabled"] is not standby
    assert found["opposite"]["actions_enabled"] is standby


def test_an_argument_is_gone_once_the_stack_is_active(synthesize_module: Callable[..., Json]) -> None:
    by_state = {
        standby: synthesize_module(alarm, standby=standby)["resource"]["aws_cloudwatch_metric_alarm"]["alarm"]
        for standby in (True, False)
    }
    assert by_state[True]["alarm_description"].startswith("arn:${data.aws_partition.")
    assert by_state[True]["alarm_description"].endswith(".account_id}:db:shop")
    assert by_state[False]["alarm_description"] is None
    assert by_state[True]["treat_missing_data"] == (
        "while it is ${var.infrastructure_paused || !var.recovery_active}"
    )


def test_its_variable_is_false_by_default_and_programs_read_it(
    synthesize_module: Callable[..., Json], tmp_path: Path
) -> None:
    written = tmp_path / "stacks/small/cdk.tf.json"
    synthesize_module(alarm, tmp_path, standby=True)
    stack = json.loads(written.read_text())
    variable = stack["variable"]["recovery_active"]
    assert (variable["type"], variable["default"], variable["nullable"]) == ("bool", False, False)
    assert stack["output"]["recovery_active"]["value"] == f"${{{AS_DEPLOYED}.output}}"


def test_another_stack_never_stands_by(synthesize_module: Callable[..., Json]) -> None:
    def build(_: Any, context: Any) -> None:
        assert context.recovery is None
        assert context.pause.template == "${var.infrastructure_paused}"

    assert "recovery_active" not in synthesize_module(build).get("variable", {})


def test_a_recovery_stack_has_the_variable_whatever_depends_on_it(
    synthesize_module: Callable[..., Json],
) -> None:
    stack = synthesize_module(lambda *_: None, standby=True)
    assert "recovery_active" in stack["variable"]
    assert "recovery_active" in stack["output"]
