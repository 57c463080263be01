"""Whatever Terraform reads is drawn, and what it would not read is refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terraform_aws_picture import PictureError, draw

Json = dict[str, Any]


def in_lists(value: Json, depth: int) -> Json:
    """The same with each object of the upper levels in a list, as Terraform reads it too."""
    return {key: [in_lists(item, depth - 1)] if depth else item for key, item in value.items()}


def test_blocks_may_stand_in_lists(small: Json, large: Json) -> None:
    for content in (small, large):
        provider, resources = content["provider"], content["resource"]
        assert draw("demo", {"provider": [provider], "resource": [in_lists(resources, 2)]}) == draw(
            "demo", content
        )


def test_comments_are_passed_over(small: Json) -> None:
    expected = draw("demo", small)
    small["//"] = {"stackName": "demo"}
    small["resource"]["//"] = "written by hand"
    small["resource"]["aws_vpc"]["//"] = {"why": "a network"}
    small["resource"]["aws_vpc"]["network"]["//"] = ["aws_subnet.one"]
    assert draw("demo", small) == expected


def test_a_choice_of_a_flag_is_drawn_as_it_is_by_default(small: Json) -> None:
    service, *_ = small["resource"]["aws_ecs_service"].values()
    service["desired_count"] = 2
    expected = draw("demo", small)
    small["variable"] = {"off": {"type": "bool", "default": False}, "name": {"default": "x"}}
    service["desired_count"] = "${var.off ? 0 : 2}"
    assert draw("demo", small) == expected
    service["desired_count"] = "${var.name ? 0 : 2}"
    assert draw("demo", small) != expected


@pytest.mark.parametrize(
    ("provider", "region"),
    [
        ({}, "Region"),
        ({"aws": {"region": "eu-north-1"}}, "Region eu-north-1"),
        ({"aws": [{"region": "us-east-1", "alias": "us"}, {"region": "eu-north-1"}]}, "Region eu-north-1"),
        ({"aws": {"region": "${var.region}"}}, "Region"),
        ({"aws": {}, "random": {}}, "Region"),
    ],
)
def test_the_region_is_that_of_the_provider(drawn: Any, provider: Json, region: str) -> None:
    content = {"provider": provider, "resource": {"aws_sqs_queue": {"one": {}}}}
    assert region in drawn(draw("demo", content)).words


def test_resources_of_other_providers_are_listed(drawn: Any) -> None:
    content = {"resource": {"random_password": {"one": {"length": 20}}, "aws_ecs_service": {"one": {}}}}
    words = drawn(draw("demo", content)).words
    assert {"Other", "1 ecs service, 1 random password"} <= set(words)


def test_subnets_of_a_network_from_elsewhere_are_drawn(small: Json, drawn: Any) -> None:
    del small["resource"]["aws_vpc"]
    for number, subnet in enumerate(small["resource"]["aws_subnet"].values()):
        subnet["vpc_id"] = "${data.aws_vpc.shared.id}"
        subnet["availability_zone"] = f"${{data.aws_availability_zones.all.names[{number % 2}]}}"
        del subnet["tags"]
    words = drawn(draw("demo", small)).words
    assert {"VPC", "api"} <= set(words)
    assert "Availability Zone data.aws_availability_zones.all.names[1]" in words


def test_another_network_of_the_document_is_left_out(small: Json, drawn: Any) -> None:
    for subnet in small["resource"]["aws_subnet"].values():
        subnet["vpc_id"] = "${aws_vpc.network.id}"
    small["resource"]["aws_vpc"]["zone"] = {"cidr_block": "10.9.0.0/16"}
    other = {"vpc_id": "${aws_vpc.zone.id}", "availability_zone": "eu-west-1c", "cidr_block": "10.9.0.0/24"}
    small["resource"]["aws_subnet"]["other"] = other
    picture = drawn(draw("demo", small))
    assert "VPC 10.0.0.0/16" in picture.words
    assert "Availability Zone eu-west-1c" not in picture.words
    assert "aws_subnet.other" in picture.resources


@pytest.mark.parametrize("zone", [{}, {"availability_zone_id": "euw1-az1"}])
def test_subnets_of_one_zone_stand_below_each_other(small: Json, drawn: Any, zone: Json) -> None:
    for subnet in small["resource"]["aws_subnet"].values():
        del subnet["availability_zone"]
        subnet.update(zone)
    text = "\n".join(drawn(draw("demo", small)).words)
    assert f"Availability Zone {zone.get('availability_zone_id', 'chosen by AWS')}" in text
    assert all(subnet["cidr_block"] in text for subnet in small["resource"]["aws_subnet"].values())


def test_a_load_balancer_has_its_own_listeners_and_hosts(document: Any, drawn: Any) -> None:
    made = document()
    made.balancer("public", "api.demo.example")
    made.balancer("private", "admin.demo.example")
    made.balancer("asked", "${aws_lb.asked.dns_name}")
    made.add("lb", "ports", name="demo-ports", load_balancer_type="network", subnets=made.subnets("public"))
    words = drawn(draw("demo", made.content)).words
    assert {"hosts api", "hosts admin", "no listener", "Network Load Balancer · ports"} <= set(words)
    assert not [word for word in words if "${" in word]


def test_caches_that_are_reached_differently_have_their_own_numbers(document: Any, drawn: Any) -> None:
    made = document()
    made.cache("sessions", made.service("api"))
    made.cache("queues", made.service("worker"))
    picture = drawn(draw("demo", made.content))
    assert {number for name in ("sessions", "queues") for number in picture.near(name, above=True)} == {
        "1",
        "2",
    }


def test_a_rule_of_all_ports_reaches_databases_too(document: Any, drawn: Any) -> None:
    made = document()
    group = made.database("postgresql", made.service("api"))
    rules = made.resources["aws_vpc_security_group_ingress_rule"]
    (rule,) = rules.values()
    rule.update(ip_protocol="-1")
    del rule["from_port"], rule["to_port"]
    assert group == "postgresql"
    assert "postgresql · all" in drawn(draw("demo", made.content)).words


@pytest.mark.parametrize(
    ("content", "where", "got"),
    [
        ([], "the document", r"\[\]"),
        (None, "the document", "None"),
        ("{}", "the document", "'{}'"),
        ({"resource": "aws_vpc"}, "resource", "'aws_vpc'"),
        ({"resource": {"aws_vpc": 1}}, r"resource\.aws_vpc", "1"),
        ({"resource": {"aws_vpc": {"one": ["x"]}}}, r"resource\.aws_vpc\.one", "'x'"),
        ({"provider": {"aws": "eu-west-1"}}, r"provider\.aws", "'eu-west-1'"),
        ({"resource": "x" * 100}, "resource", r"'x{36}\.\.\."),
    ],
)
def test_what_is_no_document_is_refused(content: object, where: str, got: str) -> None:
    with pytest.raises(
        PictureError, match=f"^{where}: got {got}; allowed: .*; hand over what json.loads makes"
    ):
        draw("demo", content)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "${var.x}", "text", "${aws_vpc.network.id}"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["Name", "name"]), inner),
    max_leaves=4,
)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_no_argument_ends_in_a_traceback(large: Json, data: st.DataObject) -> None:
    """Values that Terraform may know after apply alone, or that another version of the provider takes."""
    kind = data.draw(st.sampled_from(sorted(large["resource"])))
    key = data.draw(st.sampled_from(sorted(large["resource"][kind])))
    body = large["resource"][kind][key]
    name = data.draw(st.sampled_from([*sorted(body), "tags", "name", "port"]))
    changed = {**body, name: data.draw(VALUES)}
    resources = {**large["resource"], kind: {**large["resource"][kind], key: changed}}
    assert draw("demo", {**large, "resource": resources}).startswith("<svg ")
