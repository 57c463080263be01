"""NAT gateways and interface endpoints: which costs less, from what traffic on."""

from __future__ import annotations

import pytest

from modules.networking.endpoint_costs import HOURS, Prices, WaysOut

PRICES = Prices(nat_gateway_hour=0.05, nat_gateway_gb=0.05, endpoint_zone_hour=0.01, endpoint_gb=0.01)


@pytest.mark.parametrize(("gateways", "interfaces"), [(1, 10), (1, 6), (3, 18)])
def test_both_ways_cost_the_same_where_endpoints_begin_to_be_cheaper(gateways: int, interfaces: int) -> None:
    ways = WaysOut(prices=PRICES, gateways=gateways, interfaces=interfaces)
    assert ways.instead_from_gb > 0
    assert ways.by_endpoints(ways.instead_from_gb) == pytest.approx(ways.by_gateways(ways.instead_from_gb))
    more = ways.instead_from_gb + 1
    assert ways.by_endpoints(more) < ways.by_gateways(more)


def test_few_endpoints_are_cheaper_than_gateways_whatever_the_traffic() -> None:
    ways = WaysOut(prices=PRICES, gateways=1, interfaces=5)
    assert ways.instead_from_gb == 0
    assert ways.by_endpoints(1) < ways.by_gateways(1)


def test_beside_gateways_endpoints_have_to_pay_for_themselves() -> None:
    ways = WaysOut(prices=PRICES, gateways=1, interfaces=4)
    gb = ways.beside_from_gb
    assert gb == pytest.approx(4 * 0.01 * HOURS / 0.04)
    assert ways.by_both(gb) == pytest.approx(ways.by_gateways(gb))
    assert ways.by_both(gb - 1) > ways.by_gateways(gb - 1)


def test_hours_and_traffic_are_both_counted() -> None:
    ways = WaysOut(prices=PRICES, gateways=2, interfaces=3)
    assert ways.by_gateways(100) == pytest.approx(2 * 0.05 * HOURS + 5)
    assert ways.by_endpoints(100) == pytest.approx(3 * 0.01 * HOURS + 1)
