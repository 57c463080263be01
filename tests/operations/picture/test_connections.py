"""Numbers and arrows say what the rules of security groups say."""

from __future__ import annotations

from typing import Any

import pytest

from operations.picture.connections import Connection
from operations.picture.drawing import draw
from operations.picture.network import Network, Reach, network
from operations.picture.synthesized import SynthesizedStack, references

Json = dict[str, Any]


def read(name: str, content: Json) -> Network:
    """The network of a stack that has one."""
    found = network(SynthesizedStack(name, content))
    assert found is not None
    return found


def to(found: Network, address: str) -> Connection:
    """The one connection to a thing."""
    (one,) = [one for one in found.connections if address in one.targets]
    return one


def test_a_connection_has_the_sources_and_ports_of_its_rules(small: Json) -> None:
    mail = to(read("demo", small), "aws_ecs_service.mail")
    assert mail.sources == {"aws_ecs_service.api", "aws_ecs_service.worker"}
    assert mail.ports == ("25",)
    assert to(read("demo", small), "aws_db_instance.database").ports == ("5433",)


def test_what_only_comes_in_has_no_number(small: Json) -> None:
    found = read("demo", small)
    assert to(found, "aws_lb.balancer").number == 0
    assert to(found, "aws_ecs_service.api").number == 0
    assert sorted(one.number for one in found.connections) == [0, 0, 1, 2]


def test_a_card_has_the_numbers_of_what_it_sends_and_receives(small: Json, drawn: Any, near: Any) -> None:
    picture = drawn(draw("demo", small))
    assert near(picture, "api") == ["1", "2"]
    assert near(picture, "worker") == ["1"]
    small["resource"]["aws_vpc_security_group_ingress_rule"].pop("mail-from-worker")
    assert near(drawn(draw("demo", small)), "worker") == []


def test_a_file_system_is_told_from_the_service_whose_group_it_shares(stacks: dict[str, Json]) -> None:
    content = stacks["ohi-prod"]
    (storage,) = content["resource"]["aws_efs_file_system"]
    files = to(read("ohi-prod", content), f"aws_efs_file_system.{storage}")
    assert files.ports == ("2049",)
    assert [source.split(".")[0] for source in files.sources] == ["aws_ecs_service"]


def test_tiers_are_coloured_by_their_routes(small: Json) -> None:
    assert {tier.name: tier.reach for tier in read("demo", small).tiers} == {
        "public": Reach.PUBLIC,
        "private": Reach.ISOLATED,
    }


@pytest.mark.parametrize(
    "kind", ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"]
)
def test_every_rule_between_groups_is_in_a_connection(stacks: dict[str, Json], kind: str) -> None:
    checked = 0
    for name, content in stacks.items():
        found = network(SynthesizedStack(name, content))
        said = {address for one in (found.connections if found else ()) for address in one.resources}
        for key, rule in content["resource"].get(kind, {}).items():
            if references(rule.get("referenced_security_group_id")):
                checked += 1
                assert f"{kind}.{key}" in said, name
    assert checked
