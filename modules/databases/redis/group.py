"""The replication group of a cache with its subnet group, parameter group and log groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.elasticache_parameter_group import (
    ElasticacheParameterGroup,
    ElasticacheParameterGroupParameter,
)
from cdktf_cdktf_provider_aws.elasticache_replication_group import (
    ElasticacheReplicationGroup,
    ElasticacheReplicationGroupLogDeliveryConfiguration,
)
from cdktf_cdktf_provider_aws.elasticache_subnet_group import ElasticacheSubnetGroup
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .settings import RedisSettings
from .users import RedisUsers

_LOGS = ("slow-log", "engine-log")


def create_replication_group(
    scope: Construct,
    *,
    context: Context,
    port: int,
    subnet_ids: Sequence[str],
    security_group_id: str,
    key_arn: str,
    users: RedisUsers,
    settings: RedisSettings,
) -> ElasticacheReplicationGroup:
    """Create a replication group, its subnet group, its parameter group and its log groups."""
    name = context.naming.of(Limit.CACHE, settings.name)
    description = f"{context.naming.base} {settings.name}"
    subnets = ElasticacheSubnetGroup(
        scope, "subnets", name=name, description=description, subnet_ids=list(subnet_ids)
    )
    return ElasticacheReplicationGroup(
        scope,
        "Default",
        replication_group_id=name,
        description=description,
        engine=settings.engine,
        engine_version=settings.version,
        node_type=settings.node_type,
        port=port,
        parameter_group_name=_create_parameter_group(scope, context, settings, description).name,
        subnet_group_name=subnets.name,
        security_group_ids=[security_group_id],
        automatic_failover_enabled=settings.multi_az,
        multi_az_enabled=settings.multi_az,
        at_rest_encryption_enabled="true",
        kms_key_id=key_arn,
        transit_encryption_enabled=True,
        transit_encryption_mode="required",
        user_group_ids=[users.group_id],
        snapshot_retention_limit=settings.backup_days,
        snapshot_window=settings.backup_window,
        final_snapshot_identifier=f"{name}-final" if settings.protected else None,
        maintenance_window=settings.maintenance_window,
        auto_minor_version_upgrade="true",
        apply_immediately=False,
        log_delivery_configuration=[_deliver(scope, log, context, key_arn, settings) for log in _LOGS],
        tags={"Name": name, **context.tags.override(DataClassification="pii", BackupPolicy="daily")},
        depends_on=[users.stack],
        lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
        **_size(settings),
    )


def _size(settings: RedisSettings) -> dict[str, Any]:
    if settings.shards:
        return {"num_node_groups": settings.shards, "replicas_per_node_group": settings.nodes - 1}
    return {"num_cache_clusters": settings.nodes}


def _create_parameter_group(
    scope: Construct, context: Context, settings: RedisSettings, description: str
) -> ElasticacheParameterGroup:
    cluster = {"cluster-enabled": "yes"} if settings.shards else {}
    return ElasticacheParameterGroup(
        scope,
        "parameters",
        # An upgrade needs a parameter group of the new family while the old one is in use.
        name=context.naming.of(Limit.DATABASE_GROUP, settings.name, settings.family),
        family=settings.family,
        description=description,
        parameter=[
            ElasticacheParameterGroupParameter(name=name, value=value)
            for name, value in sorted({**settings.parameters, **cluster}.items())
        ],
        lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
    )


def _deliver(
    scope: Construct, log: str, context: Context, key_arn: str, settings: RedisSettings
) -> ElasticacheReplicationGroupLogDeliveryConfiguration:
    group = CloudwatchLogGroup(
        scope,
        log,
        # Below /aws/vendedlogs/ one resource policy covers all log groups; a region allows ten policies.
        name=context.naming.path(Limit.LOG_GROUP, "/aws/vendedlogs/elasticache", settings.name, log),
        retention_in_days=settings.log_retention_days,
        kms_key_id=key_arn,
    )
    return ElasticacheReplicationGroupLogDeliveryConfiguration(
        destination=group.name,
        destination_type="cloudwatch-logs",
        log_format="json",
        log_type=log,
    )
