"""What RDS restores from snapshots: databases of their own, which nothing protects unless told."""

from __future__ import annotations

from typing import Any

from moto.rds.models import RDSBackend, rds_backends

from aws_emulator.moto_patches import Patch


class RestoreFromSnapshot(Patch, of=RDSBackend):
    """RestoreDBInstanceFromDBSnapshot, RestoreDBClusterFromSnapshot (Amazon RDS API Reference): "deletion
    protection isn't enabled" by default, and what is restored is a database of its own.

    moto's has its source's protection, follows what the source does, and is a member of its global cluster.
    """

    def restore_db_instance_from_db_snapshot(
        self: Any, from_snapshot_id: str, overrides: dict[str, Any]
    ) -> Any:
        """Let it follow nobody."""
        restored = RestoreFromSnapshot.moto.restore_db_instance_from_db_snapshot(
            self, from_snapshot_id, overrides
        )
        restored.source_db_instance_identifier, restored.is_replica = None, False
        restored.deletion_protection = bool(overrides.get("deletion_protection"))
        return restored

    def restore_db_cluster_from_snapshot(self: Any, from_snapshot_id: str, overrides: dict[str, Any]) -> Any:
        """Let it be a member of nothing."""
        restored = RestoreFromSnapshot.moto.restore_db_cluster_from_snapshot(
            self, from_snapshot_id, overrides
        )
        for backend in rds_backends[self.account_id].values():
            for one in backend.global_clusters.values():
                one.members = [member for member in one.members if member is not restored]
        restored.global_cluster_identifier = restored.replication_source_identifier = None
        restored.deletion_protection = bool(overrides.get("deletion_protection"))
        return restored
