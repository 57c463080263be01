"""Settings of costs that AWS would refuse are refused by their names."""

from __future__ import annotations

from typing import Any

import pytest

from modules.cost.settings import (
    AllocationTagSettings,
    BudgetSettings,
    CostAnomalySettings,
    UnusedResourceSettings,
)
from modules.errors import ProblemsError

ELEVEN = tuple(f"team{number}@example.com" for number in range(11))


@pytest.mark.parametrize(
    ("kind", "given", "refused"),
    [
        (BudgetSettings, {"monthly_usd": 0}, "monthly_usd"),
        (
            BudgetSettings,
            {"monthly_usd": 70, "actual_percent": (), "forecast_percent": ()},
            "actual_percent: got 0 shares; allowed: 1 to 10 in all",
        ),
        (BudgetSettings, {"monthly_usd": 70, "actual_percent": tuple(range(10, 120, 10))}, "got 12 shares"),
        (BudgetSettings, {"monthly_usd": 70, "forecast_percent": (90, 90)}, "forecast_percent: got"),
        (BudgetSettings, {"monthly_usd": 70, "emails": ELEVEN}, "emails: got 11; allowed: at most 10"),
        (BudgetSettings, {"monthly_usd": 70, "emails": ("a@b.example", "A@b.example")}, "each once"),
        (CostAnomalySettings, {"existing_monitor": "mine"}, "existing_monitor: got 'mine'"),
        (CostAnomalySettings, {"by_tag": {"Environment": ()}}, "by_tag.Environment: got"),
        (AllocationTagSettings, {"keys": ()}, "keys: got"),
        (AllocationTagSettings, {"keys": ("cost-center", "CostCenter")}, "different in letters"),
        (UnusedResourceSettings, {"schedule": "weekly"}, "schedule: got 'weekly'"),
    ],
)
def test_what_aws_refuses_is_refused(kind: Any, given: dict[str, Any], refused: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        kind(**given)
    assert refused in str(raised.value)
