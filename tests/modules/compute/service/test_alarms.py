"""What the alarms of a service say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modules.compute.service.scaling_settings import ScalingSettings
from modules.compute.service.settings import ServiceSettings


def test_the_alarm_on_cpu_says_what_is_true_with_and_without_scaling(
    synthesize_module: Callable[..., Any], shop: Callable[..., Any]
) -> None:
    said: list[str] = []
    for scaling in (ScalingSettings(minimum=1, maximum=3), None):
        settings = ServiceSettings(name="web", cpu=256, memory=512, scaling=scaling)

        def fill(stack: Any, context: Any, settings: ServiceSettings = settings) -> None:
            watched = shop(stack, context, "web").service(settings).monitored
            said.extend(one.description for one in watched.alarms if one.key == "cpu")

        synthesize_module(fill)
    follows, stays = said
    assert "If the service runs its maximum of tasks, raise that, or the task's CPU." in follows
    assert "The service does not scale: raise its number of tasks, or the task's CPU." in stays
