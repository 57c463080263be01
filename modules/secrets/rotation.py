"""What secrets that Secrets Manager rotates by a function have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cdktf import ITerraformDependable
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from cdktf_cdktf_provider_aws.secretsmanager_secret_rotation import (
    SecretsmanagerSecretRotation,
    SecretsmanagerSecretRotationRotationRules,
)
from constructs import Construct

from ..context import Context
from ..functions.function import Function
from ..iam.policy import Statement
from ..kms.key import Key
from ..regions import endpoint


@dataclass(frozen=True, kw_only=True)
class RunningService:
    """An ECS service by the names of its cluster and its own."""

    cluster: str
    service: str


def rotating(context: Context, secret_arn: str, key: Key) -> tuple[Statement, ...]:
    """Permissions of a function to rotate a secret."""
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
            resources=[secret_arn],
        ),
        Statement(
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=[key.arn],
            conditions={"StringEquals": {"kms:ViaService": endpoint("secretsmanager", context.region)}},
        ),
        Statement(
            actions=["secretsmanager:GetRandomPassword"],
            resources=["*"],
            wildcard_reason="it makes a password, and concerns no resource",
        ),
    )


def deploying(context: Context, services: Sequence[RunningService]) -> tuple[Statement, ...]:
    """Permissions of a function to deploy services anew; none without services."""
    if not services:
        return ()
    arns = [context.account.arn("ecs", f"service/{one.cluster}/{one.service}") for one in services]
    return (Statement(actions=["ecs:UpdateService"], resources=arns),)


def rotate(
    scope: Construct,
    *,
    context: Context,
    secret_arn: str,
    function: Function,
    days: int,
    first: ITerraformDependable,
) -> SecretsmanagerSecretRotation:
    """Rotate a secret every `days` by a function, after `first`, which made its first version.

    Creates: the permission to invoke the function, the rotation.
    """
    permission = LambdaPermission(
        scope,
        "permission",
        action="lambda:InvokeFunction",
        function_name=function.arn,
        principal="secretsmanager.amazonaws.com",
        source_account=context.account.id,
    )
    return SecretsmanagerSecretRotation(
        scope,
        "rotation",
        secret_id=secret_arn,
        rotation_lambda_arn=function.arn,
        # The first version is new.
        rotate_immediately=False,
        rotation_rules=SecretsmanagerSecretRotationRotationRules(automatically_after_days=days),
        depends_on=[permission, first],
    )
