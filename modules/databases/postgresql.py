"""PostgreSQL on RDS: a database and the replicas that read from it."""

from __future__ import annotations

from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.db_instance import DbInstance
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from cdktf_cdktf_provider_aws.secretsmanager_secret_rotation import (
    SecretsmanagerSecretRotation,
    SecretsmanagerSecretRotationRotationRules,
)
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from modules.context import Context
from modules.databases.instance_classes import max_connections
from modules.databases.monitoring_role import MonitoringRole
from modules.databases.postgresql_parameters import PostgresqlParameters
from modules.databases.settings import PostgresqlSettings
from modules.errors import ProblemsError
from modules.naming import Limit
from modules.networking.network import Network
from modules.networking.subnet_plan import Tier
from modules.security.access import ClientAccess
from modules.security.key import Key
from modules.security.policy import Statement
from modules.security.secret import EnvironmentSecret, read_statements

PORT = 5432
_LOGS = ("postgresql", "upgrade")


class Postgresql(Construct):
    """A PostgreSQL database in the database tier, encrypted, over TLS alone, backed up to any second.

    Creates: a KMS key; a subnet group; a parameter group; the log groups, before RDS would create them
    without retention; the role of Enhanced Monitoring; the instance and its replicas. RDS makes and rotates
    the password where the settings say so, else it is an entry of `secret`.

    Raises ProblemsError when the network has too few zones, or `secret` lacks the entry of the password.
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
        settings: PostgresqlSettings,
    ) -> None:
        super().__init__(scope, id)
        if problems := list(settings.zone_problems(len(network.settings.zones))):
            raise ProblemsError(problems)
        self.settings = settings
        self._context = context
        self._secret = secret
        self._security_group = security_group
        self._key = Key(
            self,
            "key",
            context=context,
            purpose=settings.name,
            # Logs hold statements, and statements hold people's data.
            services=("logs",),
            protected=settings.protected,
        )
        self._parameters = PostgresqlParameters(self, "parameters", context=context, settings=settings)
        self._monitoring = (
            MonitoringRole(self, "monitoring", context=context, name=settings.name)
            if settings.monitoring_seconds
            else None
        )
        self._primary = self._create_primary(network)
        self._replicas = {name: self._create_replica(name) for name in settings.replicas}
        if settings.managed_password:
            self._schedule_rotation()

    @property
    def host(self) -> str:
        """Where to write. The name stays when the standby takes over."""
        return str(self._primary.address)

    @property
    def reader_hosts(self) -> dict[str, str]:
        """Where to read, by replica."""
        return {name: str(replica.address) for name, replica in self._replicas.items()}

    @property
    def identifiers(self) -> dict[str, str]:
        """`DBInstanceIdentifier`, the dimension of alarms: `primary`, and each replica by its name."""
        instances = {"primary": self._primary, **self._replicas}
        return {name: str(instance.identifier) for name, instance in instances.items()}

    @property
    def arn(self) -> str:
        """The ARN of the primary instance, for backups."""
        return str(self._primary.arn)

    @property
    def key_arn(self) -> str:
        """The ARN of the key that encrypts it."""
        return self._key.arn

    @property
    def max_connections(self) -> int:
        """What the server is told to accept."""
        return max_connections(self.settings.instance_class)

    @property
    def client_access(self) -> ClientAccess:
        """What a client is given: `DATABASE_HOST` and so on, and `DATABASE_PASSWORD` by reference."""
        environment = {
            "DATABASE_HOST": self.host,
            "DATABASE_PORT": str(PORT),
            "DATABASE_NAME": self.settings.database,
            "DATABASE_USER": self.settings.user,
            "DATABASE_SSLMODE": self.settings.ssl_mode,
        }
        if self._replicas:
            environment["DATABASE_READER_HOSTS"] = ",".join(self.reader_hosts.values())
        if not self.settings.managed_password:
            own = self._secret.access({"DATABASE_PASSWORD": self.settings.password_key})
            return ClientAccess(
                environment=environment, secrets=own.secrets, execution_statements=own.execution_statements
            )
        return ClientAccess(
            environment=environment,
            secrets={"DATABASE_PASSWORD": f"{self._managed_secret_arn}:password::"},
            execution_statements=read_statements(self._context, self._managed_secret_arn, self.key_arn),
        )

    def login_statement(self, user: str) -> Statement:
        """What lets a role log in as `user` with IAM instead of a password, on every instance."""
        account = self._context.account
        instances = (self._primary, *self._replicas.values())
        users = [account.arn("rds-db", f"dbuser:{one.resource_id}/{user}") for one in instances]
        return Statement(actions=["rds-db:connect"], resources=users)

    @property
    def _managed_secret_arn(self) -> str:
        return str(self._primary.master_user_secret.get(0).secret_arn)

    def _create_log_groups(self, role: str, identifier: str) -> list[CloudwatchLogGroup]:
        return [
            CloudwatchLogGroup(
                self,
                f"{role}-{log}-log",
                name=f"/aws/rds/instance/{identifier}/{log}",
                retention_in_days=self.settings.log_retention_days,
                kms_key_id=self._key.arn,
            )
            for log in _LOGS
        ]

    def _create_primary(self, network: Network) -> DbInstance:
        settings, naming = self.settings, self._context.naming
        identifier = naming.of(Limit.DATABASE, settings.name)
        subnets = DbSubnetGroup(
            self,
            "subnets",
            name=naming.of(Limit.DATABASE_GROUP, settings.name),
            description=f"{naming.base} {settings.name}",
            subnet_ids=network.subnet_ids(Tier.DATABASE),
        )
        return DbInstance(
            self,
            "Default",
            identifier=identifier,
            engine="postgres",
            engine_version=str(settings.version),
            allow_major_version_upgrade=settings.allow_major_upgrade,
            engine_lifecycle_support=settings.lifecycle_support,
            db_name=settings.database,
            username=settings.user,
            db_subnet_group_name=subnets.name,
            allocated_storage=settings.storage,
            multi_az=settings.multi_az,
            backup_retention_period=settings.backup_days,
            backup_window=settings.backup_window,
            delete_automated_backups=not settings.protected,
            deletion_protection=settings.protected,
            skip_final_snapshot=not settings.protected,
            final_snapshot_identifier=f"{identifier}-final" if settings.protected else None,
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if settings.protected else None,
            **self._password(),
            **self._common("primary", identifier),
        )

    def _create_replica(self, name: str) -> DbInstance:
        identifier = self._context.naming.of(Limit.DATABASE, self.settings.name, name)
        return DbInstance(
            self,
            name,
            identifier=identifier,
            replicate_source_db=self._primary.identifier,
            # It holds no data of its own: neither snapshots nor protection, so that one can be taken away.
            skip_final_snapshot=True,
            **self._common(name, identifier),
        )

    def _password(self) -> dict[str, Any]:
        if self.settings.managed_password:
            return {"manage_master_user_password": True, "master_user_secret_kms_key_id": self._key.arn}
        key = self.settings.password_key
        return {"password_wo": self._secret.value(key), "password_wo_version": self._secret.version(key)}

    def _common(self, role: str, identifier: str) -> dict[str, Any]:
        settings, tags = self.settings, self._context.tags
        monitoring = self._monitoring
        return {
            "instance_class": settings.instance_class,
            "port": PORT,
            "storage_type": "gp3",
            "max_allocated_storage": settings.max_storage,
            # Said of a replica too: without it the provider would replace one on the next plan.
            "storage_encrypted": True,
            "kms_key_id": self._key.arn,
            "vpc_security_group_ids": [self._security_group.id],
            "publicly_accessible": False,
            "parameter_group_name": self._parameters.name,
            "ca_cert_identifier": settings.certificate_authority,
            "iam_database_authentication_enabled": True,
            "auto_minor_version_upgrade": True,
            "apply_immediately": False,
            "maintenance_window": settings.maintenance_window,
            "copy_tags_to_snapshot": True,
            "enabled_cloudwatch_logs_exports": list(_LOGS),
            "monitoring_interval": settings.monitoring_seconds,
            "monitoring_role_arn": monitoring.arn if monitoring else None,
            "database_insights_mode": "standard",
            "performance_insights_enabled": bool(settings.insights_days),
            "performance_insights_kms_key_id": self._key.arn if settings.insights_days else None,
            "performance_insights_retention_period": settings.insights_days or None,
            "tags": {
                "Name": identifier,
                **tags.override(DataClassification="pii", BackupPolicy="daily"),
            },
            "depends_on": self._create_log_groups(role, identifier),
        }

    def _schedule_rotation(self) -> None:
        SecretsmanagerSecretRotation(
            self,
            "rotation",
            secret_id=self._managed_secret_arn,
            rotate_immediately=False,
            rotation_rules=SecretsmanagerSecretRotationRotationRules(
                automatically_after_days=self.settings.rotation_days
            ),
        )
