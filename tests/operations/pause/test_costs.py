"""What a stack costs a month, running and paused, as a pause shows it."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from operations.cost.prices import HOURS, prices
from operations.pause import costs

GATEWAY = {"count": "${var.infrastructure_paused ? 0 : 1}"}
DOCUMENT: dict[str, Any] = {
    "provider": {"aws": [{"region": "eu-west-1"}]},
    "resource": {
        "aws_nat_gateway": {"a": GATEWAY, "b": {}},
        "aws_lb": {"alb": {"internal": True}},
        "aws_db_instance": {"database": {"engine": "postgres", "instance_class": "db.x9.huge"}},
    },
}


def shown() -> list[str]:
    written = io.StringIO()
    costs.show(Console(file=written, width=120), "shop-dev", DOCUMENT)
    return written.getvalue().splitlines()


def test_each_service_is_shown_running_and_paused() -> None:
    hourly = prices().price("nat-gateway", "eu-west-1").usd
    [ways] = [line.split() for line in shown() if "VPC" in line]
    assert ways == ["VPC", f"{2 * hourly * HOURS:.2f}", f"{hourly * HOURS:.2f}"]
    [balancing] = [line.split()[-2:] for line in shown() if "Load balancing" in line]
    assert balancing[0] == balancing[1]


def test_what_has_no_price_is_named() -> None:
    [together] = [line.split() for line in shown() if "together" in line]
    assert together.index("at") == 1
    assert ["RDS", "unknown", "0.00"] in [line.split() for line in shown()]
    [without] = [line for line in shown() if line.startswith("Without")]
    assert "db.x9.huge" in without
