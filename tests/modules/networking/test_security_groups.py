"""Security groups and rules as they are synthesized."""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import IPv4Network
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.networking.security_groups import SecurityGroups

Json = dict[str, Any]
INGRESS, EGRESS = "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"
RULES = (INGRESS, EGRESS)


def test_rules_are_resources_of_their_own_never_inline(stack: Json) -> None:
    groups = stack["resource"]["aws_security_group"].values()
    assert len(groups) == 4
    assert not any(group.get("ingress") or group.get("egress") for group in groups)
    assert "aws_security_group_rule" not in stack["resource"]


def test_groups_are_replaced_before_they_are_destroyed(stack: Json) -> None:
    groups = stack["resource"]["aws_security_group"].values()
    assert all(group["lifecycle"] == {"create_before_destroy": True} for group in groups)
    assert all(group["name_prefix"].endswith("-") and "name" not in group for group in groups)


def test_every_rule_is_for_one_port_and_one_address(stack: Json) -> None:
    rules = [rule for kind in RULES for rule in stack["resource"][kind].values()]
    assert len(rules) == 10
    ways = {"cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id"}
    for rule in rules:
        assert rule["from_port"] == rule["to_port"] > 0
        assert rule["ip_protocol"] == "tcp"
        assert len(ways & rule.keys()) == 1
        assert re.fullmatch(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}", rule["description"])


def test_the_internet_may_reach_the_load_balancer_alone(stack: Json) -> None:
    opened = [
        rule for rule in stack["resource"][INGRESS].values() if rule.get("cidr_ipv4", "").endswith("/0")
    ]
    assert {rule["from_port"] for rule in opened} == {80, 443}
    assert all("groups_alb_" in rule["security_group_id"] for rule in opened)


def test_each_rule_between_groups_has_its_counterpart(stack: Json) -> None:
    """Whoever may be reached can be reached: no half of a connection is missing."""

    def pairs(kind: str, source: str, target: str) -> set[tuple[str, str, int]]:
        rules = stack["resource"][kind].values()
        among = [rule for rule in rules if "referenced_security_group_id" in rule]
        return {(rule[source], rule[target], rule["from_port"]) for rule in among}

    inward = pairs(INGRESS, "referenced_security_group_id", "security_group_id")
    outward = pairs(EGRESS, "security_group_id", "referenced_security_group_id")
    assert inward == outward
    assert len(inward) == 3


def test_a_group_that_nobody_declared_is_named() -> None:
    groups = object.__new__(SecurityGroups)
    groups._groups = {"web": object(), "store": object()}
    with pytest.raises(ProblemsError, match="security group: got 'stor'; allowed: web, store; correct"):
        groups.group("stor")


def test_a_port_that_changes_is_open_with_both_numbers_and_the_old_one_after_the_new(
    synthesize_module: Callable[..., Json],
) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.networking.connections import Connections
        from modules.networking.network import Network
        from modules.networking.security_groups import SecurityGroups
        from modules.networking.settings import NatGateways, NetworkSettings

        connections = Connections()
        caller = connections.group("caller")
        # However they are sorted.
        api = connections.group("api", {"http-before": 8080, "http": 9090})
        caller.connects_to(api, reason="calls")
        settings = NetworkSettings(
            cidr=IPv4Network("10.0.0.0/16"), zones=("a", "b"), nat_gateways=NatGateways.NONE
        )
        network = Network(stack, "network", context=context, settings=settings)
        SecurityGroups(stack, "groups", context=context, network=network, connections=connections)

    document = synthesize_module(build)
    for kind in RULES:
        rules = document["resource"][kind]
        by_port = {rule["from_port"]: (f"{kind}.{name}", rule) for name, rule in rules.items()}
        assert sorted(by_port) == [8080, 9090]
        (new, rule), (_, old) = by_port[9090], by_port[8080]
        assert (old["depends_on"], "depends_on" in rule) == ([new], False)
