"""The state backend brought up in one command, stopped and run again, its own state in its own bucket."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from aws_emulator import Emulator
from backend import tfbackend
from backend.keys import state_key
from modules.errors import ProblemsError
from operations.sandbox.workspace import OVERRIDE, PROVIDER_VERSIONS
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
PROJECT = Path(__file__).parents[2]
SETTINGS = tfbackend.read(PROJECT / "backend/default.s3.tfbackend")
KEY = state_key("state-backend")


class Account:
    """An AWS account without a state backend, and somebody at a machine who wants one."""

    def __init__(self, directory: Path, emulator: Emulator) -> None:
        self.emulator = emulator
        self.output = directory / "cdktf.out"
        self.stack = self.output / "stacks/state-backend"
        self.states = directory / ".state/state-backend"
        self.s3 = emulator.client("s3", SETTINGS.region)
        self.stack.mkdir(parents=True)
        # The emulator lacks what 6.x asks of S3 Control; the file that ships stays as it is.
        providers = {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
        (self.stack / OVERRIDE).write_text(json.dumps({"terraform": {"required_providers": providers}}))

    def start(self, *words: str) -> subprocess.Popen[str]:
        """`infra state …`, under way."""
        environment = {**os.environ, **self.emulator.environment(SETTINGS.region)}
        code = "from operations.cli import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", code, "state", *words],
            cwd=PROJECT,
            env={
                **{name: value for name, value in environment.items() if value is not None},
                "CDKTF_OUTDIR": str(self.output),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *words: str) -> str:
        """`infra state …`, to its end, which must be a good one."""
        with self.start(*words) as running:
            said = running.communicate()[0]
        assert running.returncode == 0, said
        return said

    def buckets(self) -> list[str]:
        return [bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory, module_emulator: Emulator) -> Account:
    return Account(tmp_path_factory.mktemp("account"), module_emulator)


@pytest.fixture(scope="module")
def stopped(account: Account) -> str:
    """What was said when the first run was stopped, by Ctrl-C, while it created things."""
    with account.start("bootstrap", "--yes") as running:
        while SETTINGS.bucket not in account.buckets() and running.poll() is None:
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        said = running.communicate()[0]
    assert running.returncode == 130, said
    return said


@pytest.fixture(scope="module")
def bootstrapped(account: Account, stopped: str) -> str:
    """What was said when the second run went on to the end."""
    assert "Run the same command again" in stopped
    assert (account.states / "terraform.tfstate").exists(), "what was created is not forgotten"
    return account.run("bootstrap", "--yes")


def test_the_state_ends_in_its_own_bucket_with_nothing_left_to_do(
    account: Account, bootstrapped: str
) -> None:
    assert "6/6" in bootstrapped
    assert f"s3://{SETTINGS.bucket}/{KEY} is the state, and its plan is empty" in bootstrapped
    state = json.loads(account.s3.get_object(Bucket=SETTINGS.bucket, Key=KEY)["Body"].read())
    kinds = {resource["type"] for resource in state["resources"]}
    assert {"aws_s3_bucket", "aws_dynamodb_table", "aws_kms_key", "aws_kms_alias"} <= kinds
    assert not any(one.get("status") == "tainted" for r in state["resources"] for one in r["instances"])
    assert sorted(path.name for path in account.states.glob("*.tfstate")) == []
    assert (account.states / "terraform.tfstate.migrated").exists()


@pytest.mark.usefixtures("bootstrapped")
def test_the_state_is_encrypted_with_its_key_and_unlocked(account: Account) -> None:
    head = account.s3.head_object(Bucket=SETTINGS.bucket, Key=KEY)
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", SETTINGS.kms_key_id)
    assert "is not locked" in account.run("unlock", "state-backend")


@pytest.mark.usefixtures("bootstrapped")
def test_a_third_run_changes_nothing_even_if_it_was_stopped_last(account: Account) -> None:
    version = account.s3.head_object(Bucket=SETTINGS.bucket, Key=KEY)["VersionId"]
    # As if the second run had been killed before its last step.
    (account.states / "terraform.tfstate.migrated").rename(account.states / "terraform.tfstate")
    assert "holds its own state; to be checked" in account.run("bootstrap", "--yes")
    assert not (account.states / "terraform.tfstate").exists()
    assert account.s3.head_object(Bucket=SETTINGS.bucket, Key=KEY)["VersionId"] == version


@pytest.mark.usefixtures("bootstrapped")
@pytest.mark.parametrize(
    ("encryption", "refused"),
    [
        ({}, False),
        ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": SETTINGS.kms_key_id}, False),
        ({"ServerSideEncryption": "AES256"}, True),
        ({"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/another"}, True),
    ],
)
def test_the_bucket_takes_objects_of_its_own_key_alone(
    account: Account,
    encryption: dict[str, str],
    refused: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    def put() -> None:
        account.s3.put_object(Bucket=SETTINGS.bucket, Key="probe", Body=b"x", **encryption)

    if not refused:
        put()
        return
    with pytest.raises(ClientError, match=r"Forbidden|AccessDenied|403"):
        put()


@pytest.mark.usefixtures("bootstrapped")
def test_what_holds_the_states_cannot_be_destroyed(account: Account) -> None:
    terraform = Terraform(account.stack, environment=account.emulator.environment(SETTINGS.region))
    with pytest.raises(ProblemsError, match="Instance cannot be destroyed"):
        terraform.plan(destroy=True)
