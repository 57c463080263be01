"""Copies of what stands by, for a drill: a snapshot of it, restored into a network of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from operations.progress import Step as Shown
from operations.recovery.databases import GlobalDatabase, Instances, Restored, find_instance
from operations.recovery.network import DrillNetwork
from operations.recovery.situation import Situation
from operations.synthesized.stack_json import Json

_AVAILABLE = "available"
_ENDING = "-drill"


class Copied(Protocol):
    """A database that is restored beside itself."""

    name: str
    restored: str
    region: str

    def restore(self, network: DrillNetwork, shown: Shown) -> Iterator[str]:
        """Restore it, and say what is wrong with it."""

    def is_there(self) -> bool:
        """Whether anything of the copy is there."""

    def delete(self, shown: Shown) -> None:
        """Delete what is there."""


class CopiedInstance:
    """A replica of RDS, of which PostgreSQL lets a manual snapshot be made.

    Amazon RDS user guide, "Differences between read replicas for DB engines".
    """

    def __init__(self, situation: Situation, database: Instances) -> None:
        self._situation, self._rds = situation, situation.clients.rds
        self.name, self.region = database.recovery_name, situation.pair.recovery.region
        self.restored = f"{self.name}{_ENDING}"

    def restore(self, network: DrillNetwork, shown: Shown) -> Iterator[str]:
        """Snapshot, restore, compare."""
        source = find_instance(self._rds, self.name)
        if source is None:
            yield f"no {self.name} in {self.region}"
            return
        if self._snapshot() is None:
            self._rds.create_db_snapshot(DBInstanceIdentifier=self.name, DBSnapshotIdentifier=self.restored)
        self._until(lambda: (self._snapshot() or {}).get("Status") == _AVAILABLE, shown, "the snapshot")
        if find_instance(self._rds, self.restored) is None:
            self._rds.restore_db_instance_from_db_snapshot(
                DBInstanceIdentifier=self.restored,
                DBSnapshotIdentifier=self.restored,
                DBInstanceClass=source["DBInstanceClass"],
                DBSubnetGroupName=network.name,
                VpcSecurityGroupIds=[network.group],
                MultiAZ=False,
                PubliclyAccessible=False,
                DeletionProtection=False,
            )
        self._until(self._is_available, shown, self.restored)
        yield from _differences(source, find_instance(self._rds, self.restored) or {}, network)

    def is_there(self) -> bool:
        """The instance, or its snapshot."""
        return find_instance(self._rds, self.restored) is not None or self._snapshot() is not None

    def delete(self, shown: Shown) -> None:
        """The instance without a snapshot of its own, then the snapshot that it is of."""
        found = find_instance(self._rds, self.restored)
        if found and found["DBInstanceStatus"] != "deleting":
            self._rds.delete_db_instance(
                DBInstanceIdentifier=self.restored, SkipFinalSnapshot=True, DeleteAutomatedBackups=True
            )
        self._until(lambda: find_instance(self._rds, self.restored) is None, shown, f"{self.restored} to go")
        if self._snapshot():
            self._rds.delete_db_snapshot(DBSnapshotIdentifier=self.restored)

    def _is_available(self) -> bool:
        found = find_instance(self._rds, self.restored)
        return bool(found and found["DBInstanceStatus"] == _AVAILABLE)

    def _snapshot(self) -> Json | None:
        try:
            found = self._rds.describe_db_snapshots(DBSnapshotIdentifier=self.restored)["DBSnapshots"]
        except self._rds.exceptions.DBSnapshotNotFoundFault:
            return None
        return next(iter(found), None)

    def _until(self, done: Any, shown: Shown, what: str) -> None:
        self._situation.waiting.until(done, shown, what)


class CopiedCluster:
    """The secondary cluster of a global database of Aurora, which must be available to be snapshotted."""

    def __init__(self, situation: Situation, database: GlobalDatabase) -> None:
        self._situation, self._rds = situation, situation.clients.rds
        self.name, self.region = database.cluster, situation.pair.recovery.region
        self.restored = f"{self.name}{_ENDING}"

    def restore(self, network: DrillNetwork, shown: Shown) -> Iterator[str]:
        """Snapshot, restore, compare. Without an instance: what a cluster stores is what is tried."""
        source = self._cluster(self.name)
        if source is None:
            yield f"no {self.name} in {self.region}"
            return
        if self._snapshot() is None:
            self._rds.create_db_cluster_snapshot(
                DBClusterIdentifier=self.name, DBClusterSnapshotIdentifier=self.restored
            )
        self._until(lambda: (self._snapshot() or {}).get("Status") == _AVAILABLE, shown, "the snapshot")
        if self._cluster(self.restored) is None:
            self._rds.restore_db_cluster_from_snapshot(
                DBClusterIdentifier=self.restored,
                SnapshotIdentifier=self.restored,
                Engine=source["Engine"],
                DBSubnetGroupName=network.name,
                VpcSecurityGroupIds=[network.group],
                DeletionProtection=False,
            )
        self._until(self._is_available, shown, self.restored)
        yield from _differences(source, self._cluster(self.restored) or {}, network)

    def is_there(self) -> bool:
        """The cluster, or its snapshot."""
        return self._cluster(self.restored) is not None or self._snapshot() is not None

    def delete(self, shown: Shown) -> None:
        """The cluster without a snapshot of its own, then the snapshot that it is of."""
        found = self._cluster(self.restored)
        if found and found["Status"] != "deleting":
            self._rds.delete_db_cluster(DBClusterIdentifier=self.restored, SkipFinalSnapshot=True)
        self._until(lambda: self._cluster(self.restored) is None, shown, f"{self.restored} to go")
        if self._snapshot():
            self._rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=self.restored)

    def _is_available(self) -> bool:
        found = self._cluster(self.restored)
        return bool(found and found["Status"] == _AVAILABLE)

    def _cluster(self, name: str) -> Json | None:
        try:
            found = self._rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
        except self._rds.exceptions.DBClusterNotFoundFault:
            return None
        return next(iter(found), None)

    def _snapshot(self) -> Json | None:
        try:
            found = self._rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=self.restored)
        except self._rds.exceptions.DBClusterSnapshotNotFoundFault:
            return None
        return next(iter(found["DBClusterSnapshots"]), None)

    def _until(self, done: Any, shown: Shown, what: str) -> None:
        self._situation.waiting.until(done, shown, what)


class CopiedBackup(CopiedInstance):
    """The newest copy of a database of which nothing stands by."""

    def __init__(self, situation: Situation, database: Restored) -> None:
        super().__init__(situation, database)
        self._database = database

    def restore(self, network: DrillNetwork, shown: Shown) -> Iterator[str]:
        """Restore it as a failover would, beside nothing."""
        copy = self._database.newest()
        if copy is None:
            yield f"no copy of {self._database.primary_name} in {self.region}"
            return
        if find_instance(self._rds, self.restored) is None:
            common = {
                "DBSubnetGroupName": network.name,
                "VpcSecurityGroupIds": [network.group],
                "MultiAZ": False,
                "PubliclyAccessible": False,
                "DeletionProtection": False,
            }
            if ":snapshot:" in copy.arn:
                self._rds.restore_db_instance_from_db_snapshot(
                    DBInstanceIdentifier=self.restored, DBSnapshotIdentifier=copy.arn, **common
                )
            else:
                self._rds.restore_db_instance_to_point_in_time(
                    TargetDBInstanceIdentifier=self.restored,
                    SourceDBInstanceAutomatedBackupsArn=copy.arn,
                    UseLatestRestorableTime=True,
                    **common,
                )
        self._until(self._is_available, shown, self.restored)
        found = find_instance(self._rds, self.restored) or {}
        if not found.get("StorageEncrypted"):
            yield "it is not encrypted"
        yield from _misplaced(found, network)


def copied(situation: Situation, database: Instances | GlobalDatabase) -> Copied:
    """What a drill restores of a database."""
    if isinstance(database, Restored):
        return CopiedBackup(situation, database)
    if isinstance(database, Instances):
        return CopiedInstance(situation, database)
    return CopiedCluster(situation, database)


def _differences(source: Json, found: Json, network: DrillNetwork) -> Iterator[str]:
    """What the copy has otherwise than its source, or has where the source is."""
    for name in ("Engine", "EngineVersion", "StorageEncrypted", "KmsKeyId"):
        if source.get(name) != found.get(name):
            yield f"{name} is {found.get(name)}, not {source.get(name)}"
    yield from _misplaced(found, network)


def _misplaced(found: Json, network: DrillNetwork) -> Iterator[str]:
    group = found.get("DBSubnetGroup")
    place = group.get("DBSubnetGroupName") if isinstance(group, dict) else group
    if place != network.name:
        yield f"it is in {place}, not in {network.name}"
