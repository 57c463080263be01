"""Entering values into a secret: what is kept, what is refused, and that no value is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

import backend
from backend.keys import lock_key, state_key
from backend.settings import S3States
from backend.states import StateStore
from modules.errors import ProblemsError
from modules.secrets import secret as written_by
from operations import secret as command
from operations.stack_lock import stack_lock

pytestmark = pytest.mark.emulator
CONTENT = {
    "MONGODB_URL": "to-be-entered",
    "DATABASE_PASSWORD": "generated",
    "DATABASE_PASSWORD_V2": "generated",
    "DATABASE_PASSWORD_V1": "before",
    "versions": {"DATABASE_PASSWORD": 2},
}


@pytest.fixture(autouse=True)
def client(mocked_aws: None) -> Any:
    del mocked_aws
    boto3.client("s3").create_bucket(
        Bucket=backend.s3_states().default().bucket,
        CreateBucketConfiguration={"LocationConstraint": "eu-west-1"},
    )
    client = boto3.client("secretsmanager")
    for stack in ("ohi-dev", "ohi-prod"):
        client.create_secret(Name=f"{stack}-environment-2026", SecretString=json.dumps(CONTENT))
    return client


def run(*words: str, value: str = "") -> Result:
    return CliRunner().invoke(command.app, words, input=value)


def content(client: Any, stack: str = "ohi-dev") -> Any:
    return json.loads(client.get_secret_value(SecretId=f"{stack}-environment-2026")["SecretString"])


def test_the_region_is_the_stack_s_whatever_is_configured(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    assert run("list", "ohi-dev").exit_code == 0
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    assert run("set", "ohi-dev", "MONGODB_URL", value="mongodb+srv://u:p@host/db\n").exit_code == 0
    assert content(client)["MONGODB_URL"] == "mongodb+srv://u:p@host/db"


def test_a_value_is_entered_and_the_rest_stays(client: Any) -> None:
    result = run("set", "ohi-dev", "MONGODB_URL", value="mongodb+srv://u:p@host/db\n")
    assert result.exit_code == 0
    assert content(client) == {**CONTENT, "MONGODB_URL": "mongodb+srv://u:p@host/db"}
    assert content(client, "ohi-prod") == CONTENT
    assert "mongodb+srv" not in result.output


def test_the_list_says_how_entries_came_to_be_and_shows_no_value(client: Any) -> None:
    assert "to be entered" in run("list", "ohi-dev").output
    run("set", "ohi-dev", "MONGODB_URL", value="mongodb://secret")
    output = run("list", "ohi-dev").output
    assert "generated, version 2" in output
    assert "entered" in output
    assert "to be entered" not in output
    assert "mongodb://secret" not in output
    assert content(client)["DATABASE_PASSWORD"] not in output.replace("generated, version", "")
    # Versions of an entry are no entries that people see.
    assert "_V1" not in output


def lock_file() -> dict[str, str]:
    """Where Terraform has the lock of ohi-dev."""
    return {"Bucket": backend.s3_states().of("ohi-dev").bucket, "Key": lock_key(state_key("ohi-dev"))}


def test_nothing_is_entered_while_terraform_holds_the_lock(client: Any) -> None:
    info = {
        "ID": "1",
        "Operation": "OperationTypeApply",
        "Who": "somebody@here",
        "Created": "2026-11-26T03:00:00Z",
    }
    s3 = boto3.client("s3")
    s3.put_object(**lock_file(), Body=json.dumps(info).encode())
    result = run("set", "ohi-dev", "MONGODB_URL", value="mongodb://new")
    assert isinstance(result.exception, ProblemsError)
    assert "lock of ohi-dev: got held: apply of somebody@here since 2026-11-26 03:00" in str(result.exception)
    assert content(client) == CONTENT
    # The lock of another stays.
    assert s3.get_object(**lock_file())["Body"].read() == json.dumps(info).encode()


@pytest.mark.parametrize("in_s3", [True, False])
def test_the_lock_is_held_while_a_value_is_written_and_then_released(
    client: Any, monkeypatch: pytest.MonkeyPatch, *, in_s3: bool
) -> None:
    settings = backend.s3_states().of("ohi-dev")
    table = settings.dynamodb_table or "locks"
    boto3.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    chosen = replace(settings, use_lockfile=in_s3, dynamodb_table=table)
    monkeypatch.setattr(S3States, "of", lambda states, stack: chosen)  # noqa: ARG005
    held: list[str] = []

    def read_again(manager: Any, stack: str) -> tuple[str, dict[str, Any]]:
        held.extend(one.where for one in StateStore(chosen).locks(stack))
        return original(manager, stack)

    original = command._read
    monkeypatch.setattr(command, "_read", read_again)
    assert run("set", "ohi-dev", "MONGODB_URL", value="mongodb://new").exit_code == 0
    assert held == ["S3" if in_s3 else "DynamoDB"]
    assert StateStore(chosen).locks("ohi-dev") == []
    with stack_lock("ohi-dev", "test"):
        refused = run("set", "ohi-dev", "MONGODB_URL", value="mongodb://newer")
    assert isinstance(refused.exception, ProblemsError)
    assert content(client)["MONGODB_URL"] == "mongodb://new"


@pytest.mark.parametrize(
    ("words", "value", "message"),
    [
        (("ohi-dev", "MONGO"), "x", "got 'MONGO'; allowed: MONGODB_URL; define it among `entered`"),
        (("ohi-dev", "DATABASE_PASSWORD"), "x", "is generated: raise its version in the settings of ohi-dev"),
        (("ohi-dev", "versions"), "x", "got 'versions'"),
        (("ohi-dev", "DATABASE_PASSWORD_V2"), "x", "got 'DATABASE_PASSWORD_V2'; allowed: MONGODB_URL;"),
        (("ohi-dev", "MONGODB_URL"), "\n", "got nothing; allowed: a value"),
        (("ohi-test", "MONGODB_URL"), "x", "got 0 secrets named ohi-test-environment-… in eu-west-1"),
    ],
)
def test_what_cannot_be_entered_is_refused(
    client: Any, words: tuple[str, ...], value: str, message: str
) -> None:
    result = run("set", *words, value=value)
    assert isinstance(result.exception, ProblemsError)
    assert message in str(result.exception)
    assert content(client) == CONTENT


def test_the_command_knows_what_the_module_writes() -> None:
    assert command._PLACEHOLDER == written_by.PLACEHOLDER
    assert command._VERSIONS == written_by._VERSIONS
