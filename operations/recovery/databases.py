"""The databases of a primary and its recovery stack: where the writer is, and how far behind its copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from modules.errors import ProblemsError, refusal
from operations.recovery.pair import Pair
from operations.synthesized.stack_json import Json

_LOOK_BACK = timedelta(minutes=10)
_PERIOD = 60  # seconds; both metrics are sent once a minute
_MILLISECONDS = 1000
_AVAILABLE = "available"


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How far a copy is behind what it follows."""

    seconds: float
    measured: datetime

    @property
    def until(self) -> datetime:
        """What was written before that time is in the copy."""
        return self.measured - timedelta(seconds=self.seconds)


class Database(Protocol):
    """A database that both stacks have, with one writer."""

    @property
    def name(self) -> str:
        """As a person knows it."""

    def writer(self) -> str:
        """The region of the writer; empty while it moves."""

    def lag(self) -> Lag | None:
        """How far the recovery stack's copy is behind; None without one that was measured."""


def find_instance(rds: Any, name: str) -> Json | None:
    """An instance by its name, in the region of the client."""
    try:
        found: Json = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    except rds.exceptions.DBInstanceNotFoundFault:
        return None
    return found


def follows(instance: Json) -> str:
    """What an instance is a replica of; empty for one of its own."""
    return str(instance.get("ReadReplicaSourceDBInstanceIdentifier") or "")


def lag(cloudwatch: Any, metric: str, unit: float, **dimension: str) -> Lag | None:
    """The newest measurement of a metric that tells a lag; `unit`: how many make a second."""
    now = datetime.now(UTC)
    points = cloudwatch.get_metric_statistics(
        Namespace="AWS/RDS",
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimension.items()],
        StartTime=now - _LOOK_BACK,
        EndTime=now,
        Period=_PERIOD,
        Statistics=["Maximum"],
    )["Datapoints"]
    newest = max(points, key=lambda one: one["Timestamp"], default=None)
    # -1 says that it cannot be determined (Amazon RDS user guide, "Monitoring read replication").
    if newest is None or newest["Maximum"] < 0:
        return None
    return Lag(seconds=newest["Maximum"] / unit, measured=newest["Timestamp"])


def instance_lag(cloudwatch: Any, name: str) -> Lag | None:
    """The lag of a read replica of RDS."""
    return lag(cloudwatch, "ReplicaLag", 1, DBInstanceIdentifier=name)


class Instances:
    """An instance of RDS in the primary, and its replica in the recovery stack."""

    def __init__(self, pair: Pair, address: str, primary: Json, recovery: Json, clients: Any) -> None:
        self.address, self.clients = address, clients
        self.primary_name = pair.primary.value(primary["identifier"])
        self.recovery_name = pair.recovery.value(recovery["identifier"])
        self._regions = (pair.primary.region, pair.recovery.region)

    @property
    def name(self) -> str:
        """That of the primary's instance."""
        return self.primary_name

    def standby(self) -> Json | None:
        """The recovery stack's instance."""
        return find_instance(self.clients.rds, self.recovery_name)

    def writer(self) -> str:
        """The recovery's region once its instance follows nobody."""
        primary, recovery = self._regions
        own = self.standby()
        if own is None or follows(own):
            return primary
        return recovery if own["DBInstanceStatus"] == _AVAILABLE else ""

    def lag(self) -> Lag | None:
        """ReplicaLag, in seconds (Amazon RDS user guide, "Amazon CloudWatch metrics for Amazon RDS")."""
        return instance_lag(self.clients.cloudwatch, self.recovery_name)


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A copy in the recovery's region, from which a database can be created."""

    arn: str
    until: datetime  # what was written before is in it


