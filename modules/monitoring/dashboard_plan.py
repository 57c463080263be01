"""Dashboard bodies of CloudWatch: JSON on a grid of 24 columns, deterministic. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import ProblemsError, refusal
from .metrics import Metric, Series
from .monitored import AlarmRule, Group, Monitored, Widget, metrics_of

Json = dict[str, Any]
COLUMNS = 24
_HEIGHT, _HEADING_HEIGHT, _ALARMS_HEIGHT = 6, 1, 4
# CloudWatch service quotas: dashboards. An alarm widget takes 100 alarms (dashboard body structure).
MAX_WIDGETS, MAX_IN_WIDGET, MAX_METRICS, MAX_ALARMS = 500, 500, 2_500, 100

# Alarm rules by the key of what they monitor; their thresholds are annotations of the graphs.
Rules = Mapping[str, Sequence[AlarmRule]]


class DashboardPlan:
    """The bodies of the dashboards, by group. `region` is the stack's, `global_region` CloudFront's.

    Raises ProblemsError for a dashboard over CloudWatch's quotas.
    """

    def __init__(
        self,
        watched: Sequence[Monitored],
        rules: Rules,
        *,
        region: str,
        global_region: str,
        hours: int,
    ) -> None:
        self._watched, self._rules = watched, rules
        self._regions = {False: region, True: global_region}
        self._hours = hours

    @property
    def groups(self) -> list[Group]:
        """The dashboards that have widgets, the overview first."""
        order: tuple[Group, ...] = ("api", "database", "frontend")
        return [
            "overview",
            *(one for one in order if any(monitored.group == one for monitored in self._watched)),
        ]

    def body(self, group: Group, alarm_arns: Sequence[str] = ()) -> str:
        """The body of one dashboard; the overview begins with the states of all alarms."""
        blocks = list(self._overview(alarm_arns)) if group == "overview" else list(self._group_widgets(group))
        widgets = list(placed(blocks))
        _check(group, widgets)
        content = {"start": f"-PT{self._hours}H", "periodOverride": "inherit", "widgets": widgets}
        return json.dumps(content, separators=(",", ":"))

    def _overview(self, alarm_arns: Sequence[str]) -> Iterator[Json]:
        for start in range(0, len(alarm_arns), MAX_ALARMS):
            alarms = list(alarm_arns[start : start + MAX_ALARMS])
            height = _ALARMS_HEIGHT + len(alarms) // 12
            properties = {"title": "Alarms", "alarms": alarms, "sortBy": "stateUpdatedTimestamp"}
            yield {"type": "alarm", "width": COLUMNS, "height": height, "properties": properties}
        for monitored in self._watched:
            shown = [
                widget for widget in monitored.widgets if widget.in_overview and monitored.group != "overview"
            ]
            yield from (self._widget(monitored, one, f"{monitored.title}: {one.title}") for one in shown)
        yield from self._group_widgets("overview")

    def _group_widgets(self, group: Group) -> Iterator[Json]:
        for monitored in self._watched:
            if monitored.group == group:
                text = {"markdown": f"## {monitored.title}", "background": "transparent"}
                yield {"type": "text", "width": COLUMNS, "height": _HEADING_HEIGHT, "properties": text}
                yield from (self._widget(monitored, one, one.title) for one in monitored.widgets)

    def _widget(self, monitored: Monitored, widget: Widget, title: str) -> Json:
        in_global_region = widget.series[0].in_global_region
        properties: Json = {
            "title": title,
            "view": widget.view,
            "stacked": widget.stacked,
            "region": self._regions[in_global_region],
            "metrics": [line for place, one in enumerate(widget.series) for line in _lines(one, place)],
            "yAxis": {"left": {"label": widget.unit, "showUnits": False, "min": 0}},
        }
        drawn = [rule for rule in self._rules.get(monitored.key, ()) if rule.key in widget.alarms]
        if drawn:
            properties["annotations"] = {"horizontal": [_threshold(rule) for rule in drawn]}
        return {"type": "metric", "width": widget.width, "height": _HEIGHT, "properties": properties}


def placed(blocks: Sequence[Json]) -> Iterator[Json]:
    """Widgets with their `x` and `y`: left to right, in a new row where the next doesn't fit."""
    x = y = row = 0
    for block in blocks:
        if x + block["width"] > COLUMNS:
            x, y, row = 0, y + row, 0
        yield {"type": block["type"], "x": x, "y": y, **block}
        x, row = x + block["width"], max(row, block["height"])


def _lines(series: Series, place: int) -> Iterator[list[Any]]:
    if isinstance(series, Metric):
        yield _line(series, {"label": series.label})
        return
    # Ids must be unique in a graph, so each expression's ids end in its position.
    ids = {name: f"{name}_{place}" for name in series.metrics}
    expression = re.sub(r"\b[a-z]\w*", lambda found: ids[found[0]], series.expression)
    shown = {"expression": expression, "label": series.label, "id": f"e{place}", "period": series.period}
    yield [shown]
    for name, metric in series.metrics.items():
        yield _line(metric, {"label": metric.label, "id": ids[name], "visible": False})


def _line(metric: Metric, rendering: Json) -> list[Any]:
    dimensions = [part for pair in metric.dimensions.items() for part in pair]
    return [
        metric.namespace,
        metric.name,
        *dimensions,
        {"stat": metric.statistic, "period": metric.period, **rendering},
    ]


def _threshold(rule: AlarmRule) -> Json:
    colour = {"critical": "#d13212", "warning": "#ff9900"}[rule.severity]
    return {"label": f"{rule.severity} {rule.comparison}", "value": rule.threshold, "color": colour}


def _check(group: str, widgets: Sequence[Json]) -> None:
    counts = [len(widget["properties"].get("metrics", ())) for widget in widgets]
    for what, got, most in (
        ("widgets", len(widgets), MAX_WIDGETS),
        ("lines in one graph", max(counts, default=0), MAX_IN_WIDGET),
        ("metrics", sum(counts), MAX_METRICS),
    ):
        if got > most:
            why = refusal(got=f"{got} {what}", allowed=f"at most {most}", fix="watch less in one stack")
            raise ProblemsError.one(f"dashboard {group}", why)


def all_metrics(monitored: Monitored) -> list[Metric]:
    """The metrics of all widgets and alarms of one `Monitored`."""
    series = [one for widget in monitored.widgets for one in widget.series]
    series += [alarm.series for alarm in monitored.alarms]
    return [metric for one in series for metric in metrics_of(one)]
