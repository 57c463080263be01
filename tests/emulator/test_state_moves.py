"""A state that lies elsewhere is moved to S3 by the commands of the runbook (backend/README.md)."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

import backend
from aws_emulator import Emulator
from backend import tfbackend
from backend.keys import state_key
from operations.sandbox.workspace import PATH_STYLE, prepare_state

pytestmark = pytest.mark.emulator
PROJECT = Path(__file__).parents[2]
STACK, REGION = "ohi-dev", "eu-west-1"
SETTINGS = tfbackend.read(PROJECT / "backend/default.s3.tfbackend")


def test_a_state_moves_to_s3_by_the_documented_commands(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state of a local backend stands for that of a workspace: `state pull` reads both alike."""
    prepare_state(emulator, {**asdict(SETTINGS), "region": REGION})
    for name, value in emulator.environment(REGION).items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)

    synthesize(tmp_path, "local")
    directory = f"cdktf.out/stacks/{STACK}"
    run(f"terraform -chdir={directory} init", tmp_path)
    run(f"terraform -chdir={directory} apply -auto-approve", tmp_path)

    run(f"terraform -chdir={directory} state pull > {STACK}.tfstate", tmp_path)
    synthesize(tmp_path, "s3")
    run(f"rm -r {directory}/.terraform", tmp_path)
    run(f"terraform -chdir={directory} init", tmp_path)
    run(f'terraform -chdir={directory} state push "$PWD/{STACK}.tfstate"', tmp_path)

    assert "No changes." in run(f"terraform -chdir={directory} plan -no-color", tmp_path)
    stored = emulator.client("s3", REGION).get_object(Bucket=SETTINGS.bucket, Key=state_key(STACK))
    assert b"terraform_data" in stored["Body"].read()


def synthesize(directory: Path, kind: str) -> None:
    """Write a stack of one resource without a provider, with its state in S3 or beside it."""
    from cdktf import App, TerraformStack

    app = App(outdir=str(directory / "cdktf.out"))
    stack = TerraformStack(app, STACK)
    if kind == "s3":
        backend.configure(stack, STACK, backend.s3_states())
    else:
        stack.add_override("terraform.backend.local.path", str(directory / "elsewhere.tfstate"))
    stack.add_override("resource.terraform_data.kept", {"input": "kept"})
    app.synth()


def run(line: str, directory: Path) -> str:
    """A line of the runbook, in a shell; only `init` is told that the emulator has no host names."""
    words = " ".join(f"-backend-config={key}={value}" for key, value in PATH_STYLE.items())
    emulated = {"TF_CLI_ARGS_init": words} if (directory / f"{STACK}.tfstate").exists() else {}
    finished = subprocess.run(
        ["sh", "-c", f"cd {shlex.quote(str(directory))}; {line}"],
        env={**os.environ, **emulated},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout
