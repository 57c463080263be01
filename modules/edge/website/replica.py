"""The replica of a website's files in a second region, and CloudFront's way to it."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudfront_distribution import (
    CloudfrontDistributionOrigin,
    CloudfrontDistributionOriginGroup,
    CloudfrontDistributionOriginGroupFailoverCriteria,
    CloudfrontDistributionOriginGroupMember,
)

from ...storage.bucket.bucket import Bucket

# What S3 answers or CloudFront makes of no answer; a file that is missing (404) is missing in both.
_FAILURES = (500, 502, 503, 504)
BUCKET, REPLICA, _BOTH = "bucket", "replica", "bucket-or-replica"


def origin(id: str, bucket: Bucket, access_control_id: str) -> CloudfrontDistributionOrigin:
    """A bucket as an origin."""
    return CloudfrontDistributionOrigin(
        origin_id=id,
        domain_name=bucket.regional_domain_name,
        origin_access_control_id=access_control_id,
    )


def target(replica: Bucket | None) -> str:
    """The origin, or the group, that behaviors lead to."""
    return _BOTH if replica else BUCKET


def groups(replica: Bucket | None) -> list[CloudfrontDistributionOriginGroup] | None:
    """The bucket, and the replica where it fails: for GET, HEAD and OPTIONS, which are all that is served."""
    if replica is None:
        return None
    return [
        CloudfrontDistributionOriginGroup(
            origin_id=_BOTH,
            failover_criteria=CloudfrontDistributionOriginGroupFailoverCriteria(status_codes=list(_FAILURES)),
            member=[
                CloudfrontDistributionOriginGroupMember(origin_id=BUCKET),
                CloudfrontDistributionOriginGroupMember(origin_id=REPLICA),
            ],
        )
    ]
