"""A picture is complete, true to its JSON, and the same each time."""

from __future__ import annotations

from typing import Any

import pytest

from terraform_aws_picture import draw
from terraform_aws_picture.architecture.aws_services import REGIONAL
from terraform_aws_picture.drawing.canvas import ICONS, Canvas

Json = dict[str, Any]


@pytest.fixture
def documents(small: Json, large: Json) -> list[Json]:
    """Documents of several kinds."""
    without_network: Json = {
        "resource": {"aws_kms_key": {"one": {}}, "aws_s3_bucket": {"one": {}, "two": {}}}
    }
    return [small, large, without_network]


def test_every_resource_is_drawn_and_nothing_else(documents: list[Json], drawn: Any) -> None:
    for content in documents:
        expected = {f"{kind}.{key}" for kind, bodies in content["resource"].items() for key in bodies}
        assert drawn(draw("demo", content)).resources == expected


def test_every_service_is_named(documents: list[Json], drawn: Any) -> None:
    found = 0
    for content in documents:
        words = drawn(draw("demo", content)).words
        for service in content["resource"].get("aws_ecs_service", {}).values():
            found += 1
            assert service["name"].removeprefix("demo-").removesuffix("-service") in words
    assert found


def test_zones_and_subnets_are_named(documents: list[Json], drawn: Any) -> None:
    found = 0
    for content in documents:
        text = "\n".join(drawn(draw("demo", content)).words)
        for subnet in content["resource"].get("aws_subnet", {}).values():
            found += 1
            assert f"Availability Zone {subnet['availability_zone']}" in text
            assert subnet["cidr_block"] in text
    assert found


def test_the_order_of_the_json_changes_nothing(documents: list[Json]) -> None:
    for content in documents:
        resources = content["resource"]
        other = {kind: dict(reversed(resources[kind].items())) for kind in reversed(resources.keys())}
        assert draw("demo", {**content, "resource": other}) == draw("demo", content)


def test_only_icons_of_its_own_are_used(documents: list[Json]) -> None:
    for svg in (draw("demo", content) for content in documents):
        assert "://" not in svg.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert svg.count("<symbol ") == len({part.split('"')[0] for part in svg.split('<use href="#')[1:]})


def test_a_type_that_is_not_known_is_listed(small: Json, drawn: Any) -> None:
    small["resource"]["aws_quantum_teapot"] = {"one": {}, "two": {}}
    picture = drawn(draw("demo", small))
    assert "2 quantum teapots" in picture.words
    assert {"aws_quantum_teapot.one", "aws_quantum_teapot.two"} <= picture.resources


def test_what_is_written_in_names_is_text(small: Json, drawn: Any) -> None:
    small["resource"]["aws_ecs_service"]["api"]["name"] = 'demo-<a & "b">-service'
    assert '<a & "b">' in drawn(draw("demo", small)).words


def test_services_are_grouped_by_what_reaches_them(document: Any, drawn: Any) -> None:
    made = document()
    made.allow(made.service("site"), 443, cidr_ipv4="0.0.0.0/0")
    api = made.service("api", made.balancer("alb"))
    made.service("ledger", api)
    made.service("worker")
    words = drawn(draw("demo", made.content)).words
    titles = ["Open to the internet", "Behind the load balancer", "Internal services"]
    titles.append("Background: nothing may reach them")
    services = ["site", "api", "ledger", "worker"]
    assert [word for word in words if word in titles] == titles
    assert [word for word in words if word in services] == services


def test_regional_services_say_how_many_of_each(small: Json, drawn: Any) -> None:
    small["resource"]["aws_cloudwatch_metric_alarm"] = {"one": {}, "two": {}}
    small["resource"]["aws_cloudwatch_composite_alarm"] = {"both": {}}
    small["resource"]["aws_cloudwatch_log_group"] = {"api": {}}
    small["resource"]["aws_ecr_repository"] = {"api": {}, "mail": {}}
    words = drawn(draw("demo", small)).words
    assert {"3 alarms, 1 log group", "2 repositories"} <= set(words)


@pytest.mark.parametrize("name", sorted(path.stem for path in ICONS.glob("*.svg")))
def test_every_icon_can_be_drawn(name: str, drawn: Any) -> None:
    canvas = Canvas()
    canvas.icon(name, 0, 0, 64)
    assert drawn(canvas.svg(64, 64, name)).root.find(f".//*[@id='{name}']") is not None


def test_every_service_has_an_icon() -> None:
    assert {service.icon for service in REGIONAL} <= {path.stem for path in ICONS.glob("*.svg")}
