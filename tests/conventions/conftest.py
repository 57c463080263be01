"""What the conventions are checked on: the text of every file that is, or could be, committed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

_PROJECT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """Text by path, relative to the project, of every file that git does not ignore."""
    listed = subprocess.run(
        ["git", "-C", _PROJECT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: which files belong to the project is unknown")
    found = {}
    for name in filter(None, listed.stdout.split("\0")):
        path = _PROJECT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes()):
            found[name] = content.decode()
    assert "main.py" in found, "git lists no file of the project"
    return found


@pytest.fixture(scope="session")
def python(texts: dict[str, str]) -> dict[str, str]:
    """The same, of Python files alone."""
    return {name: text for name, text in texts.items() if name.endswith(".py")}
