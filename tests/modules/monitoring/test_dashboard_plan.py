"""The layout of dashboards, and what is too much for one."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.errors import ProblemsError
from modules.monitoring.dashboard_plan import COLUMNS, DashboardPlan, placed
from modules.monitoring.metrics import Metric, total
from modules.monitoring.monitored import AlarmRule, Monitored, Widget

METRIC = Metric(namespace="Test", name="x", dimensions={"Id": "a"}, statistic="Sum", label="x")
RULE = AlarmRule(
    key="much",
    severity="critical",
    series=METRIC,
    comparison=">",
    threshold=7,
    periods=1,
    missing_data="ignore",
    description="Look.",
)
WIDGET = Widget(title="X", series=(METRIC,), unit="things", alarms=("much",), in_overview=True)
THING = Monitored(key="web", title="Web", group="api", widgets=(WIDGET,), alarms=(RULE,))


def plan(*watched: Monitored, rules: Any = None) -> DashboardPlan:
    """The dashboards of some modules, with every alarm enabled."""
    given_rules = {one.key: one.alarms for one in watched} if rules is None else rules
    return DashboardPlan(watched, given_rules, region="eu-west-1", global_region="us-east-1", hours=6)


def overlap(one: Any, other: Any) -> bool:
    """Whether two widgets cover a place of the grid together."""
    apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    return not (apart or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"])


@hypothesis.settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, COLUMNS), st.integers(1, 9)), max_size=20))
def test_blocks_neither_overlap_nor_leave_the_grid_nor_their_order(sizes: list[tuple[int, int]]) -> None:
    blocks = [{"type": "text", "width": width, "height": height} for width, height in sizes]
    found = list(placed(blocks))
    assert [(one["width"], one["height"]) for one in found] == sizes
    assert all(0 <= one["x"] <= COLUMNS - one["width"] for one in found)
    assert not [pair for pair in combinations(found, 2) if overlap(*pair)]
    assert found == sorted(found, key=lambda one: (one["y"], one["x"]))


def test_there_is_a_dashboard_of_each_group_that_shows_something() -> None:
    assert plan(THING).groups == ["overview", "api"]
    site = replace(THING, key="site", group="frontend")
    assert plan(site, THING).groups == ["overview", "api", "frontend"]


def test_a_body_is_the_same_on_every_run() -> None:
    assert plan(THING).body("api") == plan(THING).body("api")


def test_a_threshold_is_drawn_only_while_its_alarm_is_on() -> None:
    (_, drawn) = json.loads(plan(THING).body("api"))["widgets"]
    line = {"label": "critical >", "value": 7, "color": "#d13212"}
    assert drawn["properties"]["annotations"] == {"horizontal": [line]}
    (_, bare) = json.loads(plan(THING, rules={"web": ()}).body("api"))["widgets"]
    assert "annotations" not in bare["properties"]


def test_ids_of_several_expressions_in_one_graph_differ() -> None:
    series = total("all", {"a": METRIC, "b": METRIC})
    widget = replace(WIDGET, series=(series, METRIC, series))
    (_, shown) = json.loads(plan(replace(THING, widgets=(widget,))).body("api"))["widgets"]
    lines = shown["properties"]["metrics"]
    ids = [line[-1]["id"] for line in lines if "id" in line[-1]]
    assert len(ids) == len(set(ids)) == 6
    assert lines[0][0]["expression"] == "SUM([FILL(a_0, 0), FILL(b_0, 0)])"
    visible = [line[-1].get("visible", True) for line in lines]
    assert visible == [True, False, False, True, True, False, False]


def test_what_stands_in_us_east_1_is_shown_from_there() -> None:
    elsewhere = replace(METRIC, in_global_region=True)
    widget = replace(WIDGET, series=(elsewhere,), alarms=())
    (_, shown) = json.loads(plan(replace(THING, widgets=(widget,))).body("api"))["widgets"]
    assert shown["properties"]["region"] == "us-east-1"


def test_the_overview_begins_with_every_alarm_a_hundred_at_a_time() -> None:
    arns = [f"arn:{number}" for number in range(150)]
    widgets = json.loads(plan(THING).body("overview", arns))["widgets"]
    assert [widget["type"] for widget in widgets] == ["alarm", "alarm", "metric"]
    assert [len(widget["properties"].get("alarms", ())) for widget in widgets] == [100, 50, 0]
    assert widgets[2]["properties"]["title"] == "Web: X"


@pytest.mark.parametrize(
    ("widgets", "message"),
    [
        ((WIDGET,) * 500, "got 501 widgets; allowed: at most 500"),
        ((replace(WIDGET, series=(METRIC,) * 501),), "got 501 lines in one graph; allowed: at most 500"),
        ((replace(WIDGET, series=(METRIC,) * 100),) * 26, "got 2600 metrics; allowed: at most 2500"),
    ],
)
def test_more_than_cloudwatch_shows_is_refused(widgets: tuple[Widget, ...], message: str) -> None:
    with pytest.raises(ProblemsError, match=f"dashboard api: {message}"):
        plan(replace(THING, widgets=widgets)).body("api")
