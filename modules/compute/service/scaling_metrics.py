"""Metrics of its own that scale a service: target tracking and steps. Pure."""

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from ...errors import Problem, refusal
from ...monitoring.metrics import Expression, Metric, Series
from ...monitoring.monitored import KEY
from ...monitoring.resource_metrics import ResourceMetrics
from ...regions import GLOBAL_REGION
from ...settings import settings
from ...values import MOST_TASKS, NotNegative, Periods
from .scaling_settings import RESERVED, ScalingSettings

_Positive = Annotated[float, Field(gt=0)]
# Application Auto Scaling quotas: "Step adjustments per step scaling policy".
_MOST_STEPS = 20


@settings
class CustomTarget:
    """A metric, or an expression, that target tracking keeps at `value`: as many tasks as that takes.

    It must fall when tasks are added, and is best an average per task (Application Auto Scaling user guide,
    "Create a target tracking scaling policy using metric math"). Its data is of one minute.
    """

    series: Series
    value: _Positive
    # Whether it has a value while no task runs, and one over `value` as soon as there is work.
    defined_at_zero: bool = False


@settings
class Backlog:
    """Work that waits, such as messages of a queue: as many tasks as leave each `per_task` of it.

    `depth` counts what waits or is in work, of the whole service; 0 is data, too. While it has no data, the
    number of tasks stays. It has a value without a task, so that the minimum may be 0: one message wakes one.
    """

    depth: Metric
    per_task: _Positive
    # What is in work, where `depth` counts only what waits; without data it is none.
    in_work: Metric | None = None

    def target(self, cluster_name: str, service_name: str) -> CustomTarget:
        """The backlog per task as a target; its tasks are counted by Container Insights.

        Scaling out begins *over* the target, so one message at a target of 1 or more would wake no task
        (aws/copilot-cli 3376), and depth / tasks has no value at 0: without a task the target is added.
        """
        dimensions = {"ClusterName": cluster_name, "ServiceName": service_name}
        insights = ResourceMetrics("ECS/ContainerInsights", dimensions)
        none = "(FILL(tasks, 0) < 1)"
        depth, metrics = "depth", {"depth": self.depth}
        if self.in_work:
            depth, metrics["working"] = "(depth + FILL(working, 0))", self.in_work
        metrics["tasks"] = insights.metric("RunningTaskCount", "Average", "tasks")
        expression = f"{depth} / (FILL(tasks, 0) + {none}) + {self.per_task:g} * ({depth} > 0) * {none}"
        series = Expression(expression=expression, metrics=metrics, label="backlog per task")
        return CustomTarget(series=series, value=self.per_task, defined_at_zero=True)


@settings
class StepScaling:
    """Tasks added at values of a metric, or removed: `{100: 1, 500: 4}` adds 1 from 100 on, 4 from 500 on.

    Negative numbers, `{10: -1, 2: -3}`, remove 1 at 10 and less, 3 at 2 and less. Its alarm breaches after
    `periods` of the metric. Target tracking needs less thought; steps are for what is no average per task.
    """

    series: Series
    steps: Mapping[float, Annotated[int, Field(ge=-MOST_TASKS, le=MOST_TASKS)]]
    periods: Periods = 2
    cooldown_seconds: NotNegative = 60
    # Whether it has a value while no task runs.
    defined_at_zero: bool = False

    @property
    def adds(self) -> bool:
        """Whether it adds tasks; otherwise it removes some."""
        return max(self.steps.values()) > 0

    @property
    def threshold(self) -> float:
        """The value at which the first step begins."""
        return min(self.steps) if self.adds else max(self.steps)

    @property
    def adjustments(self) -> list[tuple[float | None, float | None, int]]:
        """Each step: lower and upper bound, from the threshold on, and its tasks."""
        places = sorted(self.steps, reverse=not self.adds)
        offsets = [place - self.threshold for place in places]
        bounds = zip(offsets, [*offsets[1:], None], places, strict=True)
        if self.adds:
            return [(near, far, self.steps[place]) for near, far, place in bounds]
        return [(far, near, self.steps[place]) for near, far, place in bounds]

    def problems(self) -> Iterator[Problem]:
        """No step or too many, and steps that change nothing or add as well as remove."""
        if not 1 <= len(self.steps) <= _MOST_STEPS:
            why = refusal(
                got=f"{len(self.steps)} steps", allowed=f"1 to {_MOST_STEPS}", fix="add or merge some"
            )
            yield Problem(where="steps", what=why)
        if len({number > 0 for number in self.steps.values()}) > 1 or 0 in self.steps.values():
            got = ", ".join(f"{number:+}" for number in self.steps.values())
            why = refusal(got=got, allowed="all above 0, or all below", fix="make two of it")
            yield Problem(where="steps", what=why)


ScalingMetric = CustomTarget | Backlog | StepScaling


def scaled_by(metric: ScalingMetric, *, cluster_name: str, service_name: str) -> tuple[Series, float]:
    """What a metric looks at, and the value from which on it adds tasks (or removes some)."""
    if isinstance(metric, Backlog):
        metric = metric.target(cluster_name, service_name)
    return metric.series, metric.threshold if isinstance(metric, StepScaling) else metric.value


def scaling_problems(
    settings: ScalingSettings | None, metrics: Mapping[str, ScalingMetric], *, has_target: bool
) -> Iterator[Problem]:
    """Metrics that can't scale this service, and a minimum of 0 that nothing would raise."""
    if settings is None:
        if metrics:
            why = refusal(got=", ".join(metrics), allowed="none without scaling", fix="set scaling")
            yield Problem(where="scaling_metrics", what=why)
        return
    for name, metric in metrics.items():
        yield from _metric_problems(name, metric)
    if settings.counts_requests and not has_target:
        why = refusal(
            got="requests", allowed="cpu or memory without a target", fix="pass target=, or take these"
        )
        yield Problem(where="scaling.requests_per_minute", what=why)
    if settings.needs_metric_at_zero and not any(map(_defined_at_zero, metrics.values())):
        allowed = "1 or more, or 0 with a metric in scaling_metrics that is defined at zero tasks"
        why = refusal(got=0, allowed=allowed, fix="raise it, or pass such a metric, as Backlog is")
        yield Problem(where="scaling.minimum", what=why)
    targets = (settings.cpu_percent, settings.memory_percent, settings.requests_per_minute)
    if not any((*targets, metrics, settings.schedule, settings.predictive)):
        why = refusal(
            got="no target", allowed="a target, a metric or a schedule", fix="set one, or scaling=None"
        )
        yield Problem(where="scaling", what=why)


def _metric_problems(name: str, metric: ScalingMetric) -> Iterator[Problem]:
    where = f"scaling_metrics.{name}"
    if not KEY.fullmatch(name) or name in RESERVED:
        allowed = f"lower-case words joined by '-', none of {', '.join(sorted(RESERVED))}"
        yield Problem(where=where, what=refusal(got=repr(name), allowed=allowed, fix="rename it"))
    series = metric.depth if isinstance(metric, Backlog) else metric.series
    # API_TargetTrackingMetricStat has no period: one minute is what it reads.
    if series.period != 60 and not isinstance(metric, StepScaling):
        why = refusal(got=f"a period of {series.period} s", allowed="60 s", fix="publish it each minute")
        yield Problem(where=where, what=why)
    if series.in_global_region:
        why = refusal(
            got=f"a metric of {GLOBAL_REGION}", allowed="one of the service's region", fix="take another"
        )
        yield Problem(where=where, what=why)


def _defined_at_zero(metric: ScalingMetric) -> bool:
    return isinstance(metric, Backlog) or metric.defined_at_zero
