"""Dashboards as they are synthesized: of what exists, on a grid, with what the specifications list."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

Json = dict[str, Any]
REFERENCE = re.compile(r"\$\{([a-z0-9_]+)\.([\w-]+)\.")
GROUPS = ("overview", "api", "database", "frontend")


def graphs(dashboard: Json) -> Iterator[Json]:
    """The properties of every graph."""
    yield from (one["properties"] for one in dashboard["widgets"] if one["type"] == "metric")


def metric_lines(synthesized: Any) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Namespace, name and dimensions of every metric on any dashboard or in any alarm."""
    for group in GROUPS:
        for graph in graphs(synthesized.dashboard(group)):
            for namespace, name, *dimensions, _ in (line for line in graph["metrics"] if len(line) > 1):
                yield namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True))
    for alarm in synthesized.made("aws_cloudwatch_metric_alarm").values():
        queries = [one["metric"] for one in alarm.get("metric_query", ()) if "metric" in one]
        for metric in queries or [alarm]:
            yield metric["namespace"], metric["metric_name"], metric.get("dimensions", {})


def published_secrets(resources: Json) -> set[str]:
    """The names of the secrets whose age the stack's function publishes."""
    bodies = [json.loads(one["template_body"]) for one in resources["aws_cloudformation_stack"].values()]
    (function,) = (body["Resources"]["Function"] for body in bodies if "Function" in body["Resources"])
    return set(json.loads(function["Properties"]["Environment"]["Variables"]["SECRETS"]))


def test_every_metric_names_a_resource_of_the_stack(synthesized: Any) -> None:
    resources = synthesized.json["resource"]
    # Names that modules make without a reference: of the cluster, of the metrics that are the stack's own.
    literal = {one["name"] for one in resources["aws_ecs_cluster"].values()} | {"Global", "ALL", "eu-west-1"}
    counted = {
        one["metric_transformation"]["name"] for one in resources["aws_cloudwatch_log_metric_filter"].values()
    }
    literal |= published_secrets(resources)
    lines = list(metric_lines(synthesized))
    assert len(lines) > 100
    for namespace, name, dimensions in lines:
        assert dimensions or (namespace, name in counted) == ("shop-test", True), (namespace, name)
        for dimension, value in dimensions.items():
            found = REFERENCE.match(value)
            exists = found[2] in resources[found[1]] if found else value in literal
            assert exists, (name, dimension, value)


def test_widgets_of_every_dashboard_fit_the_grid(synthesized: Any) -> None:
    for group in GROUPS:
        cells: list[set[tuple[int, int]]] = []
        for one in synthesized.dashboard(group)["widgets"]:
            columns = range(one["x"], one["x"] + one["width"])
            assert columns.stop <= 24
            cells.append({(x, y) for x in columns for y in range(one["y"], one["y"] + one["height"])})
        assert len(cells) > 3
        assert not [pair for pair in combinations(cells, 2) if pair[0] & pair[1]]


def test_dashboards_are_named_and_show_what_the_spec_lists(synthesized: Any) -> None:
    titles = {group: {one["title"] for one in graphs(synthesized.dashboard(group))} for group in GROUPS}
    assert {"Latency", "Error rate", "CPU", "Memory", "Tasks"} <= titles["api"]
    expected = {"Connections", "Slow statements", "Sessions at work", "Free storage", "Storage", "Hit rate"}
    assert expected <= titles["database"]
    assert {"Requests", "Cache hit rate", "Error rates"} <= titles["frontend"]
    assert {"web: Latency", "Website: Requests", "Days to expiry of example.com"} <= titles["overview"]
    dashboards = synthesized.json["resource"]["aws_cloudwatch_dashboard"].values()
    assert {one["dashboard_name"] for one in dashboards} == {f"shop-test-{group}" for group in GROUPS}


def test_the_overview_shows_the_state_of_every_alarm(synthesized: Any) -> None:
    shown = synthesized.dashboard("overview")["widgets"][0]["properties"]["alarms"]
    kinds = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
    assert set(shown) == {f"${{{kind}.{name}.arn}}" for kind in kinds for name in synthesized.made(kind)}
