"""The network of a stack: its zones, and its tiers of subnets with what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from operations.picture.connections import Connection, connections
from operations.picture.synthesized import Resource, SynthesizedStack
from operations.picture.thing import Kind, Thing
from operations.picture.things import things


class Reach(StrEnum):
    """How a tier reaches the internet, which is what its colour says."""

    PUBLIC = "public"
    PRIVATE = "private"
    ISOLATED = "isolated"


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Subnets of one purpose, one a zone, with what stands in them."""

    name: str
    reach: Reach
    subnets: dict[str, Resource]
    gateways: dict[str, Resource]
    things: tuple[Thing, ...]

    def of(self, *kinds: Kind) -> list[Thing]:
        """Its things of these kinds."""
        return [thing for thing in self.things if thing.kind in kinds]


@dataclass(frozen=True, kw_only=True)
class Network:
    """A VPC: zones are columns, tiers are rows."""

    vpc: Resource
    zones: tuple[str, ...]
    tiers: tuple[Tier, ...]
    things: tuple[Thing, ...]
    connections: tuple[Connection, ...]


def network(stack: SynthesizedStack) -> Network | None:
    """The stack's network, or nothing where it has none."""
    vpcs = stack.of("aws_vpc")
    if not vpcs:
        return None
    found = things(stack)
    named: dict[str, list[Resource]] = {}
    for subnet in stack.of("aws_subnet"):
        named.setdefault(stack.short(subnet.tag_name).rpartition("-")[0] or subnet.key, []).append(subnet)
    tiers = [_tier(stack, name, subnets, found) for name, subnets in named.items()]
    return Network(
        vpc=vpcs[0],
        zones=tuple(sorted({str(subnet.get("availability_zone")) for subnet in stack.of("aws_subnet")})),
        tiers=tuple(sorted(tiers, key=lambda tier: (list(Reach).index(tier.reach), tier.name))),
        things=tuple(found),
        connections=tuple(connections(stack, found)),
    )


def _tier(stack: SynthesizedStack, name: str, subnets: list[Resource], found: list[Thing]) -> Tier:
    addresses = {subnet.address for subnet in subnets}
    gateways = {
        zone: gateway
        for gateway in stack.of("aws_nat_gateway")
        for subnet in subnets
        if subnet.address in gateway.references("subnet_id")
        if (zone := str(subnet.get("availability_zone")))
    }
    return Tier(
        name=name,
        reach=_reach(stack, addresses),
        subnets={str(subnet.get("availability_zone")): subnet for subnet in subnets},
        gateways=gateways,
        things=tuple(thing for thing in found if thing.subnets and thing.subnets[0] in addresses),
    )


def _reach(stack: SynthesizedStack, subnets: set[str]) -> Reach:
    tables = {
        table
        for association in stack.of("aws_route_table_association")
        if subnets & set(association.references("subnet_id"))
        for table in association.references("route_table_id")
    }
    routes = [route for route in stack.of("aws_route") if tables & set(route.references("route_table_id"))]
    if any(
        at.startswith("aws_internet_gateway.") for route in routes for at in route.references("gateway_id")
    ):
        return Reach.PUBLIC
    return Reach.PRIVATE if any(route.references("nat_gateway_id") for route in routes) else Reach.ISOLATED
