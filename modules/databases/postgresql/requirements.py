"""What PostgreSQL instances need before they are created."""

from __future__ import annotations

from typing import Any

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ..common.monitoring_role import MonitoringRole
from .logs import LOGS, create_log_groups
from .parameters import PostgresqlParameters
from .settings import PostgresqlSettings

PORT = 5432


class Requirements:
    """What the instances of one database need, and the arguments that they have in common.

    No construct: its resources are in `scope` itself. Creates: the parameter group; the role of Enhanced
    Monitoring, if set; by `of`, the log groups of an instance.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        context: Context,
        security_group: SecurityGroup,
        settings: PostgresqlSettings,
        key_arn: str,
    ) -> None:
        self._scope, self._context, self._settings, self._key_arn = scope, context, settings, key_arn
        parameters = PostgresqlParameters(scope, "parameters", context=context, settings=settings)
        monitoring = (
            MonitoringRole(scope, "monitoring", context=context, name=settings.name)
            if settings.monitoring_seconds
            else None
        )
        self._references = {
            "port": PORT,
            "vpc_security_group_ids": [str(security_group.id)],
            "parameter_group_name": parameters.name,
            "monitoring_role_arn": monitoring.arn if monitoring else None,
        }

    def of(self, role: str, identifier: str) -> dict[str, Any]:
        """The arguments of an instance; `role` is `primary` or a replica's name."""
        settings, tags = self._settings, self._context.tags
        return {
            **self._references,
            "instance_class": settings.instance_class,
            "storage_type": "gp3",
            "max_allocated_storage": settings.max_storage,
            # Also for replicas: without it the provider would replace a replica in the next plan. RDS takes
            # the key of one in the same region too (API, CreateDBInstanceReadReplica, KmsKeyId: "optional").
            "storage_encrypted": True,
            "kms_key_id": self._key_arn,
            "publicly_accessible": False,
            "ca_cert_identifier": settings.certificate_authority,
            "iam_database_authentication_enabled": True,
            "auto_minor_version_upgrade": True,
            "apply_immediately": settings.apply_immediately,
            "maintenance_window": settings.maintenance_window,
            "copy_tags_to_snapshot": True,
            "enabled_cloudwatch_logs_exports": list(LOGS),
            "monitoring_interval": settings.monitoring_seconds,
            "performance_insights_enabled": bool(settings.insights_days),
            "performance_insights_kms_key_id": self._key_arn if settings.insights_days else None,
            "performance_insights_retention_period": settings.insights_days or None,
            "tags": {"Name": identifier, **tags.override(DataClassification="pii", BackupPolicy="daily")},
            "depends_on": create_log_groups(self._scope, role, identifier, settings, key_arn=self._key_arn),
        }
