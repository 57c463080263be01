"""Numbers and arrows say what the rules of security groups say."""

from __future__ import annotations

from typing import Any

import pytest

from terraform_aws_picture.architecture.connections import Connection
from terraform_aws_picture.architecture.document import TerraformDocument, references
from terraform_aws_picture.architecture.network import Network, SubnetType, network
from terraform_aws_picture.drawing.picture import draw

Json = dict[str, Any]


def read(name: str, content: Json) -> Network:
    """The network of a document that has one."""
    found = network(TerraformDocument(name, content))
    assert found is not None
    return found


def to(found: Network, address: str) -> Connection:
    """The one connection to a component."""
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


def test_a_card_has_the_numbers_of_what_it_sends_and_receives(small: Json, drawn: Any) -> None:
    picture = drawn(draw("demo", small))
    assert picture.near("api") == ["1", "2"]
    assert picture.near("worker") == ["1"]
    small["resource"]["aws_vpc_security_group_ingress_rule"].pop("mail-from-worker")
    assert drawn(draw("demo", small)).near("worker") == []


def test_a_file_system_is_told_from_the_service_whose_group_it_shares(document: Any) -> None:
    made = document()
    group = made.service("search", made.service("api"))
    made.files("index", group, group=group)
    found = read("demo", made.content)
    files = to(found, "aws_efs_file_system.index")
    assert files.ports == ("2049",)
    assert files.sources == {"aws_ecs_service.search"}
    assert to(found, "aws_ecs_service.search").ports == ("8080",)


def test_tiers_are_colored_by_their_routes(small: Json) -> None:
    assert {tier.name: tier.subnet_type for tier in read("demo", small).tiers} == {
        "public": SubnetType.PUBLIC,
        "private": SubnetType.ISOLATED,
    }


@pytest.mark.parametrize(
    "kind", ["aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"]
)
def test_every_rule_between_groups_is_in_a_connection(small: Json, large: Json, kind: str) -> None:
    checked = 0
    for content in (small, large):
        said = {address for one in read("demo", content).connections for address in one.resources}
        for key, rule in content["resource"].get(kind, {}).items():
            if references(rule.get("referenced_security_group_id")):
                checked += 1
                assert f"{kind}.{key}" in said
    assert checked


def test_ways_out_are_told_by_where_they_lead(document: Any) -> None:
    made = document()
    made.nat()
    made.endpoint("s3", None)
    group = made.service("api")
    lists = "${aws_vpc_endpoint.s3.prefix_list_id}"
    for port, where in (
        (443, {"cidr_ipv4": "0.0.0.0/0"}),
        (27017, {"cidr_ipv4": "0.0.0.0/0", "description": "documents elsewhere"}),
        (443, {"prefix_list_id": lists}),
        (22, {"cidr_ipv4": "192.0.2.0/24"}),
    ):
        made.allow_out(group, port, **where)
    outside = {one.target: one.ports for one in read("demo", made.content).connections}
    assert outside == {
        "internet, by NAT": ("443",),
        "documents elsewhere": ("27017",),
        "gateway endpoint s3": ("443",),
        "192.0.2.0/24": ("22",),
    }
