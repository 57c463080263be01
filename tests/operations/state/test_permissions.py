"""The policy of a stack's state suffices for the subcommands of `infra state`, as IAM decides it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from backend.keys import digest_item, lock_item, lock_key, state_key
from backend.policies import state_policy
from backend.s3_settings import S3Settings
from operations.state import app
from tests.iam.simulator import ACCOUNT, Ask, decisions

pytestmark = pytest.mark.emulator
STACK = "ohi-dev"
# The permission that a call needs, where it has another name (Service Authorization Reference).
PERMISSIONS = {
    "HeadBucket": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
}


@pytest.fixture
def locked(settings: S3Settings, s3: Any, table: Any) -> S3Settings:
    """A backend with a state, both locks, and a stale digest."""
    key = state_key(STACK)
    state = {"version": 4, "serial": 1, "lineage": "l", "resources": []}
    lock = json.dumps({"ID": "1", "Who": "ada", "Operation": "apply", "Created": "2026-11-21T09:45:58Z"})
    for stack in (STACK, "ohi-prod"):
        s3.put_object(Bucket=settings.bucket, Key=state_key(stack), Body=json.dumps(state))
    s3.put_object(Bucket=settings.bucket, Key=lock_key(key), Body=lock)
    table.put_item(Item={"LockID": lock_item(settings.bucket, key), "Info": lock})
    table.put_item(Item={"LockID": digest_item(settings.bucket, key), "Digest": "stale"})
    return settings


@pytest.fixture
def asked(locked: S3Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The calls that IAM was asked about; what it denies to the policy of the stack is denied."""
    table_arn = f"arn:aws:dynamodb:{locked.region}:{ACCOUNT}:table/{locked.dynamodb_table}"
    bucket_arn = f"arn:aws:s3:::{locked.bucket}"
    policy = state_policy(
        state_key(STACK), locked, bucket_arn=bucket_arn, key_arn="arn:aws:kms:::key/k", table_arn=table_arn
    )
    asked: list[str] = []
    real = BaseClient._make_api_call

    def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        service = client.meta.service_model.service_name
        action = f"{service}:{PERMISSIONS.get(operation, operation)}"
        if service == "s3":
            resource = f"{bucket_arn}/{parameters['Key']}" if "Key" in parameters else bucket_arn
            context = {}
        else:
            resource = table_arn
            context = {"dynamodb:LeadingKeys": [parameters["Key"]["LockID"]["S"]]}
        ask = Ask(
            principal=f"arn:aws:iam::{ACCOUNT}:role/apply",
            policies=[json.loads(policy)],
            action=action,
            resource=resource,
            context=context,
        )
        asked.append(f"{action} {resource}")
        if decisions([ask]) != ["Allowed"]:
            raise ClientError(
                {"Error": {"Code": "AccessDenied", "Message": f"{action} {resource}"}}, operation
            )
        return real(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)
    return asked


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", STACK), "current"),
        (("unlock", STACK, "--yes"), "is unlocked"),
        (("delete-digest", STACK, "--yes"), "Terraform accepts it now"),
    ],
)
def test_the_policy_of_a_stack_suffices(words: tuple[str, ...], said: str, asked: list[str]) -> None:
    result = CliRunner().invoke(app, words, env={"COLUMNS": "160"}, catch_exceptions=False)
    assert (result.exit_code, said in result.output) == (0, True), result.output
    assert asked


def test_the_list_says_which_states_these_credentials_may_not_read(asked: list[str]) -> None:
    result = CliRunner().invoke(app, ["list"], env={"COLUMNS": "160"}, catch_exceptions=False)
    assert result.exit_code == 0
    rows = {line.split()[0]: line for line in result.output.splitlines() if "ohi-" in line}
    assert "no permission" in rows["ohi-prod"]
    assert "no permission" not in rows[STACK]
    assert "ada" in rows[STACK]
    assert asked
