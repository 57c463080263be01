"""`infra outputs` as a person runs it, on a small stack's state: shown, hidden, refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import backend
from aws_emulator import running_emulator
from operations.outputs import backend_block

pytestmark = pytest.mark.emulator
STACK = "ohi-dev"
SECRET = "of nobody else"
LONG = f"arn:aws:secretsmanager:eu-west-1:123456789012:key:{'long-' * 30}"
# Names as people chose them, and values that a terminal could mistake for something else.
OUTPUTS = {
    "VpcId": "${terraform_data.network.output}",
    "DatabaseSecretArn": LONG,
    "FrontendUrl": "https://[bold]shop[/].example",
    "NameServers": ["ns-1", "ns-2"],
    "EcsServices": {"api": "https://api"},
}


def deploy(project: Any, **environment: str) -> None:
    """A stack whose outputs are these, and one that is sensitive, planned and applied."""
    contents: dict[str, Any] = {f"output.{name}": {"value": value} for name, value in OUTPUTS.items()}
    contents["output.Password"] = {"value": SECRET, "sensitive": True}
    project.write({**contents, "resource.terraform_data.network": {"input": "vpc-1"}})
    planned = project.infra("plan", STACK, "--skip-policy", "--save", "first.plan", **environment)
    assert planned.returncode == 0, planned.stderr
    applied = project.shell(f"terraform -chdir={project.stack} apply {project.directory}/first.plan")
    assert applied.returncode == 0, applied.stderr


@pytest.fixture(scope="module")
def deployed(new_project: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    project = new_project(tmp_path_factory.mktemp("deployed"))
    deploy(project)
    return project


@pytest.mark.parametrize("width", ["60", "200"])
def test_each_output_is_a_line_that_can_be_copied(deployed: Any, width: str) -> None:
    shown = deployed.infra("outputs", STACK, COLUMNS=width)
    assert (shown.returncode, shown.stderr) == (0, "")
    lines = dict(line.split(maxsplit=1) for line in shown.stdout.splitlines())
    assert lines == {
        "VpcId": "vpc-1",
        "DatabaseSecretArn": LONG,
        "FrontendUrl": OUTPUTS["FrontendUrl"],
        "NameServers": '["ns-1", "ns-2"]',
        "EcsServices": '{"api": "https://api"}',
        "Password": "(sensitive)",
    }


def test_for_programs_they_are_one_object(deployed: Any) -> None:
    shown = deployed.infra("outputs", STACK, "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(shown.stdout) == {**OUTPUTS, "VpcId": "vpc-1", "Password": "(sensitive)"}


def test_reading_needs_no_synthesis_and_locks_nothing(deployed: Any, tmp_path: Path) -> None:
    shown = deployed.infra("outputs", STACK, CDKTF_OUTDIR=str(tmp_path / "none"), TF_WORKSPACE="mine")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []
    s3 = deployed.emulator.client("s3", "eu-west-1")
    held = s3.list_objects_v2(Bucket=backend.s3_states().of(STACK).bucket)["Contents"]
    assert [one["Key"] for one in held] == [backend.state_key(STACK)]


def test_a_stack_that_is_not_deployed_says_so(deployed: Any) -> None:
    refused = deployed.infra("outputs", "ohi-prod")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(
        "ohi-prod: nothing is deployed, its state has no outputs; deploy it first"
    )


@pytest.mark.parametrize("name", ["ohi-test", "ohi-*", ""])
def test_an_unknown_stack_lists_the_known_ones(deployed: Any, name: str) -> None:
    refused = deployed.infra("outputs", name)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"stack: got {name!r}; allowed: ohi-dev, ohi-staging, ohi-prod")


def test_a_backend_that_does_not_answer_is_a_sentence(deployed: Any) -> None:
    refused = deployed.infra("outputs", STACK, AWS_ENDPOINT_URL="http://127.0.0.1:1")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"terraform init in {STACK}: Error: ")
    assert "connection refused" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_account_without_the_bucket_is_told_how_it_is_made(deployed: Any, tmp_path: Path) -> None:
    with running_emulator(log=tmp_path / "log") as empty:
        refused = deployed.infra("outputs", STACK, AWS_ENDPOINT_URL=empty.url)
    assert (refused.returncode, refused.stdout) == (2, "")
    bucket = backend.s3_states().of(STACK).bucket
    assert refused.stderr.startswith(f"state of {STACK}: got no bucket {bucket}; allowed: ")
    assert "infra state bootstrap" in refused.stderr


def test_states_on_this_machine_are_read_where_they_are(deployed: Any, tmp_path: Path) -> None:
    project = type(deployed)(tmp_path, deployed.emulator)
    deploy(project, INFRA_BACKEND="local")
    shown = project.infra(
        "outputs", STACK, "--json", INFRA_BACKEND="local", AWS_ENDPOINT_URL="http://127.0.0.1:1"
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    assert json.loads(shown.stdout)["VpcId"] == "vpc-1"


def test_terraform_cloud_is_asked_for_the_workspace_of_the_stack() -> None:
    block = backend_block(STACK, backend.CloudSettings(organization="shop", project="infra"))
    place = {"organization": "shop", "hostname": "app.terraform.io"}
    assert block == {"cloud": {**place, "workspaces": {"name": STACK, "project": "infra"}}}
