"""The network and the security groups of every environment, as its settings have them."""

from __future__ import annotations

import re

import pytest

from modules.networking.settings import NatGateways, NetworkSettings
from modules.networking.subnet_plan import Tier
from tests.stacks.environments import environments
from tests.stacks.synthesized import Json, every, only

INGRESS, EGRESS = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"


@pytest.fixture(params=environments())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def network(name: str) -> NetworkSettings:
    return environments()[name].network


@pytest.fixture
def stack(name: str, stacks: dict[str, Json]) -> Json:
    return stacks[name]


def named(stack: Json, kind: str) -> dict[str, Json]:
    """The resources of one type by their construct ids."""
    return {one["//"]["metadata"]["path"].rpartition("/")[2]: one for one in every(stack, kind)}


def test_every_tier_has_a_subnet_in_every_zone(name: str, network: NetworkSettings, stack: Json) -> None:
    subnets = named(stack, "aws_subnet")
    assert set(subnets) == {f"{tier}-{zone}" for tier in network.tiers for zone in network.zones}
    region = environments()[name].environment.region
    for id_, subnet in subnets.items():
        assert subnet["availability_zone"] == f"{region}{id_[-1]}"
        assert not subnet.get("map_public_ip_on_launch")
    assert only(stack, "aws_vpc")["cidr_block"] == str(network.cidr)


def nat_zones(network: NetworkSettings) -> tuple[str, ...]:
    """The zones that have a NAT gateway."""
    numbers = {NatGateways.NONE: 0, NatGateways.SINGLE: 1, NatGateways.ONE_PER_ZONE: len(network.zones)}
    return network.zones[: numbers[network.nat_gateways]]


def test_nat_gateways_are_as_many_as_set_each_with_an_address(network: NetworkSettings, stack: Json) -> None:
    zones = nat_zones(network)
    for kind, name in (("aws_nat_gateway", "nat"), ("aws_eip", "nat-address")):
        found = named(stack, kind) if kind in stack["resource"] else {}
        assert set(found) == {f"{name}-{zone}" for zone in zones}


def test_the_public_tier_alone_is_routed_to_the_internet_gateway(
    network: NetworkSettings, stack: Json
) -> None:
    routes = named(stack, "aws_route")
    to_gateway = [id_ for id_, route in routes.items() if "gateway_id" in route]
    assert to_gateway == ["public-internet"]
    to_nat = {id_ for id_, route in routes.items() if "nat_gateway_id" in route}
    assert to_nat == {f"private-{zone}-internet" for zone in network.zones if nat_zones(network)}
    assert all(route["destination_cidr_block"] == "0.0.0.0/0" for route in routes.values())


def test_private_zones_leave_by_the_nat_gateway_of_their_own_zone_if_it_has_one(
    network: NetworkSettings, stack: Json
) -> None:
    routes, with_gateway = named(stack, "aws_route"), nat_zones(network)
    if not with_gateway:
        assert set(routes) == {"public-internet"}
        return
    for zone in network.zones:
        target = routes[f"private-{zone}-internet"]["nat_gateway_id"]
        expected = zone if zone in with_gateway else network.zones[0]
        assert f"network_nat-{expected}_" in target


def test_database_subnets_have_a_table_without_routes(network: NetworkSettings, stack: Json) -> None:
    tables = [name for name in stack["resource"]["aws_route_table"] if "database-routes" in name]
    assert len(tables) == (1 if Tier.DATABASE in network.tiers else 0)
    for table in tables:
        reference = f"${{aws_route_table.{table}.id}}"
        associations = named(stack, "aws_route_table_association")
        inside = {id_ for id_, one in associations.items() if one["route_table_id"] == reference}
        assert inside == {f"database-{zone}-association" for zone in network.zones}
        assert all(route["route_table_id"] != reference for route in every(stack, "aws_route"))
        gateways = [one for one in every(stack, "aws_vpc_endpoint") if "route_table_ids" in one]
        assert gateways
        assert all(reference not in one["route_table_ids"] for one in gateways)
        assert "route" not in stack["resource"]["aws_route_table"][table]


def test_every_subnet_has_exactly_one_route_table(stack: Json) -> None:
    subnets = [one["subnet_id"] for one in every(stack, "aws_route_table_association")]
    assert len(subnets) == len(set(subnets)) == len(every(stack, "aws_subnet"))


def test_the_default_security_group_has_no_rules(stack: Json) -> None:
    group = only(stack, "aws_default_security_group")
    assert not group.get("ingress")
    assert not group.get("egress")


def test_all_traffic_is_logged_to_a_group_that_only_its_role_may_write(
    network: NetworkSettings, stack: Json
) -> None:
    assert network.flow_logs
    log = only(stack, "aws_flow_log")
    assert log["traffic_type"] == "ALL"
    group = only(stack, "aws_cloudwatch_log_group", "network_flow-logs_")
    assert group["retention_in_days"] == network.flow_logs.retention_days
    policy = only(stack, "aws_iam_role_policy", "network_flow-logs_")["policy"]
    assert log["log_destination"] in policy
    assert '"*"' not in policy
    assert "aws:SourceAccount" in only(stack, "aws_iam_role", "network_flow-logs_")["assume_role_policy"]


def test_interface_endpoints_stand_in_every_zone_or_in_as_many_as_set(
    name: str, network: NetworkSettings, stack: Json
) -> None:
    endpoints = getattr(environments()[name], "endpoints", None)
    zones = (endpoints and endpoints.zones) or len(network.zones)
    kinds = {one["vpc_endpoint_type"] for one in every(stack, "aws_vpc_endpoint")}
    assert "Gateway" in kinds
    for one in every(stack, "aws_vpc_endpoint"):
        if one["vpc_endpoint_type"] == "Interface":
            assert one["private_dns_enabled"] is True
            assert len(one["subnet_ids"]) == zones
            assert "vpc-endpoints" in one["security_group_ids"][0]


def test_rules_are_resources_of_their_own_never_inline(stack: Json) -> None:
    groups = every(stack, "aws_security_group")
    assert not any(group.get("ingress") or group.get("egress") for group in groups)
    assert "aws_security_group_rule" not in stack["resource"]


def test_groups_are_replaced_before_they_are_destroyed(stack: Json) -> None:
    groups = every(stack, "aws_security_group")
    assert all(group["lifecycle"] == {"create_before_destroy": True} for group in groups)
    assert all(group["name_prefix"].endswith("-") and "name" not in group for group in groups)


def test_every_rule_is_for_one_port_and_one_address(stack: Json) -> None:
    ways = {"cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"}
    for rule in every(stack, INGRESS) + every(stack, EGRESS):
        assert rule["from_port"] == rule["to_port"] > 0
        assert rule["ip_protocol"] == "tcp"
        assert len(ways & rule.keys()) == 1
        assert re.fullmatch(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}", rule["description"])


def test_each_rule_between_groups_has_its_counterpart(stack: Json) -> None:
    """Whoever may be reached can be reached: no half of a connection is missing."""

    def pairs(kind: str, source: str, target: str) -> set[tuple[str, str, int]]:
        among = [rule for rule in every(stack, kind) if "referenced_security_group_id" in rule]
        return {(rule[source], rule[target], rule["from_port"]) for rule in among}

    inward = pairs(INGRESS, "referenced_security_group_id", "security_group_id")
    outward = pairs(EGRESS, "security_group_id", "referenced_security_group_id")
    assert inward
    assert inward == outward
