"""The bucket behind a distribution: who may read it, and how the distribution signs its requests."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudfront_origin_access_control import CloudfrontOriginAccessControl
from constructs import Construct

from ...context import Context
from ...iam.policy import Statement
from ...naming import Limit


def create_origin_access_control(
    scope: Construct, *, context: Context, name: str
) -> CloudfrontOriginAccessControl:
    """The origin access control with which a distribution signs each request to its bucket."""
    return CloudfrontOriginAccessControl(
        scope,
        "origin-access-control",
        name=context.naming.of(Limit.ORIGIN_ACCESS, name),
        origin_access_control_origin_type="s3",
        signing_behavior="always",
        signing_protocol="sigv4",
    )


def reading(*, sid: str, action: str, resource: str, distribution_arn: str) -> Statement:
    """A statement of a bucket policy for one distribution, by its ARN."""
    return Statement(
        sid=sid,
        actions=[action],
        resources=[resource],
        services=["cloudfront.amazonaws.com"],
        conditions={"StringEquals": {"AWS:SourceArn": distribution_arn}},
    )
