"""Regions and partitions: where global services are, and how endpoints are called. Pure.

Names of regions stand in settings; what is here is the same in each of them. Principals of services end in
`amazonaws.com` in every partition (AWS provider, names/service_principals: all but few of China's), their
endpoints in what the partition has.
"""

from __future__ import annotations

# Where CloudFront takes its certificates, web ACLs and log deliveries from, and Route 53 its query logs; and
# where IAM and billing are.
GLOBAL_REGION = "us-east-1"
_PARTITION, _SUFFIX = "aws", "amazonaws.com"
# What a region's name begins with → partition and suffix. Source: botocore, data/partitions.json.
_OTHERS = {
    "cn-": ("aws-cn", "amazonaws.com.cn"),
    "eusc-": ("aws-eusc", "amazonaws.eu"),
    "us-gov-": ("aws-us-gov", _SUFFIX),
    "us-iso-": ("aws-iso", "c2s.ic.gov"),
    "us-isob-": ("aws-iso-b", "sc2s.sgov.gov"),
    "eu-isoe-": ("aws-iso-e", "cloud.adc-e.uk"),
    "us-isof-": ("aws-iso-f", "csp.hci.ic.gov"),
}


def partition(region: str) -> str:
    """The partition of a region, such as `aws` or `aws-cn`."""
    return _of(region)[0]


def endpoint(service: str, region: str) -> str:
    """The host of a service in a region: `s3.<region>.amazonaws.com`; also what `kms:ViaService` names."""
    return f"{service}.{region}.{_of(region)[1]}"


def registry(account_id: str, region: str) -> str:
    """The host of an account's images in a region (ECR user guide, "Private registry")."""
    return endpoint(f"{account_id}.dkr.ecr", region)


def _of(region: str) -> tuple[str, str]:
    found = (one for start, one in _OTHERS.items() if region.startswith(start))
    return next(found, (_PARTITION, _SUFFIX))
