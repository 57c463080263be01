"""The copies of a database that could be restored: to the latest second, or from a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from modules.errors import ProblemsError, refusal
from operations.synthesized import RestoreTest

Json = Mapping[str, Any]
# Of AWS Backup, which DescribeDBSnapshots leaves out unless it is asked for them.
_AWS_BACKUP = "awsbackup"
_SERVERLESS = "db.serverless"


class Kind(StrEnum):
    """Which copy is restored."""

    NEWEST = "newest"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy as of a moment: `snapshot`, by its identifier or its ARN; None: with the transaction logs since.

    `backups` is the ARN of automated backups that are replicated from another region.
    """

    at: datetime
    snapshot: str | None
    backups: str | None = None

    @property
    def text(self) -> str:
        """For people."""
        name = f"snapshot {self.snapshot}" if self.snapshot else "the latest point in time"
        name += f" of {self.backups}" if self.backups else ""
        return f"{name}, as of {self.at:%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True, kw_only=True)
class Source:
    """The database that runs, as RDS describes it, and its network: `vpc` is empty before there is one."""

    test: RestoreTest
    described: Json
    members: tuple[Json, ...]  # of a cluster
    vpc: str
    subnet_group: str

    @property
    def writer_class(self) -> str:
        """The class of a cluster's instances; serverless of a secondary cluster that has none."""
        return str(self.members[0]["DBInstanceClass"]) if self.members else _SERVERLESS


def source(rds: Any, test: RestoreTest) -> Source:
    """The database itself. Raises ProblemsError where there is none."""
    try:
        if test.is_cluster:
            (found,) = rds.describe_db_clusters(DBClusterIdentifier=test.identifier)["DBClusters"]
            group = found["DBSubnetGroup"]
            members = tuple(_members(rds, found))
        else:
            (found,) = rds.describe_db_instances(DBInstanceIdentifier=test.identifier)["DBInstances"]
            group, members = found["DBSubnetGroup"]["DBSubnetGroupName"], ()
    except (rds.exceptions.DBInstanceNotFoundFault, rds.exceptions.DBClusterNotFoundFault):
        why = refusal(
            got=f"no {test.identifier} in {rds.meta.region_name}",
            allowed="a stack that was applied",
            fix="apply it first, or check the account and the region",
        )
        raise ProblemsError.one(f"database {test.name}", why) from None
    (subnets,) = rds.describe_db_subnet_groups(DBSubnetGroupName=group)["DBSubnetGroups"]
    return Source(
        test=test, described=found, members=members, vpc=str(subnets["VpcId"]), subnet_group=str(group)
    )


def newest(rds: Any, of: Source, kind: Kind) -> Copy:
    """The newest copy, or the newest snapshot of any origin. Raises ProblemsError where there is none."""
    found = [*_snapshots(rds, of.test)]
    if kind is Kind.NEWEST and (latest := of.described.get("LatestRestorableTime")):
        found.append(Copy(at=latest, snapshot=None))
    if not found:
        why = refusal(
            got=f"no {'snapshot' if kind is Kind.SNAPSHOT else 'copy'} of {of.test.identifier}",
            allowed="one or more",
            fix="set backup_days= in its settings, and wait for the first backup",
        )
        raise ProblemsError.one(f"database {of.test.name}", why)
    # Of the same moment, the one that needs the logs too proves more.
    return max(found, key=lambda one: (one.at, one.snapshot is None))


def _members(rds: Any, cluster: Json) -> Iterator[Json]:
    for member in cluster["DBClusterMembers"]:
        yield from rds.describe_db_instances(DBInstanceIdentifier=member["DBInstanceIdentifier"])[
            "DBInstances"
        ]


def _snapshots(rds: Any, test: RestoreTest) -> Iterator[Copy]:
    call, answer, name, named = (
        ("describe_db_cluster_snapshots", "DBClusterSnapshots", "DBClusterSnapshot", "DBClusterIdentifier")
        if test.is_cluster
        else ("describe_db_snapshots", "DBSnapshots", "DBSnapshot", "DBInstanceIdentifier")
    )
    for kind in ({}, {"SnapshotType": _AWS_BACKUP}):
        for page in rds.get_paginator(call).paginate(**{named: test.identifier}, **kind):
            for one in page[answer]:
                if one["Status"] == "available":
                    yield Copy(at=one["SnapshotCreateTime"], snapshot=str(one[f"{name}Identifier"]))
