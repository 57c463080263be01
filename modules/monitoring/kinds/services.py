"""Services on ECS, and load balancers. Pure.

The figures come from Elastic Load Balancing's "CloudWatch metrics for your Application Load Balancer" and
"Amazon ECS Container Insights metrics" of the CloudWatch user guide.
"""

from __future__ import annotations

from collections.abc import Sequence

from modules.monitoring.metrics import Expression, Metric, Series, highest, total
from modules.monitoring.monitored import AlarmRule, Monitored, Widget


def service(
    *,
    key: str,
    cluster_name: str,
    service_name: str,
    minimum: int,
    load_balancer: str = "",
    target_groups: Sequence[str] = (),
) -> Monitored:
    """A service that keeps `minimum` tasks at least; behind a load balancer also what its callers see.

    With two target groups (blue/green) both count: the traffic moves from one to the other.
    """
    tasks = _Tasks(cluster_name, service_name)
    requests = _Requests(load_balancer, target_groups) if target_groups else None
    return Monitored(
        key=key,
        title=key,
        group="api",
        widgets=(*(_request_widgets(requests) if requests else ()), *_task_widgets(tasks, minimum, requests)),
        alarms=(*(_request_alarms(requests) if requests else ()), *_task_alarms(tasks, minimum)),
    )


class _Tasks:
    def __init__(self, cluster_name: str, service_name: str) -> None:
        self._dimensions = {"ClusterName": cluster_name, "ServiceName": service_name}
        self.cpu = self._metric("AWS/ECS", "CPUUtilization", "Average", "CPU")
        self.memory = self._metric("AWS/ECS", "MemoryUtilization", "Average", "memory")
        insights = "ECS/ContainerInsights"
        self.running = self._metric(insights, "RunningTaskCount", "Minimum", "running")
        self.desired = self._metric(insights, "DesiredTaskCount", "Maximum", "desired")

    def _metric(self, namespace: str, name: str, statistic: str, label: str) -> Metric:
        return Metric(
            namespace=namespace, name=name, dimensions=self._dimensions, statistic=statistic, label=label
        )


class _Requests:
    """What a load balancer measures of one service, over all its target groups."""

    def __init__(self, load_balancer: str, target_groups: Sequence[str]) -> None:
        self._load_balancer, self._groups = load_balancer, target_groups
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
        """Per cent of requests. Without an error there is no count of errors, without a request no rate."""
        errors = self._each("HTTPCode_Target_5XX_Count", "Sum", "server errors", "errors")
        requests = self._each("RequestCount", "Sum", "requests", "requests")
        failed, all_of_them = (" + ".join(f"FILL({one}, 0)" for one in ids) for ids in (errors, requests))
        return Expression(
            expression=f"100 * ({failed}) / ({all_of_them})",
            metrics={**errors, **requests},
            label="error rate",
        )

    def _each(self, name: str, statistic: str, label: str, id: str = "m") -> dict[str, Metric]:
        return {
            f"{id}{place}": Metric(
                namespace="AWS/ApplicationELB",
                name=name,
                dimensions={"LoadBalancer": self._load_balancer, "TargetGroup": group},
                statistic=statistic,
                label=label,
            )
            for place, group in enumerate(self._groups)
        }


def _request_widgets(requests: _Requests) -> tuple[Widget, ...]:
    latency: tuple[Series, ...] = (requests.median, requests.latency, requests.slowest)
    rate = (requests.error_rate,)
    counts: tuple[Series, ...] = (requests.count, requests.client_errors, requests.errors)
    return (
        Widget(title="Latency", series=latency, unit="seconds", alarms=("latency",), in_overview=True),
        Widget(title="Error rate", series=rate, unit="%", alarms=("error-rate",), in_overview=True),
        Widget(title="Requests", series=counts, unit="a minute"),
    )


def _task_widgets(tasks: _Tasks, minimum: int, requests: _Requests | None) -> tuple[Widget, ...]:
    health = (requests.healthy, requests.unhealthy) if requests else ()
    running = ("running-tasks",) if minimum else ()
    return (
        Widget(title="Tasks", series=(tasks.running, tasks.desired, *health), unit="tasks", alarms=running),
        Widget(title="CPU", series=(tasks.cpu,), unit="% of what is reserved", alarms=("cpu",)),
        Widget(title="Memory", series=(tasks.memory,), unit="% of what is reserved", alarms=("memory",)),
    )


def _request_alarms(requests: _Requests) -> tuple[AlarmRule, ...]:
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
            description="One request in twenty takes over 2 s. Look at the traces of the slow ones, then at "
            "the database and at CPU.",
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
            description="More than 5 % of requests end in a server error. Read the service's log; if a "
            "deployment has just ended, roll it back.",
        ),
        AlarmRule(
            key="healthy-tasks",
            severity="critical",
            series=requests.healthy,
            comparison="<",
            threshold=1,
            periods=3,
            missing_data="breaching",  # a group without any target says nothing
            description="No task passes the health check: callers get 503. Read the log of the newest task; "
            "it says why it does not answer.",
            outage=True,
        ),
        AlarmRule(
            key="unhealthy-tasks",
            severity="warning",
            series=requests.unhealthy,
            comparison=">",
            threshold=0,
            periods=5,
            missing_data="notBreaching",  # without a target none is unhealthy; running-tasks rings then
            description="A task has failed its health check for five minutes, and ECS has not replaced it. "
            "Read its log, then stop it.",
        ),
    )


def _task_alarms(tasks: _Tasks, minimum: int) -> tuple[AlarmRule, ...]:
    running = AlarmRule(
        key="running-tasks",
        severity="critical",
        series=tasks.running,
        comparison="<",
        threshold=max(minimum, 1),
        periods=5,
        missing_data="breaching",  # the cluster reports every service, even one without tasks
        description=f"Fewer than {minimum} tasks run. The service's events in ECS say why tasks stop or "
        "cannot be placed: image, secret, memory or Spot capacity.",
        outage=True,
    )
    return (
        *((running,) if minimum else ()),
        AlarmRule(
            key="cpu",
            severity="warning",
            series=tasks.cpu,
            comparison=">",
            threshold=85,
            periods=15,
            missing_data="notBreaching",  # no task is busy if none runs; running-tasks rings then
            description="CPU has been over 85 % for a quarter of an hour, although scaling aims below. The "
            "service is at its maximum of tasks: raise it, or the task's CPU.",
        ),
        AlarmRule(
            key="memory",
            severity="warning",
            series=tasks.memory,
            comparison=">",
            threshold=90,
            periods=5,
            missing_data="notBreaching",
            description="Memory is over 90 %: at 100 % the task is killed. Look for a leak since the last "
            "deployment, or raise the task's memory.",
        ),
    )
