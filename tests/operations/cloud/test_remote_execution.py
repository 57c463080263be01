"""What Terraform sends where a stack is planned and applied in Terraform Cloud."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from operations.terraform import Terraform
from tests.operations.cloud.conftest import directory_of
from tests.running import PROJECT
from tests.terraform_cloud.server import TerraformCloud

pytestmark = pytest.mark.terraform
STACK, REGION = "ohi-dev", "eu-west-1"
QUEUE = {"resource.aws_sqs_queue.work": {"name": "work"}}
# What lies about where people work, and none of which is to be sent.
LITTER = ("errored.tfstate", "plan", "old.plan", ".env", ".git/config", ".venv/bin/python", "secret.tfvars")


def litter(directory: Path) -> None:
    for name in LITTER:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text("a-secret")


@pytest.mark.emulator
def test_a_remote_plan_is_sent_the_stack_alone_and_can_be_planned_from_it(
    project: Any, terraform_cloud: TerraformCloud, tmp_path: Path
) -> None:
    store = terraform_cloud.store
    change: Any = {
        "address": "aws_sqs_queue.work",
        "type": "aws_sqs_queue",
        "name": "work",
        "mode": "managed",
    }
    change["change"] = {"actions": ["create"], "before": None, "after": {"name": "work"}}
    store.plan["resource_changes"] = [change]
    project.write(QUEUE)
    assert project.infra("outputs", STACK, **terraform_cloud.environment).returncode == 2, "not yet deployed"
    litter(project.stack)
    (project.stack / "errored.tfstate").unlink()  # infra plan refuses it; terraform plan, below, does not

    planned = project.infra(
        "plan", STACK, "--skip-policy", "--save", "remote.plan", **terraform_cloud.environment
    )
    assert planned.returncode == 0, planned.stderr
    assert "Planned 1 changes" in planned.stdout
    (upload,) = store.uploads.values()
    assert upload.archive
    assert len(upload.archive) < 20_000
    sent = directory_of(upload.archive, tmp_path / "sent")
    names = {str(file.relative_to(sent)) for file in sent.rglob("*") if file.is_file()}
    assert names == {"cdk.tf.json", ".terraform.lock.hcl"}
    assert (sent / "cdk.tf.json").read_bytes() == (project.stack / "cdk.tf.json").read_bytes()

    # What a worker of Terraform Cloud does: it plans this directory, with the state that it was given.
    document = json.loads((sent / "cdk.tf.json").read_text())
    assert document["terraform"].pop("cloud")["organization"] == store.organization
    (sent / "cdk.tf.json").write_text(json.dumps(document))
    terraform = Terraform(sent, environment=project.emulator.environment(REGION))
    terraform.init()
    assert [one.address for one in terraform.plan().changes] == ["aws_sqs_queue.work"]


def test_a_workspace_with_a_working_directory_is_sent_the_output_alone(
    terraform_cloud: TerraformCloud, tmp_path: Path
) -> None:
    """As a workspace that is connected to a repository has one: Terraform sends all above it, too."""
    store, output = terraform_cloud.store, tmp_path / "cdktf.out/stacks"
    store.working_directory = f"cdktf.out/stacks/{STACK}"
    shutil.copy(PROJECT / ".terraformignore", tmp_path)
    for name in (STACK, "ohi-prod"):
        write_stack(output / name, name, terraform_cloud)
        litter(output / name)
    litter(tmp_path)
    terraform_in(output / STACK, terraform_cloud, "init")
    terraform_in(output / STACK, terraform_cloud, "plan")

    (upload,) = store.uploads.values()
    assert upload.archive
    assert b"a-secret" not in upload.archive
    sent = directory_of(upload.archive, tmp_path / "sent")
    names = {str(file.relative_to(sent)) for file in sent.rglob("*") if file.is_file()}
    assert names == {f"cdktf.out/stacks/{name}/cdk.tf.json" for name in (STACK, "ohi-prod")}


def write_stack(directory: Path, name: str, cloud: TerraformCloud) -> None:
    """A stack that needs no provider."""
    directory.mkdir(parents=True)
    where = {"organization": cloud.store.organization, "hostname": cloud.host, "workspaces": {"name": name}}
    stack = {"terraform": {"cloud": where}, "resource": {"terraform_data": {"kept": {"input": "kept"}}}}
    (directory / "cdk.tf.json").write_text(json.dumps(stack))


def terraform_in(directory: Path, cloud: TerraformCloud, *words: str) -> str:
    """Terraform by hand, as a person who is signed in."""
    environment = {**os.environ, **cloud.environment, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    environment.pop("TF_CLI_CONFIG_FILE", None)  # else Terraform doesn't read the file of the sign-in
    finished = subprocess.run(
        ["terraform", f"-chdir={directory}", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
