"""Logins that Secrets Manager rotates by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...kms.key import Key
from ...log_retention import RetentionDays
from ...networking.network import Network
from ...resilience.recovery.key import RecoveryKey
from ...secrets.creation import create_secret
from ...secrets.entries import read_statements
from ...secrets.rotation import RunningService as RunningService
from ...secrets.rotation import deploying, rotate, rotating
from ..common.master import Server
from .function import LoginFunction
from .settings import RotatedLoginSettings

# Of the secret's name, by which a recovery stack finds its replica.
NAME = "database-login"


class RotatedLogin(Construct):
    """An application's logins of a database, rotated by Secrets Manager, which then replaces the tasks.

    Creates: a KMS key; the secret with `username` and `password`; the function that rotates it, and deploys
    `services` anew when it has; its invocation, which makes the first version; the rotation. The versions
    take turns between both logins: old tasks have one that works until the next rotation. With `replica_key`,
    the secret has a replica in its region.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        security_groups: Sequence[SecurityGroup],
        database: Server,
        services: Sequence[RunningService],
        settings: RotatedLoginSettings,
        replica_key: RecoveryKey | None = None,
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context, self._database = context, database
        self._key = Key(self, "key", context=context, purpose=NAME, protected=settings.protected)
        self._secret = create_secret(
            self,
            "secret",
            context=context,
            name=NAME,
            description=f"Login of {context.naming.base} at its database",
            key=self._key,
            protected=settings.protected,
            replica_key=replica_key,
        )
        self._function = LoginFunction(
            self,
            "Default",
            context=context,
            network=network,
            security_groups=security_groups,
            master=database.master,
            role=settings.role,
            secret_arn=self.secret_arn,
            statements=[*rotating(context, self.secret_arn, self._key), *deploying(context, services)],
            variables={"SERVICES": json.dumps([vars(one) for one in services])},
            log_retention_days=log_retention_days,
        )
        self._rotation = rotate(
            self,
            context=context,
            secret_arn=self.secret_arn,
            function=self._function.function,
            days=settings.rotation_days,
            first=self._function.invoke({"first": True}),
        )

    @cached_property
    def secret_arn(self) -> str:
        """The ARN of the secret with `username` and `password`."""
        return str(self._secret.arn)

    @property
    def client_access(self) -> ClientAccess:
        """Client access of the database as this login: `DATABASE_USER` and `DATABASE_PASSWORD` by reference.

        A task may read the secret (`DATABASE_SECRET_ARN`) when it connects, instead of being replaced.
        """
        return login_access(
            self._database.client_access,
            secret_arn=self.secret_arn,
            # From the rotation's argument: no task starts before there is a first version.
            reference=str(self._rotation.secret_id),
            reading=read_statements(self._context, self.secret_arn, self._key.arn),
        )


def login_access(
    server: ClientAccess, *, secret_arn: str, reference: str, reading: Sequence[Statement]
) -> ClientAccess:
    """Client access of a database as the login in a secret with `username` and `password`."""
    environment = {**server.environment, "DATABASE_SECRET_ARN": secret_arn}
    del environment["DATABASE_USER"]
    return ClientAccess(
        server=server.server,
        environment=environment,
        secrets={
            "DATABASE_USER": f"{reference}:username::",
            "DATABASE_PASSWORD": f"{reference}:password::",
        },
        statements=tuple(reading),
        execution_statements=tuple(reading),
    )
