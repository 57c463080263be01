"""PostgreSQL on RDS, with read replicas."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cdktf_cdktf_provider_aws.db_instance import DbInstance
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...kms.key import Key
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...networking.network import Network
from ...networking.reach import peer_of
from ...networking.subnet_plan import Tier
from ...secrets.entries import SecretEntries, read_statements
from ..common.master import Master
from ..common.rotation import create_rotation
from . import origin
from .alarms import postgresql
from .backup_copy import BackupCopy
from .instance_classes import max_connections
from .requirements import PORT, Requirements
from .settings import PostgresqlSettings, ReplicaOf


class Postgresql(Construct):
    """A PostgreSQL database in the database tier: encrypted, TLS required, point-in-time recovery.

    Creates: a KMS key; a subnet group; a parameter group; the log groups, before RDS would create them
    without retention; the role of Enhanced Monitoring; the instance and its read replicas; if set, copies of
    its backups in another region. With `managed_password` RDS manages and rotates the password, otherwise it
    is an entry of `secret`. With `source`, the instance is a replica of another stack's, or restored from a
    copy: see `ReplicaOf` and `RestoredFrom`.

    Raises ProblemsError when the network has too few zones, `secret` is missing or lacks the entry of the
    password, or the region of the copies or of the source is the stack's.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        security_group: SecurityGroup,
        settings: PostgresqlSettings,
        secret: SecretEntries | None = None,
    ) -> None:
        super().__init__(scope, id)
        if problems := list(settings.zone_problems(len(network.settings.zones))):
            raise ProblemsError(problems)
        self.settings = settings
        self._peer = peer_of(security_group)
        self._context = context
        self._given_secret = secret
        self._key = Key(
            self,
            "key",
            context=context,
            purpose=settings.name,
            # Logs contain statements with personal data.
            services=("logs",),
            protected=settings.protected,
        )
        self._requirements = Requirements(
            self, context=context, security_group=security_group, settings=settings, key_arn=self.key_arn
        )
        self._primary = self._create_primary(network.subnet_ids(Tier.DATABASE))
        self._replicas = {name: self._create_replica(name) for name in settings.replicas}
        if settings.copies:
            BackupCopy(
                self,
                "copies",
                context=context,
                source_arn=self.arn,
                settings=settings,
                copies=settings.copies,
            )
        if settings.managed_password:
            create_rotation(self, secret_arn=self._managed_secret_arn, days=settings.rotation_days)

    @property
    def host(self) -> str:
        """The primary endpoint, for writing. It stays the same in a failover."""
        return str(self._primary.address)

    @property
    def reader_hosts(self) -> dict[str, str]:
        """The endpoints of the read replicas, by name."""
        return {name: str(replica.address) for name, replica in self._replicas.items()}

    @property
    def identifiers(self) -> dict[str, str]:
        """`DBInstanceIdentifier`, the dimension of metrics: `primary`, and each replica by its name."""
        instances = {"primary": self._primary, **self._replicas}
        return {name: str(instance.identifier) for name, instance in instances.items()}

    @property
    def arn(self) -> str:
        """The ARN of the primary instance, for backups."""
        return str(self._primary.arn)

    @property
    def key_arn(self) -> str:
        """The ARN of the KMS key."""
        return self._key.arn

    @property
    def subnet_group(self) -> str:
        """The name of the group of its subnets, for restores beside it."""
        return str(self._primary.db_subnet_group_name)

    @property
    def max_connections(self) -> int:
        """The value of the parameter max_connections."""
        return max_connections(self.settings.instance_class)

    @property
    def read_only(self) -> bool:
        """Whether it is a copy of another stack's database, with that one's logins and none of its own."""
        return origin.read_only(self.settings)

    @property
    def can_stop(self) -> bool:
        """Whether RDS stops it: "an instance that has a read replica, or that is a read replica" it can't.

        Source: Amazon RDS user guide, "Stopping an Amazon RDS DB instance temporarily".
        """
        return not self.settings.replicas and not self.read_only

    @property
    def client_access(self) -> ClientAccess:
        """Client access: `DATABASE_HOST` and so on, and `DATABASE_PASSWORD` by reference."""
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
            return replace(own, environment=environment, server=self._peer)
        return ClientAccess(
            server=self._peer,
            environment=environment,
            secrets={"DATABASE_PASSWORD": f"{self._managed_secret_arn}:password::"},
            execution_statements=read_statements(self._context, self._managed_secret_arn, self.key_arn),
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return postgresql(
            self.settings,
            namespace=self._context.naming.base,
            identifiers=self.identifiers,
            # By the instance's reference: metric filters are created after the instance, and it after its log
            # groups.
            log_group_names=[f"/aws/rds/instance/{one}/postgresql" for one in self.identifiers.values()],
        )

    @property
    def master(self) -> Master:
        """The credentials of the master user, and where it logs in."""
        if self.settings.managed_password:
            arn, entry, key_arn = self._managed_secret_arn, "password", self.key_arn
        else:
            arn, entry, key_arn = self._secret.arn, self.settings.password_key, self._secret.key_arn
        return Master(
            host=self.host,
            port=PORT,
            database=self.settings.database,
            user=self.settings.user,
            secret_arn=arn,
            entry=entry,
            statements=read_statements(self._context, arn, key_arn),
            resource_id=str(self._primary.resource_id),
            ready=(self._primary, *(() if self.settings.managed_password else (self._secret.written,))),
        )

    def login_statement(self, user: str) -> Statement:
        """Permission to connect as `user` with IAM database authentication, to every instance."""
        account = self._context.account
        instances = (self._primary, *self._replicas.values())
        users = [account.arn("rds-db", f"dbuser:{one.resource_id}/{user}") for one in instances]
        return Statement(actions=["rds-db:connect"], resources=users)

    @property
    def _secret(self) -> SecretEntries:
        if self._given_secret is None:
            got = f"the entry {self.settings.password_key} without a secret"
            why = refusal(
                got=got,
                allowed="secret=, or managed_password=True in the settings",
                fix="pass the environment's secret, or let RDS make the password",
            )
            raise ProblemsError.one(f"password of {self.settings.name}", why)
        return self._given_secret

    @property
    def _managed_secret_arn(self) -> str:
        return str(self._primary.master_user_secret.get(0).secret_arn)

    def _create_primary(self, subnet_ids: list[str]) -> DbInstance:
        settings, naming = self.settings, self._context.naming
        subnets = DbSubnetGroup(
            self,
            "subnets",
            name=naming.of(Limit.DATABASE_GROUP, settings.name),
            description=f"{naming.base} {settings.name}",
            subnet_ids=subnet_ids,
        )
        identifier = naming.of(Limit.DATABASE, settings.name)
        given = {
            **self._origin(identifier),
            **self._requirements.of("primary", identifier),
        }
        if origin.is_restored(settings):
            del given["kms_key_id"]
        instance = DbInstance(
            self,
            "Default",
            identifier=identifier,
            db_subnet_group_name=str(subnets.name),
            **given,
        )
        if origin.is_restored(settings):
            origin.restore(instance, settings)
        return instance

    def _origin(self, identifier: str) -> dict[str, Any]:
        settings = self.settings
        if isinstance(settings.source, ReplicaOf):
            return origin.replica(settings, settings.source, context=self._context)
        make = origin.new if settings.source is None else origin.restored
        return {**make(settings, identifier=identifier, key=self._key), **self._password()}

    def _create_replica(self, name: str) -> DbInstance:
        identifier = self._context.naming.of(Limit.DATABASE, self.settings.name, name)
        return DbInstance(
            self,
            name,
            identifier=identifier,
            replicate_source_db=self._primary.identifier,
            # It has no data of its own: without snapshot and protection it can be removed.
            skip_final_snapshot=True,
            **self._requirements.of(name, identifier),
        )

    def _password(self) -> dict[str, Any]:
        if self.settings.managed_password:
            return {"manage_master_user_password": True, "master_user_secret_kms_key_id": self._key.arn}
        key = self.settings.password_key
        return {"password_wo": self._secret.value(key), "password_wo_version": self._secret.version(key)}
