"""What CloudFront answers about a distribution."""

from __future__ import annotations

from typing import Any

from moto.cloudfront.models import DefaultCacheBehaviour, Origin, ViewerCertificate

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]


class OriginAccessControlOfOrigin(Patch, of=Origin):
    """Origin (Amazon CloudFront API Reference): OriginAccessControlId is answered; moto drops it."""

    def __init__(self: Any, origin: Json) -> None:
        """Keep it."""
        OriginAccessControlOfOrigin.moto.__init__(self, origin)  # type: ignore[misc]
        self.origin_access_control_id = origin.get("OriginAccessControlId") or ""


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
