"""A stack's state in S3: locked twice, unlocked after a kill, reached with its own policy and no other."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

import backend
from aws_emulator import Emulator
from backend import tfbackend
from backend.keys import state_key
from backend.policies import state_policy
from backend.settings import S3States
from backend.states import StateStore
from modules.errors import ProblemsError
from operations.sandbox.workspace import PATH_STYLE, prepare_state
from operations.terraform import Terraform, process

pytestmark = pytest.mark.emulator
PROJECT = Path(__file__).parents[2]
STACK, REGION = "ohi-dev", "eu-west-1"
KEY = state_key(STACK)
FILE = PROJECT / "backend/default.s3.tfbackend"
SLOWLY = "sleep 300"  # until the test kills it
Stack = Callable[..., Terraform]
SETTINGS = tfbackend.read(FILE)
BOTH = FILE.read_text()
ONLY_S3 = re.sub(r"dynamodb_table .*", "", BOTH)


@pytest.fixture
def aws(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """The emulator, with an empty bucket and table, as this process's own AWS."""
    prepare_state(emulator, {**asdict(SETTINGS), "region": REGION})
    for name, value in emulator.environment(REGION).items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    return emulator


@pytest.fixture
def stack(aws: Emulator, tmp_path: Path) -> Stack:
    """`stack(file, command)`: Terraform in a stack's directory, its backend from a file's text."""

    def made(text: str = BOTH, command: str = "true", **environment: str) -> Terraform:
        from cdktf import App, TerraformStack

        (tmp_path / "default.s3.tfbackend").write_text(text)
        tfbackend.read.cache_clear()
        app = App(outdir=str(tmp_path / "cdktf.out"))
        synthesized = TerraformStack(app, STACK)
        backend.configure(synthesized, STACK, S3States(directory=tmp_path))
        body = {"triggers_replace": command, "provisioner": [{"local-exec": {"command": command}}]}
        synthesized.add_override("resource.terraform_data.slow", body)
        app.synth()
        directory = tmp_path / f"cdktf.out/stacks/{STACK}"
        return Terraform(directory, environment={**aws.environment(REGION), **environment})

    return made


@pytest.fixture
def store(aws: Emulator) -> StateStore:
    assert aws
    return StateStore(SETTINGS)


@pytest.fixture
def killed(stack: Stack, store: StateStore) -> Terraform:
    """A stack whose apply was killed while it held both locks."""
    terraform = stack(command=SLOWLY)
    terraform.init(backend_config=PATH_STYLE)
    applying = terraform.start("apply", "-auto-approve")
    with applying:
        try:
            for _ in range(200):
                if len(store.locks(STACK)) == 2:
                    break
                time.sleep(0.1)
        finally:
            os.killpg(applying.pid, signal.SIGKILL)  # its own group: with the command that it runs
    return terraform


