"""The network of a document: its zones, and its tiers of subnets with what stands in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .components import Component, Kind, components
from .connections import Connection, connections
from .data_stores import data_stores
from .document import Resource, TerraformDocument


class SubnetType(StrEnum):
    """How a tier reaches the internet, which is what its color says."""

    PUBLIC = "public"
    PRIVATE = "private"
    ISOLATED = "isolated"


@dataclass(frozen=True, kw_only=True)
class Tier:
    """Subnets of one purpose, one a zone, with what stands in them."""

    name: str
    subnet_type: SubnetType
    subnets: dict[str, Resource]
    gateways: dict[str, Resource]
    components: tuple[Component, ...]

    def of(self, *kinds: Kind) -> list[Component]:
        """Its components of these kinds."""
        return [component for component in self.components if component.kind in kinds]


@dataclass(frozen=True, kw_only=True)
class Network:
    """A VPC, perhaps of another document: zones are columns, tiers are rows."""

    vpc: Resource | None
    zones: tuple[str, ...]
    tiers: tuple[Tier, ...]
    components: tuple[Component, ...]
    connections: tuple[Connection, ...]


def network(document: TerraformDocument) -> Network | None:
    """The network of the VPC with the most subnets, or nothing where the document has none."""
    subnets = document.of("aws_subnet")
    if not subnets:
        return None
    owners = [one.refers_to("vpc_id", "aws_vpc") for one in subnets]
    vpc = max(document.of("aws_vpc"), key=lambda one: owners.count(one.address), default=None)
    # A subnet that says nothing of a VPC of this document is in the one that is drawn.
    subnets = [one for one in subnets if one.refers_to("vpc_id", "aws_vpc") in (vpc and vpc.address, None)]
    found = [*components(document), *data_stores(document)]
    found.sort(key=lambda component: list(Kind).index(component.kind))
    tiers = [_tier(document, name, members, found) for name, members in _rows(document, subnets)]
    return Network(
        vpc=vpc,
        zones=tuple(sorted({_zone(subnet) for subnet in subnets})),
        tiers=tuple(sorted(tiers, key=_place)),
        components=tuple(found),
        connections=tuple(connections(document, found)),
    )


def _place(tier: Tier) -> tuple[int, bool, str]:
    """Below each other as traffic flows: public first, then services before what they use."""
    return list(SubnetType).index(tier.subnet_type), not tier.of(Kind.SERVICE), tier.name


def _zone(subnet: Resource) -> str:
    """The zone as it is written: a name, an id, an expression, or nothing where AWS chooses."""
    zone = subnet.text("availability_zone") or subnet.text("availability_zone_id")
    return zone.removeprefix("${").removesuffix("}") or "chosen by AWS"


def _rows(document: TerraformDocument, subnets: list[Resource]) -> list[tuple[str, dict[str, Resource]]]:
    """Subnets that are called alike but for the zone, one a zone; another of that zone starts a row anew."""
    rows: list[tuple[str, dict[str, Resource]]] = []
    for subnet in subnets:
        name = document.short(subnet.tag_name or subnet.key).rpartition("-")[0] or subnet.key
        zone = _zone(subnet)
        row = next((row for called, row in rows if called == name and zone not in row), None)
        if row is None:
            rows.append((name, row := {}))
        row[zone] = subnet
    return rows


def _tier(
    document: TerraformDocument, name: str, subnets: dict[str, Resource], found: list[Component]
) -> Tier:
    zones = {subnet.address: zone for zone, subnet in subnets.items()}
    gateways = {
        zones[subnet]: gateway
        for gateway in document.of("aws_nat_gateway")
        if (subnet := gateway.refers_to("subnet_id", "aws_subnet")) in zones
    }
    return Tier(
        name=name,
        subnet_type=_subnet_type(document, set(zones)),
        subnets=subnets,
        gateways=gateways,
        components=tuple(one for one in found if one.subnets and one.subnets[0] in zones),
    )


def _subnet_type(document: TerraformDocument, subnets: set[str]) -> SubnetType:
    tables = {
        table
        for association in document.of("aws_route_table_association")
        if subnets & set(association.references("subnet_id"))
        for table in association.references("route_table_id")
    }
    routes = [route for route in document.of("aws_route") if tables & set(route.references("route_table_id"))]
    if any(route.refers_to("gateway_id", "aws_internet_gateway") for route in routes):
        return SubnetType.PUBLIC
    by_nat = any(route.references("nat_gateway_id") for route in routes)
    return SubnetType.PRIVATE if by_nat else SubnetType.ISOLATED
