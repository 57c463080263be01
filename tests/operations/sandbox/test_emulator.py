"""The emulator as the command starts it: its refusals are sentences, and only the sandbox needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from modules.errors import ProblemsError
from operations.sandbox.emulator import started_emulator
from tests.running import PROJECT

HELP = """
import sys
sys.modules["aws_emulator"] = None  # as if it were not installed
sys.argv = ["infra", "--help"]
from operations import cli
cli.main()
"""


def test_without_the_package_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aws_emulator", None)
    with (
        pytest.raises(ProblemsError, match=r"^emulator: aws-emulator is not installed; make setup$"),
        started_emulator(port=0, log=tmp_path / "log"),
    ):
        pytest.fail("it started")


def test_the_other_commands_need_no_emulator() -> None:
    run = subprocess.run(
        [sys.executable, "-c", HELP], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "sandbox" in run.stdout
