"""Patches of CloudWatch and of Route 53's query logging, each by what AWS's pages say of the call."""

from __future__ import annotations

from typing import Any

import pytest

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:critical"
METRIC = {
    "Namespace": "AWS/ECS",
    "MetricName": "CPUUtilization",
    "Statistic": "Average",
    "Period": 60,
    "EvaluationPeriods": 1,
    "Threshold": 80,
    "ComparisonOperator": "GreaterThanThreshold",
}


@pytest.fixture
def cloudwatch(emulator: Emulator) -> Any:
    client = emulator.client("cloudwatch", REGION)
    client.put_metric_alarm(AlarmName="cpu", **METRIC)
    return client


def composite(cloudwatch: Any) -> Any:
    return cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]


def test_an_alarm_of_alarms_is_put_and_replaced_whole(cloudwatch: Any) -> None:
    suppressed = {"ActionsSuppressor": "cpu", "ActionsSuppressorWaitPeriod": 60}
    later = {"ActionsSuppressorExtensionPeriod": 120}
    alarm = {"AlarmName": "down", "AlarmRule": "ALARM(cpu)"}
    cloudwatch.put_composite_alarm(
        **alarm, **suppressed, **later, AlarmActions=[TOPIC], OKActions=[TOPIC], AlarmDescription="why"
    )
    (found,) = composite(cloudwatch)
    wanted = {**alarm, **suppressed, **later, "AlarmActions": [TOPIC], "AlarmDescription": "why"}
    assert {name: found[name] for name in wanted} == wanted
    cloudwatch.put_composite_alarm(AlarmName="down", AlarmRule="NOT ALARM(cpu)", ActionsEnabled=False)
    (found,) = composite(cloudwatch)
    assert (found["AlarmRule"], found["ActionsEnabled"]) == ("NOT ALARM(cpu)", False)
    assert not found.get("AlarmActions")
    assert "ActionsSuppressor" not in found
    cloudwatch.delete_alarms(AlarmNames=["down"])
    assert composite(cloudwatch) == []


def test_only_metric_alarms_are_described_unless_asked(cloudwatch: Any) -> None:
    cloudwatch.put_composite_alarm(AlarmName="down", AlarmRule="ALARM(cpu)")
    unasked = cloudwatch.describe_alarms()
    assert [one["AlarmName"] for one in unasked["MetricAlarms"]] == ["cpu"]
    assert not unasked.get("CompositeAlarms")
    both = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert [one["AlarmName"] for one in both["CompositeAlarms"]] == ["down"]
    assert [one["AlarmName"] for one in both["MetricAlarms"]] == ["cpu"]


def test_alarms_are_described_by_names_and_state(cloudwatch: Any) -> None:
    assert not cloudwatch.describe_alarms(AlarmNames=["cpu"], StateValue="ALARM")["MetricAlarms"]
    cloudwatch.set_alarm_state(AlarmName="cpu", StateValue="ALARM", StateReason="test")
    (found,) = cloudwatch.describe_alarms(AlarmNames=["cpu"], StateValue="ALARM")["MetricAlarms"]
    assert found["AlarmName"] == "cpu"


@pytest.mark.parametrize("ending", ["", ":*"])
def test_queries_are_logged_to_a_group_by_either_arn(emulator: Emulator, ending: str) -> None:
    logs, route53 = emulator.client("logs", "us-east-1"), emulator.client("route53", "us-east-1")
    name = "/aws/route53/shop.example"
    logs.create_log_group(logGroupName=name)
    zone = route53.create_hosted_zone(Name="shop.example", CallerReference="once")["HostedZone"]["Id"]
    arn = f"arn:aws:logs:us-east-1:123456789012:log-group:{name}{ending}"
    created = route53.create_query_logging_config(
        HostedZoneId=zone.rpartition("/")[2], CloudWatchLogsLogGroupArn=arn
    )
    made = created["QueryLoggingConfig"]["Id"]
    found = route53.get_query_logging_config(Id=made)["QueryLoggingConfig"]
    assert found["CloudWatchLogsLogGroupArn"] == arn
