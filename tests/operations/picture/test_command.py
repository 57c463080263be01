"""The command's refusals, what it writes, and the picture that the README shows."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modules.errors import ProblemsError
from operations.picture import command, raster
from operations.picture.drawing import draw

PROJECT = Path(__file__).parents[3]
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
        command.write(tmp_path / "a.png", SVG)
    assert not list(tmp_path.iterdir())
    command.write(tmp_path / "a.svg", SVG)
    assert (tmp_path / "a.svg").read_text() == SVG


def test_a_png_has_the_size_of_the_svg_and_names_it(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py", reason="the extra `picture` is not installed")
    command.write(tmp_path / "a.png", SVG)
    content = (tmp_path / "a.png").read_bytes()
    assert content.startswith(b"\x89PNG")
    assert [int.from_bytes(content[at : at + 4]) for at in (16, 20)] == [20, 10]
    assert raster.source_of(content) == raster.digest(SVG)
    assert raster.source_of(b"\x89PNG") is None


def test_the_picture_shown_is_in_step(
    stacks: dict[str, Any], golden: Callable[[Path, str], None], request: pytest.FixtureRequest
) -> None:
    svg = draw("ohi-prod", stacks["ohi-prod"])
    golden(SHOWN, svg)
    shown = SHOWN.with_suffix(".png")
    if request.config.getoption("--update") and raster.source_of(shown.read_bytes()) != raster.digest(svg):
        command.write(shown, svg)
    assert raster.source_of(shown.read_bytes()) == raster.digest(svg), (
        "the PNG is of another SVG: make golden"
    )
