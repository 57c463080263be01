"""The Makefile at a terminal: its help fits one, and `make format` does all that it can."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.running import PROJECT


def make(*words: str, directory: Path = PROJECT) -> subprocess.CompletedProcess[str]:
    """Run make there; what a target needs installed is taken as it is."""
    command = ["make", "--silent", "--old-file=setup", *words]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)


def test_help_fits_a_terminal_of_80_columns() -> None:
    lines = make("help").stdout.splitlines()
    assert "make help          This list" in lines
    assert [line for line in lines if len(line) > 80] == []


def test_format_sorts_and_formats_whatever_else_is_wrong(tmp_path: Path) -> None:
    for file in ("Makefile", "pyproject.toml"):
        shutil.copy(PROJECT / file, tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    broken = tmp_path / "broken.py"
    numbers = ", ".join(map(str, range(100, 140)))
    broken.write_text(f'"""Broken."""\nimport sys\nimport os\n\nprint(os, sys, undefined, {numbers})\n')
    formatted = make("format", directory=tmp_path)
    assert formatted.returncode != 0
    assert "F821" in formatted.stdout
    # A line that is too long only as long as it isn't formatted is no mistake to people.
    assert "E501" not in formatted.stdout
    assert "import os\nimport sys\n" in broken.read_text()