def infra(*words: str) -> str:
    command = [sys.executable, "-c", "from operations.cli import main; main()", *words]
    wide = {**os.environ, "COLUMNS": "120"}  # where a table breaks no line
    finished = subprocess.run(command, cwd=PROJECT, env=wide, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def test_the_file_is_what_init_takes_too(stack: Stack) -> None:
    terraform = stack()
    words = ["-backend-config=../../../default.s3.tfbackend", "-backend-config=use_path_style=true"]
    command = terraform.command(f"-chdir={terraform.directory}", "init", *words)
    finished = process.run(command, directory=PROJECT, environment=terraform.environment)
    assert finished.code == 0, finished.errors
    assert not terraform.plan().empty


def test_an_apply_locks_twice_and_keeps_others_out(killed: Terraform, store: StateStore) -> None:
    first, second = store.locks(STACK)
    assert (first.where, second.where) == ("S3", "DynamoDB")
    assert first.id == second.id
    with pytest.raises(ProblemsError, match=first.id):
        killed.plan()


@pytest.mark.parametrize("other", ["S3", "DynamoDB"])
def test_either_lock_alone_keeps_others_out(killed: Terraform, store: StateStore, other: str) -> None:
    held = {lock.where: lock for lock in store.locks(STACK)}
    store.release(held.pop(other))
    with pytest.raises(ProblemsError, match="got a lock that is held: apply of "):
        killed.plan()
    assert [lock.where for lock in store.locks(STACK)] == list(held)


def test_after_a_kill_the_documented_commands_unlock_and_converge(killed: Terraform, stack: Stack) -> None:
    infra("state", "unlock", STACK, "--yes")
    assert "none" in infra("state", "list").splitlines()[1]
    terraform = stack()
    terraform.apply()
    assert terraform.plan().empty
    assert killed.directory == terraform.directory


def test_an_older_version_is_restored_by_the_documented_commands(
    stack: Stack, store: StateStore, aws: Emulator, tmp_path: Path
) -> None:
    stack().init(backend_config=PATH_STYLE)
    for command in ("true", "true again"):
        stack(command=command).apply()
    newest, *_, oldest = store.versions(STACK)
    versions = {"Bucket": SETTINGS.bucket, "Key": KEY, "VersionId": oldest.id}
    (tmp_path / "old").write_bytes(aws.client("s3", REGION).get_object(**versions)["Body"].read())
    terraform = stack(command="true")
    words = terraform.command("state", "push", "-force", str(tmp_path / "old"))
    pushed = process.run(words, directory=terraform.directory, environment=terraform.environment)
    assert pushed.code == 0, pushed.errors
    assert newest.id not in [one.id for one in store.versions(STACK) if one.latest]
    assert store.locks(STACK) == []
    assert terraform.plan().empty, "the state is of the first apply, and its digest fits"


def test_back_from_one_lock_to_two_needs_the_stale_digest_forgotten(stack: Stack) -> None:
    for text, command in ((BOTH, "true"), (ONLY_S3, "true again")):
        stack(text, command).init(backend_config=PATH_STYLE)
        stack(text, command).apply()
    both = stack(BOTH, "true again")
    with pytest.raises(ProblemsError, match="does not have the expected content"):
        both.init(backend_config=PATH_STYLE)
    assert "stale digest" in infra("state", "list")
    infra("state", "delete-digest", STACK, "--yes")
    both.init(backend_config=PATH_STYLE)
    assert both.plan().empty
    assert "not stale" in infra("state", "delete-digest", STACK)


def test_a_lost_lock_table_is_made_anew_and_every_state_is_read(stack: Stack, aws: Emulator) -> None:
    terraform = stack()
    terraform.init(backend_config=PATH_STYLE)
    terraform.apply()
    dynamodb, table = aws.client("dynamodb", REGION), SETTINGS.dynamodb_table
    dynamodb.delete_table(TableName=table)
    with pytest.raises(ProblemsError, match="ResourceNotFoundException"):
        terraform.plan()
    dynamodb.create_table(**created_in("lost-lock-table.md"), TableName=table)
    assert terraform.plan().empty
    stack(command="true again").apply()
    assert "stale" not in infra("state", "list")
    assert stack(command="true again").plan().empty


def created_in(runbook: str) -> dict[str, Any]:
    """The arguments of the table that a runbook's command creates, as boto3 takes them."""
    text = (PROJECT / "docs/runbooks" / runbook).read_text()
    (line,) = [line.strip() for line in text.splitlines() if "aws dynamodb create-table" in line]
    words = line.split()
    options = dict(zip(words[3::2], words[4::2], strict=True))
    return {
        "BillingMode": options["--billing-mode"],
        "AttributeDefinitions": [fields(options["--attribute-definitions"])],
        "KeySchema": [fields(options["--key-schema"])],
    }


def fields(shorthand: str) -> dict[str, str]:
    """`A=1,B=2`, the AWS CLI's shorthand."""
    return dict(pair.split("=") for pair in shorthand.split(","))


def test_a_stacks_own_policy_is_all_that_its_apply_needs(stack: Stack, tmp_path: Path) -> None:
    log = tmp_path / "terraform.log"
    terraform = stack(TF_LOG="DEBUG", TF_LOG_PATH=str(log))
    terraform.init(backend_config=PATH_STYLE)
    terraform.apply()
    assert terraform.plan().empty
    asked = set(requests(log.read_text()))
    assert {action for action, _ in asked} >= {"s3:PutObject", "s3:DeleteObject", "dynamodb:DeleteItem"}
    assert asked <= set(granted(STACK))
    assert not {what for what in asked if what[0] != "s3:ListBucket"} & set(granted("ohi-prod"))


def requests(log: str) -> Iterator[tuple[str, str]]:
    """What the S3 backend asked of AWS, as action and object, item or bucket."""
    actions = {"ListObjectsV2": "s3:ListBucket", "HeadObject": "s3:GetObject"}
    for entry in re.split(r"^(?=\d{4}-\d\d-\d\dT)", log, flags=re.MULTILINE):
        method = re.search(r"backend-s3: HTTP Request Sent: .*rpc.method=(\w+)", entry)
        if method is None:
            continue
        item = re.search(r'"LockID":\{"S":"([^"]+)"', entry)
        key = re.search(r"aws.s3.key=(\S+)", entry)
        service = "dynamodb" if item else "s3"
        what = item[1] if item else f"arn:b/{key[1]}" if key else "arn:b"
        yield actions.get(method[1], f"{service}:{method[1]}"), what


def granted(name: str) -> Iterator[tuple[str, str]]:
    """What a stack's policy allows, in the same words."""
    document = state_policy(state_key(name), SETTINGS, bucket_arn="arn:b", key_arn="arn:k", table_arn="arn:t")
    for statement in json.loads(document)["Statement"]:
        condition = statement.get("Condition", {}).get("ForAllValues:StringEquals", {})
        for what in condition.get("dynamodb:LeadingKeys", statement["Resource"]):
            yield from ((action, what) for action in statement["Action"])
