"""Distributions of CloudFront. Pure.

CloudFront reports to us-east-1 alone (CloudFront developer guide, "CloudFront metrics"), so its alarms and
the topics they tell stand there.
"""

from __future__ import annotations

from modules.monitoring.metrics import Metric
from modules.monitoring.monitored import AlarmRule, Monitored, Widget


def website(*, key: str, distribution_id: str, additional_metrics: bool) -> Monitored:
    """One distribution. Without the additional metrics CloudFront doesn't tell how often its cache hits."""

    def metric(name: str, statistic: str, label: str) -> Metric:
        return Metric(
            namespace="AWS/CloudFront",
            name=name,
            dimensions={"DistributionId": distribution_id, "Region": "Global"},
            statistic=statistic,
            label=label,
            in_global_region=True,
        )

    requests, sent = metric("Requests", "Sum", "requests"), metric("BytesDownloaded", "Sum", "bytes")
    server, client = metric("5xxErrorRate", "Average", "5xx"), metric("4xxErrorRate", "Average", "4xx")
    hits, origin = metric("CacheHitRate", "Average", "hits"), metric("OriginLatency", "p95", "p95")
    additional = (
        Widget(title="Cache hit rate", series=(hits,), unit="%", in_overview=True),
        Widget(title="Origin latency", series=(origin,), unit="milliseconds"),
    )
    return Monitored(
        key=key,
        title="Website" if key == "website" else key,
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
                missing_data="notBreaching",  # nobody asked, nobody was refused
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
