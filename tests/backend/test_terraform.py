"""The backend in each stack's JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import backend
from backend.settings import BackendSettings, CloudSettings, LocalSettings, S3States
from modules.errors import ProblemsError

Json = dict[str, Any]
FILE = """
bucket         = "states"
region         = "eu-west-1"
kms_key_id     = "alias/states"
dynamodb_table = "locks"
"""


def states_in(directory: Path, **files: str) -> S3States:
    for name, text in files.items():
        (directory / f"{name}.s3.tfbackend").write_text(text)
    return S3States(directory=directory)


def synthesized(directory: Path, settings: BackendSettings, *stacks: str) -> dict[str, Json]:
    from cdktf import App, TerraformStack

    app = App(outdir=str(directory))
    for name in stacks:
        backend.configure(TerraformStack(app, name), name, settings)
    app.synth()
    files = {name: directory / f"stacks/{name}/cdk.tf.json" for name in stacks}
    return {name: json.loads(file.read_text())["terraform"] for name, file in files.items()}


def test_a_state_in_s3_is_locked_twice_at_its_stacks_key(tmp_path: Path) -> None:
    made = synthesized(tmp_path, states_in(tmp_path, default=FILE), "ohi-dev", "ohi-prod")
    assert made["ohi-dev"]["backend"] == {
        "s3": {
            "bucket": "states",
            "key": "ohi-dev/terraform.tfstate",
            "region": "eu-west-1",
            "encrypt": True,
            "kms_key_id": "alias/states",
            "dynamodb_table": "locks",
            "use_lockfile": True,
        }
    }
    assert made["ohi-prod"]["backend"]["s3"]["key"] == "ohi-prod/terraform.tfstate"


@pytest.mark.parametrize(
    ("text", "locks"),
    [
        (FILE.replace('dynamodb_table = "locks"', ""), {"use_lockfile": True}),
        (f"{FILE}use_lockfile = false", {"dynamodb_table": "locks", "use_lockfile": False}),
    ],
)
def test_either_lock_alone(tmp_path: Path, text: str, locks: Json) -> None:
    made = synthesized(tmp_path, states_in(tmp_path, default=text), "ohi-dev")["ohi-dev"]["backend"]["s3"]
    assert {key: made[key] for key in ("dynamodb_table", "use_lockfile") if key in made} == locks


def test_a_stack_with_its_own_file_has_its_own_bucket(tmp_path: Path) -> None:
    own = FILE.replace('"states"', '"elsewhere"')
    settings = states_in(tmp_path, default=FILE, **{"ohi-prod": own})
    made = synthesized(tmp_path, settings, "ohi-dev", "ohi-prod")
    assert [made[name]["backend"]["s3"]["bucket"] for name in made] == ["states", "elsewhere"]


def test_local_states_are_apart_relative_and_outside_the_output(tmp_path: Path) -> None:
    output = tmp_path / "cdktf.out"
    made = synthesized(output, LocalSettings(), "ohi-dev", "ohi-prod")
    paths = [terraform["backend"]["local"]["path"] for terraform in made.values()]
    assert paths == [f"../../../.state/{name}/terraform.tfstate" for name in made]
    place = (output / "stacks/ohi-dev" / paths[0]).resolve()
    assert place == tmp_path / ".state/ohi-dev/terraform.tfstate"


@pytest.mark.terraform
def test_terraform_cloud_has_a_workspace_for_each_stack(tmp_path: Path) -> None:
    settings = CloudSettings(organization="ohealth", project="ohi")
    made = synthesized(tmp_path, settings, "ohi-dev")["ohi-dev"]
    assert "backend" not in made
    assert made["cloud"] == {
        "hostname": "app.terraform.io",
        "organization": "ohealth",
        "workspaces": {"name": "ohi-dev", "project": "ohi"},
    }


def test_a_key_that_is_not_the_stacks_own_is_refused(tmp_path: Path) -> None:
    from cdktf import App, TerraformStack

    stack = TerraformStack(App(outdir=str(tmp_path)), "ohi-dev")
    with pytest.raises(ProblemsError, match="got 'ohi-prod'; allowed: 'ohi-dev'; a state's key is its stack"):
        backend.configure(stack, "ohi-prod", LocalSettings())
