"""Checks of programs: Python, Node, the CDKTF command line, Terraform and the source of its provider."""

from __future__ import annotations

import json
from http.client import HTTPException
from pathlib import Path
from urllib.request import Request, urlopen

from operations.doctor.findings import Finding, missing, ok, warning
from operations.doctor.machine import CONNECTION_TIMEOUT, Machine, NoAnswerError

_TERRAFORM_DOWNLOAD = "install it from https://developer.hashicorp.com/terraform/install and put it on PATH"


def python(machine: Machine) -> Finding:
    """The Python that runs this program."""
    allowed = machine.needed.python
    if machine.python in allowed:
        return ok(machine.python)
    return missing(
        f"{machine.python}, needed is {allowed}",
        f"make clean, then make setup PYTHON=… with a Python {allowed}",
    )


def node(machine: Machine) -> Finding:
    """The Node that jsii runs on: the one that JSII_NODE names, else the pinned one, else the one on PATH."""
    allowed = machine.needed.node
    program = _node(machine)
    if program is None:
        return missing(
            f"neither node_modules/.bin/node nor a node on PATH, needed is {allowed}",
            f"npm ci installs the pinned one; without npm, install Node {allowed} first",
        )
    try:
        version = machine.run([program, "--version"]).removeprefix("v")
    except NoAnswerError as error:
        return missing(f"{program} {error}", "npm ci, and unset JSII_NODE if it is set")
    if version not in allowed:
        return missing(
            f"{version} at {program}, needed is {allowed}", "npm ci, and unset JSII_NODE if it is set"
        )
    return ok(f"{version} at {machine.short(program)}")


def _node(machine: Machine) -> Path | None:
    if named := machine.environ.get("JSII_NODE"):
        return machine.which(named) or Path(named)
    pinned = machine.root / "node_modules/.bin/node"
    return pinned if pinned.exists() else machine.which("node")


def cdktf_cli(machine: Machine) -> Finding:
    """The CDKTF command line that package.json pins, and another one on PATH that `cdktf` would run."""
    allowed = machine.needed.cdktf_cli
    package = machine.root / "node_modules/cdktf-cli/package.json"
    if not package.is_file():
        return missing(f"not in node_modules, needed is {allowed}", "npm ci")
    version = json.loads(package.read_text())["version"]
    if version not in allowed:
        return missing(f"{version} in node_modules, needed is {allowed}", "npm ci")
    other = machine.which("cdktf")
    if other is None or other.resolve().is_relative_to(package.parent.resolve()):
        return ok(version)
    try:
        answer = machine.run([other, "--version"]).split()
    except NoAnswerError as error:
        answer = [str(error)]
    if answer and answer[-1] in allowed:
        return ok(version)
    return warning(
        f"{version}; but {other} on PATH: {' '.join(answer)}", "run npx cdktf, which is the pinned one"
    )


def terraform(machine: Machine) -> Finding:
    """The Terraform on PATH."""
    allowed = machine.needed.terraform
    program = machine.which("terraform")
    if program is None:
        return missing(f"no terraform on PATH, needed is {allowed}", _TERRAFORM_DOWNLOAD)
    try:
        version = str(json.loads(machine.run([program, "version", "-json"]))["terraform_version"])
    except NoAnswerError as error:
        return missing(f"{program} {error}", _TERRAFORM_DOWNLOAD)
    except (ValueError, KeyError, TypeError):
        return missing(f"{program} does not tell its version", _TERRAFORM_DOWNLOAD)
    if version not in allowed:
        return missing(f"{version} at {program}, needed is {allowed}", _TERRAFORM_DOWNLOAD)
    return ok(f"{version} at {program}")


def provider(machine: Machine) -> Finding:
    """The source that `terraform init` would get the AWS provider from; downloads nothing."""
    from operations.terraform.providers import PROVIDER, find_mirror

    named = machine.environ.get("TF_CLI_CONFIG_FILE", "")
    configuration = Path(named) if named else machine.home / ".terraformrc"
    if configuration.is_file():
        return ok(f"as {configuration} configures")
    mirror, host = find_mirror(), PROVIDER.partition("/")[0]
    if mirror is None and not _answers(f"https://{host}/.well-known/terraform.json"):
        return missing(
            f"no mirror on this disk, and {host} does not answer",
            "fix the connection or the proxy, or put a mirror on the disk: terraform providers mirror",
        )
    source = f"the mirror {mirror}" if mirror else host
    if named:
        return warning(
            f"{source}; TF_CLI_CONFIG_FILE names {named}, which is not there", "unset TF_CLI_CONFIG_FILE"
        )
    return ok(source)


def _answers(address: str) -> bool:
    try:
        # S310: the scheme is https, from a literal.
        with urlopen(Request(address, method="HEAD"), timeout=CONNECTION_TIMEOUT):  # noqa: S310
            return True
    except (OSError, HTTPException):
        return False
