"""Parts of a CloudFront distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cdktf_cdktf_provider_aws.cloudfront_distribution import (
    CloudfrontDistributionCustomErrorResponse,
    CloudfrontDistributionDefaultCacheBehavior,
    CloudfrontDistributionOrderedCacheBehavior,
    CloudfrontDistributionOrigin,
    CloudfrontDistributionRestrictions,
    CloudfrontDistributionRestrictionsGeoRestriction,
    CloudfrontDistributionViewerCertificate,
)
from cdktf_cdktf_provider_aws.cloudfront_monitoring_subscription import (
    CloudfrontMonitoringSubscription,
    CloudfrontMonitoringSubscriptionMonitoringSubscription,
    CloudfrontMonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfig,
)
from constructs import Construct

from .settings import WebsiteSettings

_ORIGIN = "bucket"


@dataclass(frozen=True, kw_only=True)
class BehaviorPolicies:
    """The policies of one cache behavior."""

    cache_policy_id: str
    headers_policy_id: str

    def arguments(self) -> dict[str, Any]:
        """Common arguments of all behaviors: read-only methods, HTTPS, compression."""
        return {
            "target_origin_id": _ORIGIN,
            "allowed_methods": ["GET", "HEAD", "OPTIONS"],
            "cached_methods": ["GET", "HEAD"],
            "viewer_protocol_policy": "redirect-to-https",
            "compress": True,
            "cache_policy_id": self.cache_policy_id,
            "response_headers_policy_id": self.headers_policy_id,
        }


def default_cache_behavior(policies: BehaviorPolicies) -> CloudfrontDistributionDefaultCacheBehavior:
    """The behavior of all paths that no other behavior matches."""
    return CloudfrontDistributionDefaultCacheBehavior(**policies.arguments())


def ordered_cache_behavior(
    path: str, policies: BehaviorPolicies
) -> CloudfrontDistributionOrderedCacheBehavior:
    """The behavior of a path pattern."""
    return CloudfrontDistributionOrderedCacheBehavior(path_pattern=path, **policies.arguments())


def origin(domain_name: str, access_control_id: str) -> CloudfrontDistributionOrigin:
    """The bucket as origin, with origin access control."""
    return CloudfrontDistributionOrigin(
        origin_id=_ORIGIN, domain_name=domain_name, origin_access_control_id=access_control_id
    )


def error_responses(settings: WebsiteSettings) -> list[CloudfrontDistributionCustomErrorResponse] | None:
    """The index document for paths without a file, for single-page applications."""
    if not settings.single_page:
        return None
    return [
        CloudfrontDistributionCustomErrorResponse(
            error_code=code,
            response_code=200,
            response_page_path=f"/{settings.index_document}",
            # Soon after a deployment its new files must be found.
            error_caching_min_ttl=10,
        )
        for code in (403, 404)
    ]


def restrictions(countries: Sequence[str]) -> CloudfrontDistributionRestrictions:
    """The geographic restriction: an allowlist of countries, or none."""
    return CloudfrontDistributionRestrictions(
        geo_restriction=CloudfrontDistributionRestrictionsGeoRestriction(
            restriction_type="whitelist" if countries else "none", locations=list(countries)
        )
    )


def viewer_certificate(arn: str | None) -> CloudfrontDistributionViewerCertificate:
    """The viewer certificate, with TLS 1.2 or newer; without domains, CloudFront's default certificate."""
    if arn is None:
        return CloudfrontDistributionViewerCertificate(cloudfront_default_certificate=True)
    return CloudfrontDistributionViewerCertificate(
        acm_certificate_arn=arn, ssl_support_method="sni-only", minimum_protocol_version="TLSv1.2_2021"
    )


def enable_additional_metrics(scope: Construct, distribution_id: str) -> None:
    """Create a monitoring subscription: cache hit rate, origin latency, error rates by status."""
    enabled = CloudfrontMonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfig(
        realtime_metrics_subscription_status="Enabled"
    )
    CloudfrontMonitoringSubscription(
        scope,
        "additional-metrics",
        distribution_id=distribution_id,
        monitoring_subscription=CloudfrontMonitoringSubscriptionMonitoringSubscription(
            realtime_metrics_subscription_config=enabled
        ),
    )
