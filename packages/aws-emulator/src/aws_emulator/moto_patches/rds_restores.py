"""What RDS restores from automated backups of another region."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.responses import RDSResponse

from aws_emulator.moto_patches import Patch


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
