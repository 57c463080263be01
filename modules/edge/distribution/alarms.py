"""Dashboard widgets and alarms of CloudFront distributions. Pure.

CloudFront's metrics are in us-east-1 only (CloudFront developer guide, "CloudFront metrics"), so its alarms
and their topics are there too.
"""

from __future__ import annotations

from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics


def distribution(*, key: str, title: str, distribution_id: str, additional_metrics: bool) -> Monitored:
    """A distribution; cache hit rate and origin latency are among the additional metrics."""
    dimensions = {"DistributionId": distribution_id, "Region": "Global"}
    site = ResourceMetrics("AWS/CloudFront", dimensions, in_global_region=True)
    requests = site.metric("Requests", "Sum", "requests")
    sent = site.metric("BytesDownloaded", "Sum", "bytes")
    server = site.metric("5xxErrorRate", "Average", "5xx")
    client = site.metric("4xxErrorRate", "Average", "4xx")
    hits = site.metric("CacheHitRate", "Average", "hits")
    origin = site.metric("OriginLatency", "p95", "p95")
    additional = (
        Widget(title="Cache hit rate", series=(hits,), unit="%", in_overview=True),
        Widget(title="Origin latency", series=(origin,), unit="milliseconds"),
    )
    return Monitored(
        key=key,
        title=title,
        group="frontend",
        widgets=(
            Widget(title="Requests", series=(requests,), unit="a minute", in_overview=True),
            Widget(
                title="Error rates",
                series=(client, server),
                unit="%",
                alarms=("server-errors", "client-errors"),
                in_overview=True,
            ),
            *(additional if additional_metrics else ()),
            Widget(title="Sent", series=(sent,), unit="bytes a minute"),
        ),
        alarms=(
            AlarmRule(
                key="server-errors",
                severity="critical",
                series=server,
                comparison=">",
                threshold=5,
                periods=5,
                datapoints=3,
                missing_data="notBreaching",  # without requests there are no errors
                description="CloudFront answers more than {threshold} % with a server error. Check that "
                "the bucket's policy still lets the distribution read.",
            ),
            AlarmRule(
                key="client-errors",
                severity="warning",
                series=client,
                comparison=">",
                threshold=15,
                periods=15,
                missing_data="notBreaching",
                description="More than {threshold} % of requests are refused or find nothing, for "
                "{minutes} minutes. A deployment may have removed files that pages still ask for; or "
                "someone scans.",
            ),
        ),
    )
