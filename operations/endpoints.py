"""`infra endpoints`: NAT gateways compared with interface endpoints, from a stack's JSON and dated prices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console

from modules.errors import ProblemsError, refusal
from modules.networking.endpoint_costs import HOURS, WaysOut
from modules.networking.endpoint_costs import Prices as EndpointPrices
from modules.networking.settings import TASK_ENDPOINTS
from operations.console import AsJson, say, table
from operations.cost.prices import prices
from operations.doctor.account.target import Target
from operations.picture import synthesized
from operations.stacks import KnownStack

Json = Mapping[str, Any]
_TRAFFIC = (0, 10, 100, 500, 1_000, 5_000)  # GB a month


@dataclass(frozen=True, kw_only=True)
class Compared:
    """The ways out of a stack's private subnets, and which of them it has."""

    ways: WaysOut
    services: tuple[str, ...]
    zones: int
    has_gateways: bool
    has_endpoints: bool


def endpoints(stack: KnownStack, *, as_json: AsJson = False) -> None:
    """Compare NAT gateways with interface endpoints: which is cheaper, from what traffic on.

    Where the stack has no endpoints, those are assumed that ECS tasks need; where it has no NAT gateway, one.
    """
    console = Console(stderr=True)
    with console.status(f"Synthesizing {stack}"):
        document = synthesized(stack)
    target = Target(stack=stack, document=document, session=None)
    found = compared(target)
    if as_json:
        typer.echo(json.dumps(_as_dict(found), indent=2))
        return
    _show(Console(), stack, target.region, found)


def compared(target: Target) -> Compared:
    """The comparison for a stack. Raises ProblemsError for a region without prices or without subnets."""
    region_prices = _prices(target)
    zones = {one["availability_zone"] for one in target.resources("aws_subnet").values()}
    if not zones:
        what = "has no subnets, so nothing leaves them; name a stack with a network"
        raise ProblemsError.one(target.stack, what)
    own = {
        one["service_name"].removeprefix(f"com.amazonaws.{target.region}."): one["subnet_ids"]
        for one in target.resources("aws_vpc_endpoint").values()
        if one.get("vpc_endpoint_type") == "Interface"
    }
    gateways = len(target.resources("aws_nat_gateway"))
    ways = WaysOut(
        prices=region_prices,
        gateways=gateways or 1,
        interfaces=sum(map(len, own.values())) or len(TASK_ENDPOINTS) * len(zones),
    )
    return Compared(
        ways=ways,
        services=tuple(own) or TASK_ENDPOINTS,
        zones=max(map(len, own.values()), default=len(zones)),
        has_gateways=bool(gateways),
        has_endpoints=bool(own),
    )


def _prices(target: Target) -> EndpointPrices:
    keys = ("nat-gateway", "address", "nat-gateway-gb", "endpoint", "endpoint-gb")
    found = {key: prices().price(key, target.region) for key in keys}
    if lacking := [one.product.what for one in found.values() if one.figure is None]:
        have = ", ".join(name for name in prices().regions if prices().price("endpoint", name).figure)
        fix = "take the region's prices from AWS's list: infra prices --refresh"
        why = refusal(got=f"{target.region}, without a price of {', '.join(lacking)}", allowed=have, fix=fix)
        raise ProblemsError.one(f"{target.stack} region", why)
    return EndpointPrices(
        nat_gateway_hour=found["nat-gateway"].usd + found["address"].usd,
        nat_gateway_gb=found["nat-gateway-gb"].usd,
        endpoint_zone_hour=found["endpoint"].usd,
        endpoint_gb=found["endpoint-gb"].usd,
    )


def _as_dict(found: Compared) -> Json:
    ways = found.ways
    return {
        "date": str(prices().dates[1]),
        "services": found.services,
        "interfaces": ways.interfaces,
        "gateways": ways.gateways,
        "months": [
            {
                "gb": gb,
                "gateways": round(ways.by_gateways(gb), 2),
                "endpoints": round(ways.by_endpoints(gb), 2),
                "both": round(ways.by_both(gb), 2),
            }
            for gb in _TRAFFIC
        ],
        "instead_from_gb": round(ways.instead_from_gb),
        "beside_from_gb": round(ways.beside_from_gb),
    }


def _show(console: Console, stack: str, region: str, found: Compared) -> None:
    ways = found.ways
    say(console, f"{stack} in {region}: USD a month of {HOURS} hours, prices up to {prices().dates[1]}")
    say(console, f"{_has(found.has_gateways)} NAT gateways with an address each: {ways.gateways}")
    interfaces = f"{len(found.services)} endpoints in {found.zones} zones: {', '.join(found.services)}"
    say(console, f"{_has(found.has_endpoints)} {interfaces}")
    rows = table("GB to AWS's services", "NAT gateways", "endpoints instead", "endpoints beside NAT")
    for gb in _TRAFFIC:
        costs = (ways.by_gateways(gb), ways.by_endpoints(gb), ways.by_both(gb))
        rows.add_row(f"{gb:,}", *(f"{cost:.2f}" for cost in costs))
    console.print(rows)
    start = ways.instead_from_gb
    when = f"from {start:,.0f} GB a month on" if start else "whatever the traffic"
    say(console, f"Instead of NAT gateways, endpoints are cheaper {when}.")
    say(console, f"Beside NAT gateways they are cheaper from {ways.beside_from_gb:,.0f} GB a month on.")


def _has(there: bool) -> str:  # noqa: FBT001 - an adjective
    return "It has" if there else "It has none; compared are"
