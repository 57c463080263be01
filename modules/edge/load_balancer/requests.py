"""Metrics of the requests to a service: widgets and alarms. Pure.

Metrics: "CloudWatch metrics for your Application Load Balancer" (Elastic Load Balancing user guide).
"""

from __future__ import annotations

from collections.abc import Sequence

from ...monitoring.metrics import Expression, Metric, Series, highest, total
from ...monitoring.monitored import AlarmRule, Widget
from ...monitoring.resource_metrics import ResourceMetrics

# Fewer failures in a minute are no error rate.
MIN_FAILURES = 3


class RequestMetrics:
    """Request metrics of one service, over all its target groups."""

    def __init__(self, load_balancer: str, target_groups: Sequence[str]) -> None:
        self._groups = [
            ResourceMetrics("AWS/ApplicationELB", {"LoadBalancer": load_balancer, "TargetGroup": group})
            for group in target_groups
        ]
        self.count = total("requests", self._each("RequestCount", "Sum", "requests"))
        self.errors = total("server errors", self._each("HTTPCode_Target_5XX_Count", "Sum", "server errors"))
        self.client_errors = total("client errors", self._each("HTTPCode_Target_4XX_Count", "Sum", "4xx"))
        self.median = highest("p50", self._each("TargetResponseTime", "p50", "p50"))
        self.latency = highest("p95", self._each("TargetResponseTime", "p95", "p95"))
        self.slowest = highest("p99", self._each("TargetResponseTime", "p99", "p99"))
        self.healthy = total("healthy", self._each("HealthyHostCount", "Minimum", "healthy"))
        self.unhealthy = total("unhealthy", self._each("UnHealthyHostCount", "Maximum", "unhealthy"))

    @property
    def error_rate(self) -> Expression:
        """Errors in percent of requests. The metric of errors has no data without errors, hence FILL."""
        errors = self._each("HTTPCode_Target_5XX_Count", "Sum", "server errors", "errors")
        requests = self._each("RequestCount", "Sum", "requests", "requests")
        failed, all_of_them = (" + ".join(f"FILL({one}, 0)" for one in ids) for ids in (errors, requests))
        return Expression(
            # A single failure at night is 100 % of the requests, and wakes nobody.
            expression=f"IF(({failed}) >= {MIN_FAILURES}, 100 * ({failed}) / ({all_of_them}), 0)",
            metrics={**errors, **requests},
            label="error rate",
        )

    def _each(self, name: str, statistic: str, label: str, id: str = "m") -> dict[str, Metric]:
        return {
            f"{id}{place}": group.metric(name, statistic, label) for place, group in enumerate(self._groups)
        }


def request_widgets(requests: RequestMetrics) -> tuple[Widget, ...]:
    """Graphs of latency, error rate and requests."""
    latency: tuple[Series, ...] = (requests.median, requests.latency, requests.slowest)
    rate = (requests.error_rate,)
    counts: tuple[Series, ...] = (requests.count, requests.client_errors, requests.errors)
    return (
        Widget(title="Latency", series=latency, unit="seconds", alarms=("latency",), in_overview=True),
        Widget(title="Error rate", series=rate, unit="%", alarms=("error-rate",), in_overview=True),
        Widget(title="Requests", series=counts, unit="a minute"),
    )


def request_alarms(requests: RequestMetrics) -> tuple[AlarmRule, ...]:
    """Alarms on latency, error rate, no healthy target and unhealthy targets."""
    return (
        AlarmRule(
            key="latency",
            severity="critical",
            series=requests.latency,
            comparison=">",
            threshold=2,
            periods=5,
            datapoints=3,
            missing_data="notBreaching",  # no request was slow
            description="One request in twenty takes over {threshold} s. Look at the traces of the slow "
            "ones, then at the database and at CPU.",
        ),
        AlarmRule(
            key="error-rate",
            severity="critical",
            series=requests.error_rate,
            comparison=">",
            threshold=5,
            periods=5,
            datapoints=3,
            missing_data="notBreaching",  # no request failed
            description="More than {threshold} % of requests end in a server error. Read the service's "
            "log; if a deployment has just ended, roll it back.",
        ),
        AlarmRule(
            key="healthy-tasks",
            severity="critical",
            series=requests.healthy,
            comparison="<",
            threshold=1,
            periods=3,
            missing_data="breaching",  # a target group without targets has no data
            description="No task passes the health check: callers get 503. Read the log of the newest "
            "task; it says why it does not answer.",
            outage=True,
        ),
        AlarmRule(
            key="unhealthy-tasks",
            severity="warning",
            series=requests.unhealthy,
            comparison=">",
            threshold=0,
            periods=5,
            missing_data="notBreaching",  # without a target, running-tasks goes to ALARM
            description="A task has failed its health check for {minutes} minutes, and ECS has not "
            "replaced it. Read its log, then stop it.",
        ),
    )
