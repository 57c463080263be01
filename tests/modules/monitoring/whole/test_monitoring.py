"""Monitoring as it is synthesized: the alarms that are specified, topics, suppression."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.monitoring.settings import MonitoringSettings, TopicSettings

Json = dict[str, Any]
REFERENCE = re.compile(r"\$\{([a-z0-9_]+)\.([\w-]+)\.")


def test_api_latency(synthesized: Any) -> None:
    alarm = synthesized.alarm("web/latency")
    assert (alarm["metric_name"], alarm["extended_statistic"]) == ("TargetResponseTime", "p95")
    assert alarm["evaluate_low_sample_count_percentiles"] == "evaluate"
    # The environment's own figure; the module's is 2 s.
    assert (alarm["threshold"], alarm["datapoints_to_alarm"], alarm["evaluation_periods"]) == (1.5, 2, 3)
    assert alarm["alarm_description"].startswith("One request in twenty takes over 1.5 s.")


def test_api_error_rate(synthesized: Any) -> None:
    alarm = synthesized.alarm("web/error-rate")
    computed, errors, requests = alarm["metric_query"]
    rate = "100 * (FILL(errors0, 0)) / (FILL(requests0, 0))"
    # Single failures at night wake nobody.
    assert computed["expression"] == f"IF((FILL(errors0, 0)) >= 3, {rate}, 0)"
    assert [one["metric"]["metric_name"] for one in (errors, requests)] == [
        "HTTPCode_Target_5XX_Count",
        "RequestCount",
    ]
    assert (alarm["comparison_operator"], alarm["threshold"]) == ("GreaterThanThreshold", 5)


def test_database_connection_failures(synthesized: Any) -> None:
    for database, groups in (("main", 2), ("aurora", 1)):
        alarm = synthesized.alarm(f"{database}/connection-failures")
        expected = {"threshold": 10, "period": 300, "evaluation_periods": 1, "statistic": "Sum"}
        assert {key: alarm[key] for key in expected} == expected
        assert alarm["comparison_operator"] == "GreaterThanThreshold"
        filters = [
            one
            for one in synthesized.json["resource"]["aws_cloudwatch_log_metric_filter"].values()
            if one["metric_transformation"]["name"] == alarm["metric_name"]
        ]
        assert len(filters) == groups
        assert {one["metric_transformation"]["namespace"] for one in filters} == {alarm["namespace"]}
        assert {one["metric_transformation"]["default_value"] for one in filters} == {"0"}
        assert all('"FATAL:" -"terminating connection"' in one["pattern"] for one in filters)
        assert all(REFERENCE.search(one["log_group_name"]) for one in filters)


def test_running_tasks_below_the_minimum(synthesized: Any) -> None:
    for service, minimum in (("web", 2), ("jobs", 1)):  # its scaling's minimum; without scaling its count
        alarm = synthesized.alarm(f"{service}/running-tasks")
        assert (alarm["namespace"], alarm["metric_name"]) == ("ECS/ContainerInsights", "RunningTaskCount")
        assert (alarm["comparison_operator"], alarm["threshold"]) == ("LessThanThreshold", minimum)
        assert alarm["treat_missing_data"] == "breaching"


def test_aurora_capacity(synthesized: Any) -> None:
    alarm = synthesized.alarm("aurora/acu-utilisation")
    assert (alarm["metric_name"], alarm["statistic"], alarm["threshold"]) == ("ACUUtilization", "Maximum", 90)
    assert alarm["dimensions"] == {"DBClusterIdentifier": "${aws_rds_cluster.aurora.cluster_identifier}"}


def test_every_alarm_says_what_missing_data_means_and_what_to_do(synthesized: Any) -> None:
    for alarm in synthesized.made("aws_cloudwatch_metric_alarm").values():
        assert alarm["treat_missing_data"] in {"breaching", "notBreaching", "ignore", "missing"}
        assert 40 < len(alarm["alarm_description"]) <= 1024
        assert "{" not in alarm["alarm_description"]
        assert re.fullmatch(r"shop-test-[a-z0-9-]+-alarm", alarm["alarm_name"])


def test_an_alarm_that_is_turned_off_is_gone(synthesized: Any) -> None:
    with pytest.raises(AssertionError):
        synthesized.alarm("jobs/memory")


def test_the_age_of_a_secret_alarms_when_its_rotation_is_overdue(synthesized: Any) -> None:
    alarm = synthesized.alarm("secrets/environment-age")
    expected = {"namespace": "shop-test", "metric_name": "DaysSinceRotation", "threshold": 35}
    assert {key: alarm[key] for key in expected} == expected
    (policy,) = (
        json.loads(one["template_body"])["Resources"]["Role"]["Properties"]["Policies"][0]["PolicyDocument"][
            "Statement"
        ]
        for one in synthesized.json["resource"]["aws_cloudformation_stack"].values()
        if "PutMetricData" in one["template_body"]
    )
    versions, metrics, _ = policy
    assert versions["Action"] == ["secretsmanager:ListSecretVersionIds"]  # and never a value
    assert metrics["Condition"] == {"StringEquals": {"cloudwatch:namespace": "shop-test"}}


def test_only_what_is_gone_is_an_outage(synthesized: Any) -> None:
    """An outage suppresses the alarms of what depends on it: no client may bring one about."""
    rules = [
        (watched.key, rule)
        for watched in synthesized.plan._watched.values()
        for rule in watched.alarms
        if rule.outage
    ]
    assert {"main/silent", "aurora/silent", "app/silent"} <= {f"{key}/{rule.key}" for key, rule in rules}
    for key, rule in rules:
        assert (rule.comparison, rule.missing_data) == ("<", "breaching"), f"{key}/{rule.key}"


def test_the_silence_of_every_instance_is_noticed(synthesized: Any) -> None:
    for key in ("main/silent", "main/silent-reader-one", "aurora/silent-writer", "aurora/silent-reader-b"):
        alarm = synthesized.alarm(key)
        assert alarm["treat_missing_data"] == "breaching"
        assert alarm["alarm_actions" if "-" in key.partition("/")[2] else "statistic"]
    nodes = synthesized.alarm("app/silent-node")
    assert nodes["metric_query"][0]["expression"] == "MIN([FILL(n1, 0), FILL(n2, 0)])"


def test_a_function_that_never_runs_is_noticed(synthesized: Any) -> None:
    alarm = synthesized.alarm("secrets/unrun")
    assert (alarm["metric_name"], alarm["treat_missing_data"]) == ("Invocations", "breaching")
    (first,) = synthesized.json["resource"]["aws_lambda_invocation"].values()
    assert "secret-ages" in first["function_name"]


def test_events_of_aws_are_sentences_on_a_topic(synthesized: Any) -> None:
    rules = synthesized.json["resource"]["aws_cloudwatch_event_rule"]
    patterns = {
        one["name"]: json.loads(one["event_pattern"]) for one in rules.values() if "event_pattern" in one
    }
    assert patterns["shop-test-main-instances"]["source"] == ["aws.rds"]
    assert len(patterns["shop-test-main-instances"]["detail"]["SourceIdentifier"]) == 2
    assert patterns["shop-test-aurora-cluster"]["detail-type"] == ["RDS DB Cluster Event"]
    failed = patterns["shop-test-web-failed-deployment"]
    assert failed["detail"] == {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]}
    assert failed["resources"][0]["suffix"].startswith(":service/")
    targets = [
        one
        for one in synthesized.json["resource"]["aws_cloudwatch_event_target"].values()
        if "input_transformer" in one
    ]
    assert len(targets) == len(patterns)
    for one in targets:
        assert "topics_warning" in one["arn"]
        assert one["input_transformer"]["input_template"].startswith('"<what> at <time>: <message> ')


def test_alarms_that_depend_on_the_database_are_suppressed(synthesized: Any) -> None:
    critical = synthesized.composite("web/critical")
    assert "alarms_web_causes" in critical["actions_suppressor"]["alarm"]
    assert "alarms_web_latency" in critical["alarm_rule"]
    assert not synthesized.alarm("web/latency").get("alarm_actions")
    assert "alarm_actions" not in synthesized.composite("web/causes")
    outage = synthesized.composite("main/outage")
    # Only a database that is gone suppresses, never one that a client can't log in to.
    assert outage["alarm_rule"].count("ALARM(") == 1
    assert "alarms_main_silent_" in outage["alarm_rule"]
    assert "topics_critical" in outage["alarm_actions"][0]


def test_topics_are_encrypted_and_take_only_this_accounts_alarms_over_tls(synthesized: Any) -> None:
    for place, provider in (("topics", None), ("global-topics", "aws.us-east-1")):
        key = synthesized.at("aws_kms_key", f"{place}/key/Default")
        assert "cloudwatch.amazonaws.com" in key["policy"]
        assert "events.amazonaws.com" in key["policy"]
        for severity in ("critical", "warning"):
            topic = synthesized.at("aws_sns_topic", f"{place}/{severity}")
            assert (topic["name"], topic.get("provider")) == (f"shop-test-{severity}", provider)
            assert f"monitoring_{place}_key" in topic["kms_master_key_id"]
            policy = synthesized.at("aws_sns_topic_policy", f"{place}/{severity}-policy")["policy"]
            allow, events, deny = json.loads(policy)["Statement"]
            assert allow["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
            assert "aws:SourceAccount" in allow["Condition"]["StringEquals"]
            # EventBridge takes no condition.
            assert events["Principal"] == {"Service": "events.amazonaws.com"}
            assert "Condition" not in events
            assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_emails_of_a_severity_subscribe_to_its_topic(synthesized: Any) -> None:
    found = synthesized.json["resource"]["aws_sns_topic_subscription"].values()
    pairs = sorted((one["endpoint"], "critical" in one["topic_arn"]) for one in found)
    everyone = [("lead@example.com", False), ("oncall@example.com", True), ("team@example.com", False)]
    assert pairs == sorted(everyone * 2)  # in both regions


@pytest.mark.parametrize(
    "key", ["website/server-errors", "site-firewall/blocked", "certificate/expiry-cloudfront"]
)
def test_alarms_on_cloudfront_are_in_us_east_1(synthesized: Any, key: str) -> None:
    alarm = synthesized.alarm(key)
    assert alarm["provider"] == "aws.us-east-1"
    assert all("global-topics" in topic for topic in alarm["alarm_actions"])


def test_without_anything_global_there_are_no_topics_elsewhere(
    synthesize_module: Callable[..., Json], watched_stack: Any, monitor: Any
) -> None:
    settings = MonitoringSettings(warning=TopicSettings(emails=("team@example.com",)))

    def build(stack: Any, context: Any) -> None:
        product = watched_stack(stack, context)
        monitor(product, settings, causes=None, watch=[product.web, product.database])
        with pytest.raises(ProblemsError, match="alarm jobs/running-tasks: got critical without a topic"):
            monitor(product, MonitoringSettings(), causes=None, watch=[product.jobs], name="none")

    document = synthesize_module(build)
    topics = document["resource"]["aws_sns_topic"].values()
    assert [(topic["name"], "provider" in topic) for topic in topics] == [("shop-test-warning", False)]
    alarms = document["resource"]["aws_cloudwatch_metric_alarm"].values()
    actions = {tuple(one["alarm_actions"]) for one in alarms if "-deployment-" not in one["alarm_name"]}
    assert len(actions) == 1
