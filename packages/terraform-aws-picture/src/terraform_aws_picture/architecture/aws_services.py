"""Which AWS service a resource type belongs to, and what of it a picture counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class AwsService:
    """A service: its name, its icon, its types by prefix, and those worth counting, in the singular."""

    title: str
    icon: str
    prefixes: tuple[str, ...]
    counted: dict[str, str] = field(default_factory=dict)


def _service(title: str, icon: str, *prefixes: str, **counted: str) -> AwsService:
    types = {f"aws_{name}": noun for name, noun in counted.items()}
    return AwsService(
        title=title, icon=icon, prefixes=tuple(f"aws_{prefix}" for prefix in prefixes), counted=types
    )


# Services of a region, in the order in which they are listed beside the VPC.
REGIONAL = (
    _service("Certificate Manager", "certificate-manager", "acm_", acm_certificate="certificate"),
    _service("WAF", "waf", "wafv2_", wafv2_web_acl="web ACL"),
    _service("Secrets Manager", "secrets-manager", "secretsmanager_", secretsmanager_secret="secret"),  # noqa: S106
    _service("KMS", "kms", "kms_", kms_key="key"),
    _service("ECR", "ecr", "ecr_", ecr_repository="repository"),
    _service("Cloud Map", "cloud-map", "service_discovery_", service_discovery_service="name"),
    _service("Parameter Store", "systems-manager", "ssm_", ssm_parameter="parameter"),
    _service(
        "CloudWatch",
        "cloudwatch",
        "cloudwatch_",
        "flow_log",
        cloudwatch_dashboard="dashboard",
        cloudwatch_metric_alarm="alarm",
        cloudwatch_composite_alarm="alarm",
        cloudwatch_log_group="log group",
    ),
    _service("SNS", "sns", "sns_", sns_topic="topic", sns_topic_subscription="subscription"),
    _service("SQS", "sqs", "sqs_", sqs_queue="queue"),
    _service(
        "EventBridge",
        "eventbridge",
        "cloudwatch_event_",
        "scheduler_",
        cloudwatch_event_rule="rule",
        scheduler_schedule="schedule",
    ),
    _service("Lambda", "lambda", "lambda_", lambda_function="function"),
    _service("S3", "s3", "s3_", "s3control_", s3_bucket="bucket"),
    _service("DynamoDB", "dynamodb", "dynamodb_", dynamodb_table="table"),
    _service("EFS", "efs", "efs_", efs_file_system="file system"),
    _service("AWS Backup", "backup", "backup_", backup_vault="vault", backup_plan="plan"),
    _service("X-Ray", "x-ray", "xray_"),
    _service(
        "CodePipeline",
        "codepipeline",
        "codepipeline",
        "codestar",
        "codeconnections_",
        codepipeline="pipeline",
    ),
    _service("CodeBuild", "codebuild", "codebuild_", codebuild_project="project"),
    _service("Budgets", "budgets", "budgets_", "ce_", budgets_budget="budget"),
    _service("CloudFormation", "cloudformation", "cloudformation_", cloudformation_stack="stack"),
    _service("IAM", "iam", "iam_", iam_role="role", iam_policy="policy"),
)

# Types that the drawing of the network itself stands for.
NETWORK = (
    "aws_vpc",
    "aws_subnet",
    "aws_route",
    "aws_internet_gateway",
    "aws_nat_gateway",
    "aws_eip",
    "aws_security_group",
    "aws_default_security_group",
    "aws_network_acl",
    "aws_default_network_acl",
    "aws_default_route_table",
)
# ...and those that the cards of these stand for.
LOAD_BALANCING = ("aws_lb", "aws_alb")
CONTAINERS = ("aws_ecs_", "aws_appautoscaling_")
DATABASES = ("aws_db_", "aws_rds_")
CACHES = ("aws_elasticache_",)
DELIVERY = ("aws_cloudfront_",)
NAMES = ("aws_route53_",)


def belongs(type: str, prefixes: Iterable[str]) -> bool:
    """Whether a type starts with one of the prefixes; `aws_route` does not claim `aws_route53_zone`."""
    return any(
        type == prefix or type.startswith(prefix if prefix.endswith("_") else f"{prefix}_")
        for prefix in prefixes
    )


def regional_service(type: str) -> AwsService | None:
    """The regional service of a type, by its longest prefix."""
    found = [
        (len(prefix), service)
        for service in REGIONAL
        for prefix in service.prefixes
        if belongs(type, [prefix])
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def plural(count: int, noun: str) -> str:
    """`1 policy`, `2 policies`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{count} {noun}s"


def noun_of(type: str) -> str:
    """What to call one of a type that has no noun of its own: `secret rotation`."""
    service = regional_service(type)
    prefixes = [prefix for prefix in (service.prefixes if service else ()) if belongs(type, [prefix])]
    rest = type.removeprefix(max(prefixes, key=len, default="")).removeprefix("aws_")
    return (rest or type.removeprefix("aws_")).strip("_").replace("_", " ")
