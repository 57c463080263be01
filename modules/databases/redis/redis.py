"""Redis or Valkey on ElastiCache."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError
from ...iam.client_access import ClientAccess
from ...kms.key import Key
from ...monitoring.monitored import Monitored
from ...networking.network import Network
from ...networking.subnet_plan import Tier
from ...secrets.secret import EnvironmentSecret
from .alarms import cache
from .group import create_replication_group
from .settings import RedisSettings
from .users import USER, RedisUsers

PORT = 6379


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
        secret: EnvironmentSecret,
        settings: RedisSettings,
    ) -> None:
        super().__init__(scope, id)
        if problems := list(settings.zone_problems(len(network.settings.zones))):
            raise ProblemsError(problems)
        self.settings = settings
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
        self._group = create_replication_group(
            self,
            context=context,
            port=PORT,
            subnet_ids=network.subnet_ids(Tier.DATABASE),
            security_group_id=str(security_group.id),
            key_arn=self.key_arn,
            users=RedisUsers(self, "users", context=context, secret=secret, settings=settings),
            settings=settings,
        )

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
            environment=environment, secrets=token.secrets, execution_statements=token.execution_statements
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return cache(key=self.settings.name, node_ids=self.cluster_ids)
