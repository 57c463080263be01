"""A resource that nothing can change is turned into JSON and resolved once, and the same is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from cdktf_fast_synthesis import toolkit

pytestmark = pytest.mark.skipif(
    toolkit() == "cdktn", reason="cdktn prepares in another way, and is left as it is"
)

PROGRAM = Path(__file__).with_name("preparing.cjs")
WITHIN_THE_STACK = ("first", "second", "called", "depending", "valued")
BEYOND = ("crossing", "lazy", "asking")
Synthesize = Callable[..., dict[str, Any]]


@pytest.fixture
def synthesize(run_node: Callable[..., CompletedProcess[str]], tmp_path: Path) -> Synthesize:
    """`synthesize(addition, **environment)`: the application of preparing.cjs with one addition."""

    def synthesize(addition: str, **environment: str) -> dict[str, Any]:
        ran = run_node(PROGRAM, tmp_path / addition, addition, environment=environment)
        found: dict[str, Any] = json.loads(ran.stdout)
        return found

    return synthesize


def test_only_what_names_other_stacks_or_is_produced_is_resolved_again(synthesize: Synthesize) -> None:
    turned = synthesize("nothing")["turned"]
    assert turned == {**dict.fromkeys(WITHIN_THE_STACK, 1), **dict.fromkeys(BEYOND, 2)}


@pytest.mark.parametrize(
    ("addition", "times"), [("nothing", 1), ("aspect", 2), ("validation", 2), ("again", 2), ("outside", 3)]
)
def test_the_same_is_written(addition: str, times: int, synthesize: Synthesize) -> None:
    ours, stock = synthesize(addition), synthesize(addition, FAST_SYNTHESIS_WITHOUT="prepared")
    assert ours["written"] == stock["written"]
    assert ours["turned"]["first"] == times
    assert stock["turned"]["first"] == {"again": 4, "outside": 4}.get(addition, 2)
