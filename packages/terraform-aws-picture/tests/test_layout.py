"""Whatever a document holds, its picture is readable: nothing over something else, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from terraform_aws_picture import draw
from terraform_aws_picture.drawing.texts import text_width

Json = dict[str, Any]
Box = tuple[float, float, float, float]


def text_boxes(picture: Any) -> Iterator[tuple[Box, str]]:
    """What each text covers, by the widest of the fonts."""
    for text in picture.texts:
        size = float(text.get("font-size"))
        width = text_width(text.text, size, bold="font-weight" in text.attrib)
        left = float(text.get("x")) - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
        base = float(text.get("y"))
        yield (left, base - 0.75 * size, left + width, base), text.text


def overlap(one: Box, other: Box, allowed: float = 0) -> bool:
    """Whether two boxes overlap by more than is allowed."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > allowed and down > allowed


def within(one: Box, other: Box) -> bool:
    """Whether a box lies in another."""
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]


def check(picture: Any) -> None:
    """Everything that makes a picture readable."""
    width, height = (float(picture.root.get(side)) for side in ("width", "height"))
    cards = sorted(picture.boxes("cards"))
    texts = sorted(text_boxes(picture))
    for box in [*cards, *picture.boxes("boxes"), *(box for box, _ in texts)]:
        assert within(box, (0, 0, width, height)), box
    for one, other in combinations(cards, 2):
        assert not overlap(one, other) or within(one, other) or within(other, one), (one, other)
    for (one, text), (other, another) in combinations(texts, 2):
        assert not overlap(one, other, allowed=1), (text, another)
    numbers = [(float(one.get("cx")), float(one.get("cy"))) for one in picture.circles]
    for (x, y), (a, b) in combinations(numbers, 2):
        assert (x - a) ** 2 + (y - b) ** 2 >= 17**2, ((x, y), (a, b))
    for box, text in texts:
        for card in cards:
            # A text that starts on a card ends on it.
            if within((*box[:2], *box[:2]), card) and text not in picture.marks:
                assert within(box, card), text


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much of each a document has."""

    zones: str = "ab"
    balancers: int = 0
    fronted: int = 0
    internal: int = 0
    background: int = 0
    databases: int = 0
    replicas: int = 0
    caches: int = 0
    aurora: int = 0
    file_systems: int = 0
    functions: int = 0
    endpoints: int = 0
    others: int = 0
    nat: bool = False
    both_ways: bool = False
    website: bool = False
    zone: bool = False


def build(document: Any, counts: Counts) -> Json:
    """A document with so much of each."""
    made = document(counts.zones)
    services = add_services(made, counts)
    repeated: list[tuple[int, Callable[[int], object]]] = [
        (counts.databases, lambda n: made.database(f"database-{n}", *services[n:], replicas=counts.replicas)),
        (counts.caches, lambda n: made.cache(f"cache-{n}", *services[: n + 1])),
        (counts.aurora, lambda n: made.cluster(f"aurora-{n}", n)),
        (counts.file_systems, lambda n: made.files(f"files-{n}", *services[:1])),
        (counts.functions, lambda n: made.function(f"function-{n}")),
        (counts.endpoints, lambda n: made.endpoint(f"service-{n}", "endpoints")),
        (counts.others, lambda n: made.add(f"teapot_{n}", "one")),
        (counts.nat, lambda _: made.nat()),
        (counts.website, lambda _: made.website()),
        (counts.zone, lambda _: made.zone()),
    ]
    for count, add in repeated:
        for number in range(count):
            add(number)
    return dict(made.content)


def add_services(made: Any, counts: Counts) -> list[str]:
    """Services behind load balancers, behind those, and behind none."""
    balancers = [made.balancer(f"alb-{number}") for number in range(counts.balancers)]
    fronted = [made.service(f"front-{number}", *balancers) for number in range(counts.fronted)]
    inside = [made.service(f"inside-{number}", *fronted) for number in range(counts.internal)]
    workers = [made.service(f"worker-{number}") for number in range(counts.background)]
    if inside and counts.both_ways:
        for group in [*workers, *fronted]:
            made.allow(inside[0], 9000, group)
        for group in [*fronted, *inside[1:]]:
            made.allow(group, 9001, inside[0])
    return [*fronted, *inside, *workers]


FEW, SOME, MANY = st.integers(0, 2), st.integers(0, 5), st.integers(0, 14)
COUNTS = st.builds(
    Counts,
    zones=st.sampled_from(["a", "ab", "abc", "abcdef"]),
    balancers=FEW,
    fronted=MANY,
    internal=MANY,
    background=MANY,
    databases=SOME,
    replicas=FEW,
    caches=SOME,
    aurora=SOME,
    file_systems=FEW,
    functions=SOME,
    endpoints=MANY,
    others=MANY,
    nat=st.booleans(),
    both_ways=st.booleans(),
    website=st.booleans(),
    zone=st.booleans(),
)
SMALL = Counts(balancers=1, fronted=1, databases=1)


@settings(deadline=None, max_examples=60)
@given(counts=COUNTS)
@example(counts=Counts())
@example(counts=replace(SMALL, zone=True))
@example(counts=replace(SMALL, website=True))
@example(counts=replace(SMALL, zones="a", functions=5, endpoints=14))
def test_any_picture_is_readable(document: Any, drawn: Any, counts: Counts) -> None:
    check(drawn(draw("demo", build(document, counts))))


@settings(deadline=None, max_examples=30)
@given(counts=COUNTS)
def test_every_resource_is_drawn_and_nothing_else(document: Any, drawn: Any, counts: Counts) -> None:
    content = build(document, counts)
    expected = {f"{kind}.{key}" for kind, bodies in content["resource"].items() for key in bodies}
    assert drawn(draw("demo", content)).resources == expected


def test_a_zone_without_a_distribution_stands_above_the_region(document: Any, drawn: Any) -> None:
    picture = drawn(draw("demo", build(document, replace(SMALL, zone=True))))
    places = {text: box for box, text in text_boxes(picture)}
    assert places["Route 53"][3] < places["Region eu-west-1"][1]
    check(picture)


@pytest.mark.parametrize("name", ["x" * 300, "", "demo"])
@pytest.mark.parametrize("make", [lambda large: large, lambda _: {}, lambda _: {"resource": {}}])
def test_the_title_fits(large: Json, drawn: Any, name: str, make: Callable[[Json], Json]) -> None:
    check(drawn(draw(name, make(large))))
