"""The variables with which a plan leaves a stack as it is."""

from __future__ import annotations

from typing import Any

import pytest

from modules.pause.expressions import AS_DEPLOYED
from operations.pause.variable import kept, turned
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


@pytest.mark.parametrize(
    ("deployed", "active", "replaced"),
    [({"recovery_active": True}, True, False), ({"recovery_active": True}, False, True), ({}, False, True)],
)
def test_what_turns_a_recovery_stack_replaces_what_keeps_its_value(
    deployed: dict[str, Any], *, active: bool, replaced: bool
) -> None:
    state = {name: Output(value=value, sensitive=False) for name, value in deployed.items()}
    assert [*turned(state, active=active)] == [AS_DEPLOYED] * replaced
