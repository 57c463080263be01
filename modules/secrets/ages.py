"""A custom metric of the age of secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from constructs import Construct

from ..context import Context
from ..functions import secret_ages
from ..functions.function import Function
from ..functions.schedule import run_on_schedule
from ..iam.policy import Statement, publishing
from ..log_retention import RetentionDays
from ..monitoring.monitored import Monitored
from .alarms import secrets as monitored_secrets


@dataclass(frozen=True, kw_only=True)
class AgedSecret:
    """A secret and the maximum age of its value in days: its rotation interval and time for retries."""

    arn: str
    days: int


class SecretAges(Construct):
    """A daily metric: the days since each of `secrets`, by name, last changed.

    Creates: a Lambda function with its role and log group; the schedule that runs it; its first run.

    A change of one entry counts as a rotation of the whole secret: AWS dates versions, not entries.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        secrets: Mapping[str, AgedSecret],
        log_retention_days: RetentionDays = 30,
    ) -> None:
        super().__init__(scope, id)
        self._context, self._secrets = context, secrets
        variables = {
            "NAMESPACE": context.naming.base,
            "SECRETS": json.dumps({name: secret.arn for name, secret in secrets.items()}),
        }
        self._function = Function(
            self,
            # Left out of addresses: the function's resources are this construct's.
            "Default",
            context=context,
            name="secret-ages",
            description="How old secrets are",
            source=secret_ages,
            statements=self._permissions(),
            environment=variables,
            log_retention_days=log_retention_days,
        )
        run_on_schedule(
            self,
            context=context,
            function=self._function,
            name="secret-ages",
            description="How old secrets are, once a day",
            expression="rate(1 day)",
            at_once=True,
        )

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return monitored_secrets(
            key="secrets",
            namespace=self._context.naming.base,
            function_name=self._function.name,
            days={name: secret.days for name, secret in self._secrets.items()},
        )

    def _permissions(self) -> tuple[Statement, ...]:
        return (
            Statement(
                actions=["secretsmanager:ListSecretVersionIds"],
                resources=[secret.arn for secret in self._secrets.values()],
            ),
            publishing(self._context.naming.base),
        )
