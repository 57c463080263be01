"""Reports what an account pays for in one region and nothing uses. It only reads.

Runs on Lambda. Variables: NAMESPACE, that of the metric; TOPIC, the ARN of a topic, or nothing;
SNAPSHOT_DAYS, the age from which a snapshot is old; REQUIRED_TAGS, a JSON list of keys that all should have.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

METRIC = "UnusedResources"
DIMENSION = "Kind"
# SNS API: Publish, Message, at most 262,144 bytes.
_MOST_LINES = 500

Clients = Callable[[str], Any]


def handler(event: Any, context: Any) -> dict[str, list[str]]:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls. Returns what was found, by kind."""
    import boto3

    return report(boto3.client, datetime.now(UTC))


def report(client: Clients, now: datetime) -> dict[str, list[str]]:
    """Log, count and tell what is unused; a kind that can't be looked at fails the run after the others."""
    found, failed = dict[str, list[str]](), list[str]()
    for kind, find in KINDS.items():
        try:
            found[kind] = list(find(client, now))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other kinds are told first
            failed.append(f"{kind}: {error}")
    for kind, lines in found.items():
        for line in lines:
            print(json.dumps({"kind": kind, "resource": line}))  # noqa: T201 - its log
    data = [
        {"MetricName": METRIC, "Dimensions": [{"Name": DIMENSION, "Value": kind}], "Value": len(lines)}
        for kind, lines in found.items()
    ]
    if data:
        client("cloudwatch").put_metric_data(Namespace=os.environ["NAMESPACE"], MetricData=data)
    if any(found.values()) and os.environ.get("TOPIC"):
        client("sns").publish(
            TopicArn=os.environ["TOPIC"], Subject="Unused resources", Message=_message(found)
        )
    if failed:
        raise RuntimeError("; ".join(failed))
    return found


def volumes(client: Clients, now: datetime) -> Iterator[str]:  # noqa: ARG001 - as every kind
    """EBS volumes that no instance has attached."""
    unattached = [{"Name": "status", "Values": ["available"]}]
    for one in _pages(client("ec2"), "describe_volumes", "Volumes", Filters=unattached):
        yield f"{one['VolumeId']}: {one['Size']} GiB of {one['VolumeType']}, attached to nothing"


def addresses(client: Clients, now: datetime) -> Iterator[str]:  # noqa: ARG001 - as every kind
    """Elastic IP addresses that belong to no network interface."""
    for one in client("ec2").describe_addresses()["Addresses"]:
        if "AssociationId" not in one:
            yield f"{one.get('AllocationId')}: {one['PublicIp']}, associated with nothing"


def load_balancers(client: Clients, now: datetime) -> Iterator[str]:  # noqa: ARG001 - as every kind
    """Load balancers none of whose target groups has a target; one that only redirects has no group."""
    elb = client("elbv2")
    for one in _pages(elb, "describe_load_balancers", "LoadBalancers"):
        try:
            groups = elb.describe_target_groups(LoadBalancerArn=one["LoadBalancerArn"])["TargetGroups"]
        except elb.exceptions.TargetGroupNotFoundException:
            groups = []
        targets = (elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"]) for group in groups)
        if not any(each["TargetHealthDescriptions"] for each in targets):
            yield f"{one['LoadBalancerName']}: no target in {len(groups)} target groups"


def snapshots(client: Clients, now: datetime) -> Iterator[str]:
    """Old snapshots of EBS that no image needs."""
    ec2, oldest = client("ec2"), _oldest(now)
    images = ec2.describe_images(Owners=["self"])["Images"]
    needed = {
        device["Ebs"].get("SnapshotId")
        for image in images
        for device in image["BlockDeviceMappings"]
        if "Ebs" in device
    }
    for one in _pages(ec2, "describe_snapshots", "Snapshots", OwnerIds=["self"]):
        if one["StartTime"] < oldest and one["SnapshotId"] not in needed:
            yield f"{one['SnapshotId']}: of {one['StartTime']:%Y-%m-%d}, {one['VolumeSize']} GiB"


def database_snapshots(client: Clients, now: datetime) -> Iterator[str]:
    """Old snapshots of RDS that somebody took, or that a deleted database left; AWS deletes its own."""
    rds, oldest = client("rds"), _oldest(now)
    calls = (
        ("describe_db_snapshots", "DBSnapshots", "DBSnapshotIdentifier"),
        ("describe_db_cluster_snapshots", "DBClusterSnapshots", "DBClusterSnapshotIdentifier"),
    )
    for call, key, identifier in calls:
        for one in _pages(rds, call, key, SnapshotType="manual"):
            made = one.get("SnapshotCreateTime")
            if made and made < oldest:
                yield f"{one[identifier]}: of {made:%Y-%m-%d}"


def untagged(client: Clients, now: datetime) -> Iterator[str]:  # noqa: ARG001 - as every kind
    """What lacks a required tag, of all that has or had a tag: the tagging API knows nothing else."""
    required = set(json.loads(os.environ["REQUIRED_TAGS"]))
    if not required:
        return
    for one in _pages(client("resourcegroupstaggingapi"), "get_resources", "ResourceTagMappingList"):
        if missing := sorted(required - {tag["Key"] for tag in one["Tags"]}):
            yield f"{one['ResourceARN']}: without {', '.join(missing)}"


KINDS: dict[str, Callable[[Clients, datetime], Iterator[str]]] = {
    "volumes": volumes,
    "addresses": addresses,
    "load-balancers": load_balancers,
    "snapshots": snapshots,
    "database-snapshots": database_snapshots,
    "untagged": untagged,
}


def _oldest(now: datetime) -> datetime:
    return now - timedelta(days=int(os.environ["SNAPSHOT_DAYS"]))


def _pages(client: Any, call: str, key: str, **arguments: Any) -> Iterator[Any]:
    for page in client.get_paginator(call).paginate(**arguments):
        yield from page[key]


def _message(found: dict[str, list[str]]) -> str:
    lines = []
    for kind, resources in found.items():
        if resources:
            lines += [f"{kind} ({len(resources)})", *(f"  {one}" for one in resources), ""]
    more = len(lines) - _MOST_LINES
    head = "Nothing was changed. Delete what is not needed, or tag what is.\n\n"
    return head + "\n".join(lines[:_MOST_LINES]) + (f"\n… {more} lines more in the log" if more > 0 else "")
