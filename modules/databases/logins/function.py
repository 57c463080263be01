"""The function that gives an application its logins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from cdktf_cdktf_provider_aws.lambda_invocation import LambdaInvocation
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...functions import database_logins, postgresql_protocol, secret_rotation
from ...functions.function import Function
from ...iam.policy import Statement, unique_statements
from ...log_retention import RetentionDays
from ...networking.network import Network
from ...networking.subnet_plan import Tier
from ..common.master import Master


class LoginFunction(Construct):
    """A Lambda function in the private subnets, which as the master user gives logins their passwords.

    Creates: the function with its role and log group. It needs `security_groups` that may reach the database
    and AWS: those of a service that uses the database, where no other may.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        security_groups: Sequence[SecurityGroup],
        master: Master,
        role: str,
        secret_arn: str,
        statements: Sequence[Statement],
        variables: Mapping[str, str] | None = None,
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        self._master = master
        environment = {
            "HOST": master.host,
            "PORT": str(master.port),
            "DATABASE": master.database,
            "ROLE": role,
            "MASTER_SECRET": master.secret_arn,
            "MASTER_USER": master.user,
            "MASTER_ENTRY": master.entry,
            "SECRET": secret_arn,
            **(variables or {}),
        }
        self.function = Function(
            self,
            "Default",
            context=context,
            name="database-logins",
            description="Gives the application its logins of the database",
            source=database_logins,
            libraries=[postgresql_protocol, secret_rotation],
            statements=unique_statements((*master.statements, *statements)),
            environment=environment,
            log_retention_days=log_retention_days,
            subnet_ids=network.subnet_ids(Tier.PRIVATE),
            security_group_ids=[str(one.id) for one in security_groups],
        )

    def invoke(self, event: Mapping[str, object]) -> LambdaInvocation:
        """Invoke it with an event during the apply, again when the event or the database is another."""
        return LambdaInvocation(
            self,
            "invocation",
            function_name=self.function.arn,
            input=json.dumps(event, sort_keys=True),
            triggers={"database": self._master.resource_id},
            depends_on=[*self._master.ready],
        )
