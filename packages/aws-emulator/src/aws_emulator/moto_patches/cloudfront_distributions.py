"""What CloudFront answers about a distribution."""

from __future__ import annotations

from typing import Any

from moto.cloudfront.exceptions import OriginDoesNotExist
from moto.cloudfront.models import DefaultCacheBehaviour, DistributionConfig, Origin, ViewerCertificate

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]


class OriginAccessControlOfOrigin(Patch, of=Origin):
    """Origin (Amazon CloudFront API Reference): OriginAccessControlId is answered; moto drops it."""

    def __init__(self: Any, origin: Json) -> None:
        """Keep it."""
        OriginAccessControlOfOrigin.moto.__init__(self, origin)  # type: ignore[misc]
        self.origin_access_control_id = origin.get("OriginAccessControlId") or ""


class OriginGroupsOfDistribution(Patch, of=DistributionConfig):
    """TargetOriginId (Amazon CloudFront API Reference, CacheBehavior) is "the value of ID for the origin" or
    for an origin group, whose members are origins; moto knows origins only, and looks at one behavior.
    """

    def __init__(self: Any, config: Json) -> None:
        """Refuse targets and members that don't exist."""
        groups = (config.get("OriginGroups") or {}).get("Items") or []
        origins = [one["Id"] for one in config["Origins"]["Items"]]
        members = [one["OriginId"] for group in groups for one in group["Members"]["Items"]]
        default = config["DefaultCacheBehavior"]
        behaviors = [default, *((config.get("CacheBehaviors") or {}).get("Items") or ())]
        targets = [one["TargetOriginId"] for one in behaviors]
        known = {*origins, *(group["Id"] for group in groups)}
        if not known.issuperset(targets) or not set(origins).issuperset(members):
            raise OriginDoesNotExist
        wanted = default["TargetOriginId"]
        OriginGroupsOfDistribution.moto.__init__(  # type: ignore[misc]
            self, {**config, "DefaultCacheBehavior": {**default, "TargetOriginId": origins[0]}}
        )
        self.DefaultCacheBehavior.target_origin_id = wanted


class CachePolicyOfBehavior(Patch, of=DefaultCacheBehaviour):
    """DefaultCacheBehavior (Amazon CloudFront API Reference): "ForwardedValues … is deprecated", and absent
    where a cache policy is used; moto answers both."""

    def __init__(self: Any, config: Json) -> None:
        """Answer one of them."""
        CachePolicyOfBehavior.moto.__init__(self, config)  # type: ignore[misc]
        if self.cache_policy_id:
            self.forwarded_values = None


class CertificateOfViewer(Patch, of=ViewerCertificate):
    """ViewerCertificate (Amazon CloudFront API Reference): CloudFrontDefaultCertificate is false where the
    distribution has aliases and a certificate of its own; moto answers true unless it was told."""

    def __init__(self: Any, config: Json) -> None:
        """Say which of the two it has."""
        CertificateOfViewer.moto.__init__(self, config)  # type: ignore[misc]
        own = self.acm_certificate_arn or self.iam_certificate_id
        self.cloud_front_default_certificate = not own
