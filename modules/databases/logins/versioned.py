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
from ...secrets.secret import EnvironmentSecret
from ..common.master import Server
from .function import LoginFunction
from .settings import LoginSettings


class VersionedLogin(Construct):
    """An application's logins of a database, rotated by raising the version of an entry of the secret.

    Creates: the function that gives a login its password, and its invocation, which task definitions depend
    on. The versions take turns between both logins: while a deployment replaces the tasks, old ones have the
    login of the version before.

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
        secret: EnvironmentSecret,
        key: str,
        settings: LoginSettings | None = None,
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        self._database, self._secret, self._key = database, secret, key
        role = settings or LoginSettings()
        function = LoginFunction(
            self,
            "Default",
            context=context,
            network=network,
            security_groups=security_groups,
            master=database.master,
            role=role.role,
            secret_arn=secret.arn,
            statements=secret.read_statements,
            log_retention_days=log_retention_days,
        )
        event = {"login": role.login_of(secret.version(key)), "entry": secret.entries(key)[0]}
        self._invocation = function.invoke(event)
        self._invocation.node.add_dependency(secret.written)

    @property
    def client_access(self) -> ClientAccess:
        """Client access of the database as this login: its name, and `DATABASE_PASSWORD` by reference."""
        own = self._secret.access({"DATABASE_PASSWORD": self._key})
        # Of the invocation, so that no task starts with a login before it has its password.
        login = f"${{jsondecode({self._invocation.fqn}.input).login}}"
        server = self._database.client_access
        environment = {**server.environment, "DATABASE_USER": login}
        return replace(own, environment=environment, server=server.server)
