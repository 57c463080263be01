"""The kinds of things with tags that the stacks of accounts alone create. Pure."""

from __future__ import annotations

from operations.orphans.kinds import Ask, Kind

ACCOUNTS = (
    Kind(
        types=("aws_accessanalyzer_analyzer",),
        arn="access-analyzer:analyzer/{name}",
        id="{name}",
        by={"analyzer_name": "name"},
    ),
    Kind(types=("aws_cloudtrail",), arn="cloudtrail:trail/{name}", id="{arn}", by={"name": "name"}),
    Kind(
        types=("aws_config_config_rule",),
        arn="config:config-rule/{id}",
        id="{is.ConfigRuleName}",
        by={"name": "is.ConfigRuleName"},
        ask=Ask(
            service="config",
            call="describe_config_rules",
            found="ConfigRules[?ConfigRuleArn=='{arn}'] | [0]",
            arguments={},
        ),
    ),
    Kind(
        types=("aws_ce_anomaly_monitor",),
        arn="ce:anomalymonitor/{id}",
        id="{arn}",
        by={"name": "is.MonitorName"},
        ask=Ask(
            service="ce",
            call="get_anomaly_monitors",
            found="AnomalyMonitors[0]",
            arguments={"MonitorArnList": ["{arn}"]},
        ),
    ),
    Kind(
        types=("aws_ce_anomaly_subscription",),
        arn="ce:anomalysubscription/{id}",
        id="{arn}",
        by={"name": "is.SubscriptionName"},
        ask=Ask(
            service="ce",
            call="get_anomaly_subscriptions",
            found="AnomalySubscriptions[0]",
            arguments={"SubscriptionArnList": ["{arn}"]},
        ),
    ),
    # An account has one in a region; the tag tells whose.
    Kind(
        types=("aws_guardduty_detector",),
        arn="guardduty:detector/{id}",
        id="{id}",
        by={"tags.Name": "tags.Name"},
    ),
)
