"""The screen of `infra status` by itself: a product of eleven services, and what is not well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from operations.cost.lines import Amount, Total
from operations.status.command import Status
from operations.status.resources import Store
from operations.status.screen import screen
from operations.status.services import RunningService
from operations.status.state import StackState

# As many as OHI has, with names as long.
NAMES = [f"signoz-front{number:03}" for number in range(11)]
ONE = RunningService(
    service="api",
    running=2,
    desired=2,
    zones=("eu-west-1a", "eu-west-1b", "eu-west-1c"),
    images=(f"sha256:{'a' * 64}",),
    healthy=2,
    targets=2,
    deployment="ROLLBACK_SUCCESSFUL",
    deployed_at=datetime(2026, 1, 31, 8, tzinfo=UTC),
)


def total(usd: float, *, unknown: int = 0) -> Total:
    """A total of so many prices that are unknown and three that are not."""
    return Total(usd=Amount.of(usd), prices=3 + unknown, unknown=unknown)


def test_a_cost_of_which_prices_are_unknown_is_the_least_that_it_can_be() -> None:
    status = Status(
        stack="ohi-prod",
        region="eu-west-1",
        state=StackState(applied=True, paused=False, locks=()),
        services=[],
        absent=[],
        databases=[],
        caches=[],
        alarms=[],
        cost=total(15.6),
    )

    def shown(status: Status) -> list[str]:
        console = Console(width=80, record=True, file=StringIO())
        console.print(screen(status), highlight=False)
        return console.export_text().splitlines()

    nothing = Total(usd=Amount.of(0), prices=3, unknown=3)
    [line] = shown(status)
    assert line.endswith(", 15.60 USD a month")
    assert shown(replace(status, cost=nothing))[0].endswith(", cost unknown")
    head, last = shown(replace(status, cost=total(15.6, unknown=2)))
    assert head.endswith(", at least 15.60 USD a month")
    assert last == "Of its cost 2 of 5 prices are unknown: infra cost ohi-prod"


def test_all_services_of_a_product_fit_on_one_screen() -> None:
    cache = Store(name="ohi-prod-redis", engine="redis", version="7.1", status="available", pending=())
    status = Status(
        stack="ohi-prod",
        region="eu-west-1",
        state=StackState(applied=True, paused=False, locks=("apply of somebody",)),
        services=[replace(ONE, service=name) for name in NAMES],
        absent=[],
        databases=[cache] * 4,
        caches=[cache],
        alarms=[],
        cost=total(1234.0),
    )
    console = Console(width=80, record=True, color_system=None)
    console.print(screen(status), highlight=False)
    lines = console.export_text().splitlines()
    assert len(lines) <= 24, lines
    for name in NAMES:
        assert any(name in line and "ROLLBACK_SUCCESSFUL 01-31" in line for line in lines), lines


@pytest.mark.parametrize(
    ("given", "well"),
    [
        ({"deployment": "SUCCESSFUL"}, True),
        ({"deployment": "IN_PROGRESS"}, True),
        ({"deployment": "ROLLBACK_SUCCESSFUL"}, False),
        ({"deployment": "SUCCESSFUL", "running": 1}, False),
        ({"deployment": "SUCCESSFUL", "healthy": 1}, False),
        ({"deployment": "SUCCESSFUL", "healthy": 0, "targets": 0}, False),
        ({"deployment": "SUCCESSFUL", "running": 0, "desired": 0, "healthy": 0, "targets": 0}, True),
        ({"deployment": "SUCCESSFUL", "healthy": None, "targets": None}, True),
    ],
)
def test_a_rollback_a_missing_task_and_an_unhealthy_or_missing_target_are_not_well(
    given: dict[str, str], *, well: bool
) -> None:
    assert replace(ONE, **given).well is well  # type: ignore[arg-type]


def test_in_a_narrow_terminal_the_numbers_stay() -> None:
    status = Status(
        stack="ohi-prod",
        region="eu-west-1",
        state=StackState(applied=True, paused=False, locks=()),
        services=[ONE],
        absent=[],
        databases=[],
        caches=[],
        alarms=[],
        cost=total(0, unknown=3),
    )
    console = Console(width=40, record=True, file=StringIO())
    console.print(screen(status))
    lines = [line.strip() for line in console.export_text().splitlines()]
    assert {"api", "tasks: 2/2", "health: 2/2"} <= {*lines}
