"""The CDKTF command line, as the README says to use it, on a small stack in an emulated AWS."""

from __future__ import annotations

import json
import re
import shlex
import sys
from typing import Any

import pytest

from operations.sandbox.command import cdktf_commands, shipped_commands
from operations.sandbox.workspace import PATH_STYLE
from operations.terraform import provider_environment
from tests.running import PROJECT

pytestmark = pytest.mark.emulator
STACK = "ohi-dev"


def test_the_documented_commands_of_cdktf(project: Any) -> None:
    settings = json.loads((PROJECT / "cdktf.json").read_text()) | {"app": f"{sys.executable} main.py"}
    (project.directory / "cdktf.json").write_text(json.dumps(settings))
    (project.directory / "node_modules").symlink_to((PROJECT / "node_modules").resolve())
    project.write({"resource.aws_sqs_queue.orders": {"name": "orders"}, "output": {"VpcId": "here"}})

    written = run(project, "npx cdktf synth")
    assert f"Generated Terraform code for the stacks: {STACK}" in written
    planned = run(project, f"npx cdktf diff {STACK}", "--skip-provider-lock")
    assert re.search(rf"^{STACK}  \S", planned, re.MULTILINE), "each stack's lines begin with its name"
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in planned
    deployed = run(project, f"npx cdktf deploy {STACK} --auto-approve", "--skip-provider-lock")
    assert 'VpcId = "here"' in deployed
    # The summary at the end goes by construct ids; so do its lines here.
    assert re.search(rf"^  {STACK}\n  VpcId = here$", deployed, re.MULTILINE), deployed
    assert queues(project)
    shown = run(project, f"npx cdktf output {STACK}", "--skip-provider-lock")
    assert re.search(r"VpcId = here$", shown, re.MULTILINE), shown
    run(project, f"npx cdktf destroy {STACK} --auto-approve", "--skip-provider-lock")
    assert not queues(project)


def test_the_sandbox_prints_these_commands() -> None:
    printed = {line.replace(f" {STACK} ", " STACK ") for line in cdktf_commands(STACK)}
    assert printed == {
        "diff STACK --skip-provider-lock",
        "deploy STACK --skip-provider-lock --auto-approve",
        "output STACK --skip-provider-lock",
        "destroy STACK --skip-provider-lock --auto-approve",
    }


def test_it_names_the_infra_commands_of_a_change_before_them() -> None:
    shown = shipped_commands(STACK)
    assert shown[:3] == [f"infra plan {STACK}", f"infra outputs {STACK}", f"infra status {STACK}"]
    assert shown[3].startswith("npx cdktf ")


def test_watch_has_its_patterns_and_so_leaves_the_file_alone() -> None:
    """cdktf 0.21 writes them into cdktf.json where there are none (@cdktf/cli-core, watch.js)."""
    patterns = json.loads((PROJECT / "cdktf.json").read_text())["watchPattern"]
    assert all(list(PROJECT.glob(pattern)) for pattern in patterns)


def queues(project: Any) -> list[str]:
    """The queues there are."""
    return list(project.emulator.client("sqs", "eu-west-1").list_queues().get("QueueUrls", ()))


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
