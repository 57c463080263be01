"""The instances of an Aurora cluster."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster
from cdktf_cdktf_provider_aws.rds_cluster_instance import RdsClusterInstance
from constructs import Construct

from ...context import Context
from ...naming import Limit
from ..common.monitoring_role import MonitoringRole
from .settings import AuroraSettings


class AuroraInstances(Construct):
    """An instance of class db.serverless in each zone of the settings.

    Creates: the role of Enhanced Monitoring; the instances, the first zone's before the others, since the
    first instance of a cluster becomes the writer.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        cluster: RdsCluster,
        key_arn: str,
        tags: dict[str, str],
        settings: AuroraSettings,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._cluster, self._settings = context, cluster, settings
        self._key_arn, self._tags = key_arn, tags
        self._monitoring = (
            MonitoringRole(self, "monitoring", context=context, name=settings.name)
            if settings.monitoring_seconds
            else None
        )
        self._instances: dict[str, RdsClusterInstance] = {}
        for zone in settings.zones:
            self._instances[zone] = self._create(zone)

    @property
    def all(self) -> tuple[RdsClusterInstance, ...]:
        """The instances, the writer first."""
        return tuple(self._instances.values())

    @property
    def identifiers(self) -> dict[str, str]:
        """Identifiers by initial role: `writer`, `reader-b` and so on."""
        first = self._settings.zones[0]
        return {
            "writer" if zone == first else f"reader-{zone}": str(instance.identifier)
            for zone, instance in self._instances.items()
        }

    def _create(self, zone: str) -> RdsClusterInstance:
        settings, cluster = self._settings, self._cluster
        identifier = self._context.naming.of(Limit.DATABASE, settings.name, zone)
        first = self._instances.get(settings.zones[0])
        return RdsClusterInstance(
            self,
            zone,
            identifier=identifier,
            cluster_identifier=cluster.id,
            instance_class="db.serverless",
            engine=cluster.engine,
            engine_version=cluster.engine_version,
            availability_zone=f"{self._context.region}{zone}",
            db_subnet_group_name=cluster.db_subnet_group_name,
            # In promotion tiers 0 and 1 a reader scales with the writer, so that it is ready for a failover.
            promotion_tier=1 if first else 0,
            publicly_accessible=False,
            ca_cert_identifier=settings.certificate_authority,
            auto_minor_version_upgrade=True,
            apply_immediately=settings.apply_immediately,
            preferred_maintenance_window=settings.maintenance_window,
            copy_tags_to_snapshot=True,
            monitoring_interval=settings.monitoring_seconds,
            monitoring_role_arn=self._monitoring.arn if self._monitoring else None,
            performance_insights_enabled=bool(settings.insights_days),
            performance_insights_kms_key_id=self._key_arn if settings.insights_days else None,
            performance_insights_retention_period=settings.insights_days or None,
            tags={"Name": identifier, **self._tags},
            depends_on=[first] if first else None,
        )
