"""What a development environment costs by its JSON, against its table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from operations.doctor.account import costs
from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, Verdict

Made = Callable[..., Target]
NAT: dict[str, Any] = {"aws_nat_gateway": {"a": {}}}
ENDPOINTS = {
    "aws_vpc_endpoint": {
        name: {"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b", "c"]} for name in "wxyz"
    }
}
GATEWAY = {"aws_vpc_endpoint": {"s3": {"vpc_endpoint_type": "Gateway", "route_table_ids": ["a"]}}}
DATABASE = {
    "aws_db_instance": {
        "database": {"engine": "postgres", "instance_class": "db.t4g.micro", "storage_type": "gp3"},
        "large": {"engine": "postgres", "instance_class": "db.t4g.medium", "multi_az": True},
    }
}
CACHE = {
    "aws_elasticache_replication_group": {
        "cache": {"engine": "valkey", "node_type": "cache.t4g.micro", "num_cache_clusters": 2}
    }
}


def found(target: Made, resources: Any, **table: float) -> list[Finding]:
    return list(costs.findings(target(resources, environment="dev"), table=table))


@pytest.mark.parametrize(
    ("resources", "part", "cost"),
    [(NAT, "NAT", 35), (ENDPOINTS, "NAT", 96), (DATABASE, "RDS", 113), (CACHE, "Redis", 20)],
)
def test_what_costs_more_than_its_table_is_a_warning(
    target: Made, resources: Any, part: str, cost: int
) -> None:
    [finding] = found(target, resources, **{part: cost - 1})
    assert finding.verdict is Verdict.WARNING
    assert finding.found.startswith(f"{part} costs {cost} USD a month (")
    assert finding.found.endswith(f"its table says {cost - 1}")
    [within] = found(target, resources, **{part: cost + 1})
    assert within.verdict is Verdict.OK
    assert f"{part} {cost} of {cost + 1}" in within.found


def test_a_part_without_all_its_prices_is_at_least_what_is_known(target: Made) -> None:
    target_elsewhere = target({**DATABASE, **NAT}, environment="dev", region="eu-central-1")
    [finding] = costs.findings(target_elsewhere, table={"RDS": 15})
    assert "RDS unknown of 15 USD a month" in finding.found


def test_gateway_endpoints_cost_nothing(target: Made) -> None:
    [finding] = found(target, GATEWAY, NAT=0)
    assert finding.verdict is Verdict.OK


@pytest.mark.parametrize("more", [{"environment": "prod"}, {"environment": "dev", "region": "eu-west-9"}])
def test_what_has_no_table_is_not_compared(target: Made, more: Any) -> None:
    [finding] = costs.findings(target(NAT, **more), table={"NAT": 1})
    assert finding.verdict is Verdict.OK


def test_the_table_is_that_of_the_specification() -> None:
    budget = costs.budget("ohi")
    assert {*budget} == {"NAT", "RDS", "Redis"}
    assert 0 < budget["NAT"] < 100
    assert costs.budget("booking") == {"RDS": 15, "Redis": 12}
    assert costs.budget("shop") == {}
