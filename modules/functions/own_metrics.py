"""Publishes what an operator wants to know of databases and services, and CloudWatch has no metric for.

Runs on Lambda. Variables: NAMESPACE, that of the metrics; DATABASES, a JSON object of name and identifier of
RDS instances; CLUSTERS, the same of Aurora clusters; SERVICES, a JSON object of name and `cluster` and
`service` of ECS services. It reads descriptions, never data.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

# How far back the latest point is to which a database can be restored.
RESTORABLE = "MinutesSinceRestorable"
# The age of the newest snapshot that RDS took by itself.
SNAPSHOT = "HoursSinceSnapshot"
# Until the first server certificate ends, and clients that check it refuse the server.
CERTIFICATE = "DaysUntilCertificateEnds"
# Tasks that a deployment should have replaced.
OLD_TASKS = "TasksOfOldRevisions"
DATABASE, SERVICE = "Database", "Service"

Clients = Callable[[str], Any]
Figure = tuple[str, float]
# While it is off or not there yet, nothing is measured.
_RUNNING = ("available", "backing-up", "modifying", "storage-optimization", "upgrading")


def handler(event: Any, context: Any) -> None:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls. The first run, while resources are being made, fails for none of them."""
    import boto3

    try:
        publish(boto3.client, datetime.now(UTC))
    except RuntimeError:
        if not event.get("first"):
            raise


def publish(client: Clients, now: datetime) -> None:
    """Publish the metrics of each resource; one that can't be read fails the run after the others."""
    kinds = (
        ("DATABASES", DATABASE, instance),
        ("CLUSTERS", DATABASE, cluster),
        ("SERVICES", SERVICE, service),
    )
    data, failed = list[dict[str, Any]](), list[str]()
    for variable, dimension, measure in kinds:
        for name, which in json.loads(os.environ[variable]).items():
            try:
                figures = list(measure(client, which, now))
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are told first
                failed.append(f"{name}: {error}")
                continue
            dimensions = [{"Name": dimension, "Value": name}]
            data += [{"MetricName": m, "Dimensions": dimensions, "Value": value} for m, value in figures]
    if data:
        client("cloudwatch").put_metric_data(Namespace=os.environ["NAMESPACE"], MetricData=data)
    if failed:
        raise RuntimeError("; ".join(failed))


def instance(client: Clients, identifier: str, now: datetime) -> Iterator[Figure]:
    """An instance of RDS; a read replica without backups of its own has a certificate only."""
    rds = client("rds")
    (found,) = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
    if found["DBInstanceStatus"] not in _RUNNING:
        return
    yield from _certificates([found], now)
    if found.get("BackupRetentionPeriod"):
        snapshots = rds.describe_db_snapshots(DBInstanceIdentifier=identifier, SnapshotType="automated")
        yield from _backups(found, snapshots["DBSnapshots"], found.get("InstanceCreateTime"), now)


def cluster(client: Clients, identifier: str, now: datetime) -> Iterator[Figure]:
    """A cluster of Aurora."""
    rds = client("rds")
    (found,) = rds.describe_db_clusters(DBClusterIdentifier=identifier)["DBClusters"]
    if found["Status"] not in _RUNNING:
        return
    members = [
        one
        for member in found["DBClusterMembers"]
        for one in rds.describe_db_instances(DBInstanceIdentifier=member["DBInstanceIdentifier"])[
            "DBInstances"
        ]
    ]
    yield from _certificates(members, now)
    snapshots = rds.describe_db_cluster_snapshots(DBClusterIdentifier=identifier, SnapshotType="automated")
    yield from _backups(found, snapshots["DBClusterSnapshots"], found.get("ClusterCreateTime"), now)


def service(client: Clients, which: dict[str, str], now: datetime) -> Iterator[Figure]:  # noqa: ARG001
    """A service of ECS."""
    answer = client("ecs").describe_services(cluster=which["cluster"], services=[which["service"]])
    if answer["failures"]:
        raise LookupError(answer["failures"][0].get("reason", "not found"))
    (found,) = answer["services"]
    old = [one for one in found["deployments"] if one["status"] != "PRIMARY"]
    yield OLD_TASKS, sum(one["runningCount"] for one in old)


def _certificates(instances: list[Any], now: datetime) -> Iterator[Figure]:
    ends = [one["CertificateDetails"]["ValidTill"] for one in instances if "CertificateDetails" in one]
    if ends:
        yield CERTIFICATE, (min(ends) - now).total_seconds() / 86400


def _backups(
    database: Any, snapshots: list[Any], created: datetime | None, now: datetime
) -> Iterator[Figure]:
    if latest := database.get("LatestRestorableTime"):
        yield RESTORABLE, (now - latest).total_seconds() / 60
    # One that is being made counts as soon as it is there; before the first, the age is the database's.
    times = [one["SnapshotCreateTime"] for one in snapshots if "SnapshotCreateTime" in one]
    if newest := max(times, default=created):
        yield SNAPSHOT, (now - newest).total_seconds() / 3600
