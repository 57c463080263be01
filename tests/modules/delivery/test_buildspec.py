"""The buildspecs as they ship, against CodeBuild's reference and a shell; JSON is YAML, too."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modules.delivery.pipeline.buildspec import buildspec
from modules.delivery.pipeline.settings import Migration

MIGRATION = Migration(service="web", command=("python", "manage.py", "migrate"))
# CodeBuild user guide, "Build specification reference for CodeBuild".
_KEYS = {"version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache"}
SCRIPTS = ("build", "definitions", "migrate", "record")
_PHASES = {"install", "pre_build", "build", "post_build"}
_EXPRESSION = re.compile(r"(?<!\$)\$\{|(?<!%)%\{")


def shipped_buildspecs(shipped: Callable[..., Any]) -> dict[str, str]:
    projects = shipped(migration=MIGRATION).named("aws_codebuild_project")
    found = {path.rpartition("/")[2]: one["source"]["buildspec"] for path, one in projects.items()}
    assert set(found) == {"build", "migrate", "record"}
    return found


def as_terraform_writes(text: str) -> Any:
    """What CodeBuild gets: Terraform takes the escapes away."""
    return json.loads(text.replace("$${", "${").replace("%%{", "%{"))


def test_terraform_finds_no_expression_in_a_script(shipped: Callable[..., Any]) -> None:
    for text in shipped_buildspecs(shipped).values():
        assert not _EXPRESSION.search(text)
    assert _EXPRESSION.search("${x}")
    assert not _EXPRESSION.search("$${x}")


def test_a_buildspec_has_what_codebuild_knows(shipped: Callable[..., Any]) -> None:
    for text in shipped_buildspecs(shipped).values():
        document = as_terraform_writes(text)
        assert document["version"] == "0.2"
        assert set(document) <= _KEYS
        assert set(document["phases"]) <= _PHASES
        assert document["env"]["shell"] == "bash"


def test_every_command_is_a_script_that_bash_can_read(shipped: Callable[..., Any]) -> None:
    for text in shipped_buildspecs(shipped).values():
        commands = as_terraform_writes(text)["phases"]["build"]["commands"]
        assert commands
        for command in commands:
            read = subprocess.run(["bash", "-n", "-c", command], capture_output=True, text=True, check=False)
            assert read.returncode == 0, read.stderr


def test_the_build_hands_on_what_the_definitions_script_wrote(shipped: Callable[..., Any]) -> None:
    document = as_terraform_writes(shipped_buildspecs(shipped)["build"])
    assert document["artifacts"] == {"base-directory": "release", "files": ["**/*"]}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_ends_at_the_first_variable_that_is_not_set(name: str, tmp_path: Path) -> None:
    (command,) = json.loads(buildspec([name]).replace("$${", "${"))["phases"]["build"]["commands"]
    ran = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.count("unbound variable") == 1


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_reads_no_variable_that_nothing_sets(name: str, shipped: Callable[..., Any]) -> None:
    """In capitals: those of the project, and CodeBuild's and bash's own."""
    from modules.delivery.pipeline.buildspec import command

    project = {"definitions": "build"}.get(name, name)
    body = shipped(migration=MIGRATION).named("aws_codebuild_project")[f"pipeline/projects/{project}"]
    given = {one["name"] for one in body["environment"]["environment_variable"]}
    known = given | {"CODEBUILD_RESOLVED_SOURCE_VERSION", "SECONDS"}
    read = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", command(name)))
    assert read
    assert read <= known
