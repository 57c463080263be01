"""Networks: routes, gateways, endpoints, and what is closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.networking.settings import FlowLogSettings
from tests.modules.networking.conftest import FLOW_LOG_DAYS, INTERFACES

Json = dict[str, Any]


def named(stack: Json, kind: str) -> dict[str, Json]:
    """The resources of one type by their construct path below the stack."""
    found = stack["resource"].get(kind, {}).values()
    return {resource["//"]["metadata"]["path"].partition("/")[2]: resource for resource in found}


def test_subnets_are_three_tiers_over_three_zones(stack: Json) -> None:
    subnets = named(stack, "aws_subnet")
    expected = {f"network/{tier}-{zone}" for tier in ("public", "private", "database") for zone in "abc"}
    assert set(subnets) == expected
    for path, subnet in subnets.items():
        assert subnet["availability_zone"] == f"eu-west-1{path[-1]}"
        assert not subnet.get("map_public_ip_on_launch")


def test_nat_gateways_are_as_many_as_set_each_with_an_address(stack: Json, name: str) -> None:
    zones = {"single": "a", "each": "abc"}[name]
    assert set(named(stack, "aws_nat_gateway")) == {f"network/nat-{zone}" for zone in zones}
    assert set(named(stack, "aws_eip")) == {f"network/nat-address-{zone}" for zone in zones}
    assert {one["domain"] for one in named(stack, "aws_eip").values()} == {"vpc"}


def test_the_public_tier_alone_is_routed_to_the_internet_gateway(stack: Json) -> None:
    routes = named(stack, "aws_route")
    to_gateway = [path for path, route in routes.items() if "gateway_id" in route]
    assert to_gateway == ["network/public-internet"]
    to_nat = {path for path, route in routes.items() if "nat_gateway_id" in route}
    assert to_nat == {f"network/private-{zone}-internet" for zone in "abc"}
    assert all(route["destination_cidr_block"] == "0.0.0.0/0" for route in routes.values())


def test_database_subnets_have_a_table_without_routes(stack: Json) -> None:
    table = next(key for key in stack["resource"]["aws_route_table"] if "database-routes" in key)
    reference = f"${{aws_route_table.{table}.id}}"
    associations = named(stack, "aws_route_table_association")
    inside = {path for path, one in associations.items() if one["route_table_id"] == reference}
    assert inside == {f"network/database-{zone}-association" for zone in "abc"}
    assert all(route["route_table_id"] != reference for route in named(stack, "aws_route").values())
    gateways = [one for one in named(stack, "aws_vpc_endpoint").values() if "route_table_ids" in one]
    assert gateways
    assert all(reference not in one["route_table_ids"] for one in gateways)
    assert "route" not in stack["resource"]["aws_route_table"][table]


def test_every_subnet_has_exactly_one_route_table(stack: Json) -> None:
    associations = list(named(stack, "aws_route_table_association").values())
    subnets = [one["subnet_id"] for one in associations]
    assert len(subnets) == len(set(subnets)) == len(stack["resource"]["aws_subnet"])


def test_private_zones_leave_by_the_nat_gateway_of_their_own_zone_if_it_has_one(stack: Json) -> None:
    routes = named(stack, "aws_route")
    gateways = named(stack, "aws_nat_gateway")
    assert gateways
    for zone in "abc":
        target = routes[f"network/private-{zone}-internet"]["nat_gateway_id"]
        expected = zone if f"network/nat-{zone}" in gateways else "a"
        assert f"network_nat-{expected}_" in target


def test_the_default_security_group_has_no_rules(stack: Json) -> None:
    (group,) = named(stack, "aws_default_security_group").values()
    assert not group.get("ingress")
    assert not group.get("egress")


def test_all_traffic_is_logged_to_a_group_that_only_its_role_may_write(stack: Json) -> None:
    (log,) = named(stack, "aws_flow_log").values()
    assert log["traffic_type"] == "ALL"
    group = stack["resource"]["aws_cloudwatch_log_group"]["network_flow-logs_log-group_" + suffix(log)]
    assert group["retention_in_days"] == FLOW_LOG_DAYS
    attached = named(stack, "aws_iam_role_policy")["network/flow-logs/policy"]
    # Its name is half of what Terraform knows it by: another name is another policy.
    assert attached["name"] == "write-flow-logs"
    policy = attached["policy"]
    assert log["log_destination"] in policy
    assert '"*"' not in policy
    assert "aws:SourceAccount" in named(stack, "aws_iam_role")["network/flow-logs/role"]["assume_role_policy"]


def test_flow_logs_are_kept_a_month_and_gathered_for_ten_minutes_unless_set() -> None:
    assert FlowLogSettings() == FlowLogSettings(retention_days=30, aggregation_seconds=600)


def suffix(log: Json) -> str:
    return str(log["log_destination"].split("_")[-1].split(".")[0])


def test_endpoints_take_the_requests_of_the_account_alone(stack: Json) -> None:
    endpoints = named(stack, "aws_vpc_endpoint")
    account = "${data.aws_caller_identity.account.account_id}"
    own, foreign = json.loads(endpoints["network/s3-endpoint"]["policy"])["Statement"]
    assert (own["Principal"], own["Action"]) == ("*", ["s3:*"])
    both = {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}
    assert own["Condition"] == {"StringEquals": both}
    arn = "arn:${data.aws_partition.account_partition_32ACE770.partition}:s3:::"
    assert (foreign["Action"], "Condition" in foreign) == (["s3:GetObject"], False)
    assert foreign["Resource"] == [
        f"{arn}prod-eu-west-1-starport-layer-bucket/*",
        f"{arn}al2023-repos-eu-west-1-*/*",
    ]
    interfaces = {path: json.loads(one["policy"]) for path, one in endpoints.items() if "subnet_ids" in one}
    assert interfaces
    for path, policy in interfaces.items():
        (statement,) = policy["Statement"]
        service = path.removeprefix("endpoints/").partition("-")[0]
        assert statement["Action"] == [f"{service}:*"]
        assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": account}}


def test_other_accounts_buckets_are_read_if_set(synthesize_module: Callable[..., Json]) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.networking.network import Network
        from modules.networking.settings import NatGateways, NetworkSettings

        settings = NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"),
            zones=("a", "b"),
            nat_gateways=NatGateways.NONE,
            gateway_endpoints=("s3", "dynamodb"),
            foreign_buckets=("partner",),
        )
        Network(stack, "network", context=context, settings=settings)

    endpoints = named(synthesize_module(build), "aws_vpc_endpoint")
    _, foreign = json.loads(endpoints["network/s3-endpoint"]["policy"])["Statement"]
    assert foreign["Resource"][-1].endswith(":s3:::partner/*")
    (own,) = json.loads(endpoints["network/dynamodb-endpoint"]["policy"])["Statement"]
    assert own["Action"] == ["dynamodb:*"]


def test_endpoints_are_those_of_the_settings(stack: Json) -> None:
    endpoints = named(stack, "aws_vpc_endpoint").values()
    kinds = {(one["vpc_endpoint_type"], one["service_name"].partition("eu-west-1.")[2]) for one in endpoints}
    interfaces = {("Interface", service) for service in INTERFACES}
    assert kinds == {("Gateway", "s3"), *interfaces}
    for one in endpoints:
        if one["vpc_endpoint_type"] == "Interface":
            assert one["private_dns_enabled"] is True
            assert len(one["subnet_ids"]) == 3
            assert "vpc-endpoints" in one["security_group_ids"][0]


def test_names_in_the_vpc_are_resolved(stack: Json) -> None:
    (vpc,) = named(stack, "aws_vpc").values()
    assert vpc["enable_dns_support"] is True
    # Without host names interface endpoints have no private DNS, and EFS mounts by name fail.
    assert vpc["enable_dns_hostnames"] is True


@pytest.mark.parametrize(("zones", "subnets"), [(None, 2), (2, 2), (1, 1)])
def test_interface_endpoints_are_in_as_many_zones_as_set(
    synthesize_module: Callable[..., Json], zones: int | None, subnets: int
) -> None:
    made = synthesize_module(lambda stack, context: build_endpoints(stack, context, zones))
    (endpoint,) = [one for one in named(made, "aws_vpc_endpoint").values() if "subnet_ids" in one]
    assert len(endpoint["subnet_ids"]) == subnets
    assert "private-a" in endpoint["subnet_ids"][0]


def test_interface_endpoints_in_more_zones_than_the_network_has_are_refused(
    synthesize_module: Callable[..., Json],
) -> None:
    with pytest.raises(ProblemsError, match=r"endpoints\.zones: got 3; allowed: 1 to 2, or None; lower it"):
        synthesize_module(lambda stack, context: build_endpoints(stack, context, 3))


def build_endpoints(stack: Any, context: Any, zones: int | None) -> None:
    """A network of two zones with one interface endpoint."""
    from modules.networking.connections import Connections
    from modules.networking.endpoints import InterfaceEndpoints
    from modules.networking.network import Network
    from modules.networking.security_groups import SecurityGroups
    from modules.networking.settings import InterfaceEndpointSettings, NetworkSettings

    settings = NetworkSettings(cidr=IPv4Network("10.0.0.0/16"), zones=("a", "b"), flow_logs=None)
    network = Network(stack, "network", context=context, settings=settings)
    connections = Connections()
    connections.group("endpoints", {"https": 443})
    groups = SecurityGroups(stack, "groups", context=context, network=network, connections=connections)
    InterfaceEndpoints(
        stack,
        "endpoints",
        context=context,
        network=network,
        security_group=groups.group("endpoints"),
        settings=InterfaceEndpointSettings(services=("logs",), zones=zones),
    )
