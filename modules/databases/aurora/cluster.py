"""The cluster of an Aurora database, in the provider's words."""

from __future__ import annotations

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster, RdsClusterServerlessv2ScalingConfiguration
from constructs import Construct

from .settings import AuroraSettings


def create_cluster(
    scope: Construct,
    *,
    identifier: str,
    port: int,
    subnet_group: str,
    security_group_id: str,
    parameter_group: str,
    key_arn: str,
    secret_key_arn: str,
    after: ITerraformDependable,
    tags: dict[str, str],
    settings: AuroraSettings,
) -> RdsCluster:
    """A cluster without instances: volume, backups, password, endpoints."""
    protected = settings.protected
    return RdsCluster(
        scope,
        "Default",
        cluster_identifier=identifier,
        engine="aurora-postgresql",
        # Serverless v2 is a class of instances; the mode "serverless" is the first version's.
        engine_mode="provisioned",
        engine_version=str(settings.version),
        allow_major_version_upgrade=settings.allow_major_upgrade,
        engine_lifecycle_support=settings.lifecycle_support,
        serverlessv2_scaling_configuration=RdsClusterServerlessv2ScalingConfiguration(
            min_capacity=settings.capacity.minimum,
            max_capacity=settings.capacity.maximum,
            seconds_until_auto_pause=settings.capacity.seconds_until_auto_pause,
        ),
        database_name=settings.database,
        port=port,
        master_username=settings.user,
        manage_master_user_password=True,
        master_user_secret_kms_key_id=secret_key_arn,
        iam_database_authentication_enabled=True,
        storage_encrypted=True,
        kms_key_id=key_arn,
        db_subnet_group_name=subnet_group,
        vpc_security_group_ids=[security_group_id],
        db_cluster_parameter_group_name=parameter_group,
        backup_retention_period=settings.backup_days,
        preferred_backup_window=settings.backup_window,
        preferred_maintenance_window=settings.maintenance_window,
        apply_immediately=False,
        enabled_cloudwatch_logs_exports=["postgresql"],
        copy_tags_to_snapshot=True,
        delete_automated_backups=not protected,
        deletion_protection=protected,
        skip_final_snapshot=not protected,
        final_snapshot_identifier=f"{identifier}-final" if protected else None,
        lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
        tags=tags,
        depends_on=[after],
    )
