"""Settings of a service's scaling. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Name, NotNegative, Percent, Positive, SomeTasks, Tasks

# Names of the policies that the settings make; a custom metric takes another.
RESERVED = {"cpu", "memory", "requests", "predictive", "schedule", "alarms"}
_CRON_FIELD = re.compile(r"[0-9A-Z*?/,#-]+")


@settings
class ScheduledScaling:
    """Bounds of the number of tasks from a point in time on, until another scheduled action sets others.

    `cron` has the six fields minutes, hours, day of the month, month, day of the week, year. Of the two days
    one is `?` (Application Auto Scaling user guide, "Schedule recurring scaling actions using cron
    expressions"). Minimum and maximum 0 stop the service.
    """

    cron: str
    minimum: Tasks
    maximum: Tasks
    # By the clock of this zone, so also in summer.
    time_zone: str = "UTC"

    def problems(self) -> Iterator[Problem]:
        """A minimum over the maximum, a schedule that Application Auto Scaling would refuse."""
        yield from bounds_problems(self.minimum, self.maximum)
        fields = self.cron.split()
        days = [fields[2], fields[4]] if len(fields) == 6 else []
        if days.count("?") != 1 or not all(map(_CRON_FIELD.fullmatch, fields)):
            allowed = "six fields, one of the two days '?', such as 0 7 ? * MON-FRI *"
            yield Problem(where="cron", what=refusal(got=repr(self.cron), allowed=allowed, fix="correct it"))
        zones = available_timezones()
        if zones and self.time_zone not in zones:
            allowed = "a name of the IANA time zone database, such as Europe/Madrid"
            why = refusal(got=repr(self.time_zone), allowed=allowed, fix="correct it")
            yield Problem(where="time_zone", what=why)


@settings
class PredictiveScaling:
    """Scaling ahead of a load that returns daily or weekly: target tracking adds what it did not foresee.

    It forecasts from the second day on, best from two weeks of history, and adds tasks only (ECS developer
    guide, "Predictive auto scaling"). "ForecastOnly" changes nothing: the forecast can be compared with what
    came. Needs version 6.13.0 of the AWS provider (its changelog; its pull request 44211).
    """

    # Of CPU and memory the percentage per task, of requests those per task and minute.
    target: Positive
    metric: Literal["cpu", "memory", "requests"] = "cpu"
    mode: Literal["ForecastOnly", "ForecastAndScale"] = "ForecastOnly"
    # How long before the forecast hour the tasks start.
    buffer_seconds: Annotated[int, Field(ge=0, lt=3600)] = 300

    def problems(self) -> Iterator[Problem]:
        """A percentage over 100."""
        if self.metric != "requests" and self.target > 100:
            yield Problem(where="target", what=refusal(got=self.target, allowed="1 to 100", fix="lower it"))


@settings
class ScalingSettings:
    """Scaling of a service between two numbers of tasks; cooldowns in seconds.

    The targets are averages of all tasks: CPU and memory in percent of what is reserved, requests per task
    and minute. None leaves a target out. Of several the one that needs most tasks decides, and tasks go only
    when none needs them (Application Auto Scaling user guide, "Target tracking scaling policies").
    """

    # 0: scaled by a metric alone that has a value without tasks, such as `Backlog`.
    minimum: Tasks
    maximum: SomeTasks
    cpu_percent: Percent | None = 70
    memory_percent: Percent | None = 80
    requests_per_minute: Positive | None = None
    scale_out_seconds: NotNegative = 60
    scale_in_seconds: NotNegative = 300
    # False: the policies only add tasks. A schedule or a person takes them away.
    scale_in: bool = True
    schedule: Mapping[Name, ScheduledScaling] = field(default_factory=dict)
    predictive: PredictiveScaling | None = None

    @property
    def lowest(self) -> int:
        """The fewest tasks that the settings or the schedule ask for."""
        return min([self.minimum, *(one.minimum for one in self.schedule.values())])

    @property
    def highest(self) -> int:
        """The most tasks that the settings or the schedule allow, such as for a budget of connections."""
        return max([self.maximum, *(one.maximum for one in self.schedule.values())])

    @property
    def needs_metric_at_zero(self) -> bool:
        """Whether at some time no task may run although some may: a metric must bring the first one."""
        bounds = [
            (self.minimum, self.maximum),
            *((one.minimum, one.maximum) for one in self.schedule.values()),
        ]
        return any(minimum == 0 and maximum > 0 for minimum, maximum in bounds)

    @property
    def counts_requests(self) -> bool:
        """Whether the requests of its target decide."""
        return bool(self.requests_per_minute or (self.predictive and self.predictive.metric == "requests"))

    def problems(self) -> Iterator[Problem]:
        """Bounds and targets that contradict each other, and a schedule without an end."""
        yield from bounds_problems(self.minimum, self.maximum)
        if self.needs_metric_at_zero:
            yield from self._zero_problems()
        yield from self._schedule_problems()

    def _zero_problems(self) -> Iterator[Problem]:
        for name in ("cpu_percent", "memory_percent", "requests_per_minute"):
            if (got := getattr(self, name)) is not None:
                # A task without work uses CPU too, so that the target asks for one task for ever
                # (aws/copilot-cli 3054); without a task there is neither CPU nor a request to measure.
                why = refusal(
                    got=f"{got} with a minimum of 0",
                    allowed="None: it has no value without a task, and keeps the last one",
                    fix=f"set {name}=None and scale by a metric, or the minimum to 1",
                )
                yield Problem(where=name, what=why)

    def _schedule_problems(self) -> Iterator[Problem]:
        stopping = [name for name, one in self.schedule.items() if one.maximum == 0]
        if stopping and len(stopping) == len(self.schedule):
            allowed = "another scheduled action that starts the service again"
            why = refusal(got=f"{stopping[0]} with a maximum of 0 alone", allowed=allowed, fix="add it")
            yield Problem(where="schedule", what=why)


def bounds_problems(minimum: int, maximum: int) -> Iterator[Problem]:
    """A minimum over the maximum."""
    if minimum > maximum:
        why = refusal(
            got=f"minimum {minimum} over maximum {maximum}",
            allowed="a minimum up to the maximum",
            fix="lower the one or raise the other",
        )
        yield Problem(where="minimum", what=why)
