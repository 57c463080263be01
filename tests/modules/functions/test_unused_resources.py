"""The report of unused resources, against moto: what it finds, what it leaves alone, what it tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from modules.functions import unused_resources

LATER = datetime.now(UTC) + timedelta(days=100)
Clients = Callable[[str], Any]
# Making one reads its service's model: a second for those of three services.
_client = cache(boto3.client)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    """Clients of an account that is none."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    variables = {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "NAMESPACE": "shop-test",
        "SNAPSHOT_DAYS": "90",
        "REQUIRED_TAGS": '["Owner"]',
        "TOPIC": "",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # a second for thousands that no test needs
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield _client


def volume(client: Clients) -> str:
    made = client("ec2").create_volume(AvailabilityZone="eu-west-1a", Size=8, VolumeType="gp3")
    return str(made["VolumeId"])


def instance(client: Clients) -> str:
    image = client("ec2").register_image(Name="image")["ImageId"]
    (made,) = client("ec2").run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"]
    return str(made["InstanceId"])


def names(found: list[str]) -> set[str]:
    """What the lines are about."""
    return {line.partition(":")[0] for line in found}


def test_a_volume_that_nothing_has_attached_is_reported(client: Clients) -> None:
    used, unused = volume(client), volume(client)
    client("ec2").attach_volume(VolumeId=used, InstanceId=instance(client), Device="/dev/sdf")
    found = unused_resources.report(client, LATER)["volumes"]
    assert found == [f"{unused}: 8 GiB of gp3, attached to nothing"]


def test_an_address_that_nothing_has_is_reported(client: Clients) -> None:
    ec2 = client("ec2")
    used, unused = (ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(2))
    ec2.associate_address(AllocationId=used, InstanceId=instance(client))
    assert names(unused_resources.report(client, LATER)["addresses"]) == {unused}


def test_a_load_balancer_without_targets_is_reported(client: Clients) -> None:
    ec2, elb = client("ec2"), client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{place}.0/24", AvailabilityZone=f"eu-west-1{zone}")
        for place, zone in enumerate("ab")
    ]
    for name, targets in (("used", 1), ("idle", 0), ("bare", None)):
        (balancer,) = elb.create_load_balancer(Name=name, Subnets=[s["Subnet"]["SubnetId"] for s in subnets])[
            "LoadBalancers"
        ]
        if targets is None:
            continue
        (group,) = elb.create_target_group(
            Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="instance"
        )["TargetGroups"]
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}],
        )
        if targets:
            elb.register_targets(
                TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": instance(client), "Port": 80}]
            )
    found = unused_resources.report(client, LATER)["load-balancers"]
    assert found == ["idle: no target in 1 target groups", "bare: no target in 0 target groups"]


def test_a_snapshot_is_reported_when_it_is_old_and_no_image_needs_it(client: Clients) -> None:
    ec2 = client("ec2")
    snapshot = ec2.create_snapshot(VolumeId=volume(client))["SnapshotId"]
    image = ec2.create_image(InstanceId=instance(client), Name="kept")["ImageId"]
    (described,) = ec2.describe_images(ImageIds=[image])["Images"]
    (needed,) = [one["Ebs"]["SnapshotId"] for one in described["BlockDeviceMappings"]]
    found = names(unused_resources.report(client, LATER)["snapshots"])
    assert snapshot in found
    assert needed not in found
    # The account of moto has old snapshots from the beginning, ours is new.
    assert snapshot not in names(unused_resources.report(client, datetime.now(UTC))["snapshots"])


def test_a_snapshot_of_a_database_is_reported_when_somebody_took_it(client: Clients) -> None:
    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="shop",
        DBInstanceClass="db.t4g.micro",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="a-password-of-16",
    )
    rds.create_db_snapshot(DBInstanceIdentifier="shop", DBSnapshotIdentifier="before-the-upgrade")
    assert names(unused_resources.report(client, LATER)["database-snapshots"]) == {"before-the-upgrade"}
    assert unused_resources.report(client, datetime.now(UTC))["database-snapshots"] == []


def test_what_lacks_a_required_tag_is_reported(client: Clients) -> None:
    ec2 = client("ec2")
    tagged, other = volume(client), volume(client)
    ec2.create_tags(Resources=[tagged], Tags=[{"Key": "Owner", "Value": "team"}])
    ec2.create_tags(Resources=[other], Tags=[{"Key": "Name", "Value": "what"}])
    (found,) = unused_resources.report(client, LATER)["untagged"]
    assert found.endswith(f"volume/{other}: without Owner")


def test_each_kind_is_a_metric_and_the_topic_is_told(
    client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = client("sqs").create_queue(QueueName="read")["QueueUrl"]
    topic = client("sns").create_topic(Name="costs")["TopicArn"]
    attributes = client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=attributes["Attributes"]["QueueArn"])
    monkeypatch.setenv("TOPIC", topic)
    monkeypatch.setenv("SNAPSHOT_DAYS", "100000")
    unused_resources.handler({}, None)
    assert "Messages" not in client("sqs").receive_message(QueueUrl=queue)
    unused = volume(client)
    unused_resources.handler({}, None)
    (message,) = client("sqs").receive_message(QueueUrl=queue)["Messages"]
    told = json.loads(message["Body"])["Message"]
    assert "volumes (1)" in told
    assert unused in told
    metrics = client("cloudwatch").list_metrics(Namespace="shop-test", MetricName=unused_resources.METRIC)
    kinds = {one["Dimensions"][0]["Value"] for one in metrics["Metrics"]}
    assert kinds == set(unused_resources.KINDS)


def test_a_kind_that_can_t_be_read_fails_the_run_after_the_others(
    client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUIRED_TAGS", "no list")
    volume(client)
    with pytest.raises(RuntimeError, match=r"^untagged: "):
        unused_resources.report(client, LATER)
    metrics = client("cloudwatch").list_metrics(Namespace="shop-test")["Metrics"]
    assert {one["Dimensions"][0]["Value"] for one in metrics} == set(unused_resources.KINDS) - {"untagged"}


def test_it_changes_nothing() -> None:
    from modules.cost.unused import _READING

    verbs = {action.partition(":")[2] for action in _READING.actions}
    assert verbs
    assert all(verb.startswith(("Describe", "Get")) for verb in verbs)
