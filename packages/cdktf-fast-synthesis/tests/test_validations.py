"""The version of a program is asked for once for each requirement, with what stock cdktf finds: in Node."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

import cdktf_fast_synthesis
from cdktf_fast_synthesis import toolkit

pytestmark = pytest.mark.skipif(toolkit() == "cdktn", reason="on files of cdktf")

PACKAGE = Path(cdktf_fast_synthesis.__file__).parent
PROGRAM = Path(__file__).with_name("validating.cjs")
LOWER = ["terraform version 1.5.7 is lower than the required version >=2 for this construct. hint"]


@pytest.mark.parametrize(("without", "runs"), [("", 2), ("validations", 4)])
def test_a_program_runs_once_for_each_requirement(
    without: str, runs: int, run_node: Callable[..., CompletedProcess[str]], tmp_path: Path
) -> None:
    ran = run_node(PROGRAM, tmp_path / "runs", environment={"FAST_SYNTHESIS_WITHOUT": without})
    assert json.loads(ran.stdout) == {"found": [[], [], LOWER, LOWER], "runs": runs}


@pytest.fixture
def validate(elsewhere: Path, tmp_path: Path) -> Callable[..., int]:
    """`validate(command)`: how often the program ran in one process, with a copy of the package."""
    hook = elsewhere / PACKAGE.name / "kernel_hook.cjs"

    def validate(command: str, **environment: str) -> int:
        runs = tmp_path / "runs"
        runs.unlink(missing_ok=True)
        ran = subprocess.run(
            [os.environ.get("JSII_NODE", "node"), "--require", hook, PROGRAM, runs, command],
            env={
                **os.environ,
                "NODE_OPTIONS": "",
                "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
                "PYTHONDONTWRITEBYTECODE": "",
                "RUNS": str(runs),
                **environment,
            },
            capture_output=True,
            text=True,
            check=True,
        )
        found = json.loads(ran.stdout)
        assert found["found"] == [[], [], LOWER, LOWER]
        return int(found["runs"])

    return validate


def _write(program: Path, built_of: str = "github.com/hashicorp/terraform", padding: int = 0) -> None:
    text = f'#!/bin/sh\n# {"x" * padding}path\t{built_of}\necho ran >> "$RUNS"\necho Terraform v1.5.7\n'
    program.write_text(text)
    program.chmod(0o755)


@pytest.mark.parametrize("named", ["terraform", "tofu", "in a folder"])
def test_terraforms_own_answer_is_kept_until_its_file_is_another(
    named: str, validate: Callable[..., int], tmp_path: Path
) -> None:
    program = tmp_path / ("terraform" if named == "in a folder" else named)
    command = f"{program if named == 'in a folder' else named} version"
    _write(program)
    assert [validate(command), validate(command)] == [1, 0]
    _write(program, padding=1)
    assert [validate(command), validate(command)] == [1, 0]
    assert validate(command, FAST_SYNTHESIS_WITHOUT="validations") == 4


# The second mebibyte begins within the words that tell Terraform, or after them.
@pytest.mark.parametrize("padding", [(1 << 20) - 40, (1 << 20) - 20, 1 << 20, 3 << 20])
def test_terraform_is_told_wherever_its_file_says_so(
    padding: int, validate: Callable[..., int], tmp_path: Path
) -> None:
    _write(tmp_path / "terraform", padding=padding)
    assert [validate("terraform version"), validate("terraform version")] == [1, 0]


@pytest.mark.parametrize("built_of", ["github.com/tofuutils/tenv", "github.com/hashicorp/terraform/x"])
def test_what_only_answers_for_terraform_is_asked_in_each_run(
    built_of: str, validate: Callable[..., int], tmp_path: Path
) -> None:
    _write(tmp_path / "terraform", built_of)
    assert [validate("terraform version"), validate("terraform version")] == [2, 2]


def test_nothing_is_kept_where_python_keeps_nothing(validate: Callable[..., int], tmp_path: Path) -> None:
    _write(tmp_path / "terraform")
    unkept = {"PYTHONDONTWRITEBYTECODE": "1"}
    assert [validate("terraform version", **unkept) for _ in range(2)] == [2, 2]
