"""Automated backups of RDS that are replicated to another region."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.rds.exceptions import DBInstanceNotFoundError, InvalidDBInstanceStateError, RDSClientError
from moto.rds.models import RDSBackend, rds_backends
from moto.rds.responses import RDSResponse
from moto.utilities.utils import get_partition

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]


class _NotFoundError(RDSClientError):
    def __init__(self) -> None:
        super().__init__("DBInstanceAutomatedBackupNotFound", "No automated backup was found.")


class ReplicatedBackups(Patch, of=RDSBackend):
    """StartDBInstanceAutomatedBackupsReplication, StopDBInstanceAutomatedBackupsReplication and what
    DescribeDBInstanceAutomatedBackups and DescribeDBInstances tell of it (Amazon RDS API Reference); moto has
    neither call. They are asked of the destination, and the source's instance names its copies.
    """

    def replicated_backups(self: Any) -> dict[str, Json]:
        """What is replicated to this region, by the ARN of its source."""
        found: dict[str, Json] = self.__dict__.setdefault("backups_replicated", {})
        return found

    def source_of_backups(self: Any, arn: str) -> Any:
        """The instance that an ARN names, of another region."""
        region, name = arn.split(":")[3], arn.rpartition(":")[2]
        databases = rds_backends[self.account_id][region].databases
        if region == self.region_name or name not in databases:
            raise DBInstanceNotFoundError(name)
        return databases[name]

    def start_replication(self: Any, arn: str, retention_days: int, key: str | None) -> Json:
        """Replicate what has automated backups."""
        source = self.source_of_backups(arn)
        if not source.backup_retention_period:
            raise InvalidDBInstanceStateError(source.db_instance_identifier, "replicated without backups")
        place = f"arn:{get_partition(self.region_name)}:rds:{self.region_name}:{self.account_id}"
        backup = {
            "DBInstanceArn": arn,
            "DBInstanceIdentifier": source.db_instance_identifier,
            "DBInstanceAutomatedBackupsArn": f"{place}:auto-backup:ab-{source.dbi_resource_id.lower()}",
            "Region": arn.split(":")[3],
            "Status": "replicating",
            "BackupRetentionPeriod": retention_days,
            "KmsKeyId": key,
            "Encrypted": source.storage_encrypted,
            "since": utcnow(),
            "source": source,
        }
        self.replicated_backups()[arn] = backup
        copies = [{"DBInstanceAutomatedBackupsArn": backup["DBInstanceAutomatedBackupsArn"]}]
        source.db_instance_automated_backups_replications = copies
        return backup

    def replicated_backup(self: Any, arn: str) -> Json:
        """What is replicated to this region, by the ARN of the copy."""
        for one in self.replicated_backups().values():
            if one["DBInstanceAutomatedBackupsArn"] == arn:
                return one  # type: ignore[no-any-return]
        raise _NotFoundError

    def stop_replication(self: Any, arn: str) -> Json:
        """Replicate no more."""
        if (backup := self.replicated_backups().pop(arn, None)) is None:
            raise _NotFoundError
        self.source_of_backups(arn).db_instance_automated_backups_replications = []
        return backup  # type: ignore[no-any-return]


class ReplicatedBackupCalls(Patch, of=RDSResponse):
    """The calls of `ReplicatedBackups` (Amazon RDS API Reference); moto lacks them."""

    def start_db_instance_automated_backups_replication(self: Any) -> ActionResult:
        """StartDBInstanceAutomatedBackupsReplication: "the default is 7 days"."""
        days, key = self.params.get("BackupRetentionPeriod") or 7, self.params.get("KmsKeyId")
        backup = self.backend.start_replication(self.params["SourceDBInstanceArn"], days, key)
        return ActionResult({"DBInstanceAutomatedBackup": backup})

    def stop_db_instance_automated_backups_replication(self: Any) -> ActionResult:
        """StopDBInstanceAutomatedBackupsReplication."""
        backup = self.backend.stop_replication(self.params["SourceDBInstanceArn"])
        return ActionResult({"DBInstanceAutomatedBackup": backup})

    def describe_db_instance_automated_backups(self: Any) -> ActionResult:
        """DescribeDBInstanceAutomatedBackups: by DBInstanceAutomatedBackupsArn too, and of elsewhere.

        RestoreWindow has "the earliest and latest time a DB instance can be restored to".
        """
        arn, name = self.params.get("DBInstanceAutomatedBackupsArn"), self.params.get("DBInstanceIdentifier")
        now = utcnow()
        replicated = [
            {**one, "RestoreWindow": {"EarliestTime": one["since"], "LatestTime": now}}
            for one in self.backend.replicated_backups().values()
            if arn in (None, one["DBInstanceAutomatedBackupsArn"])
            and name in (None, one["DBInstanceIdentifier"])
        ]
        if arn is None:
            own = self.backend.describe_db_instance_automated_backups(**self.params)
            return ActionResult({"DBInstanceAutomatedBackups": [*own, *replicated]})
        if not replicated:
            raise _NotFoundError
        return ActionResult({"DBInstanceAutomatedBackups": replicated})
