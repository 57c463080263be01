"""Dashboard widgets and alarms of ECS services. Pure.

Metrics: "Amazon ECS CloudWatch metrics" (ECS developer guide) and, for the task counts, "Amazon ECS Container
Insights metrics" (CloudWatch user guide).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...edge.load_balancer.requests import RequestMetrics, request_alarms, request_widgets
from ...monitoring.monitored import AlarmRule, EventRule, Monitored, Widget
from ...monitoring.resource_metrics import ResourceMetrics
from .scaling_metrics import ScalingMetric, scaled_by

_SCALES = "If the service runs its maximum of tasks, raise that"
_STAYS = "The service does not scale: raise its number of tasks"


def service(
    *,
    key: str,
    cluster_name: str,
    service_name: str,
    minimum: int,
    scales: bool,
    load_balancer: str = "",
    target_groups: Sequence[str] = (),
    scaling_metrics: Mapping[str, ScalingMetric] | None = None,
) -> Monitored:
    """A service of at least `minimum` tasks; with a target group also its requests, and what it scales by.

    `scales`: whether its number of tasks follows a load, which decides what a person does about its CPU.

    Of two target groups (blue/green) the metrics are added up, since the traffic moves between them.
    """
    tasks = _TaskMetrics(cluster_name, service_name)
    requests = RequestMetrics(load_balancer, target_groups) if target_groups else None
    return Monitored(
        key=key,
        title=key,
        group="api",
        widgets=(
            *(request_widgets(requests) if requests else ()),
            *_task_widgets(tasks, minimum, requests),
            *_scaling_widgets(scaling_metrics or {}, cluster_name, service_name),
        ),
        alarms=(
            *(request_alarms(requests) if requests else ()),
            *_task_alarms(tasks, minimum, scales=scales),
        ),
        events=(_failed_deployment(cluster_name, service_name),),
    )


def _failed_deployment(cluster_name: str, service_name: str) -> EventRule:
    # ECS developer guide, "Amazon ECS service deployment state change events".
    return EventRule(
        key="failed-deployment",
        severity="warning",
        pattern={
            "source": ["aws.ecs"],
            "detail-type": ["ECS Deployment State Change"],
            "resources": [{"suffix": f":service/{cluster_name}/{service_name}"}],
            "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
        },
        message="$.detail.reason",
        description=f"{service_name} runs what it ran before. The stopped tasks in ECS say why the new ones "
        "did not start.",
    )


class _TaskMetrics:
    def __init__(self, cluster_name: str, service_name: str) -> None:
        dimensions = {"ClusterName": cluster_name, "ServiceName": service_name}
        service = ResourceMetrics("AWS/ECS", dimensions)
        insights = ResourceMetrics("ECS/ContainerInsights", dimensions)
        self.cpu = service.metric("CPUUtilization", "Average", "CPU")
        self.memory = service.metric("MemoryUtilization", "Average", "memory")
        self.running = insights.metric("RunningTaskCount", "Minimum", "running")
        self.desired = insights.metric("DesiredTaskCount", "Maximum", "desired")


def _task_widgets(tasks: _TaskMetrics, minimum: int, requests: RequestMetrics | None) -> tuple[Widget, ...]:
    health = (requests.healthy, requests.unhealthy) if requests else ()
    running = ("running-tasks",) if minimum else ()
    return (
        Widget(title="Tasks", series=(tasks.running, tasks.desired, *health), unit="tasks", alarms=running),
        Widget(title="CPU", series=(tasks.cpu,), unit="% of what is reserved", alarms=("cpu",)),
        Widget(title="Memory", series=(tasks.memory,), unit="% of what is reserved", alarms=("memory",)),
    )


def _scaling_widgets(
    metrics: Mapping[str, ScalingMetric], cluster_name: str, service_name: str
) -> Iterator[Widget]:
    for name, metric in metrics.items():
        series, value = scaled_by(metric, cluster_name=cluster_name, service_name=service_name)
        yield Widget(title=f"Scaling: {name}", series=(series,), unit=f"scales at {value:,.10g}")


def _task_alarms(tasks: _TaskMetrics, minimum: int, *, scales: bool) -> tuple[AlarmRule, ...]:
    running = AlarmRule(
        key="running-tasks",
        severity="critical",
        series=tasks.running,
        comparison="<",
        threshold=max(minimum, 1),
        periods=5,
        missing_data="breaching",  # the cluster reports every service, even one without tasks
        description="Fewer than {threshold} tasks run. The service's events in ECS say why tasks stop or "
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
            missing_data="notBreaching",  # without a task, running-tasks goes to ALARM
            description="CPU has been over {threshold} % for {minutes} minutes. "
            f"{_SCALES if scales else _STAYS}, or the task's CPU.",
        ),
        AlarmRule(
            key="memory",
            severity="warning",
            series=tasks.memory,
            comparison=">",
            threshold=90,
            periods=5,
            missing_data="notBreaching",
            description="Memory is over {threshold} %: at 100 % the task is killed. Look for a leak since "
            "the last deployment, or raise the task's memory.",
        ),
    )
