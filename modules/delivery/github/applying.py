"""What the role that applies a stack may do. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ...iam.policy import Statement
from ...regions import GLOBAL_REGION, endpoint
from .boundary import BOUNDED
from .permissions import RANDOM, Place, decrypting
from .settings import DeployedStack

# What stacks are made of, and what has the name of the stack in none of its ARNs, or only in some.
SERVICES = (
    "acm",
    "application-autoscaling",
    "backup",
    "backup-storage",
    "budgets",
    "ce",
    "cloudformation",
    "cloudfront",
    "cloudwatch",
    "codebuild",
    "codeconnections",
    "codepipeline",
    "ec2",
    "ecr",
    "ecs",
    "elasticache",
    "elasticfilesystem",
    "elasticloadbalancing",
    "events",
    "lambda",
    "logs",
    "rds",
    "route53",
    "servicediscovery",
    "sns",
    "sqs",
    "tag",
    "wafv2",
    "xray",
)
# Services that take a role of the stack: iam:PassedToService.
_TAKE_ROLES = (
    "backup.amazonaws.com",
    "cloudformation.amazonaws.com",
    "codebuild.amazonaws.com",
    "codepipeline.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "ecs.amazonaws.com",
    "events.amazonaws.com",
    "lambda.amazonaws.com",
    "monitoring.rds.amazonaws.com",
    "s3.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
)
_ROLES = (
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListInstanceProfilesForRole",
    "ListRolePolicies",
    "ListRoleTags",
    "PutRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
)
# As modules/resilience/recovery/key.py has it, which imports CDKTF.
_RECOVERY_KEY = "recovery"
_KEYS = (
    "CancelKeyDeletion",
    "CreateAlias",
    "CreateKey",
    "DeleteAlias",
    "DescribeKey",
    "EnableKeyRotation",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListAliases",
    "ListResourceTags",
    "PutKeyPolicy",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
)


# What EC2 sets for a whole region.
_DEFAULTS = (
    "DisableEbsEncryptionByDefault",
    "DisableImageBlockPublicAccess",
    "DisableSnapshotBlockPublicAccess",
    "ModifyInstanceMetadataDefaults",
)


def applying(stack: str, deployed: DeployedStack, place: Place) -> Iterator[Statement]:
    """Everything that Terraform does for one stack, by the stack's names where ARNs have names."""
    yield Statement(
        sid="Services",
        actions=[f"{service}:*" for service in SERVICES],
        resources=["*"],
        # Global services are there (IAM user guide, "AWS global condition context keys").
        conditions={"StringEquals": {"aws:RequestedRegion": sorted({*deployed.regions, GLOBAL_REGION})}},
        wildcard_reason="Terraform creates, changes and destroys all of it; few ARNs have the stack's name",
    )
    yield Statement(
        sid="Buckets",
        actions=["s3:*"],
        resources=[place.arn("s3", f"{stack}-*"), place.arn("s3", f"{stack}-*/*")],
        wildcard_reason="Terraform creates, changes and destroys the buckets of the stack",
    )
    yield Statement(
        sid="Parameters",
        actions=["ssm:*"],
        resources=[place.arn("ssm", f"parameter/{stack}/*", region="*")],
        wildcard_reason="Terraform creates, changes and destroys the parameters of the stack",
    )
    yield Statement(
        sid="Secrets",
        actions=["secretsmanager:*"],
        resources=[place.arn("secretsmanager", f"secret:{stack}-*", region="*")],
        wildcard_reason="Terraform creates, changes and destroys the secrets of the stack",
    )
    if deployed.primary:
        yield from _replicas(deployed.primary, place)
    yield Statement(
        sid="ManagedSecrets",
        # RDS creates the secret of a master user as whoever creates the database (Amazon RDS user guide,
        # "Password management with Amazon RDS and AWS Secrets Manager", required permissions).
        actions=[
            "secretsmanager:CancelRotateSecret",
            "secretsmanager:CreateSecret",
            "secretsmanager:DescribeSecret",
            "secretsmanager:RotateSecret",
            "secretsmanager:TagResource",
        ],
        resources=[place.arn("secretsmanager", "secret:rds!*", region="*")],
    )
    yield Statement(
        sid="Lists",
        actions=["s3:ListAllMyBuckets", "secretsmanager:ListSecrets", "ssm:DescribeParameters"],
        resources=["*"],
        wildcard_reason="lists take no resource",
    )
    yield RANDOM
    yield from _roles(stack, deployed, place)
    yield from _keys(stack, deployed, place)


