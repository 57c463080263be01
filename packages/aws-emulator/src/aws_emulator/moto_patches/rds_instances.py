"""Database instances of RDS: what tells them apart, and what moto drops of them."""

from __future__ import annotations

from typing import Any

from moto.moto_api._internal import mock_random
from moto.rds.models import DBInstance, DBParameterGroup, RDSBackend

from aws_emulator.moto_patches import Patch

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _resource_id() -> str:
    return "db-" + "".join(mock_random.choices(_ALPHABET, k=26))


def _insights(instance: Any, given: dict[str, Any]) -> None:
    if (enabled := given.get("enable_performance_insights")) is not None:
        instance.performance_insights_enabled = enabled
        if enabled:
            instance.performance_insights_retention_period = (
                given.get("performance_insights_retention_period") or 7
            )
            instance.performance_insights_kms_key_id = given.get("performance_insights_kms_key_id")


class CreateDBInstance(Patch, of=DBInstance):
    """DBInstance (Amazon RDS API Reference): DbiResourceId is "unique" and "immutable"; moto has one for all.

    moto also drops Performance Insights, the mode of Database Insights and the engine's lifecycle support.
    """

    def __init__(self: Any, *args: Any, **given: Any) -> None:
        vars(CreateDBInstance.moto)["__init__"](self, *args, **given)
        self.dbi_resource_id = _resource_id()
        self.performance_insights_enabled = False
        self.database_insights_mode = given.get("database_insights_mode") or "standard"
        support = given.get("engine_lifecycle_support")
        self.engine_lifecycle_support = support or "open-source-rds-extended-support"
        _insights(self, given)

    def update(self: Any, **given: Any) -> None:
        """ModifyDBInstance: EnablePerformanceInsights is called PerformanceInsightsEnabled in the answer."""
        CreateDBInstance.moto.update(self, **given)
        _insights(self, given)


class CreateDBInstanceReadReplica(Patch, of=RDSBackend):
    """CreateDBInstanceReadReplica (Amazon RDS API Reference): an instance of its own.

    moto's is a copy that shares the source's id and lists. "The default is Single-AZ", it has no backups
    unless told, and "deletion protection isn't enabled" by default.
    """

    def create_db_instance_read_replica(self: Any, db_kwargs: dict[str, Any]) -> Any:
        """Make the replica, and what is its own its own."""
        replica = CreateDBInstanceReadReplica.moto.create_db_instance_read_replica(self, db_kwargs)
        replica.dbi_resource_id = _resource_id()
        replica.multi_az = bool(db_kwargs.get("multi_az"))
        replica.backup_retention_period = db_kwargs.get("backup_retention_period") or 0
        replica.deletion_protection = bool(db_kwargs.get("deletion_protection"))
        replica.enabled_cloudwatch_logs_exports = list(db_kwargs.get("enable_cloudwatch_logs_exports") or [])
        replica.tags = list(db_kwargs.get("tags") or [])
        return replica


class DescribeDBParameters(Patch, of=DBParameterGroup):
    """Parameter (Amazon RDS API Reference): Source is "user" for a modified one; moto has none."""

    def update_parameters(self: Any, new_parameters: Any) -> None:
        """Note where the values come from."""
        modified = [{**parameter, "Source": "user"} for parameter in new_parameters]
        DescribeDBParameters.moto.update_parameters(self, modified)
