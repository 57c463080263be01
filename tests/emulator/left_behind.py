"""docs/runbooks/leaving.md, typed where the project is not: a copy of an applied stack, and Terraform."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from operations.sandbox import Workspace
from operations.sandbox.workspace import OVERRIDE
from operations.terraform import terraform_binary
from tests.documents.fences import PROJECT, commands, fences

RUNBOOK, SHOWN = "docs/runbooks/leaving.md", "ohi-dev"


def lines(name: str) -> list[str]:
    """The runbook's commands after the synthesis, for a stack."""
    text = (PROJECT / RUNBOOK).read_text()
    found = [one.text for fence in fences(RUNBOOK, text) for one in commands(fence)]
    return [line.replace(SHOWN, name) for line in found[found.index("python main.py") + 1 :]]


def typed_by_somebody_who_left(name: str, output: Path, workspace: Workspace, directory: Path) -> str:
    """Run the commands on an applied stack; what the last one, the plan, printed.

    The override names the provider that the emulator serves; everything else is what ships.
    """
    directory.mkdir()
    shipped = directory / "cdktf.out/stacks" / name
    shutil.copytree(output / "stacks" / name, shipped, ignore=shutil.ignore_patterns(".terraform*/"))
    shutil.copy(workspace.directory / OVERRIDE, shipped)
    kept = {key: value for key, value in os.environ.items() if key in ("HOME", "TMPDIR")}
    path = os.pathsep.join([str(Path(terraform_binary()).parent), os.environ["PATH"]])
    printed = ""
    for line in lines(name):
        ran = subprocess.run(
            ["bash", "-euc", line],
            cwd=directory,
            env={**kept, **workspace.exports(), "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, (line, ran.stdout, ran.stderr)
        printed = ran.stdout
    return printed