def _roles(stack: str, deployed: DeployedStack, place: Place) -> Iterator[Statement]:
    own = place.arn("iam", f"role/{stack}-*", region="")
    actions = [action for action in _ROLES if not (deployed.boundary and action in BOUNDED)]
    yield Statement(sid="Roles", actions=[f"iam:{action}" for action in actions], resources=[own])
    if deployed.boundary:
        # Nothing lets it take the boundary away (DeleteRolePermissionsBoundary) or change the policy itself.
        bounded = place.arn("iam", f"policy/{deployed.boundary}", region="")
        yield Statement(
            sid="BoundedRoles",
            actions=[f"iam:{action}" for action in BOUNDED],
            resources=[own],
            conditions={"StringEquals": {"iam:PermissionsBoundary": bounded}},
        )
    yield Statement(
        sid="PassRole",
        actions=["iam:PassRole"],
        resources=[own],
        conditions={"StringEquals": {"iam:PassedToService": list(_TAKE_ROLES)}},
    )
    yield Statement(
        sid="ServiceLinkedRoles",
        actions=["iam:CreateServiceLinkedRole", "iam:GetRole"],
        resources=[place.arn("iam", "role/aws-service-role/*", region="")],
    )


def _replicas(primary: str, place: Place) -> Iterator[Statement]:
    """Read the replicas of a primary's secrets in the recovery stack's region."""
    yield Statement(
        sid="PrimarySecrets",
        actions=["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        resources=[place.arn("secretsmanager", f"secret:{primary}-*")],
    )
    yield Statement(
        sid="PrimaryDecryption",
        actions=["kms:Decrypt"],
        resources=[place.arn("kms", "key/*")],
        conditions={
            "StringEquals": {"kms:ViaService": endpoint("secretsmanager", place.region)},
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": [f"alias/{primary}-{_RECOVERY_KEY}"]},
        },
    )


def _keys(stack: str, deployed: DeployedStack, place: Place) -> Iterator[Statement]:
    yield Statement(
        sid="Keys",
        actions=[f"kms:{action}" for action in _KEYS],
        resources=["*"],
        wildcard_reason="a key has no name in its ARN, and no alias while it is created",
    )
    yield Statement(
        sid="Grants",
        actions=["kms:CreateGrant"],
        resources=["*"],
        conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
        wildcard_reason="databases, caches and repositories take a grant on the key they are given",
    )
    # In the regions of its copies too, which keys of these encrypt.
    yield decrypting([stack], place, regions=deployed.regions, written=True)


def guards(deployers: str, states_alias: str | None) -> Iterator[Statement]:
    """Deny changes of the deployers, of who is trusted, of the states' key, and of a region's defaults."""
    yield Statement(
        sid="NoDeployers",
        effect="Deny",
        actions=["iam:*"],
        resources=[deployers],
    )
    # A stack has no need of them; modules/governance sets them for the account.
    yield Statement(
        sid="NoDefaults",
        effect="Deny",
        actions=[f"ec2:{action}" for action in _DEFAULTS],
        resources=["*"],
    )
    if states_alias:
        yield Statement(
            sid="NoStatesKey",
            effect="Deny",
            actions=["kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DeleteAlias"],
            resources=["*"],
            conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": states_alias}},
        )
