"""Scaling that AWS would refuse, or that would never bring the tasks back, is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.compute.service.scaling_metrics import Backlog, CustomTarget, ScalingMetric, StepScaling
from modules.compute.service.scaling_settings import PredictiveScaling, ScalingSettings, ScheduledScaling
from modules.compute.service.settings import DeploymentSettings, ServiceSettings
from modules.errors import ProblemsError
from modules.monitoring.metrics import Metric

Json = dict[str, Any]
Scale = Callable[..., Any]
WAITING = Metric(
    namespace="Shop/Queues", name="Depth", dimensions={"Queue": "mail"}, statistic="Maximum", label="waiting"
)
FOR_METRICS: Json = {"cpu_percent": None, "memory_percent": None}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"minimum": 0}, r"cpu_percent: got 70 with a minimum of 0; allowed: None"),
        (
            {"minimum": 0, **FOR_METRICS, "requests_per_minute": 9},
            r"requests_per_minute: got 9 with a minimum",
        ),
        (
            {"schedule": {"Night": ScheduledScaling(cron="0 7 * * ? *", minimum=1, maximum=1)}},
            r"schedule: got 'Night'",
        ),
        (
            {"schedule": {"night": ScheduledScaling(cron="0 7 * * ? *", minimum=0, maximum=0)}},
            r"schedule: got night with a maximum of 0 alone; allowed: another scheduled action that starts",
        ),
        (
            {"schedule": {"day": ScheduledScaling(cron="0 7 * * ? *", minimum=0, maximum=3)}},
            r"memory_percent: got 80 with a minimum of 0",
        ),
    ],
)
def test_settings_that_never_bring_the_tasks_back_are_refused(fields: Json, message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        ScalingSettings(**{"minimum": 1, "maximum": 3, **fields})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"cron": "0 7 * * *"}, r"cron: got '0 7 \* \* \*'; allowed: six fields"),
        ({"cron": "0 7 * * * *"}, r"one of the two days '\?'"),
        ({"cron": "0 7 ? * ? *"}, r"one of the two days '\?'"),
        ({"cron": "0 7 ? * mon *"}, r"cron: got '0 7 \? \* mon \*'"),
        ({"time_zone": "Europe/Madird"}, r"time_zone: got 'Europe/Madird'"),
        ({"minimum": 5}, r"minimum: got minimum 5 over maximum 4"),
    ],
)
def test_a_schedule_that_aws_would_refuse_is_refused(fields: Json, message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        ScheduledScaling(**{"cron": "0 7 * * ? *", "minimum": 1, "maximum": 4, **fields})


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ({}, r"steps: got 0 steps; allowed: 1 to 20"),
        ({float(value): 1 for value in range(21)}, r"steps: got 21 steps"),
        ({1: 1, 2: -1}, r"steps: got \+1, -1; allowed: all above 0, or all below"),
        ({1: 0}, r"steps: got \+0"),
    ],
)
def test_steps_that_say_nothing_are_refused(steps: dict[float, int], message: str) -> None:
    with pytest.raises(ProblemsError, match=message):
        StepScaling(series=WAITING, steps=steps)


def test_a_forecast_above_all_is_refused() -> None:
    with pytest.raises(ProblemsError, match=r"target: got 101; allowed: 1 to 100"):
        PredictiveScaling(metric="memory", target=101)
    with pytest.raises(ProblemsError, match="buffer_seconds"):
        PredictiveScaling(target=60, buffer_seconds=3600)
    assert PredictiveScaling(metric="requests", target=900).target == 900


def _every(seconds: int, *, elsewhere: bool = False) -> Metric:
    return Metric(
        namespace="Shop",
        name="Depth",
        dimensions={},
        statistic="Maximum",
        label="depth",
        period=seconds,
        in_global_region=elsewhere,
    )


@pytest.mark.parametrize(
    ("scaling", "metrics", "message"),
    [
        (
            None,
            {"backlog": Backlog(depth=WAITING, per_task=1)},
            r"web\.scaling_metrics: got backlog; allowed: none",
        ),
        (
            ScalingSettings(minimum=0, maximum=3, **FOR_METRICS),
            {"depth": CustomTarget(series=WAITING, value=3)},
            r"web\.scaling\.minimum: got 0; allowed: 1 or more, or 0 with a metric",
        ),
        (
            ScalingSettings(minimum=1, maximum=3, requests_per_minute=60),
            {},
            r"web\.scaling\.requests_per_minute: got requests; allowed: cpu or memory without a target",
        ),
        (
            ScalingSettings(minimum=1, maximum=3, **FOR_METRICS),
            {},
            r"web\.scaling: got no target; allowed: a target, a metric or a schedule",
        ),
        (
            ScalingSettings(minimum=1, maximum=3),
            {"cpu": Backlog(depth=WAITING, per_task=1)},
            r"web\.scaling_metrics\.cpu: got 'cpu'; allowed: lower-case words",
        ),
        (
            ScalingSettings(minimum=1, maximum=3),
            {"slow": CustomTarget(series=_every(300), value=1)},
            r"web\.scaling_metrics\.slow: got a period of 300 s; allowed: 60 s",
        ),
        (
            ScalingSettings(minimum=1, maximum=3),
            {"far": StepScaling(series=_every(300, elsewhere=True), steps={1: 1})},
            r"web\.scaling_metrics\.far: got a metric of us-east-1",
        ),
    ],
)
def test_metrics_that_cant_scale_a_service_are_refused(
    scale: Scale, scaling: ScalingSettings | None, metrics: dict[str, ScalingMetric], message: str
) -> None:
    with pytest.raises(ProblemsError, match=message) as caught:
        scale(scaling, metrics, routed=False)
    assert len(caught.value.problems) == 1


def test_requests_are_not_counted_in_two_target_groups() -> None:
    for scaling in (
        ScalingSettings(minimum=1, maximum=3, requests_per_minute=60),
        ScalingSettings(minimum=1, maximum=3, predictive=PredictiveScaling(metric="requests", target=60)),
    ):
        with pytest.raises(ProblemsError, match=r"web\.scaling: got requests; allowed: cpu and memory"):
            ServiceSettings(
                name="web",
                cpu=256,
                memory=512,
                scaling=scaling,
                deployment=DeploymentSettings(strategy="BLUE_GREEN"),
            )
