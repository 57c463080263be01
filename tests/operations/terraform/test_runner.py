"""Terraform run from Python: its verdicts as values, its refusals in its own words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modules.errors import ProblemsError
from operations.stacks import initialize, terraform_in
from operations.terraform import Change, Event, Terraform, provider_environment, runner
from operations.terraform.results import locked

pytestmark = pytest.mark.terraform


def configure(directory: Path, **sections: Any) -> None:
    (directory / "main.tf.json").write_text(json.dumps(sections))


def thing(value: object) -> dict[str, Any]:
    return {"terraform_data": {"thing": {"input": value}}}


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    configure(tmp_path, resource=thing("one"))
    made = Terraform(tmp_path)
    made.init()
    return made


def test_a_resource_through_its_life(terraform: Terraform) -> None:
    events: list[Event] = []
    terraform = Terraform(terraform.directory, watch=events.append)
    plan = terraform.plan()
    assert (plan.empty, plan.changes) == (False, (Change(address="terraform_data.thing", action="create"),))
    terraform.apply(plan)
    assert [event["type"] for event in events].count("apply_complete") == 1
    assert terraform.plan().empty
    assert terraform.addresses() == ["terraform_data.thing"]
    assert terraform.show()["values"]["root_module"]["resources"][0]["values"]["input"] == "one"

    configure(terraform.directory, resource=thing("two"))
    assert terraform.plan().changes == (Change(address="terraform_data.thing", action="update"),)
    terraform.apply()
    assert terraform.plan(destroy=True).changes == (Change(address="terraform_data.thing", action="delete"),)
    terraform.destroy()
    assert terraform.addresses() == []


def test_a_plan_of_outputs_alone_is_not_empty(terraform: Terraform) -> None:
    terraform.apply()
    configure(
        terraform.directory,
        resource=thing("one"),
        output={"shown": {"value": [1, "two"]}, "hidden": {"value": "x", "sensitive": True}},
    )
    plan = terraform.plan()
    assert (plan.empty, plan.changes) == (False, ())
    terraform.apply(plan)
    outputs = terraform.outputs()
    assert (outputs["shown"].value, outputs["shown"].sensitive) == ([1, "two"], False)
    assert outputs["hidden"].sensitive


def test_every_mistake_is_said_in_terraforms_words(terraform: Terraform) -> None:
    configure(
        terraform.directory, resource={"terraform_data": {"a": {"inputt": 1}, "b": {"input": "${x.y}"}}}
    )
    with pytest.raises(ProblemsError) as refused:
        terraform.validate()
    said = [problem.what.splitlines()[0] for problem in refused.value.problems]
    assert any(words.startswith("Extraneous JSON object property") for words in said)
    assert any(words.startswith("Reference to undeclared resource") for words in said)
    with pytest.raises(ProblemsError, match=r"terraform plan in .*Extraneous JSON object property"):
        terraform.plan()


def test_a_failed_apply_names_the_resource(terraform: Terraform) -> None:
    failing = {"terraform_data": {"thing": {"provisioner": [{"local-exec": {"command": "exit 7"}}]}}}
    configure(terraform.directory, resource=failing)
    with pytest.raises(ProblemsError, match=r"terraform apply in .*, terraform_data\.thing: .*exit status 7"):
        terraform.apply()


def test_an_init_that_fails_says_why(tmp_path: Path) -> None:
    configure(tmp_path, terraform={"backend": {"s3": {"bucket": "b"}}})
    with pytest.raises(ProblemsError, match='"key" is required'):
        Terraform(tmp_path).init(backend_config={"region": "eu-west-1"})


def test_a_state_moves_to_another_backend(terraform: Terraform) -> None:
    terraform.apply()
    moved = terraform.directory / "moved.tfstate"
    configure(
        terraform.directory,
        terraform={"backend": {"local": {"path": str(moved)}}},
        resource=thing("one"),
    )
    terraform.init(migrate=True)
    assert moved.exists()
    assert terraform.plan().empty


def test_a_variable_is_laid_over_or_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    environment = Terraform(tmp_path, environment={"AWS_PROFILE": None, "AWS_REGION": "here"}).environment
    assert "AWS_PROFILE" not in environment
    assert (environment["AWS_REGION"], environment["CHECKPOINT_DISABLE"]) == ("here", "1")


HELD = """Error acquiring the state lock: Error message: operation error S3: PutObject, StatusCode: 412
Lock Info:
  ID:        1c4954c2-2eda-bd07-0a88-67f0d4bfa279
  Path:      states/shop-dev/terraform.tfstate
  Operation: {operation}
  Who:       ada@laptop
  Version:   1.11.4
  Created:   2026-11-27 08:20:14.16269427 +0000 UTC
  Info:

