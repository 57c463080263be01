"""A machine to examine: a checkout where all is well, on a computer that has what a test puts there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from operations.doctor.machine import Machine
from operations.terraform import providers
from operations.versions import locked
from tests.running import PROJECT

FILES = (
    "cdktf.json",
    "package-lock.json",
    "package.json",
    "pyproject.toml",
    "requirements.cdktn.lock",
    "requirements.lock",
)


def changed(machine: Machine, **variables: str) -> Machine:
    """The machine with other environment variables."""
    return replace(machine, environ={**machine.environ, **variables})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """The checkout and the computer, without programs, packages of Node or caches."""
    root, home = tmp_path / "checkout", tmp_path / "home"
    for directory in (root, home, tmp_path / "bin"):
        directory.mkdir()
    for name in FILES:
        shutil.copy(PROJECT / name, root)
    installed = {package.name: package.version for package in locked(root)}
    environ = {"PATH": str(tmp_path / "bin"), "HOME": str(home)}
    return Machine(root=root, environ=environ, python="3.12.4", installed=installed)


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str, str], Path]:
    """Put a program on PATH, or elsewhere, that runs a line of shell."""

    def write(name: str, line: str) -> Path:
        file = tmp_path / "bin" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\n{line}\n")
        file.chmod(0o755)
        return file

    return write


@pytest.fixture
def no_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "find_mirror", lambda: None)


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No AWS credentials, and no instance to ask for them."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
