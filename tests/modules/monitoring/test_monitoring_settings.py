"""What settings of monitoring, metrics and alarms refuse, by its message; which topic is notified."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.monitoring.metrics import Expression, Metric, highest, lowest, total
from modules.monitoring.monitored import AlarmRule, EventRule, LogMetric, Monitored, Widget
from modules.monitoring.settings import AlarmOverride, MonitoringSettings, TopicSettings

METRIC = Metric(
    namespace="AWS/ECS",
    name="CPUUtilization",
    dimensions={"ServiceName": "a"},
    statistic="Average",
    label="a",
)
ELSEWHERE = replace(METRIC, in_global_region=True)
RULE = AlarmRule(
    key="cpu",
    severity="warning",
    series=METRIC,
    comparison=">",
    threshold=80,
    periods=3,
    missing_data="notBreaching",
    description="Look.",
)
WIDGET = Widget(title="CPU", series=(METRIC,), unit="%")


@pytest.mark.parametrize(
    "email",
    [
        *("", "team", "team@", "@example.com", "team@example", "team@-example.com", "a b@example.com"),
        *("team@example..com", ".team@example.com", "team@example.com,", "Team <team@example.com>"),
        "a" * 250 + "@example.com",
    ],
)
def test_an_email_that_is_none_is_refused(email: str) -> None:
    with pytest.raises(ProblemsError, match=r"TopicSettings.emails.1: got .*allowed: an e-mail address"):
        TopicSettings(emails=("team@example.com", email))


@pytest.mark.parametrize("email", ["team@example.com", "on-call+prod@ops.example.co.uk", "O'Hara@example.ng"])
def test_an_email_is_taken(email: str) -> None:
    assert TopicSettings(emails=(email,)).emails == (email,)


def test_a_topic_has_subscriptions_each_once() -> None:
    with pytest.raises(ProblemsError, match="got none; allowed: at least one address"):
        TopicSettings(emails=())
    with pytest.raises(ProblemsError, match=r"team@example.com twice"):
        TopicSettings(emails=("team@example.com", "Team@example.com"))


def test_critical_falls_to_the_warning_topic_and_never_the_other_way() -> None:
    topic = TopicSettings(emails=("team@example.com",))
    both = MonitoringSettings(critical=topic, warning=topic)
    assert [both.topic_of(severity) for severity in ("critical", "warning")] == ["critical", "warning"]
    alone = MonitoringSettings(warning=topic)
    assert [alone.topic_of(severity) for severity in ("critical", "warning")] == ["warning", "warning"]
    woken = MonitoringSettings(critical=topic)
    assert [woken.topic_of(severity) for severity in ("critical", "warning")] == ["critical", None]


def test_an_override_says_only_what_differs() -> None:
    assert AlarmOverride(threshold=0, severity="critical").changes == {"threshold": 0, "severity": "critical"}
    assert AlarmOverride().changes == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "Cpu"}, "got 'Cpu'; allowed: lower-case words"),
        ({"key": "outage"}, "got 'outage'; allowed: lower-case words joined by '-', none of causes"),
        ({"periods": 3, "datapoints": 4}, "got 4 of 3 periods"),
        ({"periods": 1441}, "got 1441 periods of 60 s; allowed: 86400 s in all"),
        ({"periods": 8, "series": replace(METRIC, period=86_400)}, "allowed: 604800 s in all"),
        ({"description": " "}, "description: got ' '; allowed: one line"),
        ({"missing_data": "maybe"}, "missing_data"),
        ({"severity": "fatal"}, "severity"),
    ],
)
def test_an_alarm_that_could_not_be_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        replace(RULE, **change)


def test_what_missing_data_means_is_never_left_to_a_default() -> None:
    fields: dict[str, Any] = {
        name: getattr(RULE, name) for name in ("key", "severity", "series", "comparison")
    }
    with pytest.raises(ProblemsError, match="missing_data: is required and has no safe default"):
        AlarmRule(**fields, threshold=1, periods=1, description="Look.")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"statistic": "Mean"}, "got 'Mean'; allowed: Average, Sum"),
        ({"statistic": "p100"}, "got 'p100'"),
        ({"period": 90}, "got 90 s; allowed: a multiple of 60"),
    ],
)
def test_a_metric_that_is_none_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        replace(METRIC, **change)


@pytest.mark.parametrize(
    ("expression", "metrics", "message"),
    [
        ("100 * errors", {"requests": METRIC}, "an expression that uses each id"),
        ("MAX([a])", {"a": METRIC, "b": METRIC}, "an expression that uses each id"),
        ("MAX([a, b])", {"a": METRIC, "b": replace(METRIC, period=300)}, "period: got several"),
        ("MAX([a, b])", {"a": METRIC, "b": ELSEWHERE}, "in_global_region: got several"),
    ],
)
def test_an_expression_of_something_else_is_refused(
    expression: str, metrics: dict[str, Metric], message: str
) -> None:
    with pytest.raises(ProblemsError, match=message):
        Expression(expression=expression, metrics=metrics, label="x")


def test_an_alarm_takes_ten_metrics_at_most() -> None:
    with pytest.raises(ProblemsError, match="got 11; allowed: at most 10 metrics"):
        highest("x", {f"m{place}": METRIC for place in range(11)})


def test_one_metric_needs_no_expression() -> None:
    two = {"a": METRIC, "b": METRIC}
    for combine, expected in (
        (highest, "MAX([a, b])"),
        (lowest, "MIN([a, b])"),
        (total, "SUM([FILL(a, 0), FILL(b, 0)])"),
    ):
        assert combine("x", {"a": METRIC}) is METRIC
        made = combine("x", two)
        assert isinstance(made, Expression)
        assert made.expression == expected


def test_a_graph_is_of_something_in_one_region() -> None:
    with pytest.raises(ProblemsError, match=r"CPU.series: got 0"):
        replace(WIDGET, series=())
    with pytest.raises(ProblemsError, match="series of one region"):
        replace(WIDGET, series=(METRIC, ELSEWHERE))
    with pytest.raises(ProblemsError, match=r"Widget.width"):
        replace(WIDGET, width=25)


def test_a_count_of_lines_has_no_dimensions() -> None:
    with pytest.raises(ProblemsError, match=r"failures.metric: got dimensions"):
        LogMetric(key="failures", log_group_names=("x",), pattern="x", metric=METRIC)


def test_a_watched_thing_has_each_alarm_once_and_draws_only_its_own() -> None:
    thing = Monitored(key="web", title="Web", group="api", widgets=(WIDGET,), alarms=(RULE,))
    with pytest.raises(ProblemsError, match="alarm cpu twice"):
        replace(thing, alarms=(RULE, RULE))
    with pytest.raises(ProblemsError, match=r"web.CPU.alarms: got 'gpu'; allowed: cpu"):
        replace(thing, widgets=(replace(WIDGET, alarms=("gpu",)),))
    with pytest.raises(ProblemsError, match="got 'Web'"):
        replace(thing, key="Web")


def test_a_topic_has_a_channel_beside_mail() -> None:
    topic = TopicSettings(emails=("team@example.com",), phones=("+2348012345678",))
    assert topic.endpoints == (("email", "team@example.com"), ("sms", "+2348012345678"))
    with pytest.raises(ProblemsError, match=r"TopicSettings.phones.0: got '08012345678'; allowed: a phone"):
        TopicSettings(emails=("team@example.com",), phones=("08012345678",))
    with pytest.raises(ProblemsError, match=r"TopicSettings.phones: got \+2348012345678 twice"):
        TopicSettings(emails=("team@example.com",), phones=("+2348012345678", "+2348012345678"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"key": "Failed"}, "EventRule.key: got 'Failed'"),
        ({"message": "detail"}, "EventRule.failed.message: got 'detail'; allowed: a path"),
        ({"description": 'say "no"'}, "EventRule.failed.description: .*reword it"),
    ],
)
def test_an_event_that_eventbridge_could_not_tell_is_refused(fields: dict[str, Any], message: str) -> None:
    given = {"key": "failed", "message": "$.detail", "description": "Look.", **fields}
    with pytest.raises(ProblemsError, match=message):
        EventRule(severity="warning", pattern={}, **given)
