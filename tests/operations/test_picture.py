"""The command's refusals, what it writes, and the pictures of every stack."""

from __future__ import annotations

import json
import math
import sys
import tomllib
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from modules.errors import ProblemsError
from operations import picture as command
from terraform_aws_picture import draw, is_png_of
from tests.running import PROJECT

Json = dict[str, Any]
SHOWN = PROJECT / "stacks/ohi/architecture.svg"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'


def test_an_unknown_stack_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ProblemsError, match=r"stack: got 'ohi-pord'; allowed: .*ohi-prod.*; name one of these"
    ):
        command.picture("ohi-pord")


@pytest.mark.parametrize(
    ("output", "said"),
    [("a.gif", r"got 'a\.gif'; allowed: \.svg or \.png"), ("no-such-folder/a.svg", "no-such-folder is not")],
)
def test_a_file_that_cannot_be_is_refused_before_anything_is_done(output: str, said: str) -> None:
    with pytest.raises(ProblemsError, match=said):
        command.picture("ohi-dev", output=Path(output))


def test_without_the_library_it_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(
        ProblemsError, match=r"resvg-py is not installed; run `pip install -e '\.\[picture\]'`"
    ):
        command.picture("ohi-dev", output=tmp_path / "a.png")
    assert not list(tmp_path.iterdir())
    command.write(tmp_path / "a.svg", SVG)
    assert (tmp_path / "a.svg").read_text() == SVG


def test_the_extra_is_that_of_the_package() -> None:
    own = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    package = tomllib.loads((PROJECT / "packages/terraform-aws-picture/pyproject.toml").read_text())
    extras = [one["project"]["optional-dependencies"] for one in (own, package)]
    assert extras[0]["picture"] == extras[1]["png"]


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.svg").mkdir()
    with pytest.raises(ProblemsError, match=r"a\.svg: cannot be written: "):
        command.write(tmp_path / "a.svg", SVG)


@pytest.mark.parametrize("name", ["a.svg", "a.png", "a.PNG"])
def test_it_says_how_large_the_file_is_that_it_wrote(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("resvg_py", reason="the extra `picture` is not installed")
    monkeypatch.setattr(command, "synthesized", lambda _: {"resource": {"aws_sqs_queue": {"one": {}}}})
    command.picture("ohi-dev", output=tmp_path / name)
    content = (tmp_path / name).read_bytes()
    assert content.startswith(b"<svg" if name == "a.svg" else b"\x89PNG")
    assert capsys.readouterr().err.strip().endswith(f"{name}: ohi-dev, {math.ceil(len(content) / 1000)} kB")


def test_the_picture_shown_is_in_step(
    stacks: dict[str, Json], golden: Callable[[Path, str], None], request: pytest.FixtureRequest
) -> None:
    svg = draw("ohi-prod", stacks["ohi-prod"])
    golden(SHOWN, svg)
    shown = SHOWN.with_suffix(".png")
    if request.config.getoption("--update") and not is_png_of(shown.read_bytes(), svg):
        command.write(shown, svg)
    assert is_png_of(shown.read_bytes(), svg), "the PNG is of another SVG: make golden"


# Whatever the stacks come to hold, their pictures are whole.


@pytest.fixture(scope="module")
def pictures(stacks: dict[str, Json]) -> dict[str, Xml.Element]:
    """The picture of every stack, as elements."""
    return {name: Xml.fromstring(draw(name, content)) for name, content in stacks.items()}  # noqa: S314


def words(picture: Xml.Element) -> list[str]:
    """The texts of a picture."""
    return [str(text.text) for text in picture.iter("{http://www.w3.org/2000/svg}text")]


def boxes(picture: Xml.Element, layer: str) -> Iterator[tuple[float, float, float, float]]:
    """Left, top, right and bottom of the boxes of a layer."""
    group = next(one for one in picture if one.get("id") == layer)
    for box in group.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, width, height = (float(box.get(name, "0")) for name in ("x", "y", "width", "height"))
        yield x, y, x + width, y + height


def test_every_resource_is_drawn_and_nothing_else(
    stacks: dict[str, Json], pictures: dict[str, Xml.Element]
) -> None:
    for name, picture in pictures.items():
        resources = stacks[name]["resource"]
        expected = {f"{kind}.{key}" for kind, bodies in resources.items() for key in bodies}
        drawn = {address for one in picture.iter() for address in one.get("data-resources", "").split()}
        assert drawn == expected, name


def test_every_service_is_named(stacks: dict[str, Json], pictures: dict[str, Xml.Element]) -> None:
    found = 0
    for name, picture in pictures.items():
        for service in stacks[name]["resource"].get("aws_ecs_service", {}).values():
            found += 1
            assert service["name"].removeprefix(f"{name}-").removesuffix("-service") in words(picture), name
    assert found


def test_zones_and_subnets_are_named(stacks: dict[str, Json], pictures: dict[str, Xml.Element]) -> None:
    found = 0
    for name, picture in pictures.items():
        text = "\n".join(words(picture))
        for subnet in stacks[name]["resource"].get("aws_subnet", {}).values():
            found += 1
            assert f"Availability Zone {subnet['availability_zone']}" in text
            assert subnet["cidr_block"] in text
    assert found


def test_the_order_of_the_json_changes_nothing(stacks: dict[str, Json]) -> None:
    for name, content in stacks.items():
        other = json.loads(json.dumps(content))
        resources = other["resource"]
        other["resource"] = {kind: dict(reversed(resources[kind].items())) for kind in reversed(resources)}
        assert draw(name, other) == draw(name, content), name


def test_cards_do_not_overlap(pictures: dict[str, Xml.Element]) -> None:
    for name, picture in pictures.items():
        for one, other in combinations(sorted(boxes(picture, "cards")), 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            within = one[0] <= other[0] and one[1] <= other[1] and one[2] >= other[2] and one[3] >= other[3]
            assert apart or within, f"{name}: {one} and {other}"


def test_everything_stands_on_the_canvas(pictures: dict[str, Xml.Element]) -> None:
    for name, picture in pictures.items():
        width, height = (float(picture.get(side, "0")) for side in ("width", "height"))
        for layer in ("boxes", "cards"):
            for left, top, right, bottom in boxes(picture, layer):
                assert 0 <= left <= right <= width, name
                assert 0 <= top <= bottom <= height, name
