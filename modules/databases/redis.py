"""Redis or Valkey on ElastiCache."""

from __future__ import annotations

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

from modules.context import Context
from modules.databases.redis_settings import RedisSettings
from modules.databases.redis_users import USER, RedisUsers
from modules.errors import ProblemsError
from modules.naming import Limit
from modules.networking.network import Network
from modules.networking.subnet_plan import Tier
from modules.security.access import ClientAccess
from modules.security.key import Key
from modules.security.secret import EnvironmentSecret

PORT = 6379
_LOGS = ("slow-log", "engine-log")


class Redis(Construct):
    """A replication group in the database tier, encrypted at rest and in transit, with a token.

    Creates: a KMS key; a subnet group; a parameter group; log groups for slow commands and the engine; the
    users; the replication group.

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
        secret: EnvironmentSecret,
        settings: RedisSettings,
    ) -> None:
        super().__init__(scope, id)
        if problems := list(settings.zone_problems(len(network.settings.zones))):
            raise ProblemsError(problems)
        self.settings = settings
        self._context = context
        self._secret = secret
        self._key = Key(
            self,
            "key",
            context=context,
            purpose=f"redis-{settings.name}",
            # The slow log holds commands with their arguments.
            services=("logs",),
            protected=settings.protected,
        )
        self._group = self._create_group(
            network,
            security_group,
            RedisUsers(self, "users", context=context, secret=secret, settings=settings),
        )

    @property
    def host(self) -> str:
        """Where to write, or what a client in cluster mode asks first. It stays over a failover."""
        if self.settings.shards:
            return str(self._group.configuration_endpoint_address)
        return str(self._group.primary_endpoint_address)

    @property
    def replication_group_id(self) -> str:
        """The id of the group."""
        return str(self._group.replication_group_id)

    @property
    def cluster_ids(self) -> list[str]:
        """`CacheClusterId`, the dimension of alarms, of every node, as ElastiCache derives them."""
        group, nodes = self._name, range(1, self.settings.nodes + 1)
        if not self.settings.shards:
            return [f"{group}-{node:03}" for node in nodes]
        shards = range(1, self.settings.shards + 1)
        return [f"{group}-{shard:04}-{node:03}" for shard in shards for node in nodes]

    @property
    def key_arn(self) -> str:
        """The ARN of the key that encrypts it."""
        return self._key.arn

    @property
    def client_access(self) -> ClientAccess:
        """What a client is given: `REDIS_HOST` and so on, and `REDIS_AUTH_TOKEN` by reference."""
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
            environment=environment, secrets=token.secrets, execution_statements=token.execution_statements
        )

    @property
    def _name(self) -> str:
        return self._context.naming.of(Limit.CACHE, self.settings.name)

    def _create_group(
        self, network: Network, security_group: SecurityGroup, users: RedisUsers
    ) -> ElasticacheReplicationGroup:
        settings = self.settings
        subnets = ElasticacheSubnetGroup(
            self,
            "subnets",
            name=self._name,
            description=self._description,
            subnet_ids=network.subnet_ids(Tier.DATABASE),
        )
        return ElasticacheReplicationGroup(
            self,
            "Default",
            replication_group_id=self._name,
            description=self._description,
            engine=settings.engine,
            engine_version=settings.version,
            node_type=settings.node_type,
            port=PORT,
            parameter_group_name=self._create_parameter_group().name,
            subnet_group_name=subnets.name,
            security_group_ids=[security_group.id],
            automatic_failover_enabled=settings.multi_az,
            multi_az_enabled=settings.multi_az,
            at_rest_encryption_enabled="true",
            kms_key_id=self._key.arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            user_group_ids=[users.group_id],
            snapshot_retention_limit=settings.backup_days,
            snapshot_window=settings.backup_window,
            final_snapshot_identifier=f"{self._name}-final" if settings.protected else None,
            maintenance_window=settings.maintenance_window,
            auto_minor_version_upgrade="true",
            apply_immediately=False,
            log_delivery_configuration=[self._deliver(log) for log in _LOGS],
            tags={
                "Name": self._name,
                **self._context.tags.override(DataClassification="pii", BackupPolicy="daily"),
            },
            depends_on=[users.stack],
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
            **self._size(),
        )

    @property
    def _description(self) -> str:
        return f"{self._context.naming.base} {self.settings.name}"

    def _size(self) -> dict[str, Any]:
        if self.settings.shards:
            return {
                "num_node_groups": self.settings.shards,
                "replicas_per_node_group": self.settings.nodes - 1,
            }
        return {"num_cache_clusters": self.settings.nodes}

    def _create_parameter_group(self) -> ElasticacheParameterGroup:
        cluster = {"cluster-enabled": "yes"} if self.settings.shards else {}
        return ElasticacheParameterGroup(
            self,
            "parameters",
            # An upgrade needs the group of the new family while the old one is still in use.
            name=self._context.naming.of(Limit.DATABASE_GROUP, self.settings.name, self.settings.family),
            family=self.settings.family,
            description=self._description,
            parameter=[
                ElasticacheParameterGroupParameter(name=name, value=value)
                for name, value in sorted({**self.settings.parameters, **cluster}.items())
            ],
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )

    def _deliver(self, log: str) -> ElasticacheReplicationGroupLogDeliveryConfiguration:
        group = CloudwatchLogGroup(
            self,
            log,
            # Below /aws/vendedlogs/ one resource policy covers every group; elsewhere each takes one of ten.
            name=self._context.naming.path(
                Limit.LOG_GROUP, "/aws/vendedlogs/elasticache", self.settings.name, log
            ),
            retention_in_days=self.settings.log_retention_days,
            kms_key_id=self._key.arn,
        )
        return ElasticacheReplicationGroupLogDeliveryConfiguration(
            destination=group.name,
            destination_type="cloudwatch-logs",
            log_format="json",
            log_type=log,
        )
