"""A custom metric of the age of secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cdktf_cdktf_provider_aws.cloudformation_stack import CloudformationStack
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from ..context import Context
from ..functions import secret_ages
from ..iam.policy import Statement, policy_document
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

    Creates: a Lambda function with its role and log group; the schedule that runs it. CloudFormation creates
    the function, because its template can hold the source; Terraform would need a deployment package.

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
        self._name = context.naming.of(Limit.FUNCTION, "secret-ages")
        self._log_group = CloudwatchLogGroup(
            self, "log-group", name=f"/aws/lambda/{self._name}", retention_in_days=log_retention_days
        )
        self._function = self._create_function(self._create_role())
        self._schedule()

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return monitored_secrets(
            key="secrets",
            namespace=self._context.naming.base,
            function_name=str(self._function.outputs.lookup("Name")),
            days={name: secret.days for name, secret in self._secrets.items()},
        )

    def _create_role(self) -> IamRole:
        trust = Statement(actions=["sts:AssumeRole"], services=["lambda.amazonaws.com"])
        role = IamRole(
            self,
            "role",
            name=self._context.naming.of(Limit.IAM_ROLE, "secret-ages"),
            assume_role_policy=policy_document(trust),
        )
        IamRolePolicy(self, "policy", role=role.id, policy=policy_document(*self._permissions()))
        return role

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
            Statement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[f"{self._log_group.arn}:*"],
            ),
        )

    def _create_function(self, role: IamRole) -> CloudformationStack:
        variables = {
            "NAMESPACE": self._context.naming.base,
            "SECRETS": json.dumps({name: secret.arn for name, secret in self._secrets.items()}),
        }
        function = {
            "FunctionName": self._name,
            "Description": "How old secrets are",
            "Runtime": "python3.13",
            "Architectures": ["arm64"],
            "Handler": "index.handler",
            "Timeout": 60,
            "Role": role.arn,
            "Environment": {"Variables": variables},
            "Code": {"ZipFile": Path(secret_ages.__file__).read_text()},
        }
        template = {
            "Resources": {"Function": {"Type": "AWS::Lambda::Function", "Properties": function}},
            "Outputs": {
                "Arn": {"Value": {"Fn::GetAtt": ["Function", "Arn"]}},
                "Name": {"Value": {"Ref": "Function"}},
            },
        }
        return CloudformationStack(
            self,
            "function",
            name=self._context.naming.of(Limit.CLOUDFORMATION_STACK, "secret-ages"),
            # In the form that AWS returns, so that the plan shows no difference.
            template_body=json.dumps(template, sort_keys=True, separators=(",", ":")),
            # Lambda would create the log group itself, without retention.
            depends_on=[self._log_group],
        )

    def _schedule(self) -> None:
        rule = CloudwatchEventRule(
            self,
            "schedule",
            name=self._context.naming.of(Limit.EVENT_RULE, "secret-ages"),
            description="How old secrets are, once a day",
            schedule_expression="rate(1 day)",
        )
        arn = self._function.outputs.lookup("Arn")
        CloudwatchEventTarget(self, "target", rule=rule.name, arn=arn)
        LambdaPermission(
            self,
            "permission",
            action="lambda:InvokeFunction",
            function_name=arn,
            principal="events.amazonaws.com",
            source_arn=rule.arn,
        )
