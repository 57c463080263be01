"""The first deployment as docs/deploying.md has it: the hosted zone before everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from operations.sandbox import Workspace
from operations.terraform import process

pytestmark = pytest.mark.emulator


def test_the_zone_is_applied_alone_and_its_name_servers_are_an_output(
    output: Path, workspace: Workspace
) -> None:
    workspace.write(output / "stacks/ohi-prod/cdk.tf.json")
    workspace.init()
    terraform = workspace.terraform
    run = ["apply", "-target=aws_route53_zone.zone", "-auto-approve", "-no-color"]
    applied = process.run(
        terraform.command(*run), directory=terraform.directory, environment=terraform.environment
    )
    assert applied.code == 0, applied.errors
    assert terraform.addresses() == ["aws_route53_zone.zone"]
    assert len(terraform.outputs()["name-servers"].value) == 4
