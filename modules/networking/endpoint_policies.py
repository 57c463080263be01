"""Policies of VPC endpoints: who may call AWS through them, and whose resources.

A foreign credential that gets into the network can't carry data out through an endpoint then. Source: AWS's
examples of data perimeters (aws-samples/data-perimeter-policy-examples, "VPC endpoint policy examples").
"""

from __future__ import annotations

from collections.abc import Sequence

from ..context import Context
from ..iam.policy import Statement, policy_document

_REASON = "the conditions name the account; what its principals may do, their own policies say"
# AWS PrivateLink guide, "AWS services that integrate with AWS PrivateLink": those here take policies. Others
# keep the policy that AWS gives them.
_WITH_POLICY = frozenset(
    {"ecr.api", "ecr.dkr", "kms", "logs", "monitoring", "secretsmanager", "sns", "sqs", "ssm", "sts"}
)


def gateway_policy(context: Context, service: str, foreign_buckets: Sequence[str]) -> str:
    """The account's principals with the account's resources; for S3 what others' buckets give to read.

    Layers of ECR's images are in a bucket of AWS and are read with URLs that ECR signs (Amazon ECR user
    guide, "Minimum Amazon S3 Bucket Permissions for Amazon ECR"); the repositories of Amazon Linux 2023 are
    read by everybody.
    """
    account = context.account.id
    own = Statement(
        sid="OwnResources",
        actions=[f"{service}:*"],
        resources=["*"],
        everyone=True,
        conditions={"StringEquals": {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}},
        wildcard_reason=_REASON,
    )
    if service != "s3":
        return policy_document(own)
    region, partition = context.region, context.account.partition
    buckets = (f"prod-{region}-starport-layer-bucket", f"al2023-repos-{region}-*", *foreign_buckets)
    foreign = Statement(
        sid="ForeignFiles",
        actions=["s3:GetObject"],
        resources=[f"arn:{partition}:s3:::{bucket}/*" for bucket in buckets],
        everyone=True,
        wildcard_reason="these buckets are read with others' credentials, or without any",
    )
    return policy_document(own, foreign)


def interface_policy(context: Context, service: str) -> str | None:
    """The account's principals; None for a service that may not take a policy."""
    if service not in _WITH_POLICY:
        return None
    prefix = {"monitoring": "cloudwatch"}.get(service, service.partition(".")[0])
    own = Statement(
        sid="OwnPrincipals",
        actions=[f"{prefix}:*"],
        resources=["*"],
        everyone=True,
        conditions={"StringEquals": {"aws:PrincipalAccount": context.account.id}},
        wildcard_reason=_REASON,
    )
    return policy_document(own)
