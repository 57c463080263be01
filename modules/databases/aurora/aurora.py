"""Aurora PostgreSQL Serverless v2."""

from __future__ import annotations

from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster, RdsClusterServerlessv2ScalingConfiguration
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...kms.key import Key
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...networking.network import Network
from ...networking.reach import peer_of
from ...networking.subnet_plan import Tier
from ...secrets.entries import SecretEntries
from ..common.master import Master
from .alarms import aurora
from .global_database import GlobalDatabase, lifecycle, secondary
from .instances import AuroraInstances
from .parameters import AuroraParameters
from .password import Password
from .settings import AuroraSettings, GlobalPrimary, GlobalSecondary

PORT = 5432
# Amazon Aurora user guide, "Publishing Aurora PostgreSQL logs to Amazon CloudWatch Logs".
_LOGS = ("postgresql", "iam-db-auth-error")


class Aurora(Construct):
    """An Aurora PostgreSQL cluster in subnets of `tier`: encrypted, TLS required, point-in-time recovery.

    Creates: a KMS key, and another for the password; a subnet group; a cluster parameter group; the log
    groups, before RDS would create them without retention; the cluster, its instances (see
    `AuroraInstances`), and the rotation of the password that RDS manages; with `GlobalPrimary`, the global
    database. A cluster of a global database has its password in `secret`.

    Raises ProblemsError when the network has too few zones, or lacks one of the settings, and when `secret`
    is missing, or lacks the entry of the password.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        security_group: SecurityGroup,
        settings: AuroraSettings,
        tier: Tier = Tier.DATABASE,
        secret: SecretEntries | None = None,
    ) -> None:
        super().__init__(scope, id)
        if problems := list(settings.zone_problems(network.settings.zones)):
            raise ProblemsError(problems)
        self.settings = settings
        self._peer = peer_of(security_group)
        self._context = context
        self._tags = context.tags.override(DataClassification="pii", BackupPolicy="daily")
        self._identifier = context.naming.of(Limit.DATABASE, settings.name)
        # Logs contain statements with personal data; a separate key for the password keeps access to them
        # apart.
        self._key = Key(
            self,
            "key",
            context=context,
            purpose=settings.name,
            services=("logs",),
            protected=settings.protected,
        )
        self._password = Password(self, context=context, settings=settings, secret=secret)
        self._log_groups = {log: self._create_log_group(log) for log in _LOGS}
        self._cluster = self._create_cluster(network.subnet_ids(tier), str(security_group.id))
        self._instances = AuroraInstances(
            self,
            "instances",
            context=context,
            cluster=self._cluster,
            key_arn=self.key_arn,
            tags=self._tags,
            settings=settings,
        )
        self._password.of(self._cluster)
        if isinstance(settings.global_database, GlobalPrimary):
            GlobalDatabase(self, "global-database", context=context, cluster=self._cluster, settings=settings)

    @property
    def host(self) -> str:
        """The cluster endpoint, for writing. It stays the same in a failover."""
        return str(self._cluster.endpoint)

    @property
    def reader_host(self) -> str:
        """The reader endpoint; with a single instance it connects to that one."""
        return str(self._cluster.reader_endpoint)

    @property
    def arn(self) -> str:
        """The ARN of the cluster, for backups."""
        return str(self._cluster.arn)

    @property
    def cluster_identifier(self) -> str:
        """`DBClusterIdentifier`, the dimension of its metrics."""
        return str(self._cluster.cluster_identifier)

    @property
    def identifiers(self) -> dict[str, str]:
        """`DBInstanceIdentifier` by initial role: `writer`, then `reader-b` and so on."""
        return self._instances.identifiers

    @property
    def secret_arn(self) -> str:
        """The ARN of the secret with the password: that which RDS manages, or the given one."""
        return self._password.secret_arn

    @property
    def key_arn(self) -> str:
        """The ARN of the KMS key of storage and logs."""
        return self._key.arn

    @property
    def read_only(self) -> bool:
        """Whether it is a copy of another stack's database, with that one's logins and none of its own."""
        return isinstance(self.settings.global_database, GlobalSecondary)

    @property
    def client_access(self) -> ClientAccess:
        """Client access: `DATABASE_HOST` and so on, and `DATABASE_PASSWORD` by reference.

        RDS rotates the password while tasks run, so a task may read the secret (`DATABASE_SECRET_ARN`) when
        its password is refused.
        """
        reading = self._password.reading
        return ClientAccess(
            server=self._peer,
            environment={
                "DATABASE_HOST": self.host,
                "DATABASE_READER_HOST": self.reader_host,
                "DATABASE_PORT": str(PORT),
                "DATABASE_NAME": self.settings.database,
                "DATABASE_USER": self.settings.user,
                "DATABASE_SSLMODE": self.settings.ssl_mode,
                "DATABASE_SECRET_ARN": self.secret_arn,
            },
            secrets={"DATABASE_PASSWORD": self._password.reference},
            statements=reading,
            execution_statements=reading,
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return aurora(
            self.settings,
            namespace=self._context.naming.base,
            cluster_identifier=self.cluster_identifier,
            identifiers=self.identifiers,
            log_group_name=str(self._log_groups["postgresql"].name),
        )

    @property
    def master(self) -> Master:
        """The credentials of the master user, and where it logs in."""
        return Master(
            host=self.host,
            port=PORT,
            database=self.settings.database,
            user=self.settings.user,
            secret_arn=self.secret_arn,
            entry=self._password.entry,
            statements=self._password.reading,
            resource_id=str(self._cluster.cluster_resource_id),
            ready=(*self._instances.all, *self._password.ready),
        )

    def login_statement(self, user: str) -> Statement:
        """Permission to connect as `user` with IAM database authentication, to every instance."""
        user_arn = self._context.account.arn("rds-db", f"dbuser:{self._cluster.cluster_resource_id}/{user}")
        return Statement(actions=["rds-db:connect"], resources=[user_arn])

    def _create_log_group(self, log: str) -> CloudwatchLogGroup:
        return CloudwatchLogGroup(
            self,
            "log" if log == "postgresql" else f"{log}-log",
            name=f"/aws/rds/cluster/{self._identifier}/{log}",
            retention_in_days=self.settings.log_retention_days,
            kms_key_id=self._key.arn,
        )

    def _create_cluster(self, subnet_ids: list[str], security_group_id: str) -> RdsCluster:
        settings, context = self.settings, self._context
        subnets = DbSubnetGroup(
            self,
            "subnets",
            name=context.naming.of(Limit.DATABASE_GROUP, settings.name),
            description=f"{context.naming.base} {settings.name}",
            subnet_ids=subnet_ids,
        )
        parameters = AuroraParameters(self, "parameters", context=context, settings=settings)
        protected = settings.protected
        return RdsCluster(
            self,
            "Default",
            cluster_identifier=self._identifier,
            engine="aurora-postgresql",
            # Serverless v2 is an instance class; the engine mode "serverless" is Serverless v1.
            engine_mode="provisioned",
            allow_major_version_upgrade=settings.allow_major_upgrade,
            engine_lifecycle_support=settings.lifecycle_support,
            serverlessv2_scaling_configuration=RdsClusterServerlessv2ScalingConfiguration(
                # With 0 it pauses by itself, minutes after the last connection (Amazon Aurora user guide,
                # "Scaling to Zero ACUs with automatic pause and resume").
                min_capacity=context.pause.number(0, settings.capacity.minimum),
                max_capacity=settings.capacity.maximum,
                seconds_until_auto_pause=settings.capacity.seconds_until_auto_pause,
            ),
            port=PORT,
            **self._origin(),
            iam_database_authentication_enabled=True,
            storage_encrypted=True,
            kms_key_id=self.key_arn,
            db_subnet_group_name=str(subnets.name),
            vpc_security_group_ids=[security_group_id],
            db_cluster_parameter_group_name=parameters.name,
            backup_retention_period=settings.backup_days,
            preferred_backup_window=settings.backup_window,
            preferred_maintenance_window=settings.maintenance_window,
            apply_immediately=settings.apply_immediately,
            enabled_cloudwatch_logs_exports=list(self._log_groups),
            copy_tags_to_snapshot=True,
            delete_automated_backups=not protected,
            deletion_protection=protected,
            skip_final_snapshot=not protected,
            final_snapshot_identifier=self._key.suffixed(f"{self._identifier}-final") if protected else None,
            lifecycle=lifecycle(settings),
            tags={"Name": self._identifier, **self._tags},
            depends_on=[*self._log_groups.values()],
        )

    def _origin(self) -> dict[str, Any]:
        """The arguments of a cluster that is created empty, or as a copy."""
        settings = self.settings
        if isinstance(settings.global_database, GlobalSecondary):
            return secondary(settings, settings.global_database, context=self._context)
        return {
            "engine_version": str(settings.version),
            "database_name": settings.database,
            "master_username": settings.user,
            **self._password.arguments,
        }
