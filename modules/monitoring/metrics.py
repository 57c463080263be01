"""Metrics of CloudWatch, and metric math expressions. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import Field

from ..errors import Problem, refusal
from ..settings import settings
from ..values import Line, Text

# CloudWatch user guide, "CloudWatch statistics definitions"; percentiles up to ten decimals.
_STATISTIC = re.compile(r"Average|Sum|Minimum|Maximum|SampleCount|p\d{1,2}(\.\d{1,10})?")
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")  # CloudWatch API: MetricDataQuery, Id
# CloudWatch service quotas: "Alarms based on metric math expressions can have up to 10 metrics".
MAX_METRICS = 10
# CloudWatch API: MetricDataQuery, Expression.
_Mathematics = Annotated[
    str,
    Text(pattern=r"[!-~][ -~]*", longest=2_048, allowed="one line of 1 to 2,048 characters of ASCII"),
]


@settings
class Metric:
    """A metric of a resource with a statistic and a `period` (seconds).

    `dimensions` hold references to the resource, which Terraform resolves. `label` is its name in graphs.
    Metrics of CloudFront and its web ACLs are in us-east-1 only (`in_global_region`).
    """

    namespace: Line
    name: Line
    dimensions: Mapping[Line, Line]
    statistic: Line
    label: Line
    period: Annotated[int, Field(ge=60, le=86_400)] = 60
    in_global_region: bool = False

    @property
    def is_percentile(self) -> bool:
        """Whether its statistic is a percentile, such as p95."""
        return self.statistic.startswith("p")

    def problems(self) -> Iterator[Problem]:
        """An invalid statistic or period."""
        if not _STATISTIC.fullmatch(self.statistic):
            allowed = "Average, Sum, Minimum, Maximum, SampleCount or a percentile such as p95"
            why = refusal(got=repr(self.statistic), allowed=allowed, fix="take one of these")
            yield Problem(where=f"{self.name}.statistic", what=why)
        if self.period % 60:
            why = refusal(got=f"{self.period} s", allowed="a multiple of 60", fix="round it")
            yield Problem(where=f"{self.name}.period", what=why)


@settings
class Expression:
    """A metric math expression, such as `100 * FILL(errors, 0) / requests`, of metrics by id."""

    expression: _Mathematics
    metrics: Mapping[str, Metric]
    label: Line

    @property
    def period(self) -> int:
        """The period of its metrics, in seconds."""
        return max(metric.period for metric in self.metrics.values())

    @property
    def in_global_region(self) -> bool:
        """Whether its metrics are in us-east-1 only."""
        return any(metric.in_global_region for metric in self.metrics.values())

    def problems(self) -> Iterator[Problem]:
        """Invalid or unused ids, too many metrics, and metrics of different periods or regions."""
        used = set(re.findall(r"\b[a-z]\w*", self.expression))
        if used != set(self.metrics) or not all(map(_ID.fullmatch, self.metrics)):
            got = f"{self.expression!r} of {', '.join(self.metrics) or 'no metric'}"
            why = refusal(got=got, allowed="an expression that uses each id", fix="correct the ids")
            yield Problem(where=f"{self.label}.expression", what=why)
        if len(self.metrics) > MAX_METRICS:
            why = refusal(got=len(self.metrics), allowed=f"at most {MAX_METRICS} metrics", fix="split it")
            yield Problem(where=f"{self.label}.metrics", what=why)
        for what in ("period", "in_global_region"):
            if len({getattr(metric, what) for metric in self.metrics.values()}) > 1:
                why = refusal(got="several", allowed="one of all its metrics", fix="align them")
                yield Problem(where=f"{self.label}.{what}", what=why)


Series = Metric | Expression


def highest(label: str, metrics: Mapping[str, Metric]) -> Series:
    """The maximum of several metrics; a single metric is returned unchanged."""
    return _combined("MAX([{}])", "{}", label, metrics)


def lowest(label: str, metrics: Mapping[str, Metric]) -> Series:
    """The minimum of several metrics; a single metric is returned unchanged."""
    return _combined("MIN([{}])", "{}", label, metrics)


def fewest(label: str, metrics: Mapping[str, Metric]) -> Series:
    """The minimum of several metrics, with missing data as 0; a single metric is returned unchanged."""
    return _combined("MIN([{}])", "FILL({}, 0)", label, metrics)


def total(label: str, metrics: Mapping[str, Metric]) -> Series:
    """The sum of several metrics, with missing data as 0; a single metric is returned unchanged."""
    return _combined("SUM([{}])", "FILL({}, 0)", label, metrics)


def _combined(function: str, each: str, label: str, metrics: Mapping[str, Metric]) -> Series:
    if len(metrics) == 1:
        return next(iter(metrics.values()))
    terms = ", ".join(each.format(name) for name in metrics)
    return Expression(expression=function.format(terms), metrics=metrics, label=label)
