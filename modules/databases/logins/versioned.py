"""Logins whose passwords are versions of an entry of the environment's secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...iam.client_access import ClientAccess
from ...log_retention import RetentionDays
from ...networking.network import Network
from ...secrets.entries import SecretEntries
from ..common.master import Server
from .function import LoginFunction
from .settings import LoginSettings


class VersionedLogin(Construct):
    """An application's logins of a database, rotated by raising the version of an entry of the secret.

    Creates: the function that gives a login its password, and its invocation, which task definitions depend
    on. The versions take turns between both logins: while a deployment replaces the tasks, old ones have the
    login of the version before. Creates nothing for a database that is a replica of a primary's, whose logins
    are in it; `secret` is then the replica of the primary's.

    Raises ProblemsError when the secret has no generated entry `key`.
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
        secret: SecretEntries,
        key: str,
        settings: LoginSettings | None = None,
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        self._database, self._secret, self._key = database, secret, key
        role = settings or LoginSettings()
        self._login = role.login_of(secret.version(key))
        if not database.read_only:
            self._login = self._create(
                context, network, security_groups, role, log_retention_days=log_retention_days
            )

    def _create(
        self,
        context: Context,
        network: Network,
        security_groups: Sequence[SecurityGroup],
        settings: LoginSettings,
        *,
        log_retention_days: RetentionDays,
    ) -> str:
        """Create the function, and invoke it; returns the login, once it has its password."""
        secret, key, database = self._secret, self._key, self._database
        function = LoginFunction(
            self,
            "Default",
            context=context,
            network=network,
            security_groups=security_groups,
            master=database.master,
            role=settings.role,
            secret_arn=secret.arn,
            statements=secret.read_statements,
            log_retention_days=log_retention_days,
        )
        invocation = function.invoke({"login": self._login, "entry": secret.entries(key)[0]})
        invocation.node.add_dependency(secret.written)
        # Of the invocation, so that no task starts with a login before it has its password.
        return f"${{jsondecode({invocation.fqn}.input).login}}"

    @property
    def client_access(self) -> ClientAccess:
        """Client access of the database as this login: its name, and `DATABASE_PASSWORD` by reference."""
        own = self._secret.access({"DATABASE_PASSWORD": self._key})
        server = self._database.client_access
        environment = {**server.environment, "DATABASE_USER": self._login}
        return replace(own, environment=environment, server=server.server)
