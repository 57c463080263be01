"""The picture of every stack: complete, true to its JSON, the same each time, nothing over something else."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest

from operations.picture.drawing import draw
from operations.picture.texts import text_width

Json = dict[str, Any]


@pytest.fixture(scope="module")
def pictures(stacks: dict[str, Json]) -> dict[str, str]:
    """The SVG of every stack."""
    return {name: draw(name, content) for name, content in stacks.items()}


def test_every_resource_is_drawn_and_nothing_else(
    stacks: dict[str, Json], pictures: dict[str, str], drawn: Any
) -> None:
    for name, svg in pictures.items():
        resources = stacks[name]["resource"]
        expected = {f"{kind}.{key}" for kind, bodies in resources.items() for key in bodies}
        assert drawn(svg).resources == expected, name


def test_every_service_is_named(stacks: dict[str, Json], pictures: dict[str, str], drawn: Any) -> None:
    found = 0
    for name, svg in pictures.items():
        words = drawn(svg).words
        for service in stacks[name]["resource"].get("aws_ecs_service", {}).values():
            found += 1
            assert service["name"].removeprefix(f"{name}-").removesuffix("-service") in words, name
    assert found


def test_zones_and_subnets_are_named(stacks: dict[str, Json], pictures: dict[str, str], drawn: Any) -> None:
    for name, svg in pictures.items():
        text = "\n".join(drawn(svg).words)
        for subnet in stacks[name]["resource"].get("aws_subnet", {}).values():
            assert f"Availability Zone {subnet['availability_zone']}" in text
            assert subnet["cidr_block"] in text


def test_the_order_of_the_json_changes_nothing(stacks: dict[str, Json], pictures: dict[str, str]) -> None:
    for name, svg in pictures.items():
        content = json.loads(json.dumps(stacks[name]))
        resources = content["resource"]
        content["resource"] = {
            kind: dict(reversed(resources[kind].items())) for kind in reversed(resources.keys())
        }
        assert draw(name, content) == svg, name


def test_cards_do_not_overlap(pictures: dict[str, str], drawn: Any) -> None:
    for name, svg in pictures.items():
        for one, other in combinations(sorted(drawn(svg).boxes("cards")), 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            within = one[0] <= other[0] and one[1] <= other[1] and one[2] >= other[2] and one[3] >= other[3]
            assert apart or within, f"{name}: {one} and {other}"


def test_everything_stands_on_the_canvas(pictures: dict[str, str], drawn: Any) -> None:
    for name, svg in pictures.items():
        picture = drawn(svg)
        width, height = (float(picture.root.get(side)) for side in ("width", "height"))
        for layer in ("boxes", "cards"):
            for left, top, right, bottom in picture.boxes(layer):
                assert 0 <= left <= right <= width, name
                assert 0 <= top <= bottom <= height, name
        for text in picture.texts:
            long = text_width(text.text, float(text.get("font-size")), bold="font-weight" in text.attrib)
            start = (
                float(text.get("x")) - {"start": 0, "middle": long / 2, "end": long}[text.get("text-anchor")]
            )
            assert start >= 0, f"{name}: {text.text}"
            assert start + long <= width, f"{name}: {text.text}"


def test_only_icons_of_its_own_are_used(pictures: dict[str, str]) -> None:
    for svg in pictures.values():
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


def test_regional_services_say_how_many_of_each(small: Json, drawn: Any) -> None:
    small["resource"]["aws_cloudwatch_metric_alarm"] = {"one": {}, "two": {}}
    small["resource"]["aws_cloudwatch_composite_alarm"] = {"both": {}}
    small["resource"]["aws_cloudwatch_log_group"] = {"api": {}}
    small["resource"]["aws_ecr_repository"] = {"api": {}, "mail": {}}
    words = drawn(draw("demo", small)).words
    assert {"3 alarms, 1 log group", "2 repositories"} <= set(words)
