"""Read replicas of RDS: their source in another region, what tells of the replication, their promotion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.rds.exceptions import InvalidDBInstanceStateError, InvalidParameterCombination
from moto.rds.models import DBInstance, RDSBackend

from aws_emulator.moto_patches import Patch

# What a replica in another region has of its own: as given, or the defaults of the region.
_REGIONAL: dict[str, Callable[[], Any]] = {
    "db_subnet_group": lambda: None,
    "db_subnet_group_name": lambda: None,
    "db_parameter_group_name": lambda: None,
    "vpc_security_group_ids": list,
}


class DescribeReadReplicas(Patch, of=DBInstance):
    """DBInstance (Amazon RDS API Reference): StatusInfos has "read replication" for a replica; moto has none.

    ReadReplicaDBInstanceIdentifiers names one of another region by its ARN; moto does not find it there when
    it is deleted or promoted.
    """

    @property
    def status_infos(self: Any) -> list[dict[str, Any]]:
        """Of a replica alone."""
        replicating = {"StatusType": "read replication", "Normal": True, "Status": "replicating"}
        return [replicating] if self.is_replica else []

    def remove_replica(self: Any, replica: Any) -> None:
        """Forget it, by the name that it was noted under."""
        own = {replica.db_instance_identifier, replica.db_instance_arn}
        self.replicas = [one for one in self.replicas if one not in own]


class PromoteReadReplica(Patch, of=RDSBackend):
    """PromoteReadReplica (Amazon RDS API Reference): "a standalone DB instance", of "an existing read
    replica"; BackupRetentionPeriod is 1 by default.

    moto's still names its source, which still names it, and one that is no replica is promoted too.
    CreateDBInstanceReadReplica: KmsKeyId is required for an encrypted source in another region, where moto's
    replica has the groups of the source's region.
    """

    def promote_read_replica(self: Any, db_kwargs: dict[str, Any]) -> Any:
        """Part the two."""
        (replica,) = self.describe_db_instances(db_kwargs["db_instance_identifier"])
        if not replica.is_replica:
            raise InvalidDBInstanceStateError(replica.db_instance_identifier, "promoted: it is no replica")
        source = self.find_db_from_id(replica.source_db_instance_identifier)
        source.remove_replica(replica)
        promoted = PromoteReadReplica.moto.promote_read_replica(
            self, {"backup_retention_period": 1, **db_kwargs}
        )
        promoted.source_db_instance_identifier = None
        return promoted

    def create_db_instance_read_replica(self: Any, db_kwargs: dict[str, Any]) -> Any:
        """Refuse a copy that nothing here could decrypt."""
        named = db_kwargs["source_db_instance_identifier"]
        source = self.find_db_from_id(named)
        if source.region != self.region_name and source.storage_encrypted and not db_kwargs.get("kms_key_id"):
            raise InvalidParameterCombination(
                "Cannot create a cross region unencrypted read replica from encrypted source."
            )
        if source.region == self.region_name:
            return PromoteReadReplica.moto.create_db_instance_read_replica(self, db_kwargs)
        regional = {name: db_kwargs.pop(name, made()) for name, made in _REGIONAL.items()}
        replica = PromoteReadReplica.moto.create_db_instance_read_replica(self, db_kwargs)
        for name, value in regional.items():
            setattr(replica, name, value)
        if not db_kwargs.get("availability_zone"):
            replica.availability_zone = f"{self.region_name}a"
        return replica
