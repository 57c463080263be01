"""What a module says about itself: what to show, when to ring, and what to do then. Pure.

A module has a property `monitored`; `Monitoring` turns it into dashboards and alarms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, Protocol, runtime_checkable

from pydantic import Field, PositiveInt

from ..errors import Problem, refusal
from ..settings import settings
from .metrics import Expression, Metric, Series

Severity = Literal["critical", "warning"]
Comparison = Literal[">", ">=", "<", "<="]
# What an alarm makes of a period without data (CloudWatch user guide, "Configuring how CloudWatch alarms
# treat missing data"). Silence of what always speaks is breaching; no requests are no errors.
MissingData = Literal["breaching", "notBreaching", "ignore", "missing"]
Group = Literal["overview", "api", "database", "frontend"]

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# What the composite alarms of a thing are called.
RESERVED = {"outage", "causes", "critical", "warning"}
_DAY = 86_400


@settings
class AlarmRule:
    """When to ring, and what to do then: `datapoints` of `periods` in a row compare so with `threshold`.

    `outage`: what depends on this fails too while it rings, so that it can be named as their cause.
    `missing_data` has no default on purpose. `description` says what a person does first; `{threshold}` and
    `{minutes}` in it are the alarm's own, which an environment may have changed.
    """

    key: str
    severity: Severity
    series: Series
    comparison: Comparison
    threshold: float
    periods: PositiveInt
    missing_data: MissingData
    description: str
    datapoints: PositiveInt | None = None  # None: all of them
    outage: bool = False

    @property
    def text(self) -> str:
        """The description with its figures."""
        minutes = self.periods * self.series.period // 60
        figures = {"{threshold}": f"{self.threshold:,.10g}", "{minutes}": str(minutes)}
        text = self.description
        for place, figure in figures.items():
            text = text.replace(place, figure)
        return text

    def problems(self) -> Iterator[Problem]:
        """What CloudWatch would refuse, and an alarm that leaves a person alone."""
        if not KEY.fullmatch(self.key) or self.key in RESERVED:
            allowed = f"lower-case words joined by '-', none of {', '.join(sorted(RESERVED))}"
            yield Problem(where="key", what=refusal(got=repr(self.key), allowed=allowed, fix="rename it"))
        if self.datapoints and self.datapoints > self.periods:
            got = f"{self.datapoints} of {self.periods} periods"
            why = refusal(got=got, allowed="at most as many as periods", fix="lower datapoints")
            yield Problem(where=f"{self.key}.datapoints", what=why)
        # CloudWatch API: PutMetricAlarm, EvaluationPeriods.
        longest = 7 * _DAY if self.series.period >= 3600 else _DAY
        if self.periods * self.series.period > longest:
            got = f"{self.periods} periods of {self.series.period} s"
            why = refusal(got=got, allowed=f"{longest} s in all", fix="look back less far")
            yield Problem(where=f"{self.key}.periods", what=why)
        if not self.description.strip():
            yield Problem(where=f"{self.key}.description", what="is empty; say what to do when it rings")


@settings
class Widget:
    """A graph. `alarms` are the keys of the alarms whose thresholds are drawn into it; widths are columns of
    24. What is `in_overview` is shown on the overview too."""

    title: str
    series: tuple[Series, ...]
    unit: str
    alarms: tuple[str, ...] = ()
    width: PositiveInt = Field(default=8, le=24)
    view: Literal["timeSeries", "singleValue"] = "timeSeries"
    stacked: bool = False
    in_overview: bool = False

    def problems(self) -> Iterator[Problem]:
        """A graph of nothing, or of two regions."""
        if len({one.in_global_region for one in self.series}) != 1:
            why = refusal(got=len(self.series), allowed="series of one region", fix="add or split them")
            yield Problem(where=f"{self.title}.series", what=why)


@settings
class LogMetric:
    """Counts the lines of log groups that match a filter pattern, as `metric`."""

    key: str
    log_group_names: tuple[str, ...]
    pattern: str
    metric: Metric

    def problems(self) -> Iterator[Problem]:
        """Dimensions, which exclude counting 0 where nothing matched."""
        if self.metric.dimensions:
            why = refusal(got="dimensions", allowed="none", fix="give the metric a name of its own")
            yield Problem(where=f"{self.key}.metric", what=why)


@settings
class Monitored:
    """One thing that is watched. `key` begins the names of its alarms; `group` is its dashboard."""

    key: str
    title: str
    group: Group
    widgets: tuple[Widget, ...]
    alarms: tuple[AlarmRule, ...]
    log_metrics: tuple[LogMetric, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Keys that are none or not unique, and graphs of alarms that don't exist."""
        if not KEY.fullmatch(self.key):
            allowed = "lower-case words joined by '-'"
            yield Problem(where="key", what=refusal(got=repr(self.key), allowed=allowed, fix="rename it"))
        keys = [alarm.key for alarm in self.alarms]
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            why = refusal(got=f"alarm {key} twice", allowed="once", fix="rename one")
            yield Problem(where=f"{self.key}.alarms", what=why)
        for widget in self.widgets:
            for key in widget.alarms:
                if key not in keys:
                    why = refusal(got=repr(key), allowed=", ".join(keys) or "none", fix="correct the key")
                    yield Problem(where=f"{self.key}.{widget.title}.alarms", what=why)


@runtime_checkable
class Watchable(Protocol):
    """A module that says how it is watched."""

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        ...


def metrics_of(series: Series) -> tuple[Metric, ...]:
    """The metrics behind a series."""
    return tuple(series.metrics.values()) if isinstance(series, Expression) else (series,)
