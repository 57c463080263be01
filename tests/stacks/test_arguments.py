"""`python main.py` takes no arguments, and says what takes their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.running import run_main


@pytest.mark.parametrize(
    ("arguments", "got", "fix"),
    [
        (("ohi-dev",), "'ohi-dev'", "INFRA_STACKS='ohi-dev' python main.py"),
        (("ohi-dev", "account"), "'ohi-dev' 'account'", "INFRA_STACKS='ohi-dev,account' python main.py"),
        (("--stack", "ohi-dev"), "'--stack' 'ohi-dev'", "INFRA_STACKS='ohi-dev' python main.py"),
        (("-v",), "'-v'", "INFRA_STACKS=… python main.py"),
    ],
)
def test_an_argument_is_refused_with_the_variable_that_is_meant(
    arguments: tuple[str, ...], got: str, fix: str, tmp_path: Path
) -> None:
    run = run_main(tmp_path / "output", *arguments)
    assert run.returncode == 2
    assert run.stderr == (
        f"python main.py: got {got}; allowed: no arguments; to narrow synthesis to stacks: {fix}\n"
    )
    assert run.stdout == ""
    assert not (tmp_path / "output").exists()


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("ohi-dev", "--help")])
def test_help_says_how_it_is_used(arguments: tuple[str, ...], tmp_path: Path) -> None:
    run = run_main(tmp_path / "output", *arguments)
    assert run.returncode == 0
    assert run.stdout.startswith("Usage: python main.py\n")
    assert "INFRA_STACKS=" in run.stdout
    assert run.stderr == ""
    assert not (tmp_path / "output").exists()
