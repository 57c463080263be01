"""Dashboard widgets and alarms of Application Load Balancers. Pure."""

from __future__ import annotations

from ...monitoring.metrics import Expression
from ...monitoring.monitored import AlarmRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics
from .requests import MIN_FAILURES


def load_balancer(*, key: str, arn_suffix: str, health_check_id: str | None = None) -> Monitored:
    """A load balancer: its own errors (502, 503, 504); services have alarms on theirs.

    `health_check_id`: of a primary's failover records.
    """
    balancer = ResourceMetrics("AWS/ApplicationELB", {"LoadBalancer": arn_suffix})
    requests = balancer.metric("RequestCount", "Sum", "requests")
    errors = balancer.metric("HTTPCode_ELB_5XX_Count", "Sum", "own 5xx")
    refused = balancer.metric("HTTPCode_Target_4XX_Count", "Sum", "4xx of services")
    # RequestCount excludes requests without a target, so errors are added to it.
    rate = Expression(
        expression=f"IF(FILL(errors, 0) >= {MIN_FAILURES}, "
        "100 * FILL(errors, 0) / (FILL(requests, 0) + FILL(errors, 0)), 0)",
        metrics={"errors": errors, "requests": requests},
        label="own errors",
    )
    active = balancer.metric("ActiveConnectionCount", "Sum", "active")
    new = balancer.metric("NewConnectionCount", "Sum", "new")
    rejected = balancer.metric("RejectedConnectionCount", "Sum", "rejected")
    return Monitored(
        key=key,
        title="Load balancer",
        group="api",
        widgets=(
            Widget(
                title="Requests",
                series=(requests, refused, errors),
                unit="a minute",
                in_overview=True,
            ),
            Widget(title="Own error rate", series=(rate,), unit="%", alarms=("own-errors",)),
            Widget(title="Connections", series=(active, new, rejected), unit="a minute"),
        ),
        alarms=(
            AlarmRule(
                key="own-errors",
                severity="critical",
                series=rate,
                comparison=">",
                threshold=5,
                periods=5,
                datapoints=3,
                missing_data="notBreaching",  # no request failed
                description="The load balancer itself answers more than {threshold} % of requests with "
                "502, 503 or 504. Its access log names the host: that service's tasks are gone, refuse, "
                "or are too slow.",
            ),
            AlarmRule(
                key="rejected-connections",
                severity="warning",
                series=rejected,
                comparison=">",
                threshold=0,
                periods=3,
                missing_data="notBreaching",  # reported only if there are any
                description="The load balancer is out of connections. Look for an attack in the "
                "firewall's log; else ask AWS to reserve capacity.",
            ),
            *((_unreachable(health_check_id),) if health_check_id else ()),
        ),
    )


def _unreachable(health_check_id: str) -> AlarmRule:
    # Route 53 developer guide, "Monitoring health checks using CloudWatch": its metrics are in us-east-1.
    checked = ResourceMetrics(
        "AWS/Route53", {"HealthCheckId": health_check_id}, period=60, in_global_region=True
    )
    return AlarmRule(
        key="unreachable",
        severity="critical",
        series=checked.metric("HealthCheckStatus", "Minimum", "healthy"),
        comparison="<",
        threshold=1,
        periods=3,
        missing_data="breaching",
        description="Route 53 does not reach this load balancer from outside, and would answer with that of "
        "the recovery stack, which stands by. If the region is lost, docs/recovery.md says how it serves.",
    )
