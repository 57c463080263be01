"""The runbook of another region: its commands say what the page says, of a product in us-east-1."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from aws_emulator import Emulator
from modules.offers.table import offers
from operations import offers as command
from operations.doctor.account import account_findings
from operations.doctor.findings import Verdict
from tests.documents.fences import FENCE, PROJECT
from tests.stacks.regions import in_region, smallest

PAGE = (PROJECT / "docs/runbooks/another-region.md").read_text()
COMMANDS = [
    line.strip() for fence in FENCE.finditer(PAGE) for line in fence["body"].splitlines() if line.strip()
]
REGION = "us-east-1"


def test_the_commands_are_those_that_tests_run() -> None:
    # The second writes a file of the project: tests/operations/test_offers.py runs it. The plans of the last
    # take minutes: tests/terraform/test_any_region.py.
    assert [re.sub(r"ohi-staging|eu-central-1", "…", one) for one in COMMANDS] == [
        "infra offers show …",
        "infra offers refresh",
        "infra doctor --deploy …",
        "infra plan …",
    ]


def test_what_the_region_offers_is_shown() -> None:
    shown = COMMANDS[0].split()[2:]
    done = CliRunner().invoke(command.app, [*shown, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert found["zones"] == [f"{shown[1]}{letter}" for letter in offers().zones[shown[1]]]
    assert found["postgres"]
    assert found["lacking"] == []


@pytest.mark.emulator
def test_the_account_is_asked_in_the_region_of_the_stack(
    once: Callable[..., Path], emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in emulator.settings("eu-west-1").items():
        monkeypatch.setenv(name, value)
    emulator.client("ec2", REGION).describe_vpc_endpoint_services()  # the first time takes moto long
    stack = smallest("ohi")
    document = json.loads((in_region(once, REGION) / f"stacks/{stack}/cdk.tf.json").read_text())
    findings = {one.check: one for one in account_findings(stack, lambda _: document)}
    assert findings["region"].verdict is Verdict.OK, findings["region"]
    assert findings["region"].found.startswith(f"{REGION} has ")
    assert not [one for one in findings.values() if "fault of the check" in one.fix]
