"""Application load balancers: what they answer themselves, before any service does. Pure."""

from __future__ import annotations

from modules.monitoring.metrics import Expression, Metric
from modules.monitoring.monitored import AlarmRule, Monitored, Widget


def load_balancer(*, key: str, arn_suffix: str) -> Monitored:
    """One load balancer. Errors of services are their own alarms; these are 502, 503 and 504 of its own."""

    def metric(name: str, label: str) -> Metric:
        return Metric(
            namespace="AWS/ApplicationELB",
            name=name,
            dimensions={"LoadBalancer": arn_suffix},
            statistic="Sum",
            label=label,
        )

    requests, errors = metric("RequestCount", "requests"), metric("HTTPCode_ELB_5XX_Count", "own 5xx")
    # Requests that found no target are not among RequestCount, so they are counted in as they fail.
    rate = Expression(
        expression="100 * FILL(errors, 0) / (FILL(requests, 0) + FILL(errors, 0))",
        metrics={"errors": errors, "requests": requests},
        label="own errors",
    )
    rejected = metric("RejectedConnectionCount", "rejected")
    connections = (metric("ActiveConnectionCount", "active"), metric("NewConnectionCount", "new"), rejected)
    return Monitored(
        key=key,
        title="Load balancer",
        group="api",
        widgets=(
            Widget(
                title="Requests",
                series=(requests, metric("HTTPCode_Target_4XX_Count", "4xx of services"), errors),
                unit="a minute",
                in_overview=True,
            ),
            Widget(title="Own error rate", series=(rate,), unit="%", alarms=("own-errors",)),
            Widget(title="Connections", series=connections, unit="a minute"),
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
                missing_data="notBreaching",  # reported only when there are some
                description="The load balancer is out of connections. Look for an attack in the "
                "firewall's log; else ask AWS to reserve capacity.",
            ),
        ),
    )
