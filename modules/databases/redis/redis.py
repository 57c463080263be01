"""Redis or Valkey on ElastiCache."""

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
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError
from ...iam.client_access import ClientAccess
from ...kms.key import Key
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...networking.network import Network
from ...networking.reach import peer_of
from ...networking.subnet_plan import Tier
from ...secrets.entries import SecretEntries
from .alarms import cache
from .settings import RedisSettings
from .users import USER, RedisUsers

PORT = 6379
_LOGS = ("slow-log", "engine-log")


class Redis(Construct):
    """A replication group in the database tier, encrypted at rest and in transit, with authentication.

    Creates: a KMS key; a subnet group; a parameter group; log groups of the slow log and the engine log; the
    user and its group; the replication group.

    Raises ProblemsError when the network has too few zones, or `secret` lacks the entry of the token.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        security_group: SecurityGroup,
        secret: SecretEntries,
        settings: RedisSettings,
    ) -> None:
        super().__init__(scope, id)
        if problems := list(settings.zone_problems(len(network.settings.zones))):
            raise ProblemsError(problems)
        self.settings = settings
        self._peer = peer_of(security_group)
        self._context, self._secret = context, secret
        self._key = Key(
            self,
            "key",
            context=context,
            purpose=f"redis-{settings.name}",
            # The slow log holds commands with their arguments.
            services=("logs",),
            protected=settings.protected,
        )
        self._users = RedisUsers(self, "users", context=context, secret=secret, settings=settings)
        self._group = self._create_group(network.subnet_ids(Tier.DATABASE), str(security_group.id))

    @property
    def host(self) -> str:
        """The primary endpoint, in cluster mode the configuration endpoint; unchanged by a failover."""
        if self.settings.shards:
            return str(self._group.configuration_endpoint_address)
        return str(self._group.primary_endpoint_address)

    @property
    def replication_group_id(self) -> str:
        """The id of the replication group."""
        return str(self._group.replication_group_id)

    @property
    def cluster_ids(self) -> list[str]:
        """`CacheClusterId` of every node, the dimension of its metrics."""
        group, nodes = self.replication_group_id, range(1, self.settings.nodes + 1)
        if not self.settings.shards:
            return [f"{group}-{node:03}" for node in nodes]
        shards = range(1, self.settings.shards + 1)
        return [f"{group}-{shard:04}-{node:03}" for shard in shards for node in nodes]

    @property
    def key_arn(self) -> str:
        """The ARN of the KMS key."""
        return self._key.arn

    @property
    def client_access(self) -> ClientAccess:
        """Client access: `REDIS_HOST` and so on, and `REDIS_AUTH_TOKEN` by reference."""
        environment = {
            "REDIS_HOST": self.host,
            "REDIS_PORT": str(PORT),
            "REDIS_TLS": "true",
            "REDIS_USER": USER,
        }
        if not self.settings.shards and self.settings.nodes > 1:
            environment["REDIS_READER_HOST"] = str(self._group.reader_endpoint_address)
        token = self._secret.access({"REDIS_AUTH_TOKEN": self.settings.token_key})
        return ClientAccess(
            server=self._peer,
            environment=environment,
            secrets=token.secrets,
            execution_statements=token.execution_statements,
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return cache(key=self.settings.name, node_ids=self.cluster_ids, node_type=self.settings.node_type)

    def _create_group(self, subnet_ids: Sequence[str], security_group_id: str) -> ElasticacheReplicationGroup:
        settings, context = self.settings, self._context
        name = context.naming.of(Limit.CACHE, settings.name)
        # A cache never changes its mode: with the mode in its id, Terraform replaces it instead of asking
        # ElastiCache for what it refuses. With `protected`, Terraform refuses the plan.
        id_with_mode = context.naming.of(Limit.CACHE, settings.name, "cluster") if settings.shards else name
        description = f"{context.naming.base} {settings.name}"
        subnets = ElasticacheSubnetGroup(
            self, "subnets", name=name, description=description, subnet_ids=list(subnet_ids)
        )
        return ElasticacheReplicationGroup(
            self,
            "Default",
            replication_group_id=id_with_mode,
            description=description,
            engine=settings.engine,
            engine_version=settings.version,
            node_type=settings.node_type,
            port=PORT,
            parameter_group_name=self._create_parameter_group(description).name,
            subnet_group_name=subnets.name,
            security_group_ids=[security_group_id],
            automatic_failover_enabled=settings.multi_az,
            multi_az_enabled=settings.multi_az,
            at_rest_encryption_enabled="true",
            kms_key_id=self.key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            user_group_ids=[self._users.group_id],
            snapshot_retention_limit=settings.backup_days,
            snapshot_window=settings.backup_window,
            final_snapshot_identifier=self._key.suffixed(f"{name}-final") if settings.protected else None,
            maintenance_window=settings.maintenance_window,
            auto_minor_version_upgrade="true",
            apply_immediately=settings.apply_immediately,
            log_delivery_configuration=[self._deliver(log) for log in _LOGS],
            tags={"Name": name, **context.tags.override(DataClassification="pii", BackupPolicy="daily")},
            depends_on=[self._users.stack],
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
            **self._size(),
        )

    def _create_parameter_group(self, description: str) -> ElasticacheParameterGroup:
        settings = self.settings
        cluster = {"cluster-enabled": "yes"} if settings.shards else {}
        return ElasticacheParameterGroup(
            self,
            "parameters",
            # An upgrade needs a parameter group of the new family while the old one is in use.
            name=self._context.naming.of(
                Limit.DATABASE_GROUP,
                settings.name,
                settings.family,
                *(["cluster"] if settings.shards else []),
            ),
            family=settings.family,
            description=description,
            parameter=[
                ElasticacheParameterGroupParameter(name=name, value=value)
                for name, value in sorted({**settings.parameters, **cluster}.items())
            ],
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    def _deliver(self, log: str) -> ElasticacheReplicationGroupLogDeliveryConfiguration:
        group = CloudwatchLogGroup(
            self,
            log,
            # Below /aws/vendedlogs/ one resource policy covers all log groups; a region allows ten policies.
            name=self._context.naming.path(
                Limit.LOG_GROUP, "/aws/vendedlogs/elasticache", self.settings.name, log
            ),
            retention_in_days=self.settings.log_retention_days,
            kms_key_id=self.key_arn,
        )
        return ElasticacheReplicationGroupLogDeliveryConfiguration(
            destination=group.name,
            destination_type="cloudwatch-logs",
            log_format="json",
            log_type=log,
        )

    def _size(self) -> dict[str, Any]:
        settings = self.settings
        if settings.shards:
            return {"num_node_groups": settings.shards, "replicas_per_node_group": settings.nodes - 1}
        return {"num_cache_clusters": settings.nodes}
