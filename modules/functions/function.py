"""A Lambda function whose source is one file of this folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.cloudformation_stack import CloudformationStack
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from constructs import Construct

from ..context import Context
from ..iam.policy import Statement, policy_document
from ..log_retention import RetentionDays
from ..naming import Limit
from .source import source_of

# CloudFormation API: CreateStack, TemplateBody, 1 to 51,200 bytes.
MAX_TEMPLATE_BYTES = 51_200
# Lambda developer guide, "Lambda quotas": function timeout.
MAX_TIMEOUT_SECONDS = 900
# AWSLambdaVPCAccessExecutionRole: the actions of network interfaces, which have no resource to name before
# they exist (AWS Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC").
_INTERFACES = Statement(
    actions=["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"],
    resources=["*"],
    wildcard_reason="Lambda creates its network interfaces, whose ids nobody knows before",
)


class Function(Construct):
    """A Lambda function of one source file, which may use boto3 and `libraries` of this folder.

    Creates: the log group; a CloudFormation stack with the function and its role, whose permissions are
    `statements` and writing to the log group. CloudFormation creates the function, because its template can
    hold the source; Terraform would need a deployment package. The role is in the same template:
    CloudFormation waits until Lambda can assume a role of its own stack, not one made elsewhere a moment
    before. With `subnet_ids` the function is in the VPC, with the permissions of its network interfaces.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        description: str,
        source: ModuleType,
        libraries: Sequence[ModuleType] = (),
        statements: Sequence[Statement],
        environment: Mapping[str, str],
        log_retention_days: RetentionDays = 30,
        timeout_seconds: int = 60,
        subnet_ids: Sequence[str] = (),
        security_group_ids: Sequence[str] = (),
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> None:
        super().__init__(scope, id)
        self._context, self._part = context, name
        self._name = context.naming.of(Limit.FUNCTION, name)
        self._log_group = CloudwatchLogGroup(
            self, "log-group", name=f"/aws/lambda/{self._name}", retention_in_days=log_retention_days
        )
        network = {"SubnetIds": list(subnet_ids), "SecurityGroupIds": list(security_group_ids)}
        properties = {
            "FunctionName": self._name,
            "Description": description,
            "Runtime": "python3.13",
            "Architectures": ["arm64"],
            "Handler": "index.handler",
            "Timeout": timeout_seconds,
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Environment": {"Variables": dict(environment)},
            "Code": {"ZipFile": _escaped(source_of(source, *libraries))},
            **({"VpcConfig": network} if subnet_ids else {}),
        }
        self._stack = self._create_stack(
            properties, [*statements, *([_INTERFACES] if subnet_ids else [])], depends_on
        )

    @property
    def arn(self) -> str:
        """The function's ARN."""
        return f'${{{self._stack.fqn}.outputs["Arn"]}}'

    @property
    def name(self) -> str:
        """The function's name, known after it was created."""
        return f'${{{self._stack.fqn}.outputs["Name"]}}'

    def _create_stack(
        self,
        properties: dict[str, Any],
        statements: Sequence[Statement],
        depends_on: Sequence[ITerraformDependable],
    ) -> CloudformationStack:
        template = {
            "Resources": {
                "Function": {"Type": "AWS::Lambda::Function", "Properties": properties},
                "Role": {"Type": "AWS::IAM::Role", "Properties": self._role(statements)},
            },
            "Outputs": {
                "Arn": {"Value": {"Fn::GetAtt": ["Function", "Arn"]}},
                "Name": {"Value": {"Ref": "Function"}},
            },
        }
        return CloudformationStack(
            self,
            "function",
            name=self._context.naming.of(Limit.CLOUDFORMATION_STACK, self._part),
            # In the form that AWS returns, so that the plan shows no difference.
            template_body=json.dumps(template, sort_keys=True, separators=(",", ":")),
            # The template has a role. AWS names it: one of a fixed name could meet that of a former stack.
            capabilities=["CAPABILITY_IAM"],
            # Lambda would create the log group itself, without retention.
            depends_on=[self._log_group, *depends_on],
        )

    def _role(self, statements: Sequence[Statement]) -> dict[str, Any]:
        trust = Statement(actions=["sts:AssumeRole"], services=["lambda.amazonaws.com"])
        writing = Statement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[f"{self._log_group.arn}:*"]
        )
        policy = policy_document(*statements, writing)
        boundary = self._context.boundary_arn
        return {
            **({"PermissionsBoundary": boundary} if boundary else {}),
            "Description": f"Lambda function {self._name}",
            "AssumeRolePolicyDocument": json.loads(policy_document(trust)),
            "Policies": [{"PolicyName": "function", "PolicyDocument": json.loads(policy)}],
        }


def _escaped(text: str) -> str:
    """Without what Terraform would take for an expression or a directive."""
    return text.replace("${", "$${").replace("%{", "%%{")