Terraform acquires a state lock to protect the state from being written
"""


@pytest.mark.parametrize(
    ("operation", "said"), [("OperationTypePlan", "plan"), ("secret set", "secret set"), ("", "something")]
)
def test_a_lock_that_is_held_is_a_sentence_with_who_holds_it(operation: str, said: str) -> None:
    error = locked("shop-dev", HELD.format(operation=operation))
    assert str(error) == (
        f"state of shop-dev: got a lock that is held: {said} of ada@laptop since 2026-11-27 08:20 UTC "
        "(1c4954c2-2eda-bd07-0a88-67f0d4bfa279); allowed: a free one; wait until that has ended; if it was "
        "killed, release it: infra state unlock shop-dev"
    )


def test_a_lock_that_nobody_holds_but_that_can_not_be_taken_is_as_terraform_says_it() -> None:
    assert locked("shop-dev", "Error acquiring the state lock: AccessDenied") is None


def test_the_provider_is_linked_to_and_not_copied(tmp_path: Path) -> None:
    configure(tmp_path, terraform={"required_providers": {"aws": {"source": "hashicorp/aws"}}})
    made = Terraform(tmp_path)
    if "TF_CLI_CONFIG_FILE" not in provider_environment():
        pytest.skip("a person's own Terraform configuration decides")
    made.init()
    (package,) = tmp_path.glob(".terraform/providers/*/*/aws/*/*")
    assert package.is_symlink()


def test_a_directory_of_terraform_cloud_is_initialized_without_options_of_state_backends(
    tmp_path: Path,
) -> None:
    organization = {"organization": "shop", "hostname": "127.0.0.1", "workspaces": {"name": "shop-dev"}}
    configure(tmp_path, terraform={"cloud": organization})
    with pytest.raises(ProblemsError) as refused:
        Terraform(tmp_path, environment={"TF_TOKEN_127_0_0_1": "a-token"}).init()
    # Nobody answers there: Terraform has accepted its options, and asked.
    assert "127.0.0.1" in str(refused.value)
    assert "Invalid command-line option" not in str(refused.value)


def test_a_workspace_that_somebody_selected_is_not_the_stack_s(
    terraform: Terraform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INFRA_BACKEND", raising=False)
    terraform.apply()
    selecting = terraform.start("workspace", "new", "other")
    selecting.communicate()
    assert not terraform.plan().empty, "Terraform follows the selected one"
    assert terraform_in(terraform.directory).plan().empty


@pytest.mark.parametrize(("backend", "workspace"), [("s3", "default"), ("local", "default"), ("cloud", None)])
def test_terraform_cloud_names_the_workspace_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: str, workspace: str | None
) -> None:
    monkeypatch.setenv("INFRA_BACKEND", backend)
    monkeypatch.setenv("TF_WORKSPACE", "mine")
    assert terraform_in(tmp_path).environment.get("TF_WORKSPACE") == workspace


def test_who_has_signed_in_to_terraform_cloud_stays_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A CLI configuration of ours keeps Terraform from the file that `terraform login` wrote."""
    login = tmp_path / ".terraform.d/credentials.tfrc.json"
    login.parent.mkdir()
    login.write_text(json.dumps({"credentials": {"app.terraform.io": {"token": "of-the-login"}}}))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("TF_TOKEN_app_terraform_io", raising=False)
    for ours, token in (({"TF_CLI_CONFIG_FILE": "mirror.tfrc"}, "of-the-login"), ({}, None)):
        monkeypatch.setattr(runner, "provider_environment", lambda ours=ours: ours)
        assert Terraform(tmp_path).environment.get("TF_TOKEN_app_terraform_io") == token
    monkeypatch.setattr(runner, "provider_environment", lambda: {"TF_CLI_CONFIG_FILE": "mirror.tfrc"})
    monkeypatch.setenv("TF_TOKEN_app_terraform_io", "of-the-environment")
    assert Terraform(tmp_path).environment["TF_TOKEN_app_terraform_io"] == "of-the-environment"


def test_the_provider_writes_no_log_unless_somebody_wants_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = {"TF_LOG_PROVIDER": "off", "TF_LOG_SDK": "off"}
    assert quiet.items() <= Terraform(tmp_path).environment.items()
    monkeypatch.setenv("TF_LOG_PROVIDER", "trace")
    wanted = Terraform(tmp_path).environment
    assert [name for name in wanted if name.startswith("TF_LOG")] == ["TF_LOG_PROVIDER"]


def test_a_state_that_was_not_written_is_pushed_before_anything_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnostic = {"severity": "error", "summary": "Failed to persist state to backend", "detail": "…"}
    event = json.dumps({"type": "diagnostic", "diagnostic": diagnostic})
    made = Terraform(tmp_path / "shop-dev")
    made.directory.mkdir()
    said = 'touch errored.tfstate; echo "$1"; exit 1'
    monkeypatch.setattr(made, "command", lambda *_: ["sh", "-c", said, "sh", event])
    with pytest.raises(ProblemsError) as refused:
        made.apply()
    shop = tmp_path / "shop-dev"
    push = (
        f"before any other command: infra state unlock shop-dev; then terraform -chdir={shop} "
        f"state push errored.tfstate && rm {shop}/errored.tfstate. If it was pushed already, delete it"
    )
    assert str(refused.value).endswith(push)
    # So says each later command, before it initializes, until somebody has deleted the file.
    with pytest.raises(ProblemsError) as later:
        initialize(made)
    assert str(later.value).endswith(push)
    (shop / "errored.tfstate").unlink()
    monkeypatch.setattr(made, "command", lambda *_: ["true"])
    initialize(made)
