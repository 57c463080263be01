"""The CDKTF command line, as the README says to use it, on a small stack in an emulated AWS."""

from __future__ import annotations

import json
import re
import shlex
import sys
from typing import Any

import pytest

from operations.sandbox.workspace import PATH_STYLE
from operations.terraform import provider_environment
from tests.running import PROJECT

pytestmark = pytest.mark.emulator
STACK = "ohi-dev"


def test_the_documented_commands_of_cdktf(project: Any) -> None:
    settings = json.loads((PROJECT / "cdktf.json").read_text()) | {"app": f"{sys.executable} main.py"}
    (project.directory / "cdktf.json").write_text(json.dumps(settings))
    (project.directory / "node_modules").symlink_to((PROJECT / "node_modules").resolve())
    project.write({"resource.aws_sqs_queue.orders": {"name": "orders"}, "output.place": {"value": "here"}})

    written = run(project, "npx cdktf synth")
    assert f"Generated Terraform code for the stacks: {STACK}" in written
    planned = run(project, f"npx cdktf diff {STACK}", "--skip-provider-lock")
    assert re.search(rf"^{STACK}  \S", planned, re.MULTILINE), "each stack's lines begin with its name"
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in planned
    deployed = run(project, f"npx cdktf deploy {STACK} --auto-approve", "--skip-provider-lock")
    assert 'place = "here"' in deployed
    assert project.emulator.client("sqs", "eu-west-1").list_queues()["QueueUrls"]


def run(project: Any, line: str, *more: str) -> str:
    """What a command says, without colors; it must succeed."""
    environment = {
        **provider_environment(),
        "CHECKPOINT_DISABLE": "1",
        # The emulator has no host name for each bucket.
        "TF_CLI_ARGS_init": " ".join(f"-backend-config={key}={value}" for key, value in PATH_STYLE.items()),
    }
    exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
    finished = project.shell(" ".join([exports, line, *more]))
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", finished.stdout)
