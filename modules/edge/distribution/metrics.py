"""CloudFront's additional metrics of a distribution."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudfront_monitoring_subscription import (
    CloudfrontMonitoringSubscription,
    CloudfrontMonitoringSubscriptionMonitoringSubscription,
    CloudfrontMonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfig,
)
from constructs import Construct


def enable_additional_metrics(scope: Construct, *, distribution_id: str) -> None:
    """Enable cache hit rate, origin latency and error rates by status, which are priced by distribution."""
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
