"""Logins that Secrets Manager rotates by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from cdktf_cdktf_provider_aws.secretsmanager_secret_rotation import (
    SecretsmanagerSecretRotation,
    SecretsmanagerSecretRotationRotationRules,
)
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...kms.key import Key
from ...log_retention import RetentionDays
from ...naming import Limit
from ...networking.network import Network
from ...secrets.secret import read_statements
from ..common.master import Server
from .function import LoginFunction
from .settings import RotatedLoginSettings

# Secrets Manager API: DeleteSecret, RecoveryWindowInDays.
_RECOVERY_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class RunningService:
    """An ECS service by the names of its cluster and its own."""

    cluster: str
    service: str


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
        self._secret = self._create_secret()
        self._function = LoginFunction(
            self,
            "Default",
            context=context,
            network=network,
            security_groups=security_groups,
            master=database.master,
            role=settings.role,
            secret_arn=self.secret_arn,
            statements=[*self._rotating(), *self._deploying(services)],
            variables={"SERVICES": json.dumps([vars(one) for one in services])},
            log_retention_days=log_retention_days,
        )
        self._rotate()

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

    def _create_secret(self) -> SecretsmanagerSecret:
        context, protected = self._context, self.settings.protected
        return SecretsmanagerSecret(
            self,
            "secret",
            name_prefix=context.naming.prefix(Limit.SECRET, "database-login"),
            description=f"Login of {context.naming.base} at its database",
            kms_key_id=self._key.arn,
            recovery_window_in_days=_RECOVERY_DAYS if protected else 0,
            tags=context.tags.override(DataClassification="confidential"),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True) if protected else None,
        )

    def _rotating(self) -> tuple[Statement, ...]:
        # Secrets Manager user guide, "Lambda rotation function execution role permissions".
        return (
            Statement(
                actions=[
                    "secretsmanager:DescribeSecret",
                    "secretsmanager:GetSecretValue",
                    "secretsmanager:ListSecretVersionIds",
                    "secretsmanager:PutSecretValue",
                    "secretsmanager:UpdateSecretVersionStage",
                ],
                resources=[self.secret_arn],
            ),
            Statement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[self._key.arn],
                conditions={
                    "StringEquals": {"kms:ViaService": f"secretsmanager.{self._context.region}.amazonaws.com"}
                },
            ),
            Statement(
                actions=["secretsmanager:GetRandomPassword"],
                resources=["*"],
                wildcard_reason="it makes a password, and concerns no resource",
            ),
        )

    def _deploying(self, services: Sequence[RunningService]) -> tuple[Statement, ...]:
        if not services:
            return ()
        arns = [self._context.account.arn("ecs", f"service/{one.cluster}/{one.service}") for one in services]
        return (Statement(actions=["ecs:UpdateService"], resources=arns),)

    def _rotate(self) -> None:
        function = self._function.function
        permission = LambdaPermission(
            self,
            "permission",
            action="lambda:InvokeFunction",
            function_name=function.arn,
            principal="secretsmanager.amazonaws.com",
            source_account=self._context.account.id,
        )
        self._rotation = SecretsmanagerSecretRotation(
            self,
            "rotation",
            secret_id=self.secret_arn,
            rotation_lambda_arn=function.arn,
            # The first version is new.
            rotate_immediately=False,
            rotation_rules=SecretsmanagerSecretRotationRotationRules(
                automatically_after_days=self.settings.rotation_days
            ),
            depends_on=[permission, self._function.invoke({"first": True})],
        )
