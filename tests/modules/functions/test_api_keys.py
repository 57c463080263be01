"""The function that rotates an API key, against moto: what is sent is accepted, always."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from modules.functions import api_keys, secret_rotation
from modules.functions.source import source_of

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
Entries = dict[str, str]


class Key:
    """The secret of a key, and the services that were deployed anew."""

    def __init__(self, manager: Any, arn: str) -> None:
        self.manager, self.arn = manager, arn
        self.deployed = list[dict[str, Any]]()

    def update_service(self, **arguments: Any) -> None:
        """What ECS is called for."""
        self.deployed.append(arguments)

    @property
    def entries(self) -> Entries:
        """What a task is injected that starts now."""
        # By its id: moto keeps answering with the first version.
        (version,) = secret_rotation.present(self.manager)
        return secret_rotation.held(self.manager, version)

    def rotate(self) -> Entries:
        token = str(uuid4())
        for step in STEPS:
            self.step(step, token)
        return self.entries

    def step(self, step: str, token: str) -> None:
        api_keys.handler({"Step": step, "ClientRequestToken": token, "SecretId": self.arn}, None)


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Iterator[Key]:
    """A secret without a version."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("LENGTH", "48")
    monkeypatch.setenv("SERVICES", json.dumps([{"cluster": "shop", "service": "orders"}]))
    with mock_aws():
        manager = boto3.client("secretsmanager")
        made = Key(manager, manager.create_secret(Name="orders")["ARN"])
        monkeypatch.setenv("SECRET", made.arn)
        monkeypatch.setattr(boto3, "client", lambda name: made if name == "ecs" else manager)
        yield made


def accepted(entries: Entries) -> list[str]:
    return entries["accepted"].split(",")


def test_the_first_version_is_made_once(key: Key) -> None:
    api_keys.handler({"first": True}, None)
    first = key.entries
    assert len(first["current"]) == 48
    assert accepted(first) == [first["current"], first["next"]]
    api_keys.handler({"first": True}, None)
    assert key.entries == first
    assert key.deployed == []


def test_old_and_new_tasks_accept_each_other_s_keys_through_rotations(key: Key) -> None:
    api_keys.handler({"first": True}, None)
    old = key.entries
    for _ in range(3):
        new = key.rotate()
        assert new["current"] != old["current"]
        for client in (old, new):
            for server in (old, new):
                assert client["current"] in accepted(server)
        old = new


def test_a_key_is_refused_two_rotations_after_it_was_the_current_one(key: Key) -> None:
    api_keys.handler({"first": True}, None)
    first = key.entries["current"]
    assert first in accepted(key.rotate())
    assert first not in accepted(key.rotate())


def test_services_are_deployed_when_a_rotation_is_finished(key: Key) -> None:
    api_keys.handler({"first": True}, None)
    token = str(uuid4())
    for step in STEPS:
        assert key.deployed == []
        key.step(step, token)
    assert key.deployed == [{"cluster": "shop", "service": "orders", "forceNewDeployment": True}]


def test_a_step_that_is_repeated_changes_nothing(key: Key) -> None:
    api_keys.handler({"first": True}, None)
    token = str(uuid4())
    for step in STEPS:
        key.step(step, token)
        before = secret_rotation.held(key.manager, token)
        key.step(step, token)
        assert secret_rotation.held(key.manager, token) == before
    # A new rotation is tested before it has a version.
    key.step("testSecret", str(uuid4()))


def test_a_version_that_would_refuse_present_clients_is_not_finished(key: Key) -> None:
    api_keys.handler({"first": True}, None)
    token = str(uuid4())
    secret_rotation.prepare(key.manager, token, {"current": "new", "accepted": "new,next"})
    with pytest.raises(RuntimeError, match="would refuse the key that clients send now"):
        key.step("testSecret", token)


def test_another_secret_is_refused(key: Key) -> None:
    event = {"Step": "createSecret", "ClientRequestToken": str(uuid4()), "SecretId": "another"}
    with pytest.raises(ValueError, match="secret: got another; allowed: arn:aws:secretsmanager:"):
        api_keys.handler(event, None)
    assert secret_rotation.present(key.manager) == []


def test_lambda_gets_one_file_that_runs(key: Key) -> None:
    names: dict[str, Any] = {"__name__": "index"}
    exec(compile(source_of(api_keys, secret_rotation), "index.py", "exec"), names)  # noqa: S102 - as Lambda
    run: Callable[[Any, Any], None] = names["handler"]
    run({"first": True}, None)
    assert key.entries["current"]
