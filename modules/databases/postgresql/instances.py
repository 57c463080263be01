"""The RDS instances of a PostgreSQL database."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.db_instance import DbInstance
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .settings import PostgresqlSettings

_LOGS = ("postgresql", "upgrade")


class PostgresqlInstances:
    """Factory of the primary instance and its read replicas, with their common arguments.

    It is no construct: its resources are in `scope`. Creates with each instance: its log groups, before RDS
    would create them without retention.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        context: Context,
        port: int,
        security_group_id: str,
        parameter_group: str,
        key_arn: str,
        monitoring_role_arn: str | None,
        settings: PostgresqlSettings,
    ) -> None:
        self._scope, self._context, self._settings = scope, context, settings
        self._key_arn = key_arn
        self._given = {
            "port": port,
            "vpc_security_group_ids": [security_group_id],
            "parameter_group_name": parameter_group,
            "monitoring_role_arn": monitoring_role_arn,
        }

    def primary(self, *, subnet_group: str, password: dict[str, Any]) -> DbInstance:
        """Create the primary instance; `password` holds the arguments that set or manage the password."""
        settings = self._settings
        identifier = self._context.naming.of(Limit.DATABASE, settings.name)
        return DbInstance(
            self._scope,
            "Default",
            identifier=identifier,
            engine="postgres",
            engine_version=str(settings.version),
            allow_major_version_upgrade=settings.allow_major_upgrade,
            engine_lifecycle_support=settings.lifecycle_support,
            db_name=settings.database,
            username=settings.user,
            db_subnet_group_name=subnet_group,
            allocated_storage=settings.storage,
            multi_az=settings.multi_az,
            backup_retention_period=settings.backup_days,
            backup_window=settings.backup_window,
            delete_automated_backups=not settings.protected,
            deletion_protection=settings.protected,
            skip_final_snapshot=not settings.protected,
            final_snapshot_identifier=f"{identifier}-final" if settings.protected else None,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
            **password,
            **self._common("primary", identifier),
        )

    def replica(self, name: str, *, of: DbInstance) -> DbInstance:
        """Create a read replica."""
        identifier = self._context.naming.of(Limit.DATABASE, self._settings.name, name)
        return DbInstance(
            self._scope,
            name,
            identifier=identifier,
            replicate_source_db=of.identifier,
            # It has no data of its own: without snapshot and protection it can be removed.
            skip_final_snapshot=True,
            **self._common(name, identifier),
        )

    def _common(self, role: str, identifier: str) -> dict[str, Any]:
        settings, tags = self._settings, self._context.tags
        return {
            **self._given,
            "instance_class": settings.instance_class,
            "storage_type": "gp3",
            "max_allocated_storage": settings.max_storage,
            # Also for replicas: without it the provider would replace a replica in the next plan.
            "storage_encrypted": True,
            "kms_key_id": self._key_arn,
            "publicly_accessible": False,
            "ca_cert_identifier": settings.certificate_authority,
            "iam_database_authentication_enabled": True,
            "auto_minor_version_upgrade": True,
            "apply_immediately": False,
            "maintenance_window": settings.maintenance_window,
            "copy_tags_to_snapshot": True,
            "enabled_cloudwatch_logs_exports": list(_LOGS),
            "monitoring_interval": settings.monitoring_seconds,
            "database_insights_mode": "standard",
            "performance_insights_enabled": bool(settings.insights_days),
            "performance_insights_kms_key_id": self._key_arn if settings.insights_days else None,
            "performance_insights_retention_period": settings.insights_days or None,
            "tags": {
                "Name": identifier,
                **tags.override(DataClassification="pii", BackupPolicy="daily"),
            },
            "depends_on": self._create_log_groups(role, identifier),
        }

    def _create_log_groups(self, role: str, identifier: str) -> list[CloudwatchLogGroup]:
        return [
            CloudwatchLogGroup(
                self._scope,
                f"{role}-{log}-log",
                name=f"/aws/rds/instance/{identifier}/{log}",
                retention_in_days=self._settings.log_retention_days,
                kms_key_id=self._key_arn,
            )
            for log in _LOGS
        ]
