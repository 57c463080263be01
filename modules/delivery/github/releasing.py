"""What the role that releases a stack may do. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ...iam.policy import Statement
from .permissions import Place
from .settings import DeployedStack

# Amazon ECR user guide, "IAM permissions for pushing an image", and what BuildKit asks for its cache.
_PUSH = (
    "BatchCheckLayerAvailability",
    "BatchGetImage",
    "CompleteLayerUpload",
    "DescribeImages",
    "GetDownloadUrlForLayer",
    "InitiateLayerUpload",
    "PutImage",
    "UploadLayerPart",
)


def releasing(stack: str, deployed: DeployedStack, place: Place, cache_arn: str) -> Iterator[Statement]:
    """Push images, run a task, deploy the services, publish the website, invalidate what is cached."""
    services = place.arn("ecs", f"service/{stack}/{stack}-*")
    definitions = place.arn("ecs", f"task-definition/{stack}-*")
    tasks = [place.arn("ecs", f"task/{stack}/*")]
    yield Statement(
        sid="Login",
        actions=["ecr:GetAuthorizationToken"],
        resources=["*"],
        wildcard_reason="the token is the registry's, which is no resource",
    )
    yield Statement(
        sid="Images",
        actions=[f"ecr:{action}" for action in _PUSH],
        resources=[place.arn("ecr", f"repository/{deployed.product}-*"), cache_arn],
    )
    yield Statement(
        sid="Services",
        actions=["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"],
        resources=[services],
    )
    yield Statement(
        sid="Deployments",
        actions=[
            "ecs:DescribeServiceDeployments",
            "ecs:DescribeServiceRevisions",
            "ecs:StopServiceDeployment",
        ],
        resources=[
            place.arn("ecs", f"{kind}/{stack}/*") for kind in ("service-deployment", "service-revision")
        ],
    )
    yield Statement(
        sid="Definitions", actions=["ecs:RegisterTaskDefinition", "ecs:TagResource"], resources=[definitions]
    )
    yield Statement(sid="Run", actions=["ecs:RunTask"], resources=[definitions])
    yield Statement(
        sid="Tasks", actions=["ecs:DescribeTasks", "ecs:StopTask", "ecs:TagResource"], resources=tasks
    )
    yield Statement(
        sid="Looking",
        actions=[
            "application-autoscaling:DescribeScalableTargets",
            "cloudwatch:DescribeAlarms",
            "ecs:DeregisterTaskDefinition",
            "ecs:DescribeTaskDefinition",
            "ecs:ListTaskDefinitions",
            "ecs:ListTasks",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
            "servicequotas:GetServiceQuota",
        ],
        resources=["*"],
        conditions={"StringEquals": {"aws:RequestedRegion": place.region}},
        wildcard_reason="they take no resource, or a list of all (Service Authorization Reference)",
    )
    yield Statement(
        sid="PassRole",
        actions=["iam:PassRole"],
        resources=[
            place.arn("iam", f"role/{stack}-*-{kind}-role", region="") for kind in ("execution", "task")
        ],
        conditions={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    )
    yield Statement(
        sid="ImageParameters",
        actions=["ssm:GetParameter", "ssm:GetParameters", "ssm:PutParameter"],
        resources=[place.arn("ssm", f"parameter/{stack}/*/image")],
    )
    yield Statement(
        sid="Logs",
        actions=["logs:FilterLogEvents", "logs:GetLogEvents"],
        resources=[place.arn("logs", f"log-group:/ecs/{stack}/*")],
    )
    yield from _publishing(stack, place)


def _publishing(stack: str, place: Place) -> Iterator[Statement]:
    bucket = place.arn("s3", f"{stack}-website-{place.account_id}-*")
    yield Statement(
        sid="Website",
        actions=["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"],
        resources=[bucket],
    )
    yield Statement(
        sid="WebsiteFiles",
        actions=[
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:GetObjectTagging",
            "s3:GetObjectVersion",
            "s3:PutObject",
            "s3:PutObjectTagging",
        ],
        resources=[f"{bucket}/*"],
    )
    yield Statement(
        sid="Invalidation",
        actions=["cloudfront:CreateInvalidation", "cloudfront:GetDistribution", "cloudfront:GetInvalidation"],
        # Its id is known after its creation alone.
        resources=[place.arn("cloudfront", "distribution/*", region="")],
    )
    yield Statement(
        sid="Pages",
        actions=["cloudfront:GetFunction"],
        resources=[place.arn("cloudfront", f"function/{stack}-*", region="")],
    )
