"""A workspace's lock, as `infra secret set` holds it, its variables, and what the API refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.cloud_workspace import CloudWorkspace
from backend.settings import CloudSettings
from modules.errors import ProblemsError
from modules.pause.expressions import PAUSED
from operations.pause.variable import paused
from operations.pause.workspace import keep
from operations.stack_lock import stack_lock
from operations.state import commands
from tests.terraform_cloud.server import ORGANIZATION, OTHER, TerraformCloud

STACK = "ohi-dev"


@pytest.fixture
def workspace(signed_in: TerraformCloud) -> TerraformCloud:
    """A Terraform Cloud that has the stack's workspace."""
    signed_in.store.create({"name": STACK}, "prj-1")
    return signed_in


def test_the_lock_is_that_of_the_workspace(workspace: TerraformCloud) -> None:
    with stack_lock(STACK, "infra secret set"):
        locked = workspace.store.named(STACK)
        assert (locked.locked_by, locked.reason) == ("ann", "infra secret set")
    assert workspace.store.named(STACK).locked_by is None


def test_it_is_released_when_what_it_was_held_for_fails(workspace: TerraformCloud) -> None:
    with pytest.raises(RuntimeError, match="no"), stack_lock(STACK, "infra secret set"):
        raise RuntimeError("no")
    assert workspace.store.named(STACK).locked_by is None


def test_who_holds_it_is_told(workspace: TerraformCloud) -> None:
    workspace.store.named(STACK).lock("bob", "looks at something")
    with pytest.raises(ProblemsError) as refused, stack_lock(STACK, "infra secret set"):
        raise AssertionError("it was held")
    said = str(refused.value)
    assert said.startswith(f"lock of {STACK}: got held by bob; allowed: a free lock")
    assert f"see https://{workspace.host}/app/{ORGANIZATION}/{STACK}" in said
    assert workspace.store.named(STACK).locked_by == "bob"


def test_one_that_cannot_be_released_is_told(workspace: TerraformCloud) -> None:
    def taken_by_force() -> None:
        with stack_lock(STACK, "infra secret set"):
            workspace.store.named(STACK).unlock("bob", force=True)
            workspace.store.named(STACK).lock("bob", "took it by force")

    with pytest.raises(ProblemsError) as refused:
        taken_by_force()
    said = str(refused.value)
    assert "workspace is locked by bob" in said
    assert f"is still locked by infra secret set; unlock it at https://{workspace.host}/app/" in said


def test_a_workspace_that_is_not_there_is_told(signed_in: TerraformCloud) -> None:
    assert not signed_in.store.workspaces
    with pytest.raises(
        ProblemsError, match=f"{ORGANIZATION}/{STACK}: isn't there, or this token may not see"
    ):
        locked(signed_in)


def test_a_token_that_is_not_accepted_is_told(
    workspace: TerraformCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TF_TOKEN_{workspace.host}", "expired")
    with pytest.raises(ProblemsError, match="doesn't accept the token; sign in anew: terraform login"):
        locked(workspace)


def test_the_token_of_the_environment_is_taken_first(
    workspace: TerraformCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"TF_TOKEN_{workspace.host}", OTHER)
    locked(workspace)
    assert workspace.store.named(STACK).locked_by == "bob"


def test_who_has_not_signed_in_is_told_how(
    workspace: TerraformCloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(
        ProblemsError, match=rf"got no token; .* terraform login {workspace.host}; without a browser"
    ):
        locked(workspace)


def test_a_host_that_cannot_be_reached_is_told(
    signed_in: TerraformCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_TOKEN_localhost:1", "any")
    with pytest.raises(
        ProblemsError, match=r"Terraform Cloud at localhost:1: can't be asked: .*refused.*check"
    ):
        CloudWorkspace(CloudSettings(organization=ORGANIZATION, hostname="localhost:1"), STACK).lock("a test")
    assert not signed_in.requests


def test_a_variable_is_created_then_changed(workspace: TerraformCloud) -> None:
    store = workspace.store.named(STACK)
    store.variables["var-of-the-environment"] = {"key": "paused", "value": "x", "category": "env"}
    there = CloudWorkspace(CloudSettings(organization=ORGANIZATION, hostname=workspace.host), STACK)
    for value in ("true", "false"):
        there.set_variable("paused", value)
        set_to = [one["value"] for one in store.variables.values() if one["category"] == "terraform"]
        assert set_to == [value]
    assert store.variables["var-of-the-environment"]["value"] == "x"


@pytest.mark.parametrize(
    ("execution", "told"), [("remote", ["true", "false"]), ("agent", ["true", "false"]), ("local", [])]
)
def test_a_pause_and_a_resume_are_told_to_a_workspace_whose_runs_are_remote(
    workspace: TerraformCloud, execution: str, told: list[str]
) -> None:
    store = workspace.store.named(STACK)
    store.execution_mode = execution
    values = []
    for value in (True, False):
        keep(STACK, paused(value=value))
        values += [one["value"] for one in store.variables.values() if one["key"] == PAUSED]
    assert values == told


@pytest.mark.parametrize(
    "words", [["list"], ["show", STACK], ["unlock", STACK], ["delete-digest", STACK], ["bootstrap"]]
)
def test_a_command_of_states_says_where_they_are(workspace: TerraformCloud, words: list[str]) -> None:
    result = CliRunner().invoke(commands.app, words)
    assert isinstance(result.exception, ProblemsError)
    (problem,) = result.exception.problems
    assert f"the states are in the workspaces of https://{workspace.host}/app/{ORGANIZATION}" in problem.what
    assert not workspace.requests


def locked(cloud: TerraformCloud) -> None:
    """Lock the stack's workspace."""
    CloudWorkspace(CloudSettings(organization=ORGANIZATION, hostname=cloud.host), STACK).lock("a test")
