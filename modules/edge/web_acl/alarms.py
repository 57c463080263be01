"""Dashboard widgets and alarms of web ACLs. Pure."""

from __future__ import annotations

from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics


def web_acl_monitored(*, key: str, name: str, region: str | None) -> Monitored:
    """A web ACL; `region` is None for scope CLOUDFRONT, whose metrics have no dimension Region."""
    dimensions = {"WebACL": name, "Rule": "ALL", **({"Region": region} if region else {})}
    acl = ResourceMetrics("AWS/WAFV2", dimensions, period=300, in_global_region=region is None)
    blocked = acl.metric("BlockedRequests", "Sum", "blocked")
    counted = acl.metric("CountedRequests", "Sum", "counted")
    allowed = acl.metric("AllowedRequests", "Sum", "allowed")
    return Monitored(
        key=key,
        title="Firewall" if region else "Firewall of the website",
        group="api" if region else "frontend",
        widgets=(
            Widget(
                title="Requests by verdict",
                series=(blocked, counted, allowed),
                unit="in 5 minutes",
                alarms=("blocked",),
                width=12,
                in_overview=True,
            ),
        ),
        alarms=(
            AlarmRule(
                key="blocked",
                severity="warning",
                series=blocked,
                comparison=">",
                threshold=1_000,
                periods=2,
                missing_data="notBreaching",  # reported only when something was blocked
                description="Over {threshold} requests in five minutes are blocked: an attack, or a rule "
                "that stops customers. The firewall's log names the rule and the addresses.",
            ),
        ),
    )
