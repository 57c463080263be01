"""Logins that Secrets Manager rotates by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...iam.client_access import ClientAccess
from ...kms.key import Key
from ...log_retention import RetentionDays
from ...networking.network import Network
from ...secrets.creation import create_secret
from ...secrets.rotation import RunningService as RunningService
from ...secrets.rotation import deploying, rotate, rotating
from ...secrets.secret import read_statements
from ..common.master import Server
from .function import LoginFunction
from .settings import RotatedLoginSettings


class RotatedLogin(Construct):
    """An application's logins of a database, rotated by Secrets Manager, which then replaces the tasks.

    Creates: a KMS key; the secret with `username` and `password`; the function that rotates it, and deploys
    `services` anew when it has; its invocation, which makes the first version; the rotation. The versions
    take turns between both logins: old tasks have one that works until the next rotation.
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
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context, self._database = context, database
        self._key = Key(self, "key", context=context, purpose="database-login", protected=settings.protected)
        self._secret = create_secret(
            self,
            "secret",
            context=context,
            name="database-login",
            description=f"Login of {context.naming.base} at its database",
            key=self._key,
            protected=settings.protected,
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
        reading = read_statements(self._context, self.secret_arn, self._key.arn)
        server = self._database.client_access
        environment = {**server.environment, "DATABASE_SECRET_ARN": self.secret_arn}
        del environment["DATABASE_USER"]
        # The secret's ARN from the rotation's argument: no task starts before there is a first version.
        arn = str(self._rotation.secret_id)
        return ClientAccess(
            server=server.server,
            environment=environment,
            secrets={"DATABASE_USER": f"{arn}:username::", "DATABASE_PASSWORD": f"{arn}:password::"},
            statements=reading,
            execution_statements=reading,
        )
