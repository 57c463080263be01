"""Which Node is chosen, and what every Node that is started preloads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cdktf_fast_synthesis import node


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither variable is set, and what the test sets is gone after it."""
    for name in ("JSII_NODE", "NODE_OPTIONS"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_the_nearest_node_above_the_package_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (tmp_path, tmp_path / "project"):
        (folder / "node_modules/.bin").mkdir(parents=True)
        (folder / "node_modules/.bin/node").touch()
    monkeypatch.setattr(node, "__file__", str(tmp_path / "project/modules/cdktf_fast_synthesis/node.py"))
    node.choose()
    assert os.environ["JSII_NODE"] == str(tmp_path / "project/node_modules/.bin/node")


def test_without_one_the_node_on_path_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "__file__", str(tmp_path / "node.py"))
    node.choose()
    assert "JSII_NODE" not in os.environ


def test_a_given_node_comes_before_the_nearest() -> None:
    node.choose("given/node")
    assert os.environ["JSII_NODE"] == "given/node"


def test_what_the_environment_names_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", "named/node")
    node.choose("given/node")
    assert os.environ["JSII_NODE"] == "named/node"


def test_options_of_ones_own_are_kept_and_the_hook_added_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--trace-warnings")
    node.preload_hook()
    node.preload_hook()
    assert os.environ["NODE_OPTIONS"] == f'--trace-warnings --require "{node.HOOK}"'


def test_a_path_is_quoted_for_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node, "HOOK", Path('a "good" project\\hook.cjs'))
    node.preload_hook()
    assert os.environ["NODE_OPTIONS"] == r'--require "a \"good\" project\\hook.cjs"'
