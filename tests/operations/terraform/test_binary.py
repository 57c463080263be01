"""The Terraform on PATH: absent, too old, mute, or good."""

from __future__ import annotations

from pathlib import Path

import pytest

from modules.errors import ProblemsError
from operations.terraform import terraform_binary


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Terraform that says what the test writes."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "terraform"


def says(program: Path, words: str) -> None:
    program.write_text(f"#!/bin/sh\n{words}\n")
    program.chmod(0o755)


@pytest.mark.parametrize("version", ["1.11.0", "1.15.5", "2.0.0-beta1"])
def test_a_new_one_is_taken(on_path: Path, version: str) -> None:
    says(on_path, f"""echo '{{"terraform_version": "{version}"}}'""")
    assert terraform_binary() == str(on_path)


@pytest.mark.parametrize("version", ["1.10.5", "0.15.5", "1.9.8"])
def test_an_old_one_is_refused(on_path: Path, version: str) -> None:
    says(on_path, f"""echo '{{"terraform_version": "{version}"}}'""")
    with pytest.raises(ProblemsError, match=rf"got {version} at .*; allowed: 1\.11 or newer; install it"):
        terraform_binary()


def test_none_is_refused(on_path: Path) -> None:
    assert not on_path.exists()
    with pytest.raises(
        ProblemsError, match=r"no such program on PATH; allowed: Terraform 1\.11 or newer; install"
    ):
        terraform_binary()


@pytest.mark.parametrize("words", ["exit 1", "echo Terraform v1.11.4", "echo '{}'"])
def test_one_that_does_not_tell_its_version_is_refused(on_path: Path, words: str) -> None:
    says(on_path, words)
    with pytest.raises(ProblemsError, match="does not tell its version"):
        terraform_binary()
