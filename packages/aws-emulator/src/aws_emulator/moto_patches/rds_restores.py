"""What RDS restores from snapshots: databases of their own, which nothing protects unless told."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.models import RDSBackend, rds_backends
from moto.rds.responses import RDSResponse

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


class RestoreFromAutomatedBackups(Patch, of=RDSResponse):
    """RestoreDBInstanceToPointInTime (Amazon RDS API Reference): SourceDBInstanceAutomatedBackupsArn names
    "replicated automated backups", whose instance may be gone; moto reads SourceDBInstanceIdentifier alone.
    """

    def restore_db_instance_to_point_in_time(self: Any) -> ActionResult:
        """Restore what was replicated, as the region's own instance, encrypted with the copies' key."""
        arn = self.params.get("SourceDBInstanceAutomatedBackupsArn")
        if arn is None:
            return RestoreFromAutomatedBackups.moto.restore_db_instance_to_point_in_time(self)  # type: ignore[no-any-return]
        backup = self.backend.replicated_backup(arn)
        source = backup["source"]
        own = {
            "db_instance_identifier": self.params["TargetDBInstanceIdentifier"],
            "engine": source.engine,
            "engine_version": source.engine_version,
            "db_instance_class": self.params.get("DBInstanceClass") or source.db_instance_class,
            "allocated_storage": source.allocated_storage,
            "master_username": source.master_username,
            "storage_encrypted": source.storage_encrypted,
            "kms_key_id": backup["KmsKeyId"],
            "db_name": source.db_name,
            **{name: self.params.get(given) for name, given in _GIVEN.items() if given in self.params},
        }
        return ActionResult({"DBInstance": self.backend.create_db_instance(own)})


# What a restore may change.
_GIVEN = {
    "backup_retention_period": "BackupRetentionPeriod",
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "db_parameter_group_name": "DBParameterGroupName",
    "db_subnet_group_name": "DBSubnetGroupName",
    "deletion_protection": "DeletionProtection",
    "enable_cloudwatch_logs_exports": "EnableCloudwatchLogsExports",
    "engine_lifecycle_support": "EngineLifecycleSupport",
    "multi_az": "MultiAZ",
    "publicly_accessible": "PubliclyAccessible",
    "storage_type": "StorageType",
    "tags": "Tags",
    "vpc_security_group_ids": "VpcSecurityGroupIds",
}
