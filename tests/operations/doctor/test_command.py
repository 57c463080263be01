"""The whole of it: every check at once, whatever breaks, and the exit code."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modules.errors import ProblemsError
from operations.doctor.command import _recovers, checks, examine
from operations.doctor.findings import Check, Verdict, is_healthy, missing, ok, to_lines
from operations.doctor.machine import Machine
from tests.running import run_infra

Program = Callable[[str, str], Path]


def test_what_only_a_deployment_needs_is_a_warning_until_then() -> None:
    check = Check("token", lambda: missing("no token", "sign in"), for_deployment=True)
    assert check.finding(deploy=False).verdict is Verdict.WARNING
    assert check.finding(deploy=True).verdict is Verdict.MISSING
    assert Check("Node", check.examine).finding(deploy=False).verdict is Verdict.MISSING


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("what\nelse"), "ValueError: what"),
        (ProblemsError.one("what", "else"), "what: else"),
        (KeyError(), "KeyError: no reason given"),
    ],
)
def test_a_check_that_breaks_is_a_finding(error: Exception, reason: str) -> None:
    def examine() -> Any:
        raise error

    finding = Check("Node", examine).finding(deploy=False)
    assert finding.check == "Node"
    assert finding.verdict is Verdict.MISSING
    assert f"could not be checked ({reason})" in finding.found
    assert "\n" not in finding.found


def test_an_empty_machine_is_told_everything_at_once(tmp_path: Path, nobody: None, no_mirror: None) -> None:
    del nobody, no_mirror
    nothing = Machine(
        root=tmp_path, environ={"PATH": "", "HOME": str(tmp_path)}, python="3.9.1", installed={}
    )
    findings = examine(nothing, deploy=False)
    assert [finding.check for finding in findings] == [check.name for check in checks(nothing)]
    assert not is_healthy(findings)
    assert all(finding.fix for finding in findings if finding.verdict is not Verdict.OK)


def test_states_of_recoveries_are_required_of_what_recovers(machine: Machine, nobody: None) -> None:
    del nobody

    def verdict(*, recovers: bool) -> Verdict:
        found = {one.check: one for one in examine(machine, deploy=True, recovers=recovers)}
        assert found["state backend"].verdict is Verdict.MISSING
        return found["states of recoveries"].verdict

    assert (verdict(recovers=True), verdict(recovers=False)) == (Verdict.MISSING, Verdict.WARNING)


def test_commands_can_be_copied_and_no_word_is_broken_at_80_columns() -> None:
    fix = "aws iam create-service-linked-role --aws-service-name elasticloadbalancing.amazonaws.com"
    found = "AWSServiceRoleForElasticLoadBalancing is absent: the first apply may fail while AWS creates it"
    findings = [
        replace(missing(found, fix), check="service-linked roles"),
        replace(ok("requirements.lock, requirements.cdktn.lock and package-lock.json"), check="locks"),
        replace(ok("/usr/local/share/a-path/that-is-longer/than-the-column/of-what-was-found"), check="file"),
    ]
    lines = [line.plain for line in to_lines(findings, width=80)]
    assert sum(line.endswith(fix) for line in lines) == 1
    assert all(len(line) <= 80 or fix in line or "/usr/" in line for line in lines)
    words = {word for line in lines for word in line.split()}
    assert words >= {word for finding in findings for word in finding.found.split()}
    # In the same column as the first line of it.
    assert lines[0].index("AWSService") == lines[1].index(lines[1].strip())


@pytest.mark.parametrize(
    ("stack", "recovers"), [("ohi-prod", True), ("ohi-prod-recovery", True), ("ohi-dev", False)]
)
def test_a_stack_recovers_in_a_second_region_or_not(stack: str, *, recovers: bool) -> None:
    assert _recovers(stack) == recovers


def infra_doctor(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `infra doctor` on this machine."""
    return run_infra(
        "doctor", *words, environment={**os.environ, "AWS_EC2_METADATA_DISABLED": "true", **environment}
    )


def test_without_programs_the_command_fails_in_sentences(tmp_path: Path) -> None:
    finished = infra_doctor(PATH=str(tmp_path), JSII_NODE=str(tmp_path / "node"))
    assert finished.returncode == 1
    assert "no terraform on PATH" in finished.stdout
    assert "to fix first." in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr


def test_machines_are_told_in_json(program: Program, tmp_path: Path) -> None:
    program("terraform", """echo '{"terraform_version": "1.2.0"}'""")
    finished = infra_doctor("--json", PATH=str(tmp_path / "bin"))
    document = json.loads(finished.stdout)
    terraform = next(check for check in document["checks"] if check["check"] == "Terraform")
    assert terraform["verdict"] == "missing"
    assert terraform["found"].startswith("1.2.0 at ")
    assert document["healthy"] is False
    assert finished.returncode == 1
