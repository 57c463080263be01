"""The variables with which a plan leaves a stack as it is."""

from __future__ import annotations

from typing import Any

import pytest

from operations.pause.variable import kept
from operations.terraform import Output


@pytest.mark.parametrize(
    ("outputs", "given"),
    [
        ({}, {}),
        ({"infrastructure_paused": False, "recovery_active": False}, {}),
        ({"infrastructure_paused": True}, {"infrastructure_paused": "true"}),
        ({"recovery_active": True}, {"recovery_active": "true"}),
        (
            {"infrastructure_paused": True, "recovery_active": True},
            {"infrastructure_paused": "true", "recovery_active": "true"},
        ),
    ],
)
def test_a_plan_turns_nothing_back(outputs: dict[str, Any], given: dict[str, str]) -> None:
    state = {name: Output(value=value, sensitive=False) for name, value in outputs.items()}
    assert kept(state) == given
