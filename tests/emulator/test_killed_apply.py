"""An apply killed half-way (kill -9): the lock stays; what it made is adopted, and nothing is made twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from operations.plan.summary import changes
from operations.sandbox import Workspace
from operations.terraform import Terraform
from tests.running import INFRA_ON

pytestmark = pytest.mark.emulator
# By then names are taken that AWS gives only once, and the network itself is still being made.
COMPLETED = 2
STACK = "ohi-dev"


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


def infra(workspace: Workspace, file: Path, *words: str) -> str:
    """Run `infra` on the stack of the file, as a person would: what it prints."""
    main = workspace.directory.with_name("main.py")
    output = workspace.directory.with_name("output")
    copy = f"import shutil; shutil.copytree({str(file.parent)!r}, {str(output)!r} + '/stacks/' + {STACK!r}"
    main.write_text(f"{copy}, dirs_exist_ok=True)\n")
    mine = {**os.environ, **workspace.emulator.environment(workspace.region), "CDKTF_OUTDIR": str(output)}
    environment = {name: value for name, value in mine.items() if value is not None}
    command = [sys.executable, *INFRA_ON, str(main), *words]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_a_killed_apply_is_unlocked_and_what_it_made_is_adopted(
    workspace: Workspace, emulator: Emulator, synthesize_network: Callable[..., Path]
) -> None:
    file = synthesize_network(zones=("a", "b"))
    workspace.write(file)
    workspace.init()
    terraform = workspace.terraform
    kill_half_way(terraform, emulator, workspace.region)

    # Both locks are still held, and nobody gets past them.
    with pytest.raises(ProblemsError, match="got a lock that is held: apply of "):
        terraform.plan()
    with pytest.raises(ProblemsError, match="got a lock that is held: apply of "):
        terraform.apply()

    # Terraform writes its state every twenty seconds: what was complete is not in it.
    infra(workspace, file, "state", "unlock", STACK, "--yes")
    (network,) = networks(emulator, workspace.region)
    blocks = workspace.directory / "adopt.tf"
    infra(workspace, file, "orphans", STACK, "--write", str(blocks))
    assert f'to = aws_vpc.network\n  id = "{network}"' in blocks.read_text()

    # What exists is imported, the rest is created; nothing is made twice, replaced or destroyed.
    plan = terraform.plan()
    planned = changes(terraform.show(plan))
    assert {change.action for change in planned} <= {"import", "update", "create"}
    assert {"import", "create"} <= {change.action for change in planned}
    terraform.apply(plan)
    blocks.unlink()
    assert terraform.plan().empty
    assert networks(emulator, workspace.region) == {network}
    assert f"Nothing of {STACK} stands outside its state." in infra(workspace, file, "orphans", STACK)
    terraform.destroy()
    assert not networks(emulator, workspace.region)
