"""Dashboard widgets and alarm rules of a module. Pure.

A module has a property `monitored`; `Monitoring` creates dashboards and alarms from it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Protocol, runtime_checkable

from pydantic import Field, PositiveInt

from ..errors import Problem, refusal
from ..settings import settings
from ..values import Line, Name, Periods
from .metrics import Expression, Metric, Series

Severity = Literal["critical", "warning"]
Comparison = Literal[">", ">=", "<", "<="]
# How an alarm treats missing data (CloudWatch user guide, "Configuring how CloudWatch alarms treat missing
# data"): breaching for metrics that always have data, notBreaching for counts of requests or errors.
MissingData = Literal["breaching", "notBreaching", "ignore", "missing"]
Group = Literal["overview", "api", "database", "frontend"]

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Names of composite alarms.
RESERVED = {"outage", "causes", "critical", "warning"}
_DAY = 86_400


@settings
class AlarmRule:
    """A CloudWatch alarm on a metric: `datapoints` of the last `periods` breach `threshold`.

    `outage`: in state ALARM it is gone, and dependent services can't work, whose alarms it then suppresses.
    Never what a client can bring about (connections that fail), or what only slows it down.
    `missing_data` has no default on purpose. `description` says what to do first; `{threshold}` and
    `{minutes}` in it are replaced by the alarm's values, which an environment may override. `{size}` is the
    threshold of a metric in bytes, as MiB or GiB.
    """

    key: Name
    severity: Severity
    series: Series
    comparison: Comparison
    threshold: float
    periods: Periods
    missing_data: MissingData
    description: Line
    datapoints: Periods | None = None  # None: as many as periods
    outage: bool = False
    # Whether it notifies while the stack is paused, too.
    while_paused: bool = False

    @property
    def text(self) -> str:
        """The description with the alarm's values."""
        minutes = self.periods * self.series.period // 60
        figures = {
            "{threshold}": f"{self.threshold:,.10g}",
            "{size}": _size(self.threshold),
            "{minutes}": str(minutes),
        }
        text = self.description
        for place, figure in figures.items():
            text = text.replace(place, figure)
        return text

    def problems(self) -> Iterator[Problem]:
        """Values that CloudWatch would refuse."""
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


@settings
class Widget:
    """A graph of a dashboard. `alarms` are the keys of the alarms whose thresholds it shows; `width` is in
    columns of 24. With `in_overview` it is on the overview dashboard too."""

    title: Line
    series: tuple[Series, ...]
    unit: Line
    alarms: tuple[Name, ...] = ()
    width: PositiveInt = Field(default=8, le=24)
    view: Literal["timeSeries", "singleValue"] = "timeSeries"
    stacked: bool = False
    in_overview: bool = False

    def problems(self) -> Iterator[Problem]:
        """A graph without series, or of two regions."""
        if len({one.in_global_region for one in self.series}) != 1:
            why = refusal(got=len(self.series), allowed="series of one region", fix="add or split them")
            yield Problem(where=f"{self.title}.series", what=why)


@settings
class LogMetric:
    """A metric filter: counts the lines of log groups that match a pattern, as `metric`."""

    key: Name
    log_group_names: tuple[Line, ...]
    pattern: Line
    metric: Metric

    def problems(self) -> Iterator[Problem]:
        """A metric with dimensions: CloudWatch allows no default value of 0 then."""
        if self.metric.dimensions:
            why = refusal(got="dimensions", allowed="none", fix="give the metric a name of its own")
            yield Problem(where=f"{self.key}.metric", what=why)


@settings
class EventRule:
    """An event of AWS that a topic is told of: what EventBridge's `pattern` matches.

    `message` is the JSON path of the event's own words, `description` says what to do first.
    """

    key: Name
    severity: Severity
    pattern: Mapping[Line, Any]
    message: Line
    description: Line

    def problems(self) -> Iterator[Problem]:
        """An invalid path, and quotes, which EventBridge's template can't hold."""
        if not self.message.startswith("$."):
            why = refusal(got=repr(self.message), allowed="a path such as $.detail.Message", fix="correct it")
            yield Problem(where=f"{self.key}.message", what=why)
        if set(self.description) & set('"<>\\'):
            why = refusal(got=repr(self.description), allowed='no ", <, > or backslash', fix="reword it")
            yield Problem(where=f"{self.key}.description", what=why)


@settings
class Monitored:
    """Monitoring of one module. `key` is the prefix of its alarm names; `group` is its dashboard."""

    key: Name
    title: Line
    group: Group
    widgets: tuple[Widget, ...]
    alarms: tuple[AlarmRule, ...]
    log_metrics: tuple[LogMetric, ...] = ()
    events: tuple[EventRule, ...] = ()

    @property
    def can_be_cause(self) -> bool:
        """Whether an alarm of it says that it is gone, and what depends on it can't work."""
        return any(alarm.outage for alarm in self.alarms)

    def problems(self) -> Iterator[Problem]:
        """Duplicate keys, and graphs of unknown alarms."""
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
    """A module that `Monitoring` can watch."""

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        ...


def _size(count: float) -> str:
    """A number of bytes in the largest binary unit that it reaches, to a tenth."""
    for unit, of in (("TiB", 1024**4), ("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024)):
        if count >= of:
            return f"{round(count / of, 1):,.10g} {unit}"
    return f"{count:,.10g} bytes"


def metrics_of(series: Series) -> tuple[Metric, ...]:
    """The metrics of a series."""
    return tuple(series.metrics.values()) if isinstance(series, Expression) else (series,)
