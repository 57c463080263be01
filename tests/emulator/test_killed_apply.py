"""An apply killed half-way (kill -9): the lock stays, and what the runbook says unlocks and converges."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from operations.sandbox import Workspace
from operations.terraform import Terraform, lock_id

pytestmark = pytest.mark.emulator
# By then names are taken that AWS gives only once, and the network itself is still being made.
COMPLETED = 2


def kill_half_way(terraform: Terraform, emulator: Emulator, region: str) -> None:
    """Start an apply, and kill it once something is complete and the network is being made."""
    completed = 0
    with terraform.start("apply", "-json", "-auto-approve") as apply:
        assert apply.stdout
        for line in apply.stdout:
            event = json.loads(line)
            completed += event["type"] == "apply_complete" and event["hook"]["action"] == "create"
            if completed >= COMPLETED and networks(emulator, region):
                os.kill(apply.pid, signal.SIGKILL)
                break
        os.killpg(apply.pid, signal.SIGKILL)  # the provider, which outlives Terraform
        apply.communicate()
    assert apply.returncode == -signal.SIGKILL


def networks(emulator: Emulator, region: str) -> set[str]:
    """The networks that bear the stack's tags."""
    ours = [{"Name": "tag:ManagedBy", "Values": ["Terraform"]}]
    return {found["VpcId"] for found in emulator.client("ec2", region).describe_vpcs(Filters=ours)["Vpcs"]}


def apply_and_import(terraform: Terraform, document: dict[str, Any]) -> list[str]:
    """Apply; import what AWS says exists already; apply again. What was imported."""
    imported = []
    while True:
        try:
            terraform.apply()
        except ProblemsError as refused:
            for problem in refused.problems:
                assert "AlreadyExists" in problem.what, problem
                address = problem.where.split(", ")[1]
                kind, _, name = address.partition(".")
                terraform.import_resource(address, document["resource"][kind][name]["name"])
                imported.append(address)
        else:
            return imported


def test_a_killed_apply_is_unlocked_and_converges(
    workspace: Workspace, emulator: Emulator, synthesize_network: Callable[..., Path]
) -> None:
    file = synthesize_network(zones=("a", "b"))
    workspace.write(file)
    workspace.init()
    terraform = workspace.terraform
    kill_half_way(terraform, emulator, workspace.region)

    # Both locks are still held, and nobody gets past them.
    with pytest.raises(ProblemsError, match="Error acquiring the state lock") as refused:
        terraform.plan()
    lock = lock_id(str(refused.value))
    assert lock is not None
    with pytest.raises(ProblemsError, match="Error acquiring the state lock"):
        terraform.apply()

    # Terraform writes its state every twenty seconds: what was complete is not in it.
    terraform.force_unlock(lock)
    assert terraform.plan().changes
    imported = apply_and_import(terraform, json.loads(file.read_text()))
    assert {address.partition(".")[0] for address in imported} <= {"aws_iam_role", "aws_cloudwatch_log_group"}
    assert terraform.plan().empty

    # What bears no unique name was made twice; the lost one has the tags, and is in no state.
    known = terraform.show()["values"]["root_module"]["resources"]
    ours = {resource["values"]["id"] for resource in known if resource["type"] == "aws_vpc"}
    (lost,) = networks(emulator, workspace.region) - ours
    emulator.client("ec2", workspace.region).delete_vpc(VpcId=lost)
    terraform.destroy()
    assert not networks(emulator, workspace.region)
