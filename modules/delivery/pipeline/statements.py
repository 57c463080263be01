"""What the roles of a pipeline may do."""

from __future__ import annotations

from collections.abc import Sequence

from ...compute.cluster.cluster import Cluster
from ...compute.repository.image import Image
from ...compute.repository.repository import LOGIN_STATEMENT, PULL_ACTIONS, Repository
from ...context import Context
from ...iam.policy import Statement
from ...kms.key import Key
from ...storage.bucket.bucket import Bucket
from .release import PipelineService

_TASKS = "ecs-tasks.amazonaws.com"
# Amazon ECR user guide, "IAM permissions for pushing an image".
_PUSH = ("ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart")

_READING_DEFINITIONS = Statement(
    actions=["ecs:DescribeTaskDefinition"],
    resources=["*"],
    wildcard_reason="it takes no resource (Service Authorization Reference, Amazon ECS)",
)


def assumed_by(context: Context, service: str, arn: str) -> Statement:
    """The trust of a role that `service` assumes for the resource `arn` alone.

    The user guides of CodePipeline and CodeBuild, "Cross-service confused deputy prevention".
    """
    return Statement(
        actions=["sts:AssumeRole"],
        services=[f"{service}.amazonaws.com"],
        conditions={
            "ArnEquals": {"aws:SourceArn": arn},
            "StringEquals": {"aws:SourceAccount": context.account.id},
        },
    )


def artifacts(bucket: Bucket, key: Key, *, written: bool) -> tuple[Statement, ...]:
    """Read, and as `written` write, the artifacts of a pipeline."""
    objects = ["s3:GetObject", "s3:GetObjectVersion", *(["s3:PutObject"] if written else [])]
    encrypting = ["kms:Encrypt", "kms:GenerateDataKey"] if written else []
    return (
        Statement(actions=objects, resources=[f"{bucket.arn}/*"]),
        Statement(actions=["s3:GetBucketLocation", "s3:GetBucketVersioning"], resources=[bucket.arn]),
        Statement(actions=["kms:Decrypt", "kms:DescribeKey", *encrypting], resources=[key.arn]),
    )


def passed_roles(services: Sequence[PipelineService]) -> Statement:
    """Pass the execution role and the task role of each service to ECS tasks, and no other."""
    roles = [role for one in services for role in (one.service.roles.execution, one.service.roles.task)]
    return Statement(
        actions=["iam:PassRole"],
        resources=[str(role.arn) for role in roles],
        conditions={"StringEquals": {"iam:PassedToService": _TASKS}},
    )


def deploying(context: Context, services: Sequence[PipelineService]) -> list[Statement]:
    """What the ECS action does, the tags of what it copies included.

    CodePipeline user guide, "Amazon ECS deploy action reference", Service role permissions. Registering is
    narrowed to the families, which that page leaves open (Service Authorization Reference, Amazon ECS).
    """
    families = [
        context.account.arn("ecs", f"task-definition/{one.service.task_definition.family}:*")
        for one in services
    ]
    return [
        Statement(
            actions=["ecs:DescribeServices", "ecs:UpdateService"],
            resources=[one.service.arn for one in services],
        ),
        Statement(actions=["ecs:RegisterTaskDefinition"], resources=families),
        Statement(
            actions=["ecs:TagResource"],
            resources=families,
            conditions={"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}},
        ),
        _READING_DEFINITIONS,
        passed_roles(services),
    ]


def migrating(
    context: Context, cluster: Cluster, one: PipelineService, *, family: str, log_group: str
) -> list[Statement]:
    """Run a copy of a service's task in a family of its own, watch it, read its log."""
    definitions = [context.account.arn("ecs", f"task-definition/{family}:*")]
    on_the_cluster = {"ArnEquals": {"ecs:cluster": cluster.arn}}
    return [
        Statement(actions=["ecs:DescribeServices"], resources=[one.service.arn]),
        Statement(actions=["ecs:RegisterTaskDefinition"], resources=definitions),
        Statement(
            actions=["ecs:DeregisterTaskDefinition"],
            resources=["*"],
            wildcard_reason="it takes no resource (Service Authorization Reference, Amazon ECS)",
        ),
        Statement(actions=["ecs:RunTask"], resources=definitions, conditions=on_the_cluster),
        Statement(
            actions=["ecs:StopTask"],
            resources=[context.account.arn("ecs", f"task/{cluster.name}/*")],
            conditions=on_the_cluster,
        ),
        _READING_DEFINITIONS,
        Statement(
            actions=["ecs:DescribeTasks"], resources=[context.account.arn("ecs", f"task/{cluster.name}/*")]
        ),
        Statement(
            actions=["logs:GetLogEvents"],
            resources=[context.account.arn("logs", f"log-group:{log_group}:log-stream:*")],
        ),
        passed_roles([one]),
    ]


def building(images: Sequence[Image], cache: Repository, context: Context) -> list[Statement]:
    """Push to the repositories of `images` and to the one of the layer cache."""
    repositories = [image.repository_arn for image in images]
    layers = context.account.arn("ecr", f"repository/{cache.name}")
    return [
        LOGIN_STATEMENT,
        Statement(actions=["ecr:DescribeImages"], resources=repositories),
        Statement(actions=[*PULL_ACTIONS, *_PUSH], resources=[*repositories, layers]),
    ]


def recording(images: Sequence[Image]) -> list[Statement]:
    """Write the parameters of `images`, and move the environment's tag in their repositories."""
    return [
        Statement(actions=["ssm:PutParameter"], resources=[image.parameter_arn for image in images]),
        Statement(
            actions=["ecr:BatchDeleteImage", "ecr:BatchGetImage", "ecr:DescribeImages", "ecr:PutImage"],
            resources=[image.repository_arn for image in images],
        ),
    ]


def network_interfaces(context: Context, subnet_ids: Sequence[str]) -> tuple[Statement, ...]:
    """What builds in a VPC need (CodeBuild user guide, "Use AWS CodeBuild with Amazon VPC")."""
    described = ("DhcpOptions", "NetworkInterfaces", "SecurityGroups", "Subnets", "Vpcs")
    return (
        Statement(
            actions=[
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                *(f"ec2:Describe{what}" for what in described),
            ],
            resources=["*"],
            wildcard_reason="CodeBuild creates its network interfaces, whose ids nobody knows before",
        ),
        Statement(
            actions=["ec2:CreateNetworkInterfacePermission"],
            resources=[context.account.arn("ec2", "network-interface/*")],
            conditions={
                "StringEquals": {"ec2:AuthorizedService": "codebuild.amazonaws.com"},
                "ArnEquals": {
                    "ec2:Subnet": [context.account.arn("ec2", f"subnet/{subnet}") for subnet in subnet_ids]
                },
            },
        ),
    )
