"""Log groups of a PostgreSQL instance, before RDS would create them without retention."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from constructs import Construct

from .settings import PostgresqlSettings

LOGS = ("postgresql", "upgrade", "iam-db-auth-error")


def create_log_groups(
    scope: Construct, role: str, identifier: str, settings: PostgresqlSettings, *, key_arn: str
) -> list[CloudwatchLogGroup]:
    """A log group for each log that an instance exports."""
    return [
        CloudwatchLogGroup(
            scope,
            f"{role}-{log}-log",
            name=f"/aws/rds/instance/{identifier}/{log}",
            retention_in_days=settings.log_retention_days,
            kms_key_id=key_arn,
        )
        for log in LOGS
    ]
