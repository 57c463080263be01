"""A stack made ready: the very file that ships, its state in a bucket and a table of its own naming."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules import provider
from modules.errors import ProblemsError
from operations.sandbox import Exclusion, LeftOut, Workspace
from operations.sandbox import workspace as workspace_module
from operations.sandbox.workspace import OVERRIDE, PROVIDER_VERSIONS, prepare_state
from operations.stacks import terraform_in
from stacks import provider_lock
from stacks.output import DOCUMENT

STATE = {"bucket": "states", "key": "k", "region": "eu-west-1", "dynamodb_table": "locks"}
ABSENT = Emulator(port=1, log=Path("absent"))


def stack(backend: dict[str, Any], **resources: Any) -> dict[str, Any]:
    return {
        "terraform": {"backend": backend},
        "provider": {"aws": [{"region": "eu-west-2"}]},
        "resource": resources,
    }


def written(directory: Path, document: dict[str, Any], **options: Any) -> Workspace:
    file = directory / "shipped.json"
    file.write_text(json.dumps(document, indent=4))
    workspace = Workspace(directory / "workspace", ABSENT, **options)
    workspace.write(file)
    return workspace


def test_what_is_applied_is_the_very_file(tmp_path: Path) -> None:
    workspace = written(tmp_path, stack({"s3": STATE}, aws_thing={"one": {}}))
    assert (workspace.directory / DOCUMENT).read_bytes() == (tmp_path / "shipped.json").read_bytes()
    override = json.loads((workspace.directory / OVERRIDE).read_text())
    assert override == {
        "terraform": {
            "required_providers": {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
        }
    }
    assert (workspace.region, workspace.backend, workspace.left_out) == ("eu-west-2", STATE, ())


def test_the_provider_is_of_the_versions_that_modules_support() -> None:
    major, minor, _ = provider.OLDEST.split(".")
    assert f"~> {major}.{minor}" == PROVIDER_VERSIONS
    assert int(major) < workspace_module._UNSUPPORTED, "the emulator serves no such provider"


@pytest.mark.parametrize("needed", [">= 6.4.0, < 7.0.0", "~> 6.0", "6.25.0"])
def test_a_stack_that_needs_a_newer_provider_is_refused(tmp_path: Path, needed: str) -> None:
    document = stack({"s3": STATE})
    document["terraform"]["required_providers"] = {"aws": {"source": "aws", "version": needed}}
    with pytest.raises(ProblemsError, match=f"workspace, AWS provider: got '{re.escape(needed)}'"):
        written(tmp_path, document)


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    document = stack({"s3": STATE}, aws_thing={"one": {}}, aws_other={"one": {}})
    exclusions = [Exclusion(what="aws_thing", reason="not emulated")]
    workspace = written(tmp_path, document, exclusions=exclusions)
    assert workspace.left_out == (LeftOut(address="aws_thing.one", reason="not emulated"),)
    assert json.loads((workspace.directory / DOCUMENT).read_text())["resource"] == {"aws_other": {"one": {}}}


@pytest.mark.parametrize("backend", [{"local": {"path": "x"}}, {}])
def test_a_stack_without_remote_state_is_refused(tmp_path: Path, backend: dict[str, Any]) -> None:
    workspace = written(tmp_path, stack(backend))
    got = ", ".join(backend) or "none"
    with pytest.raises(ProblemsError, match=f"got {got}; allowed: s3; synthesize with INFRA_BACKEND=s3"):
        assert workspace.backend


def test_the_stack_that_makes_the_bucket_keeps_its_own_state_aside(tmp_path: Path) -> None:
    workspace = written(tmp_path, stack({"s3": STATE}, aws_s3_bucket={"states": {"bucket": "states"}}))
    assert workspace.backend == {**STATE, "bucket": "states-aside", "dynamodb_table": "locks-aside"}


def test_terraform_has_nothing_of_a_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TF_DATA_DIR", "TF_WORKSPACE", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "mine")
    environment = written(tmp_path, stack({"s3": STATE})).terraform.environment
    assert "mine" not in environment.values()
    assert (environment["AWS_ENDPOINT_URL"], environment["AWS_REGION"]) == (ABSENT.url, "eu-west-2")


@pytest.mark.emulator
@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_bucket_and_table_are_made_once(emulator: Emulator, region: str) -> None:
    for _ in range(2):
        prepare_state(emulator, {**STATE, "region": region})
    s3, dynamodb = emulator.client("s3", region), emulator.client("dynamodb", region)
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["states"]
    assert s3.get_bucket_versioning(Bucket="states")["Status"] == "Enabled"
    assert dynamodb.list_tables()["TableNames"] == ["locks"]
    prepare_state(emulator, {"bucket": "others", "region": region})
    assert dynamodb.list_tables()["TableNames"] == ["locks"], "a lock file needs no table"


def test_a_second_terminal_has_the_provider_of_the_sandbox(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = written(tmp_path, stack({"s3": STATE}))
    lock = workspace.directory / provider_lock.NAME
    assert lock.read_bytes() == provider_lock.COMMITTED.read_bytes()
    # Terraform takes another one where the emulator does not serve the version of the committed lock.
    taken = str(provider_lock.locked_version(lock.read_text()))
    lock.write_text(lock.read_text().replace(f'"{taken}"', '"5.100.7"'))
    monkeypatch.setenv("INFRA_PROVIDER_LOCK", workspace.exports()["INFRA_PROVIDER_LOCK"])
    (tmp_path / "shipped").mkdir()
    provider_lock.write(tmp_path / "shipped", {})
    assert (tmp_path / "shipped" / provider_lock.NAME).read_bytes() == lock.read_bytes()


def test_what_the_sandbox_tells_init_reaches_no_command_of_infra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exported = written(tmp_path, stack({"s3": STATE})).exports()["TF_CLI_ARGS_init"]
    monkeypatch.setenv("TF_CLI_ARGS_init", exported)
    assert "TF_CLI_ARGS_init" not in terraform_in(tmp_path).environment
    monkeypatch.setenv("TF_CLI_ARGS_init", "-upgrade")
    assert terraform_in(tmp_path).environment["TF_CLI_ARGS_init"] == "-upgrade"


def test_a_second_terminal_has_a_data_directory_for_each_stack(tmp_path: Path) -> None:
    workspace = written(tmp_path, stack({"s3": STATE}))
    exported = workspace.exports()["TF_DATA_DIR"]
    # Terraform resolves it in the directory in which it runs: cdktf's of one stack is not another's.
    assert not Path(exported).is_absolute()
    assert exported == workspace.terraform.environment["TF_DATA_DIR"] != ".terraform"
