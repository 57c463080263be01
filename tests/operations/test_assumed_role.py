"""A stack in one account and its state in another, each by its role, with the credentials of a third."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from backend.keys import state_key
from backend.sessions import session
from backend.settings import S3States
from backend.states import StateStore
from modules.assumed_role import AssumedRole
from operations import aws
from operations.sandbox.workspace import PROVIDER_VERSIONS
from operations.terraform import Terraform
from stacks import catalogue
from stacks.ohi.settings import DEV

REGION, STACK = "eu-west-1", "small"
DEPLOY = AssumedRole(role_arn="arn:aws:iam::111111111111:role/deploy")
STATES = AssumedRole(role_arn="arn:aws:iam::222222222222:role/states", external_id="shop")
FILE = f"""
bucket         = "states"
region         = "{REGION}"
dynamodb_table = "locks"
assume_role    = {{
  role_arn    = "{STATES.role_arn}"
  external_id = "shop"
}}
"""


@pytest.fixture
def credentials(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person has in the shell: keys of an account that has neither the stack nor the state."""
    for name, value in emulator.environment(REGION).items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)


def synthesized(directory: Path, states: S3States) -> Path:
    """The directory of a stack of one queue."""
    from cdktf import App

    from stacks.base import Stack

    app = App(outdir=str(directory))
    stack = Stack(app, STACK, environment=replace(DEV.environment, role=DEPLOY), state=states)
    stack.add_override("terraform.required_providers.aws.version", PROVIDER_VERSIONS)
    stack.add_override("resource.aws_sqs_queue.orders", {"name": "orders"})
    app.synth()
    return directory / "stacks" / STACK


@pytest.mark.emulator
@pytest.mark.usefixtures("credentials")
def test_the_stack_and_its_state_are_each_in_the_account_of_their_role(tmp_path: Path) -> None:
    (tmp_path / "default.s3.tfbackend").write_text(FILE)
    states = S3States(directory=tmp_path)
    owner = session(STATES)
    place = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    owner.client("s3").create_bucket(Bucket="states", **place)
    owner.client("dynamodb").create_table(
        TableName="locks",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    terraform = Terraform(synthesized(tmp_path / "output", states))
    terraform.init(backend_config={"use_path_style": "true"})
    terraform.apply()

    [queue] = queues(session(DEPLOY))
    assert queue.endswith(f"/{DEPLOY.account_id}/orders")
    assert queues(session(None)) == []
    store = StateStore(states.of(STACK))
    assert store.account() == STATES.account_id
    found = store.state(STACK)
    assert found is not None
    assert not found.digest_is_stale
    [digest] = owner.client("dynamodb").scan(TableName="locks")["Items"]
    assert state_key(STACK) in digest["LockID"]["S"]


@pytest.mark.emulator
@pytest.mark.usefixtures("credentials")
def test_commands_use_the_role_of_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    known = catalogue.catalogue()
    name = DEV.environment.naming.base
    made = {**known, name: replace(known[name], role=DEPLOY)}
    monkeypatch.setattr(catalogue, "catalogue", lambda: made)

    def account(stack: str) -> str:
        return str(aws.client("sts", REGION, stack=stack).get_caller_identity()["Account"])

    others = {account(one) for one in known if one != name}
    assert account(name) == DEPLOY.account_id
    assert others == {account("gone")}
    assert DEPLOY.account_id not in others


def queues(of: Any) -> list[str]:
    """The queues in the account of a session."""
    return list(of.client("sqs", region_name=REGION).list_queues().get("QueueUrls", []))
