"""A custom metric of the age of secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.lambda_invocation import LambdaInvocation
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from ..context import Context
from ..functions import secret_ages
from ..functions.function import Function
from ..iam.policy import Statement
from ..log_retention import RetentionDays
from ..monitoring.monitored import Monitored
from ..naming import Limit
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
        self._schedule()
        # From then on a day without a run is missed.
        LambdaInvocation(self, "first-run", function_name=self._function.arn, input='{"first":true}')

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
            Statement(
                actions=["cloudwatch:PutMetricData"],
                resources=["*"],
                conditions={"StringEquals": {"cloudwatch:namespace": self._context.naming.base}},
                wildcard_reason="metrics are no resources; the condition narrows it to one namespace",
            ),
        )

    def _schedule(self) -> None:
        rule = CloudwatchEventRule(
            self,
            "schedule",
            name=self._context.naming.of(Limit.EVENT_RULE, "secret-ages"),
            description="How old secrets are, once a day",
            schedule_expression="rate(1 day)",
            state=self._context.pause.text("DISABLED", "ENABLED"),
        )
        arn = self._function.arn
        CloudwatchEventTarget(self, "target", rule=rule.name, arn=arn)
        LambdaPermission(
            self,
            "permission",
            action="lambda:InvokeFunction",
            function_name=arn,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
        )
