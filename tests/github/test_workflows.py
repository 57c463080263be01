"""The workflows: what two linters say, that no stack is missing, that roles and commands exist."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from modules.errors import ProblemsError
from operations import cli
from operations.workflows import DIRECTORY, in_step, stack_lists
from stacks.catalogue import catalogue

GITHUB = DIRECTORY.parent
FILES = sorted(DIRECTORY.glob("*.yml"))
ACTIONS = [*FILES, *sorted(GITHUB.glob("actions/*/action.yml"))]
BIN = Path(sys.executable).parent
PINNED = re.compile(r"uses: (\$/\.github/actions/\w+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)")
Json = dict[str, Any]


def lint(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / program), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=GITHUB.parent)


def actionlint(*files: Path) -> subprocess.CompletedProcess[str]:
    # Not what else is on this machine: a shellcheck of another version says other things.
    return lint("actionlint", "-shellcheck=", "-pyflakes=", *map(str, files))


def zizmor(*files: Path) -> subprocess.CompletedProcess[str]:
    return lint("zizmor", "--offline", "--no-progress", "--no-config", *map(str, files))


def test_actionlint_has_no_findings() -> None:
    assert len(FILES) >= 4
    found = actionlint(*FILES)
    assert (found.returncode, found.stdout) == (0, "")


def test_zizmor_has_no_findings() -> None:
    found = zizmor(*ACTIONS)
    assert found.returncode == 0, found.stdout


BROKEN = """
name: Broken
on: pull_request_target
permissions: {}
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "${{ github.event.pull_request.title }}"
"""


def test_the_linters_see_what_is_broken(tmp_path: Path) -> None:
    broken = tmp_path / ".github/workflows/broken.yml"
    broken.parent.mkdir(parents=True)
    broken.write_text(BROKEN)
    assert "dangerous-triggers" in zizmor(broken).stdout
    assert "potentially untrusted" in actionlint(broken).stdout
    broken.write_text(BROKEN.replace("permissions: {}", "permissions: {content: read}"))
    assert 'unknown permission scope "content"' in actionlint(broken).stdout


def test_every_action_is_pinned_by_its_commit() -> None:
    used = [line.strip().removeprefix("- ") for file in ACTIONS for line in file.read_text().splitlines()]
    uses = [line for line in used if line.startswith("uses: ")]
    assert uses
    assert not [line for line in uses if not PINNED.fullmatch(line)]
    # One commit for each version, everywhere.
    pinned = {line for line in uses if "@" in line}
    assert len({line.partition("@")[0] for line in pinned}) == len(pinned)


def test_workflows_and_catalogue_are_in_step(golden: Any) -> None:
    lists = stack_lists()
    # It is created at a failover alone.
    assert lists["all"] == [name for name in catalogue() if name != "booking-prod-recovery"]
    assert {"account", "state-backend"}.isdisjoint(lists["deployed"])
    assert "booking-prod-recovery" in lists["deployed"]
    for file, text in in_step(DIRECTORY, lists):
        golden(file, text)


def test_a_stack_that_is_new_is_written_into_each_list() -> None:
    written = dict(in_step(DIRECTORY, {"all": ["one", "two"], "deployed": ["two"]}))
    lists = {file.name: re.findall(r"^ +- (one|two)$", text, re.MULTILINE) for file, text in written.items()}
    assert lists == {
        "apply.yml": ["two"],
        "deploy.yml": ["two"],
        "nightly.yml": ["one", "two"],
        "pull-request.yml": ["one", "two"],
    }


def test_workflows_without_lists_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text("name: One\n")
    with pytest.raises(ProblemsError, match="no workflow has a list of stacks"):
        list(in_step(tmp_path, stack_lists()))


def workflow_text(name: str) -> str:
    return (DIRECTORY / name).read_text()


def test_roles_are_those_that_the_account_creates(stacks: dict[str, Json]) -> None:
    created = {body["name"] for body in stacks["account"]["resource"]["aws_iam_role"].values()}
    assumed = {
        (file, role.replace("${{ inputs.stack }}", stack))
        for file, role in (
            (file.name, role)
            for file in FILES
            for role in re.findall(r"role-to-assume: .*:role/(.+)$", file.read_text(), re.MULTILINE)
        )
        for stack in stack_lists()["deployed"]
    }
    assert {file for file, _ in assumed} == {file.name for file in FILES}
    assert {role for _, role in assumed} == created


def test_caches_are_those_that_the_account_creates(stacks: dict[str, Json]) -> None:
    created = {body["name"] for body in stacks["account"]["resource"]["aws_ecr_repository"].values()}
    (name,) = re.findall(r'cache="\$REGISTRY/([\w-]+)\$STACK:\$SERVICE"', workflow_text("deploy.yml"))
    assert {f"{name}{stack}" for stack in stack_lists()["deployed"]} == created


def jobs(text: str) -> dict[str, str]:
    """The jobs of a workflow by name, as text."""
    _, _, rest = text.partition("\njobs:\n")
    parts = re.split(r"^  ([\w-]+):\n", rest, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def every_job() -> dict[str, str]:
    found = {f"{file.name} {name}": text for file in FILES for name, text in jobs(file.read_text()).items()}
    assert len(found) > len(FILES)
    return found


def test_every_job_has_an_end_and_permissions_of_its_own() -> None:
    for file in FILES:
        assert "\npermissions: {}\n" in file.read_text(), file
    for name, text in every_job().items():
        assert re.search(r"^    timeout-minutes: \d+", text, re.MULTILINE), name
        assert re.search(r"^    permissions:$", text, re.MULTILINE), name


def test_who_writes_to_github_has_no_credentials_and_runs_no_code_of_the_repository() -> None:
    writing = {
        name: text for name, text in every_job().items() if re.search(r"(requests|issues): write", text)
    }
    assert set(writing) == {"pull-request.yml comment", "nightly.yml issue"}
    for text in writing.values():
        assert "checkout@" not in text
        assert "id-token" not in text


def test_a_run_of_a_fork_asks_for_no_credentials() -> None:
    plan = jobs(workflow_text("pull-request.yml"))["plan"]
    assert "if: github.event.pull_request.head.repo.full_name == github.repository &&" in plan
    assert "--without-secrets" in plan
    asking = [name for name, text in every_job().items() if "id-token: write" in text]
    assert asking == ["apply.yml apply", "deploy.yml deploy", "nightly.yml drift", "pull-request.yml plan"]


def test_whoever_deploys_is_in_an_environment_and_alone_with_the_stack() -> None:
    for name in ("apply.yml", "deploy.yml"):
        text = workflow_text(name)
        assert "group: stack-${{ inputs.stack }}\n  cancel-in-progress: false" in text
        (job,) = [job for job in jobs(text).values() if "id-token: write" in job]
        assert "environment: ${{ inputs.stack }}\n" in job
    assert "environment: nightly\n" in workflow_text("nightly.yml")


def test_the_frontend_is_built_without_credentials() -> None:
    building = [name for name, text in every_job().items() if "npm " in text]
    assert building == ["deploy.yml frontend"]
    assert "id-token" not in every_job()["deploy.yml frontend"]


def commands() -> Iterator[Any]:
    """Each `infra` command line of the workflows."""
    for file in FILES:
        for line in file.read_text().splitlines():
            for found in re.findall(r"\.venv/bin/infra ([^|>]+)", line):
                yield pytest.param(shlex.split(found), id=f"{file.name} {found.strip()}")


@pytest.mark.parametrize("words", list(commands()))
def test_infra_takes_the_words_of_the_workflows(words: list[str]) -> None:
    if words[0] not in cli.COMMANDS:
        pytest.skip(f"there is no infra {words[0]} yet")
    cli._register([words[0]])
    command: Any = typer.main.get_command(cli.app)
    stack = next(iter(catalogue()))
    rest = [{"$STACK": stack, "$SERVICE": "api"}.get(word, word) for word in words]
    while hasattr(command, "commands"):
        command = command.commands[rest.pop(0)]
    assert not command.make_context(command.name, rest).args
