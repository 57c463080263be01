"""The version of a program is asked for once for each requirement, with what stock cdktf finds: in Node."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from cdktf_fast_synthesis import toolkit

pytestmark = pytest.mark.skipif(toolkit() == "cdktn", reason="on files of cdktf")

PROGRAM = Path(__file__).with_name("validating.cjs")


@pytest.mark.parametrize(("without", "runs"), [("", 2), ("validations", 4)])
def test_a_program_runs_once_for_each_requirement(
    without: str, runs: int, run_node: Callable[..., CompletedProcess[str]], tmp_path: Path
) -> None:
    ran = run_node(PROGRAM, tmp_path / "runs", environment={"FAST_SYNTHESIS_WITHOUT": without})
    lower = ["terraform version 1.5.7 is lower than the required version >=2 for this construct. hint"]
    assert json.loads(ran.stdout) == {"found": [[], [], lower, lower], "runs": runs}
