"""`infra endpoints`: what it takes from a stack's JSON, and what it shows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from modules.errors import ProblemsError
from modules.networking.settings import TASK_ENDPOINTS
from operations import cli, endpoints
from operations.cost.prices import prices
from operations.doctor.account.target import Target

REGION = "eu-west-1"
SUBNETS = {name: {"availability_zone": f"{REGION}{name}"} for name in "ab"}


def target(region: str = REGION, **resources: Any) -> Target:
    document = {"provider": {"aws": [{"region": region}]}, "resource": {"aws_subnet": SUBNETS, **resources}}
    return Target(stack="shop-dev", document=document, session=None)


def interface(service: str, *subnets: str) -> dict[str, Any]:
    name = f"com.amazonaws.{REGION}.{service}"
    return {"vpc_endpoint_type": "Interface", "service_name": name, "subnet_ids": list(subnets)}


def test_a_stack_without_endpoints_is_compared_with_those_that_tasks_need() -> None:
    found = endpoints.compared(target(aws_nat_gateway={"a": {}, "b": {}}))
    assert (found.has_gateways, found.has_endpoints) == (True, False)
    assert found.services == TASK_ENDPOINTS
    assert (found.ways.gateways, found.ways.interfaces) == (2, len(TASK_ENDPOINTS) * len(SUBNETS))


def test_the_stack_s_own_endpoints_are_counted_by_zone_and_gateways_ones_not() -> None:
    own = {
        "api": interface("ecr.api", "a", "b"),
        "logs": interface("logs", "a"),
        "s3": {"vpc_endpoint_type": "Gateway", "service_name": f"com.amazonaws.{REGION}.s3"},
    }
    found = endpoints.compared(target(aws_vpc_endpoint=own))
    assert found.services == ("ecr.api", "logs")
    assert (found.ways.interfaces, found.ways.gateways, found.has_gateways) == (3, 1, False)


def test_the_prices_are_the_region_s_with_the_gateway_s_address() -> None:
    found = endpoints.compared(target()).ways.prices
    gateway, address, endpoint = (
        prices().price(key, REGION).usd for key in ("nat-gateway", "address", "endpoint")
    )
    assert found.nat_gateway_hour == gateway + address
    assert found.endpoint_zone_hour == endpoint


def test_a_region_without_prices_is_named() -> None:
    with pytest.raises(
        ProblemsError, match=f"got eu-west-9, without a price of NAT gateway, .*; allowed: {REGION}"
    ):
        endpoints.compared(target("eu-west-9"))


def test_a_stack_without_a_network_is_refused() -> None:
    with pytest.raises(ProblemsError, match="shop-dev: has no subnets"):
        endpoints.compared(target(aws_subnet={}))


def test_the_command_shows_a_table_and_from_when_on_endpoints_are_cheaper(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = target(aws_nat_gateway={"a": {}})
    monkeypatch.setattr(endpoints, "synthesized", lambda _: made.document)
    cli._register(["endpoints"])
    shown = CliRunner().invoke(cli.app, ["endpoints", "ohi-dev"])
    assert shown.exit_code == 0, shown.output
    ways = endpoints.compared(made).ways
    assert f"{ways.by_gateways(100):.2f}" in shown.output
    assert f"from {ways.instead_from_gb:,.0f} GB a month on" in shown.output
    answered = CliRunner().invoke(cli.app, ["endpoints", "ohi-dev", "--json"])
    content = json.loads(answered.stdout)
    assert content["beside_from_gb"] == round(ways.beside_from_gb)
    assert [month["gb"] for month in content["months"]] == list(endpoints._TRAFFIC)