class Restored(Instances):
    """An instance of RDS in the primary, of which the recovery's region has copies alone until a failover."""

    def __init__(
        self, pair: Pair, address: str, primary: Json, recovery: Json, variable: str, clients: Any
    ) -> None:
        super().__init__(pair, address, primary, recovery, clients)
        self.variable = variable
        region = pair.recovery.region
        vaults = pair.primary.resources("aws_backup_vault").values()
        self._vaults = [
            pair.primary.value(one["name"]) for one in vaults if pair.primary.region_of(one) == region
        ]

    def writer(self) -> str:
        """The recovery's region once its instance is there."""
        primary, recovery = self._regions
        own = self.standby()
        if own is None:
            return primary
        return recovery if own["DBInstanceStatus"] == _AVAILABLE else ""

    def newest(self) -> Copy | None:
        """The newest copy: automated backups that RDS replicates, or what AWS Backup has copied."""
        return max([*self._replicated(), *self._in_vaults()], key=lambda one: one.until, default=None)

    def _replicated(self) -> Iterator[Copy]:
        found = self.clients.rds.describe_db_instance_automated_backups(
            DBInstanceIdentifier=self.primary_name
        )
        for one in found["DBInstanceAutomatedBackups"]:
            until = one.get("RestoreWindow", {}).get("LatestTime")
            if one["Region"] == self._regions[0] and until:
                yield Copy(arn=one["DBInstanceAutomatedBackupsArn"], until=until)

    def _in_vaults(self) -> Iterator[Copy]:
        for name in self._vaults:
            pages = self.clients.backup.get_paginator("list_recovery_points_by_backup_vault").paginate(
                BackupVaultName=name
            )
            for one in (each for page in pages for each in page["RecoveryPoints"]):
                if one["ResourceArn"].endswith(f":db:{self.primary_name}") and one["Status"] == "COMPLETED":
                    yield Copy(arn=one["RecoveryPointArn"], until=one["CreationDate"])


class GlobalDatabase:
    """A global database of Aurora, with a cluster in each of the two stacks."""

    def __init__(self, pair: Pair, recovery: Json, clients: Any) -> None:
        self.clients = clients
        self.cluster = pair.recovery.value(recovery["cluster_identifier"])
        made = next(iter(pair.primary.resources("aws_rds_global_cluster").values()), {})
        given = str(made.get("global_cluster_identifier") or recovery["global_cluster_identifier"])
        self.name = pair.primary.value(given)

    def described(self) -> Json:
        """The global cluster. Raises ProblemsError where there is none."""
        rds = self.clients.rds
        try:
            found: Json = rds.describe_global_clusters(GlobalClusterIdentifier=self.name)["GlobalClusters"][0]
        except rds.exceptions.GlobalClusterNotFoundFault:
            why = refusal(
                got=f"no global database {self.name}",
                allowed="one that the primary's stack has created",
                fix="apply the primary's stack",
            )
            raise ProblemsError.one(self.name, why) from None
        return found

    def writer(self) -> str:
        """The region of the member that writes; empty while it moves."""
        found = self.described()
        if found.get("FailoverState") or found["Status"] != _AVAILABLE:
            return ""
        return next((_region(one) for one in found["GlobalClusterMembers"] if one["IsWriter"]), "")

    def lag(self) -> Lag | None:
        """AuroraGlobalDBReplicationLag, in milliseconds (Amazon Aurora user guide)."""
        metric = "AuroraGlobalDBReplicationLag"
        return lag(self.clients.cloudwatch, metric, _MILLISECONDS, DBClusterIdentifier=self.cluster)

    def move(self, region: str, *, loses: bool) -> None:
        """Begin to make the member of a region the writer, unless that is under way.

        With `loses`, what the copy lacks is lost: it does not need the primary to answer.
        """
        found = self.described()
        if found.get("FailoverState") or found["Status"] != _AVAILABLE:
            return
        target = next(
            (one["DBClusterArn"] for one in found["GlobalClusterMembers"] if _region(one) == region), None
        )
        if target is None:
            why = refusal(
                got=f"no member in {region}",
                allowed="a secondary cluster there",
                fix="apply the stack of that region",
            )
            raise ProblemsError.one(self.name, why)
        names = {"GlobalClusterIdentifier": self.name, "TargetDbClusterIdentifier": target}
        if loses:
            self.clients.rds.failover_global_cluster(**names, AllowDataLoss=True)
        else:
            self.clients.rds.switchover_global_cluster(**names)


def _region(member: Json) -> str:
    return str(member["DBClusterArn"].split(":")[3])


def databases(pair: Pair, clients: Any) -> list[Instances | GlobalDatabase]:
    """The databases of both; `clients` are those of the recovery's region."""
    return [
        *(Instances(pair, *one, clients) for one in pair.replicas()),
        *(Restored(pair, *one, clients) for one in pair.restored()),
        *(GlobalDatabase(pair, own, clients) for _, _, own in pair.clusters()),
    ]
