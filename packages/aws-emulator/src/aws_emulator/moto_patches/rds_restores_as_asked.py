"""Restored databases of RDS and Aurora: of their own, as was asked for, not what the source has."""

from __future__ import annotations

from typing import Any

from moto.rds.exceptions import RDSClientError
from moto.rds.models import RDSBackend, rds_backends

from aws_emulator.moto_patches import Patch


class RestoreDBInstanceToPointInTime(Patch, of=RDSBackend):
    """RestoreDBInstanceToPointInTime (Amazon RDS API Reference): "a new DB instance"; moto makes it a replica
    of its source. PointInTimeRestoreNotEnabled for a source without backups.
    """

    def restore_db_instance_to_point_in_time(
        self: Any, source_db_identifier: str, target_db_identifier: str, overrides: dict[str, Any]
    ) -> Any:
        """Let it follow nobody."""
        (source,) = self.describe_db_instances(db_instance_identifier=source_db_identifier)
        if not source.backup_retention_period:
            code = "PointInTimeRestoreNotEnabled"
            raise RDSClientError(code, f"{source_db_identifier} has no automated backups.")
        restored = RestoreDBInstanceToPointInTime.moto.restore_db_instance_to_point_in_time(
            self, source_db_identifier, target_db_identifier, overrides
        )
        return _as_asked(restored, overrides)


class RestoreAsAsked(Patch, of=RDSBackend):
    """RestoreDBInstanceFromDBSnapshot, RestoreDBClusterToPointInTime and RestoreDBClusterFromSnapshot (Amazon
    RDS API Reference): what is said to be off is off, "deletion protection isn't enabled" by default, tags
    are those that are given, and what is restored is a database of its own; moto keeps what the source has,
    follows what the source does, and makes it a member of the source's global cluster.
    """

    def restore_db_instance_from_db_snapshot(
        self: Any, from_snapshot_id: str, overrides: dict[str, Any]
    ) -> Any:
        """As it was asked for."""
        restored = RestoreAsAsked.moto.restore_db_instance_from_db_snapshot(self, from_snapshot_id, overrides)
        return _as_asked(restored, overrides)

    def restore_db_cluster_to_point_in_time(self: Any, *words: Any, **given: Any) -> Any:
        """As it was asked for."""
        restored = RestoreAsAsked.moto.restore_db_cluster_to_point_in_time(self, *words, **given)
        return _own_cluster(self, restored, given)

    def restore_db_cluster_from_snapshot(self: Any, from_snapshot_id: str, overrides: dict[str, Any]) -> Any:
        """As it was asked for."""
        restored = RestoreAsAsked.moto.restore_db_cluster_from_snapshot(self, from_snapshot_id, overrides)
        return _own_cluster(self, restored, overrides)


def _as_asked(restored: Any, asked: dict[str, Any]) -> Any:
    restored.source_db_instance_identifier, restored.is_replica = None, False
    for name in ("multi_az", "publicly_accessible"):
        if asked.get(name) is not None:
            setattr(restored, name, asked[name])
    restored.deletion_protection = bool(asked.get("deletion_protection"))
    if asked.get("backup_retention_period") is not None:
        restored.backup_retention_period = asked["backup_retention_period"]
    restored.tags = list(asked.get("tags") or [])
    return restored


def _own_cluster(backend: Any, restored: Any, asked: dict[str, Any]) -> Any:
    # moto answers with a copy of what it has made.
    made = backend.clusters[restored.db_cluster_identifier]
    for regional in rds_backends[backend.account_id].values():
        for one in regional.global_clusters.values():
            one.members = [member for member in one.members if member is not made]
    for one in (restored, made):
        one.global_cluster_identifier = one.replication_source_identifier = None
        one.deletion_protection = bool(asked.get("deletion_protection"))
        one.tags = list(asked.get("tags") or [])
    return restored
