"""A copy becomes a database apart: the requests of RDS, and the wait until it takes connections."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from operations.restore_test.apart import Apart
from operations.restore_test.copies import Copy, Json

_PARAMETERS = "DBParameterGroupName"
# What a copy has as its source.
_SAME = ("Engine", "StorageEncrypted", "KmsKeyId")
_FAILED = ("failed", "incompatible-", "inaccessible-", "restore-error", "storage-full")


class NotRestoredError(Exception):
    """A copy that did not become a database: what RDS says of it."""


@dataclass(frozen=True, kw_only=True)
class Restoration:
    """The restoration of a copy, whose security groups are there."""

    apart: Apart
    copy: Copy
    group: str  # the id of the database's security group

    def begin(self) -> None:
        """Ask RDS for it: in private subnets, not public, without backups of its own."""
        apart = self.apart
        shared = {
            "DBSubnetGroupName": apart.source.subnet_group,
            "VpcSecurityGroupIds": [self.group],
            "DeletionProtection": False,
            "CopyTagsToSnapshot": False,
            "Tags": self._tags,
            **_kept(apart.source.described, "EngineLifecycleSupport"),
        }
        if apart.is_cluster:
            self._restore_cluster(shared)
        else:
            self._restore_instance(shared)

    @property
    def _tags(self) -> list[Json]:
        return [{"Key": key, "Value": value} for key, value in self.apart.own_tags.items()]

    def _restore_instance(self, shared: Json) -> None:
        apart, copy = self.apart, self.copy
        found = apart.source.described
        more = {
            **shared,
            **_kept(found, "DBInstanceClass"),
            **{name: one[name] for one in found.get("DBParameterGroups", ())[:1] for name in (_PARAMETERS,)},
            "MultiAZ": False,
            "PubliclyAccessible": False,
            "AutoMinorVersionUpgrade": False,
            "BackupRetentionPeriod": 0,
        }
        if copy.snapshot:
            apart.rds.restore_db_instance_from_db_snapshot(
                DBInstanceIdentifier=apart.name, DBSnapshotIdentifier=copy.snapshot, **more
            )
        else:
            source = {"SourceDBInstanceIdentifier": apart.source.test.identifier}
            if copy.backups:
                source = {"SourceDBInstanceAutomatedBackupsArn": copy.backups}
            apart.rds.restore_db_instance_to_point_in_time(
                **source,
                TargetDBInstanceIdentifier=apart.name,
                UseLatestRestorableTime=True,
                **more,
            )

    def _restore_cluster(self, shared: Json) -> None:
        apart, copy = self.apart, self.copy
        found = apart.source.described
        more = {
            **shared,
            "DBClusterParameterGroupName": found["DBClusterParameterGroup"],
            **_kept(found, "ServerlessV2ScalingConfiguration"),
        }
        if copy.snapshot:
            apart.rds.restore_db_cluster_from_snapshot(
                DBClusterIdentifier=apart.name,
                SnapshotIdentifier=copy.snapshot,
                Engine=found["Engine"],
                EngineVersion=found["EngineVersion"],
                **more,
            )
        else:
            apart.rds.restore_db_cluster_to_point_in_time(
                DBClusterIdentifier=apart.name,
                SourceDBClusterIdentifier=apart.source.test.identifier,
                UseLatestRestorableTime=True,
                **more,
            )

    def _create_writer(self) -> None:
        """RestoreDBClusterToPointInTime: instances are created "only after … the DB cluster is available"."""
        apart = self.apart
        apart.rds.create_db_instance(
            DBInstanceIdentifier=apart.instance_name,
            DBClusterIdentifier=apart.name,
            DBInstanceClass=apart.source.writer_class,
            Engine=apart.source.described["Engine"],
            PubliclyAccessible=False,
            AutoMinorVersionUpgrade=False,
            Tags=self._tags,
        )

    def host(self, show: Callable[[str], None], *, seconds: float) -> str:
        """The host, once it takes connections. Raises NotRestoredError if it never will."""
        patience, until = self.apart.patience, time.monotonic() + seconds
        while True:
            status, host = patience.look(self._status) or ("", None)
            show(status)
            if host:
                return host
            if status.startswith(_FAILED):
                raise NotRestoredError(f"RDS says {status} of {self.apart.name}")
            if time.monotonic() > until:
                after = f"after {seconds / 60:.0f} minutes"
                raise NotRestoredError(f"{self.apart.name} is {status or 'unknown'} {after}")
            time.sleep(patience.pause(self.apart.poll))

    def differences(self) -> Iterator[str]:
        """What is restored has otherwise than its source, or stands elsewhere than it was asked to."""
        apart = self.apart
        restored = (apart.cluster() if apart.is_cluster else apart.instance()) or {}
        for name in _SAME:
            wanted = apart.source.described.get(name)
            if wanted is not None and restored.get(name) != wanted:
                yield f"{name} is {restored.get(name)}, not {wanted}"
        group = restored.get("DBSubnetGroup")
        place = group.get("DBSubnetGroupName") if isinstance(group, dict) else group
        if place != apart.source.subnet_group:
            yield f"it is in {place}, not in {apart.source.subnet_group}"

    def _status(self) -> tuple[str, str | None]:
        """The state, and the host once it is available."""
        instance = self.apart.instance()
        host = instance["Endpoint"]["Address"] if instance and "Endpoint" in instance else None
        if self.apart.is_cluster:
            cluster = self.apart.cluster()
            if cluster is None or cluster["Status"] != "available":
                return str(cluster["Status"]) if cluster else "missing", None
            host = cluster["Endpoint"]
            if instance is None:
                self._create_writer()
                return "creating", None
        status = str(instance["DBInstanceStatus"]) if instance else "missing"
        return status, str(host) if status == "available" else None


def _kept(described: Json, *names: str) -> dict[str, Any]:
    """What the copy has as the source does, where that says it."""
    return {name: described[name] for name in names if described.get(name)}
