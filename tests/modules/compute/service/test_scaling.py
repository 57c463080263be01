"""Scaling beside CPU and memory: requests, metrics of its own, steps, schedules, forecasts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from modules.compute.service.alarms import service
from modules.compute.service.scaling_metrics import Backlog, CustomTarget, ScalingMetric, StepScaling
from modules.compute.service.scaling_settings import PredictiveScaling, ScalingSettings, ScheduledScaling
from modules.compute.service.settings import ServiceSettings
from modules.monitoring.metrics import Expression, Metric

Json = dict[str, Any]
Scale = Callable[..., Any]
WAITING = Metric(
    namespace="Shop/Queues", name="Depth", dimensions={"Queue": "mail"}, statistic="Maximum", label="waiting"
)
FOR_METRICS: Json = {"cpu_percent": None, "memory_percent": None}


def policies(shipped: Any) -> dict[str, Json]:
    found = shipped.named("aws_appautoscaling_policy").items()
    return {path.removeprefix("web/scaling/"): one for path, one in found}


def test_requests_are_tracked_by_the_label_of_the_target_group(scale: Scale) -> None:
    found = policies(scale(ScalingSettings(minimum=2, maximum=9, requests_per_minute=600)))
    assert set(found) == {"cpu", "memory", "requests"}
    tracked = found["requests"]["target_tracking_scaling_policy_configuration"]
    assert tracked["predefined_metric_specification"] == {
        "predefined_metric_type": "ALBRequestCountPerTarget",
        "resource_label": "app/shop/1/targetgroup/web/1",
    }
    assert tracked["target_value"] == 600


def test_a_target_that_is_left_out_has_no_policy(scale: Scale) -> None:
    shipped = scale(ScalingSettings(minimum=1, maximum=2, cpu_percent=None, scale_in=False))
    assert set(policies(shipped)) == {"memory"}
    tracked = policies(shipped)["memory"]["target_tracking_scaling_policy_configuration"]
    assert tracked["disable_scale_in"] is True


def test_a_metric_of_ones_own_is_tracked_whole(scale: Scale) -> None:
    share = Expression(
        expression="100 * busy / threads",
        metrics={
            name: Metric(
                namespace="Shop", name=name, dimensions={"Service": "web"}, statistic="Average", label=name
            )
            for name in ("busy", "threads")
        },
        label="busy threads",
    )
    metrics: dict[str, ScalingMetric] = {
        "busy": CustomTarget(series=share, value=62.5),
        "latency": CustomTarget(
            series=Metric(namespace="Shop", name="Latency", dimensions={}, statistic="p95", label="latency"),
            value=0.4,
        ),
    }
    found = policies(scale(ScalingSettings(minimum=1, maximum=4), metrics))
    assert set(found) == {"cpu", "memory", "busy", "latency"}
    tracked = found["busy"]["target_tracking_scaling_policy_configuration"]
    assert tracked["target_value"] == 62.5
    queries = {one["id"]: one for one in tracked["customized_metric_specification"]["metrics"]}
    assert queries["computed"] == {
        "id": "computed",
        "expression": "100 * busy / threads",
        "label": "busy threads",
        "return_data": True,
    }
    for name in ("busy", "threads"):
        assert queries[name] == {
            "id": name,
            "metric_stat": {
                "metric": {
                    "metric_name": name,
                    "namespace": "Shop",
                    "dimensions": [{"name": "Service", "value": "web"}],
                },
                "stat": "Average",
            },
            "return_data": False,
        }
    (query,) = found["latency"]["target_tracking_scaling_policy_configuration"][
        "customized_metric_specification"
    ]["metrics"]
    assert (query["metric_stat"]["stat"], query["return_data"]) == ("p95", True)
    # One after the other: Application Auto Scaling refuses two changes at once.
    assert found["busy"]["depends_on"][0].startswith("aws_appautoscaling_policy.web_scaling_memory")
    assert found["latency"]["depends_on"][0].startswith("aws_appautoscaling_policy.web_scaling_busy")


@pytest.mark.parametrize(
    ("depth", "tasks", "backlog"),
    [
        (40, 4, 10),
        (5, 2, 2.5),
        (0, 3, 0),
        # Without a task, also while Container Insights has no data of the service.
        (0, 0, 0),
        (1, 0, 11),
        (1, None, 11),
        (30, None, 40),
    ],
)
def test_a_backlog_is_per_task_and_over_its_target_when_none_runs(
    depth: int, tasks: int | None, backlog: float
) -> None:
    target = Backlog(depth=WAITING, per_task=10).target("shop", "shop-jobs")
    assert isinstance(target.series, Expression)

    def fill(value: float | None, missing: float) -> float:
        return missing if value is None else value

    # The operators mean in Python what they mean in CloudWatch, a comparison being 0 or 1.
    names = {"FILL": fill, "depth": depth, "tasks": tasks}
    assert eval(target.series.expression, {"__builtins__": {}}, names) == backlog  # noqa: S307
    assert (backlog > target.value) == (depth > 0 and not tasks)


def test_one_message_wakes_a_service_that_rests(scale: Scale) -> None:
    scaling = ScalingSettings(minimum=0, maximum=5, **FOR_METRICS)
    shipped = scale(scaling, {"backlog": Backlog(depth=WAITING, per_task=2.5)}, routed=False)
    (target,) = shipped.named("aws_appautoscaling_target").values()
    assert (target["min_capacity"], target["max_capacity"]) == (0, 5)
    (policy,) = policies(shipped).values()
    tracked = policy["target_tracking_scaling_policy_configuration"]
    assert tracked["target_value"] == 2.5
    queries = {one["id"]: one for one in tracked["customized_metric_specification"]["metrics"]}
    counted = queries["tasks"]["metric_stat"]["metric"]
    service = shipped.service("web")["name"]
    assert counted["metric_name"] == "RunningTaskCount"
    assert {one["name"]: one["value"] for one in counted["dimensions"]}["ClusterName"]
    assert service == "shop-test-web-service"
    assert re.search(r"ecs_service\.web\.name", counted["dimensions"][1]["value"])


def test_what_a_service_scales_by_is_on_its_dashboard() -> None:
    metrics: dict[str, ScalingMetric] = {
        "backlog": Backlog(depth=WAITING, per_task=2.5),
        "depth": CustomTarget(series=WAITING, value=3000),
        "flood": StepScaling(series=WAITING, steps={500: 4, 100: 1}),
    }
    watched = service(
        key="jobs",
        cluster_name="shop",
        service_name="shop-jobs",
        minimum=1,
        scales=True,
        scaling_metrics=metrics,
    )
    shown = [(one.title, one.unit, one.series) for one in watched.widgets[-3:]]
    backlog = metrics["backlog"]
    assert isinstance(backlog, Backlog)
    assert shown == [
        ("Scaling: backlog", "scales at 2.5", (backlog.target("shop", "shop-jobs").series,)),
        ("Scaling: depth", "scales at 3,000", (WAITING,)),
        ("Scaling: flood", "scales at 100", (WAITING,)),
    ]


def test_steps_begin_at_their_values(scale: Scale) -> None:
    metrics: dict[str, ScalingMetric] = {
        "many": StepScaling(series=WAITING, steps={500: 4, 100: 1, 2000: 8}, cooldown_seconds=30),
        "few": StepScaling(series=WAITING, steps={10: -1, 2: -3}, periods=15),
    }
    shipped = scale(ScalingSettings(minimum=1, maximum=20), metrics)
    found = {name: policies(shipped)[name]["step_scaling_policy_configuration"] for name in metrics}

    def steps(name: str) -> list[tuple[str | None, str | None, int]]:
        return [
            (
                one.get("metric_interval_lower_bound"),
                one.get("metric_interval_upper_bound"),
                one["scaling_adjustment"],
            )
            for one in found[name]["step_adjustment"]
        ]

    assert steps("many") == [("0", "400", 1), ("400", "1900", 4), ("1900", None, 8)]
    assert steps("few") == [("-8", "0", -1), (None, "-8", -3)]
    assert (found["many"]["cooldown"], found["many"]["metric_aggregation_type"]) == (30, "Maximum")
    assert found["few"]["metric_aggregation_type"] == "Minimum"
    alarms = shipped.named("aws_cloudwatch_metric_alarm")
    many, few = (alarms[f"web/scaling/alarms/{name}"] for name in metrics)
    assert (many["threshold"], many["comparison_operator"]) == (100, "GreaterThanOrEqualToThreshold")
    assert (few["threshold"], few["comparison_operator"]) == (10, "LessThanOrEqualToThreshold")
    assert (many["evaluation_periods"], few["evaluation_periods"]) == (2, 15)
    assert many["alarm_actions"] == ["${aws_appautoscaling_policy." + address(shipped, "many") + ".arn}"]
    assert (many["namespace"], many["metric_name"], many["statistic"]) == ("Shop/Queues", "Depth", "Maximum")


def address(shipped: Any, name: str) -> str:
    """The name in Terraform of a policy of the service."""
    found = shipped._stack["resource"]["aws_appautoscaling_policy"]
    (one,) = (key for key, body in found.items() if body["name"] == name)
    return str(one)


def test_a_schedule_sets_bounds_by_the_clock(scale: Scale) -> None:
    scaling = ScalingSettings(
        minimum=2,
        maximum=8,
        schedule={
            "evening": ScheduledScaling(
                cron="0 20 ? * MON-FRI *", time_zone="Europe/Madrid", minimum=0, maximum=0
            ),
            "morning": ScheduledScaling(
                cron="0 7 ? * MON-FRI *", time_zone="Europe/Madrid", minimum=2, maximum=12
            ),
        },
    )
    assert (scaling.lowest, scaling.highest) == (0, 12)
    actions = scale(scaling).named("aws_appautoscaling_scheduled_action")
    evening, morning = (actions[f"web/scaling/schedule/{name}"] for name in ("evening", "morning"))
    assert (evening["schedule"], evening["timezone"]) == ("cron(0 20 ? * MON-FRI *)", "Europe/Madrid")
    assert evening["scalable_target_action"] == {"min_capacity": "0", "max_capacity": "0"}
    assert morning["scalable_target_action"] == {"min_capacity": "2", "max_capacity": "12"}
    assert morning["depends_on"][0].startswith(
        "aws_appautoscaling_scheduled_action.web_scaling_schedule_evening"
    )


def test_a_service_that_rests_at_night_is_not_missed(
    synthesize_module: Callable[..., Json], shop: Callable[..., Any]
) -> None:
    night = ScheduledScaling(cron="0 20 * * ? *", minimum=0, maximum=0)
    morning = ScheduledScaling(cron="0 7 * * ? *", minimum=2, maximum=4)
    made: list[Any] = []
    for schedule in ({}, {"night": night, "morning": morning}):
        scaling = ScalingSettings(minimum=2, maximum=4, schedule=schedule)
        settings = ServiceSettings(name="web", cpu=256, memory=512, scaling=scaling)
        synthesize_module(
            lambda stack, context, settings=settings: made.append(
                shop(stack, context, "web").service(settings)
            )
        )
    always, sometimes = ({alarm.key for alarm in one.monitored.alarms} for one in made)
    assert always - sometimes == {"running-tasks"}


@pytest.mark.parametrize(
    ("metric", "pair", "label"),
    [
        ("cpu", "ECSServiceCPUUtilization", None),
        ("memory", "ECSServiceMemoryUtilization", None),
        ("requests", "ALBRequestCount", "app/shop/1/targetgroup/web/1"),
    ],
)
def test_a_forecast_only_forecasts_until_settings_say_more(
    scale: Scale, metric: Any, pair: str, label: str | None
) -> None:
    shipped = scale(
        ScalingSettings(minimum=2, maximum=9, predictive=PredictiveScaling(metric=metric, target=60))
    )
    policy = policies(shipped)["predictive"]
    assert policy["policy_type"] == "PredictiveScaling"
    forecast = policy["predictive_scaling_policy_configuration"]
    assert forecast["mode"] == "ForecastOnly"
    (specified,) = forecast["metric_specification"]
    assert specified["target_value"] == "60"
    named = specified["predefined_metric_pair_specification"]
    assert (named["predefined_metric_type"], named.get("resource_label")) == (pair, label)
    assert ">= 6.13.0" in shipped._stack["terraform"]["required_providers"]["aws"]["version"]


def test_tasks_may_protect_themselves_where_settings_say_so(scale: Scale) -> None:
    allowed = {
        protected: scale(None, task_protection=protected).allowed("web/roles/task-policy")
        for protected in (True, False)
    }
    added = {action: allowed[True][action] for action in allowed[True].keys() - allowed[False].keys()}
    assert set(added) == {"ecs:GetTaskProtection", "ecs:UpdateTaskProtection"}
    for resources in added.values():
        assert str(resources).rstrip("']").endswith(":task/shop-test/*")


def test_a_metric_that_says_it_is_defined_at_zero_may_wake_a_service(scale: Scale) -> None:
    scaling = ScalingSettings(minimum=0, maximum=3, **FOR_METRICS)
    for metric in (
        CustomTarget(series=WAITING, value=0.5, defined_at_zero=True),
        StepScaling(series=WAITING, steps={1: 1}, defined_at_zero=True),
    ):
        assert policies(scale(scaling, {"depth": metric}, routed=False)).keys() == {"depth"}
