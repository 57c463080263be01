"""Programs that are absent, too old, or in front of the right one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from operations.doctor import programs
from operations.doctor.findings import Verdict, missing, ok
from operations.doctor.machine import Machine
from operations.terraform import providers
from tests.operations.doctor.conftest import changed

Program = Callable[[str, str], Path]


@pytest.mark.parametrize(
    ("version", "fits"), [("3.11.0", True), ("3.13.9", True), ("3.10.14", False), ("3.14.0", False)]
)
def test_python(machine: Machine, version: str, *, fits: bool) -> None:
    finding = programs.python(replace(machine, python=version))
    assert (finding.verdict is Verdict.OK) is fits
    assert version in finding.found


def test_node_is_absent(machine: Machine) -> None:
    finding = programs.node(machine)
    assert finding.verdict is Verdict.MISSING
    assert ">=20.9 <25" in finding.found
    assert "npm ci" in finding.fix


@pytest.mark.parametrize("version", ["v18.20.4", "v20.8.1", "v25.1.0"])
def test_node_does_not_fit(machine: Machine, program: Program, version: str) -> None:
    program("node", f"echo {version}")
    finding = programs.node(machine)
    assert finding.verdict is Verdict.MISSING
    assert finding.found.startswith(version.removeprefix("v"))


def test_the_pinned_node_goes_before_the_one_on_path(machine: Machine, program: Program) -> None:
    program("node", "echo v18.0.0")
    program(f"{machine.root}/node_modules/.bin/node", "echo v22.1.0")
    assert programs.node(machine) == ok("22.1.0 at node_modules/.bin/node")
    named = program("another-node", "echo v20.10.0")
    assert programs.node(changed(machine, JSII_NODE=str(named))) == ok(f"20.10.0 at {named}")


def test_a_jsii_node_that_is_not_there(machine: Machine) -> None:
    finding = programs.node(changed(machine, JSII_NODE="gone"))
    assert finding.verdict is Verdict.MISSING
    assert "unset JSII_NODE" in finding.fix


def test_terraform_is_absent(machine: Machine) -> None:
    finding = programs.terraform(machine)
    assert finding.verdict is Verdict.MISSING
    assert finding.found == "no terraform on PATH, needed is >=1.11.0"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("""echo '{"terraform_version": "1.9.8"}'""", "1.9.8 at "),
        ("echo Terraform v1.12.0", "does not tell its version"),
        ("exit 3", "failed with exit code 3"),
    ],
)
def test_terraform_does_not_fit(machine: Machine, program: Program, line: str, found: str) -> None:
    program("terraform", line)
    finding = programs.terraform(machine)
    assert finding.verdict is Verdict.MISSING
    assert found in finding.found


def test_a_program_that_never_answers_is_left(
    machine: Machine, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.doctor.machine.PROGRAM_TIMEOUT", 0.1)
    program("terraform", "exec /bin/sleep 60")
    assert "did not answer within 0.1 s" in programs.terraform(machine).found


def test_terraform_fits_and_calls_nobody(machine: Machine, program: Program) -> None:
    file = program("terraform", """[ "$CHECKPOINT_DISABLE" = 1 ] && echo '{"terraform_version": "1.11.0"}'""")
    assert programs.terraform(machine) == ok(f"1.11.0 at {file}")


def install_cdktf(machine: Machine, version: str) -> None:
    package = machine.root / "node_modules/cdktf-cli/package.json"
    package.parent.mkdir(parents=True)
    package.write_text(json.dumps({"version": version}))


def test_the_cdktf_cli_is_absent(machine: Machine) -> None:
    assert programs.cdktf_cli(machine) == missing("not in node_modules, needed is 0.21.0", "npm ci")


def test_the_cdktf_cli_is_too_old(machine: Machine) -> None:
    install_cdktf(machine, "0.20.12")
    assert programs.cdktf_cli(machine) == missing("0.20.12 in node_modules, needed is 0.21.0", "npm ci")


def test_another_cdktf_on_path_is_named(machine: Machine, program: Program) -> None:
    install_cdktf(machine, "0.21.0")
    assert programs.cdktf_cli(machine) == ok("0.21.0")
    other = program("cdktf", "echo 0.19.0")
    finding = programs.cdktf_cli(machine)
    assert finding.verdict is Verdict.WARNING
    assert finding.found == f"0.21.0; but {other} on PATH: 0.19.0"
    program("cdktf", "echo 0.21.0")
    assert programs.cdktf_cli(machine) == ok("0.21.0")


def test_the_provider_comes_from_a_mirror(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "find_mirror", lambda: machine.home)
    assert programs.provider(machine) == ok(f"the mirror {machine.home}")
    finding = programs.provider(changed(machine, TF_CLI_CONFIG_FILE="gone.tfrc"))
    assert finding.verdict is Verdict.WARNING
    assert "names gone.tfrc, which is not there" in finding.found


@pytest.mark.usefixtures("no_mirror")
def test_the_provider_comes_from_where_a_person_says(machine: Machine) -> None:
    file = machine.home / ".terraformrc"
    file.touch()
    assert programs.provider(machine) == ok(f"as {file} configures")


@pytest.mark.usefixtures("no_mirror")
@pytest.mark.parametrize("answers", [True, False])
def test_the_provider_comes_from_the_registry(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, *, answers: bool
) -> None:
    asked = []

    def ask(address: str) -> bool:
        asked.append(address)
        return answers

    monkeypatch.setattr(programs, "_answers", ask)
    finding = programs.provider(machine)
    host = providers.PROVIDER.partition("/")[0]
    assert asked == [f"https://{host}/.well-known/terraform.json"]
    assert finding.verdict is (Verdict.OK if answers else Verdict.MISSING)
    assert host in finding.found
