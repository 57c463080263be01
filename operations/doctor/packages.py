"""Checks of the installed packages against the locks, and of the caches that keep synthesis fast."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import cdktf_fast_synthesis
from modules.errors import ProblemsError
from operations import prewarm
from operations.doctor.findings import Finding, missing, ok, warning
from operations.doctor.machine import Machine
from operations.versions import lock_file, locked, needed
from stacks.preflight import ENVIRONMENTS, TOOLKIT, can_be_made


def locks(machine: Machine) -> Finding:
    """The locks against pyproject.toml and package.json."""
    stale = list(dict.fromkeys(name for toolkit in ENVIRONMENTS for name in _stale(machine.root, toolkit)))
    package = _read(machine.root / "package.json")
    root = _read(machine.root / "package-lock.json")["packages"][""]
    parts = ("dependencies", "devDependencies", "optionalDependencies", "engines")
    stale += [f"package.json {part}" for part in parts if package.get(part) != root.get(part)]
    if stale:
        return warning(f"out of step: {_listed(stale)}", "make lock, then make setup")
    return ok(f"{', '.join(map(lock_file, ENVIRONMENTS))} and package-lock.json in step")


def _stale(root: Path, toolkit: str) -> list[str]:
    versions: dict[str, set[str]] = {}
    for package in locked(root, toolkit):
        versions.setdefault(package.name, set()).add(package.version)
    return [name for name, pin in needed(root, toolkit).pins.items() if pin not in versions.get(name, ())]


def toolkit(machine: Machine) -> Finding:
    """The toolkit that is installed with this Python, against the one that INFRA_TOOLKIT names."""
    wanted, there = machine.environ.get(TOOLKIT), machine.toolkit
    if wanted and wanted not in ENVIRONMENTS:
        allowed = " or ".join(ENVIRONMENTS)
        return missing(f"{TOOLKIT}={wanted}, allowed is {allowed}", f"set {TOOLKIT} to one, or unset it")
    if there not in machine.installed or wanted not in (None, "", there):
        name = wanted or there
        fix = f"make INFRA_TOOLKIT={name} setup, then {ENVIRONMENTS[name]}/bin/infra doctor"
        return missing(f"{name} is not installed with this Python", fix)
    return ok(f"{there} {machine.installed[there]}")


def python_packages(machine: Machine) -> Finding:
    """The installed Python packages against the lock of their toolkit."""
    allowed: dict[str, set[str]] = {}
    required = set()
    for package in locked(machine.root, machine.toolkit):
        allowed.setdefault(package.name, set()).add(package.version)
        if package.everywhere:
            required.add(package.name)
    wrong = [f"{name} is absent" for name in sorted(required - machine.installed.keys())]
    wrong += [
        f"{name} {machine.installed[name]} instead of {' or '.join(sorted(versions))}"
        for name, versions in sorted(allowed.items())
        if name in machine.installed and machine.installed[name] not in versions
    ]
    if wrong:
        return missing(_listed(wrong), _install(machine))
    return ok(f"{len(required)} as {lock_file(machine.toolkit)} has them")


def node_packages(machine: Machine) -> Finding:
    """The packages in node_modules against package-lock.json."""
    record = machine.root / "node_modules/.package-lock.json"
    if not record.is_file():
        return missing("nothing is installed in node_modules", "npm ci")
    installed = _read(record)["packages"]
    wanted = {
        name: package
        for name, package in _read(machine.root / "package-lock.json")["packages"].items()
        if name
    }
    wrong = [
        f"{name.removeprefix('node_modules/')} {installed.get(name, {}).get('version', 'is absent')}"
        for name, package in wanted.items()
        if installed.get(name, {}).get("version") != package.get("version")
        # Those of other platforms are not installed here.
        if name in installed or not (package.get("optional") or package.get("peer"))
    ]
    if wrong:
        return missing(f"not as package-lock.json: {_listed(wrong)}", "npm ci")
    return ok(f"{len(installed)} as package-lock.json has them")


def compiled_bindings(machine: Machine) -> Finding:
    """The byte code of the bindings; without it, importing them takes many times longer."""
    try:
        compiled = prewarm.has_byte_code()
    except ProblemsError:
        return missing("the AWS bindings are not installed", _install(machine))
    if not compiled:
        return warning("the AWS bindings are not compiled", "infra prewarm")
    return ok("the AWS bindings are compiled")


def bytecode(machine: Machine) -> Finding:
    """Whether Python keeps the byte code that it compiles."""
    if value := machine.environ.get("PYTHONDONTWRITEBYTECODE"):
        return warning(
            f"PYTHONDONTWRITEBYTECODE={value}: what has no byte code yet is compiled on every run",
            "unset PYTHONDONTWRITEBYTECODE",
        )
    return ok("kept")


def directories(machine: Machine) -> Finding:
    """The directories that synthesis and Terraform write to: temporary files, output, Terraform's cache."""
    wanted = {
        "TMPDIR": Path(machine.environ.get("TMPDIR") or gettempdir()),
        "CDKTF_OUTDIR": Path(machine.environ.get("CDKTF_OUTDIR") or machine.root / "cdktf.out"),
        "XDG_CACHE_HOME": Path(machine.environ.get("XDG_CACHE_HOME") or machine.home / ".cache"),
    }
    wrong = [name for name, directory in wanted.items() if not can_be_made(directory)]
    if wrong:
        return missing(
            _listed([f"{wanted[name]} can't be written" for name in wrong]),
            f"make it, or set to a directory that can be written: {', '.join(wrong)}",
        )
    return ok("temporary files, output and caches can be written")


def jsii_index(machine: Machine) -> Finding:
    """The index of the bindings in jsii's package cache; fast synthesis reads it and never builds it."""
    if machine.environ.get("JSII_RUNTIME_PACKAGE_CACHE", "enabled").lower() != "enabled":
        return warning(
            "JSII_RUNTIME_PACKAGE_CACHE turns jsii's cache off", "unset JSII_RUNTIME_PACKAGE_CACHE"
        )
    if not can_be_made(cdktf_fast_synthesis.package_cache()):
        return warning(
            f"{cdktf_fast_synthesis.package_cache()} can't be written: synthesis goes without, more slowly",
            "set JSII_RUNTIME_PACKAGE_CACHE_ROOT to a directory that can be written",
        )
    if not prewarm.has_runtime_index():
        return warning("not built: every synthesis reads all of the bindings", "infra prewarm")
    return ok("built")


def _install(machine: Machine) -> str:
    return f"{machine.short(sys.executable)} -m pip install --require-hashes -r {lock_file(machine.toolkit)}"


def _read(file: Path) -> Any:
    return json.loads(file.read_text())


def _listed(items: list[str], most: int = 5) -> str:
    shown = ", ".join(items[:most])
    return shown if len(items) <= most else f"{shown} and {len(items) - most} more"
