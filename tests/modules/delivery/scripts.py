"""Runs the scripts of a pipeline as CodeBuild does: bash, jq and the AWS CLI, here with the emulator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_emulator import Emulator
from modules.delivery.pipeline.buildspec import command
from tests.images import BuiltImage, put
from tests.installed import program

REGION = "eu-west-1"
ACCOUNT = "123456789012"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"


def run(
    script: str, directory: Path, variables: Mapping[str, str], emulator: Emulator | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a script of `modules/delivery/pipeline/scripts` in `directory`, whose `bin` comes first in PATH."""
    for needed in ("jq", *(["aws"] if emulator else [])):
        program(needed)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    given = {
        name: value for name, value in (emulator.environment(REGION) if emulator else {}).items() if value
    }
    path = f"{directory / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command(script)],
        cwd=directory,
        env={**inherited, **given, **variables, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def interpose(directory: Path, name: str, body: str) -> None:
    """Put a program before the one of its name; in `body`, `$REAL` is that one."""
    (directory / "bin").mkdir(exist_ok=True)
    script = directory / "bin" / name
    script.write_text(f"#!/bin/bash\nREAL={shutil.which(name)}\n{body}\n")
    script.chmod(0o755)


def push(emulator: Emulator, repository: str, *tags: str) -> str:
    """Push an image of its own, and give its digest; the repository is created if it isn't there."""
    ecr = emulator.client("ecr", REGION)
    if repository not in [one["repositoryName"] for one in ecr.describe_repositories()["repositories"]]:
        ecr.create_repository(repositoryName=repository, imageTagMutability="IMMUTABLE")
    return put(ecr, repository, BuiltImage(layers=(tags[0].encode(),)), *tags)


def as_json(value: Any) -> str:
    """As an environment variable."""
    return json.dumps(value)
