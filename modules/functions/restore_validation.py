"""Tells AWS Backup whether what a restore test restored is whole, encrypted, and reached by nobody.

Runs on Lambda, at the event that a restore of a restore testing plan is complete (AWS Backup developer guide,
"Restore testing validation"). Variable: SECURITY_GROUP, the one that a database must have, if any. What is
wrong also fails the run, so that an alarm tells it. AWS Backup then deletes what it restored.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

Clients = Callable[[str], Any]


def handler(event: Any, context: Any) -> None:  # noqa: ARG001 - Lambda's signature
    """What Lambda calls."""
    import boto3

    validate(boto3.client, event["detail"])


def validate(client: Clients, detail: Any) -> None:
    """Look at what was restored, and say what is wrong with it."""
    kind, name = detail["resourceType"], detail["createdResourceArn"].split(":", 5)[5]
    wrong = list(_LOOKS[kind](client, name.replace("/", ":").rpartition(":")[2]))
    client("backup").put_restore_validation_result(
        RestoreJobId=detail["restoreJobId"],
        ValidationStatus="FAILED" if wrong else "SUCCESSFUL",
        ValidationStatusMessage="; ".join(wrong) or "available, encrypted, reached by nobody",
    )
    if wrong:
        raise RuntimeError(f"{kind} {name}: {'; '.join(wrong)}")


def _instance(client: Clients, name: str) -> Iterator[str]:
    (found,) = client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    if found["DBInstanceStatus"] != "available":
        yield f"it is {found['DBInstanceStatus']}"
    if found["PubliclyAccessible"]:
        yield "it is public"
    yield from _database(found)


def _cluster(client: Clients, name: str) -> Iterator[str]:
    (found,) = client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
    if found["Status"] != "available":
        yield f"it is {found['Status']}"
    yield from _database(found)


def _database(found: Any) -> Iterator[str]:
    if not found["StorageEncrypted"]:
        yield "it is not encrypted"
    wanted = os.environ.get("SECURITY_GROUP")
    groups = [one["VpcSecurityGroupId"] for one in found["VpcSecurityGroups"]]
    if wanted and groups != [wanted]:
        yield f"its security groups are {', '.join(groups) or 'none'}"


def _file_system(client: Clients, name: str) -> Iterator[str]:
    (found,) = client("efs").describe_file_systems(FileSystemId=name)["FileSystems"]
    if found["LifeCycleState"] != "available":
        yield f"it is {found['LifeCycleState']}"
    if not found["Encrypted"]:
        yield "it is not encrypted"


_LOOKS: dict[str, Callable[[Clients, str], Iterator[str]]] = {
    "Aurora": _cluster,
    "EFS": _file_system,
    "RDS": _instance,
}
# Kinds of AWS Backup that it knows how to look at.
KINDS = tuple(_LOOKS)
