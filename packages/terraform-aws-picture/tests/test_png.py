"""PNG is drawn from the SVG, says which, and needs a library that may be absent."""

from __future__ import annotations

import sys

import pytest

from terraform_aws_picture import PictureError, is_png_of, png, png_available

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'


def test_a_png_has_the_size_of_the_svg_and_names_it() -> None:
    pytest.importorskip("resvg_py", reason="the extra `png` is not installed")
    assert png_available()
    content = png(SVG)
    assert content.startswith(b"\x89PNG")
    assert [int.from_bytes(content[at : at + 4]) for at in (16, 20)] == [20, 10]
    assert is_png_of(content, SVG)
    assert not is_png_of(content, SVG.replace("20", "30"))
    assert not is_png_of(b"\x89PNG", SVG)


def test_without_the_library_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert not png_available()
    with pytest.raises(
        PictureError, match=r"^PNG: got no resvg-py .*; install `terraform-aws-picture\[png\]`"
    ):
        png(SVG)
