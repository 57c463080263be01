"""Patches of AWS Budgets, Cost Anomaly Detection and X-Ray, each by what AWS's pages say of the call."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator

pytestmark = pytest.mark.emulator
ACCOUNT = "123456789012"
NOTIFICATION = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
MAIL = {"SubscriptionType": "EMAIL", "Address": "team@example.com"}
TAG = {"Key": "Environment", "Value": "dev"}


def budget(client: Any, *subscribers: dict[str, str], limit: str = "100") -> dict[str, str]:
    """Create a budget with one notification; returns how it is named in later calls."""
    client.create_budget(
        AccountId=ACCOUNT,
        Budget={
            "BudgetName": "dev",
            "BudgetType": "COST",
            "TimeUnit": "MONTHLY",
            "BudgetLimit": {"Amount": limit, "Unit": "USD"},
        },
        NotificationsWithSubscribers=[{"Notification": NOTIFICATION, "Subscribers": list(subscribers)}],
        ResourceTags=[TAG],
    )
    return {"AccountId": ACCOUNT, "BudgetName": "dev"}


def test_subscribers_of_a_budget_are_read_added_and_removed(emulator: Emulator) -> None:
    client = emulator.client("budgets", "us-east-1")
    which = {**budget(client, MAIL), "Notification": {**NOTIFICATION, "ThresholdType": "PERCENTAGE"}}
    other = {**MAIL, "Address": "second@example.com"}
    client.create_subscriber(**which, Subscriber=other)
    assert client.describe_subscribers_for_notification(**which)["Subscribers"] == [MAIL, other]
    client.delete_subscriber(**which, Subscriber=MAIL)
    assert client.describe_subscribers_for_notification(**which)["Subscribers"] == [other]
    with pytest.raises(ClientError, match="NotFoundException"):
        client.delete_subscriber(**which, Subscriber=MAIL)


def test_a_notification_of_another_threshold_is_another_one(emulator: Emulator) -> None:
    client = emulator.client("budgets", "us-east-1")
    which = budget(client, MAIL)
    with pytest.raises(ClientError, match="NotFoundException"):
        client.delete_notification(**which, Notification={**NOTIFICATION, "Threshold": 81.0})
    client.delete_notification(**which, Notification=NOTIFICATION)
    assert client.describe_notifications_for_budget(**which)["Notifications"] == []


def test_a_notification_takes_one_topic(emulator: Emulator) -> None:
    topics = [
        {"SubscriptionType": "SNS", "Address": f"arn:aws:sns:eu-west-1:{ACCOUNT}:{name}"} for name in "ab"
    ]
    with pytest.raises(ClientError, match="CreationLimitExceededException"):
        budget(emulator.client("budgets", "us-east-1"), *topics)


def test_a_budget_is_updated_and_keeps_its_notifications_and_tags(emulator: Emulator) -> None:
    client = emulator.client("budgets", "us-east-1")
    which = budget(client, MAIL)
    before = client.describe_budget(**which)["Budget"]
    client.update_budget(
        AccountId=ACCOUNT, NewBudget={**before, "BudgetLimit": {"Amount": "200", "Unit": "USD"}}
    )
    after = client.describe_budget(**which)["Budget"]
    assert after["BudgetLimit"]["Amount"] == "200"
    assert after["TimePeriod"] == before["TimePeriod"]
    assert client.describe_notifications_for_budget(**which)["Notifications"] == [NOTIFICATION]
    arn = f"arn:aws:budgets::{ACCOUNT}:budget/dev"
    assert client.list_tags_for_resource(ResourceARN=arn)["ResourceTags"] == [TAG]
    client.untag_resource(ResourceARN=arn, ResourceTagKeys=["Environment"])
    assert client.list_tags_for_resource(ResourceARN=arn)["ResourceTags"] == []


def test_an_account_has_one_monitor_of_its_services(emulator: Emulator) -> None:
    client = emulator.client("ce", "us-east-1")
    monitor = {"MonitorName": "services", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    arn = client.create_anomaly_monitor(AnomalyMonitor=monitor, ResourceTags=[TAG])["MonitorArn"]
    (found,) = client.get_anomaly_monitors(MonitorArnList=[arn])["AnomalyMonitors"]
    assert found["MonitorName"] == "services"
    assert client.list_tags_for_resource(ResourceArn=arn)["ResourceTags"] == [TAG]
    with pytest.raises(ClientError, match="Limit exceeded on dimensional spend monitor creation"):
        client.create_anomaly_monitor(AnomalyMonitor={**monitor, "MonitorName": "more"})
    client.delete_anomaly_monitor(MonitorArn=arn)
    with pytest.raises(ClientError, match="UnknownMonitorException"):
        client.get_anomaly_monitors(MonitorArnList=[arn])


def test_a_subscription_at_once_is_a_topic_s_alone(emulator: Emulator) -> None:
    client = emulator.client("ce", "us-east-1")
    monitor = {"MonitorName": "services", "MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"}
    arn = client.create_anomaly_monitor(AnomalyMonitor=monitor)["MonitorArn"]
    impact = {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "Values": ["20"]}
    subscription = {
        "SubscriptionName": "team",
        "MonitorArnList": [arn],
        "Frequency": "DAILY",
        "Subscribers": [{"Type": "EMAIL", "Address": "team@example.com"}],
        "ThresholdExpression": {"Dimensions": {**impact, "MatchOptions": ["GREATER_THAN_OR_EQUAL"]}},
    }
    with pytest.raises(ClientError, match="one SNS subscriber"):
        client.create_anomaly_subscription(AnomalySubscription={**subscription, "Frequency": "IMMEDIATE"})
    made = client.create_anomaly_subscription(AnomalySubscription=subscription)["SubscriptionArn"]
    client.update_anomaly_subscription(SubscriptionArn=made, Frequency="WEEKLY")
    (found,) = client.get_anomaly_subscriptions(SubscriptionArnList=[made])["AnomalySubscriptions"]
    assert found["Frequency"] == "WEEKLY"
    assert found["ThresholdExpression"] == subscription["ThresholdExpression"]
    client.delete_anomaly_subscription(SubscriptionArn=made)
    assert client.get_anomaly_subscriptions()["AnomalySubscriptions"] == []


def test_allocation_tags_are_listed_by_their_status(emulator: Emulator) -> None:
    client = emulator.client("ce", "us-east-1")
    wanted = [{"TagKey": "Environment", "Status": "Active"}, {"TagKey": "Owner", "Status": "Inactive"}]
    client.update_cost_allocation_tags_status(CostAllocationTagsStatus=wanted)
    (active,) = client.list_cost_allocation_tags(Status="Active")["CostAllocationTags"]
    assert (active["TagKey"], active["Type"]) == ("Environment", "UserDefined")
    (one,) = client.list_cost_allocation_tags(TagKeys=["Owner"])["CostAllocationTags"]
    assert one["Status"] == "Inactive"


def test_a_group_of_traces_through_its_life(emulator: Emulator) -> None:
    client = emulator.client("xray", "eu-west-1")
    made = client.create_group(GroupName="dev", FilterExpression="fault = true", Tags=[TAG])["Group"]
    assert client.list_tags_for_resource(ResourceARN=made["GroupARN"])["Tags"] == [TAG]
    with pytest.raises(ClientError, match="already exists"):
        client.create_group(GroupName="dev")
    client.update_group(GroupARN=made["GroupARN"], FilterExpression="error = true")
    assert client.get_group(GroupName="dev")["Group"]["FilterExpression"] == "error = true"
    client.delete_group(GroupARN=made["GroupARN"])
    with pytest.raises(ClientError, match="does not exist"):
        client.get_group(GroupName="dev")


def test_a_sampling_rule_through_its_life(emulator: Emulator) -> None:
    client = emulator.client("xray", "eu-west-1")
    places = dict.fromkeys(
        ("ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath", "ResourceARN"), "*"
    )
    numbers = {"Priority": 100, "FixedRate": 0.05, "ReservoirSize": 1, "Version": 1}
    rule = client.create_sampling_rule(SamplingRule={"RuleName": "dev", **numbers, **places}, Tags=[TAG])
    arn = rule["SamplingRuleRecord"]["SamplingRule"]["RuleARN"]
    assert client.list_tags_for_resource(ResourceARN=arn)["Tags"] == [TAG]
    client.update_sampling_rule(SamplingRuleUpdate={"RuleName": "dev", "FixedRate": 0.5})
    (record,) = client.get_sampling_rules()["SamplingRuleRecords"]
    assert record["SamplingRule"]["FixedRate"] == 0.5
    assert record["SamplingRule"]["Host"] == "*"
    client.delete_sampling_rule(RuleName="dev")
    assert client.get_sampling_rules()["SamplingRuleRecords"] == []
    with pytest.raises(ClientError, match="does not exist"):
        client.delete_sampling_rule(RuleName="dev")
